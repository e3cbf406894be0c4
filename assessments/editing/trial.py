"""How a scored year would come out by another standard: the real judge on the stored facts.

Nothing of the year changes. Both sides are what the system works out (系统测算), so that
the difference is that of the standards; official results stay what they are.

    {"seconds": 3.1, "due": [382, 382], "passed": [127, 120],
     "units": [{"unit", "name", "due", "passed"}, …],
     "indicators": [{"code", "name", "mean": ["3.2", "4"], "up", "down"}, …],
     "gained": [row, …], "lost": [row, …]}

Pairs are before and after; `up` and `down` count the organizations whose share of the full
points rises or falls.
"""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.memory import many_objects
from assessments.editing.models import Trial
from assessments.judging import Card, Judge
from assessments.models import Assessment, Cycle, Scorecard, Verdict
from assessments.rules import number
from assessments.scores import Score, scores_of
from assessments.scoring import judge_cycle
from assessments.standards.content import Content, checksum, codes, rows_of
from schools.models import Jurisdiction

# A request may take this long; then it is given up and said so.
MOST_SECONDS = 60
_STEP = 500


def last_year() -> Cycle | None:
    """Return the newest scored year that is over; None where there is none."""
    today = timezone.localdate()
    scored = Cycle.objects.exclude(scored_at=None).select_related("standard")
    return scored.filter(check_date__lte=today).first() or scored.first()


def find(content: Content, cycle: Cycle) -> Trial | None:
    """Return the trial of a content on a year, if there is one of its present scores."""
    if cycle.scored_at is None:
        return None
    return Trial.objects.filter(
        checksum=checksum(content), cycle=cycle, scored_at=cycle.scored_at
    ).first()


class Stored(NamedTuple):
    """What is stored of one organization that counts in the rate."""

    final: Decimal | None
    verdict: str
    exclusion: str
    unit: int | None
    # Text of the scorecard.
    scores: str


@dataclass(slots=True)
class _Sums:
    """The points of one indicator on one side, in hundredths, and to how many it applies."""

    points: int = 0
    applies: int = 0

    @property
    def mean(self) -> str | None:
        return (
            number((2 * self.points + self.applies) // (2 * self.applies)) if self.applies else None
        )


@dataclass(slots=True)
class _Side:
    """One side of the comparison: by the standard of the year, or by the other."""

    # By reporting unit.
    due: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))
    passed: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))
    # By indicator.
    sums: dict[str, _Sums] = field(default_factory=lambda: defaultdict(_Sums))

    def add(self, unit: int | None, verdict: str, scores: dict[str, Score]) -> None:
        """Count an organization that is due."""
        self.due[unit] += 1
        self.passed[unit] += verdict == Verdict.COMPLIANT
        for code, score in scores.items():
            if score.points is not None:
                self.sums[code].points += score.points
                self.sums[code].applies += 1

    def mean(self, code: str) -> str | None:
        return self.sums[code].mean if code in self.sums else None


@dataclass(slots=True)
class _Found:
    """What is being counted."""

    before: _Side = field(default_factory=_Side)
    after: _Side = field(default_factory=_Side)
    up: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    down: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gained: list[dict[str, Any]] = field(default_factory=list)
    lost: list[dict[str, Any]] = field(default_factory=list)


@many_objects()
def run(content: Content, cycle: Cycle) -> Trial:
    """Judge a scored year by `content`, keep what was found and return it.

    The content must be sound (services.obstacles may still ask for a document). Raises
    ValidationError where the year was never scored or the time does not suffice.
    """
    if cycle.scored_at is None:
        raise ValidationError(f"{cycle.year} 年度还没有测算，不能试算。请先测算。")
    started = time.monotonic()
    stored = _stored(cycle)
    found = _Found()
    for done, card in enumerate(_cards(content, cycle)):
        if done % _STEP == 0 and time.monotonic() - started > MOST_SECONDS:
            raise ValidationError(
                f"试算超过 {MOST_SECONDS} 秒，已经停止，没有保存任何结果。请在系统空闲时再试。"
            )
        if old := stored.get(card.facts.organization_id):
            _compare(found, card, old)
    result = _result(found, content)
    result["seconds"] = round(time.monotonic() - started, 1)
    with transaction.atomic():
        Trial.objects.update_or_create(
            checksum=checksum(content),
            cycle=cycle,
            defaults={
                "scored_at": cycle.scored_at,
                "result": result,
                "made_at": timezone.now(),
            },
        )
    return Trial.objects.get(checksum=checksum(content), cycle=cycle)


def _cards(content: Content, cycle: Cycle) -> Iterator[Card]:
    """Judge the year as it was scored, by the standard of `content`."""
    rows = rows_of(content)
    other = copy.copy(cycle)
    other.standard = rows.standard
    judge = Judge.made(rows.standard, rows.indicators, rows.vetoes)
    return judge_cycle(other, as_of=cycle.scored_as_of, by=judge)


def _stored(cycle: Cycle) -> dict[int, Stored]:
    """Return what is stored of the year by organization; two queries."""
    cards = dict(
        Scorecard.objects.order_by()
        .filter(assessment__cycle=cycle)
        .values_list("assessment", "results")
    )
    rows = (
        Assessment.objects.order_by()
        .filter(cycle=cycle)
        .values_list("organization", "pk", "final", "computed_verdict", "exclusion", "unit")
    )
    return {
        organization: Stored(final, verdict, exclusion, unit, cards.get(pk, "{}"))
        for organization, pk, final, verdict, exclusion, unit in rows
    }


def _compare(found: _Found, card: Card, old: Stored) -> None:
    """Count one organization on both sides, and note it where its result turns."""
    was_due, is_due = not old.exclusion, not card.facts.exclusion
    was = scores_of(old.scores)
    if was_due:
        found.before.add(old.unit, old.verdict, was)
    if is_due:
        found.after.add(old.unit, card.computed_verdict, card.scores)
    if was_due and is_due:
        for code, score in card.scores.items():
            moved = _moved(was.get(code), score)
            found.up[code] += moved > 0
            found.down[code] += moved < 0
    before = was_due and old.verdict == Verdict.COMPLIANT
    after = is_due and card.computed_verdict == Verdict.COMPLIANT
    if before != after:
        (found.gained if after else found.lost).append(_row(card, old, was))


def _moved(old: Score | None, new: Score) -> int:
    """Return the change of the share of full points, as a whole number (cross product)."""
    if old is None or old.points is None or new.points is None:
        return 0
    return new.points * old.of - old.points * new.of


def _row(card: Card, old: Stored, was: dict[str, Score]) -> dict[str, Any]:
    """Return what the list says of one organization whose result turns."""
    moved = sorted(
        (
            (code, (score.points or 0) - (was[code].points or 0))
            for code, score in card.scores.items()
            if code in was and (score.points or 0) != (was[code].points or 0)
        ),
        key=lambda pair: -abs(pair[1]),
    )
    return {
        "organization": card.facts.organization_id,
        "name": card.facts.name,
        "unit": old.unit,
        "before": None if old.final is None else str(old.final),
        "after": None if card.final is None else f"{card.final / 100:.2f}",
        "was": old.verdict,
        "now": card.computed_verdict,
        "vetoes": [code for code, _ in card.vetoes],
        "moved": [[code, number(abs(by)), by > 0] for code, by in moved[:3]],
        "note": card.note if not card.vetoes else card.vetoes[0][1],
    }


def _result(found: _Found, content: Content) -> dict[str, Any]:
    units = {unit.pk: unit.label for unit in Jurisdiction.objects.reporting_units()}
    order = {pk: place for place, pk in enumerate(units)}
    rows = [
        {
            "unit": pk,
            "name": units.get(pk, "未归入统计单元"),
            "due": [found.before.due[pk], found.after.due[pk]],
            "passed": [found.before.passed[pk], found.after.passed[pk]],
        }
        for pk in sorted(
            {*found.before.due, *found.after.due}, key=lambda pk: order.get(pk, len(order))
        )
    ]
    indicators = [
        {
            "code": code,
            "name": content.get(f"indicators.{code}.name", ""),
            "mean": [found.before.mean(code), found.after.mean(code)],
            "up": found.up[code],
            "down": found.down[code],
        }
        for code in codes(content, "indicators")
        if code in found.before.sums or code in found.after.sums
    ]
    return {
        "units": rows,
        "due": [sum(row["due"][side] for row in rows) for side in (0, 1)],
        "passed": [sum(row["passed"][side] for row in rows) for side in (0, 1)],
        "indicators": indicators,
        "gained": sorted(found.gained, key=lambda row: (order.get(row["unit"], 999), row["name"])),
        "lost": sorted(found.lost, key=lambda row: (order.get(row["unit"], 999), row["name"])),
    }
