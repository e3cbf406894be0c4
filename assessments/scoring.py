"""Scoring a cycle and storing the results; scoring again what a correction touches."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, IntegerField, QuerySet
from django.db.models.functions import Cast, Round
from django.utils import timezone

from accounts import audit
from accounts.bulk import delete_rows, insert_rows, json_text, new_keys
from accounts.models import User
from assessments.facts.collect import as_ids, calendar_of, collect_facts
from assessments.facts.model import Facts
from assessments.facts.scope import MOST_IDS, OrgTree, limited
from assessments.judging import Card, Judge, Official, judge
from assessments.models import (
    Assessment,
    Cycle,
    OfficialResult,
    Scorecard,
    Standard,
    Verdict,
)
from assessments.rules import number
from assessments.scores import lost_codes
from assessments.standing import Body, bodies
from assessments.tallies import Sums, replace_tallies, stored_sums

Progress = Callable[[str], None]
# Names listed in the operation log when verdicts of a confirmed year change.
MOST_NAMES = 300
_STEP = 2000

_ASSESSMENT = (
    "id",
    "cycle",
    "organization",
    "jurisdiction",
    "unit",
    "body_kind",
    "place",
    "stage",
    "ownership",
    "kind",
    "members",
    "earned",
    "full",
    "final",
    "verdict",
    "computed_verdict",
    "vetoes",
    "is_vetoed",
    "exclusion",
    "note",
    "lost",
    "is_pending",
)


class ScoringError(ValueError):
    """Nothing can be scored; the message says in Chinese why and what to do."""


@dataclass(slots=True)
class Outcome:
    """What one run of `score_cycle` did."""

    cycle: Cycle
    scored: int = 0
    due: int = 0
    passed: int = 0
    # (organization, old verdict, new verdict), first scores left out.
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: float = 0.0
    # Whether anything differs from what was stored before.
    differs: bool = False


def ensure_cycle(year: int, *, actor: User | None = None) -> Cycle:
    """Return the cycle of `year`, made with the newest standard where there is none.

    Check date 31 December, yearly records until 31 March of the next year.
    """
    if cycle := Cycle.objects.select_related("standard").filter(year=year).first():
        return cycle
    if not 2000 <= year <= timezone.localdate().year:
        raise ScoringError(f"{year} 年度不能测算：年度应在 2000 到今年之间。")
    standard = Standard.objects.order_by("-version", "-pk").first()
    if standard is None:
        raise ScoringError("还没有载入评分标准，请先运行 load_standard 载入标准。")
    with transaction.atomic():
        cycle = Cycle.objects.create(
            year=year,
            standard=standard,
            check_date=datetime.date(year, 12, 31),
            records_until=datetime.date(year + 1, 3, 31),
        )
        audit.record("cycle.create", actor=actor, obj=cycle, changes={"standard": standard})
    return cycle


def judge_cycle(
    cycle: Cycle,
    organizations: QuerySet | Iterable[Any] | None = None,
    as_of: datetime.date | None = None,
) -> Iterator[Card]:
    """Yield the cards of `organizations` and of their families; nothing is stored."""
    tree = OrgTree.read()
    ids = _families(tree, as_ids(organizations))
    return _cards(cycle, tree, ids, collect_facts(cycle, ids, as_of, tree=tree))


def _families(tree: OrgTree, ids: Collection[int] | None) -> list[int] | None:
    """Return the organizations to score again: whole families, or None for all."""
    if ids is None or len(ids) > MOST_IDS:
        return None
    families = tree.families(ids)
    return sorted(families) if len(families) <= MOST_IDS else None


def _cards(
    cycle: Cycle, tree: OrgTree, ids: list[int] | None, facts: Iterable[Facts]
) -> Iterator[Card]:
    """Judge `facts` by the standard and the official results of the cycle."""
    results = (
        limited(OfficialResult.objects.order_by(), ids)
        .filter(year=cycle.year)
        .exclude(organization=None)
        .annotate(hundredths=Cast(Round(F("final_score") * 100), IntegerField()))
        .values_list("organization", "compliant", "hundredths")
    )
    official = {pk: Official(compliant, final) for pk, compliant, final in results}
    return judge(Judge.of(cycle.standard), facts, tree, official)


def score_cycle(
    cycle: Cycle,
    *,
    organizations: QuerySet | Iterable[Any] | None = None,
    as_of: datetime.date | None = None,
    actor: User | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Score `cycle` and store the results, all in one transaction.

    `organizations` (queryset, organizations or their numbers) narrows the run to them
    and their families, the bodies above being needed for roll-up; None scores
    everything. `as_of` is the day whose records count, by default the last day of the
    last full month. The same records give the same rows: a second run changes nothing.
    A confirmed year whose results change becomes a new decision version.
    """
    started = time.perf_counter()
    with transaction.atomic():
        cycle = (
            Cycle.objects.select_for_update(of=("self",))
            .select_related("standard")
            .get(pk=cycle.pk)
        )
        tree = OrgTree.read()
        ids = None
        if organizations is not None and cycle.scored_at is not None:
            ids = _families(tree, as_ids(organizations))
        outcome = _store(cycle, tree, ids, as_of, progress)
        if ids is None:
            cycle.scored_as_of = calendar_of(cycle, as_of, cycle.standard.parameters).day
        cycle.scored_at = timezone.now()
        cycle.save(update_fields=["scored_at", "scored_as_of", "decision_version"])
        _record(outcome, actor, partial=ids is not None)
    outcome.seconds = time.perf_counter() - started
    return outcome


def _store(
    cycle: Cycle,
    tree: OrgTree,
    ids: list[int] | None,
    as_of: datetime.date | None,
    progress: Progress | None,
) -> Outcome:
    """Replace the stored results of `ids` (None: all) by fresh ones."""
    outcome = Outcome(cycle)
    stored = limited(Assessment.objects.order_by(), ids).filter(cycle=cycle)
    before = {
        row[0]: Before(*row[1:])
        for row in stored.values_list(
            "organization", "pk", "verdict", "final", "exclusion", "jurisdiction", "unit"
        )
    }
    facts = list(collect_facts(cycle, ids, as_of, tree=tree))
    standing = bodies()
    new = [one.organization_id for one in facts if one.organization_id not in before]
    numbers = {organization: old.pk for organization, old in before.items()}
    numbers.update(zip(new, new_keys(Assessment, len(new)), strict=True))
    if progress:
        progress(f"记录已读入：{len(facts)} 个党组织，开始计分……")

    delete_rows(Scorecard.objects.filter(assessment__in=stored.values("pk")))
    delete_rows(stored)
    # Everything is read before the first row is written.
    cards = _cards(cycle, tree, ids, facts)
    assessments: list[tuple] = []
    sums = Sums()

    def scorecards() -> Iterator[tuple]:
        """Yield the scorecards as they are stored, keeping what else is wanted of each."""
        for done, card in enumerate(cards, 1):
            row = _assessment_row(cycle, card, standing, numbers)
            assessments.append(row)
            _compare(outcome, card, before.get(card.facts.organization_id), row)
            if not card.facts.exclusion:
                sums.add((row[3], row[4], row[6]), card.scores)
            if card.scores:
                yield row[0], json_text(card.scores)
            if progress and done % _STEP == 0:
                progress(f"已计分 {done}/{len(facts)} 个党组织")

    # The scorecards go first: their foreign keys are checked when the transaction ends.
    insert_rows(Scorecard, ("assessment", "results"), scorecards())
    insert_rows(Assessment, _ASSESSMENT, assessments)
    if ids is None:
        replace_tallies(cycle, sums)
    else:
        touched = {old.jurisdiction for old in before.values()} | {row[3] for row in assessments}
        replace_tallies(cycle, stored_sums(cycle, touched), touched)
    # The first scores of a year are no change of a decision.
    if cycle.is_confirmed and before and (outcome.differs or len(facts) != len(before)):
        cycle.decision_version += 1
    return outcome


class Before(NamedTuple):
    """What was stored for an organization before the run."""

    pk: int
    verdict: str
    final: Decimal | None
    exclusion: str
    jurisdiction: int
    unit: int | None


def _compare(outcome: Outcome, card: Card, old: Before | None, row: tuple) -> None:
    """Count a card, and note what differs from the result stored before."""
    facts = card.facts
    outcome.scored += 1
    if not facts.exclusion:
        outcome.due += 1
        outcome.passed += card.verdict == Verdict.COMPLIANT
    if old is None:
        outcome.differs = True
        return
    final = None if old.final is None else int(old.final * 100)
    stood = (final, old.exclusion, old.jurisdiction, old.unit)
    if stood != (card.final, facts.exclusion, row[3], row[4]):
        outcome.differs = True
    if old.verdict != card.verdict:
        outcome.differs = True
        outcome.changed.append((facts.name, old.verdict, card.verdict))


def _text(hundredths: int | None) -> str | None:
    return None if hundredths is None else number(hundredths)


def _assessment_row(
    cycle: Cycle, card: Card, standing: dict[int, Body], numbers: dict[int, int]
) -> tuple:
    """Return the row of `_ASSESSMENT` for one card, with where it stands on the check date."""
    facts = card.facts
    body = standing[facts.jurisdiction_id]
    return (
        numbers[facts.organization_id],
        cycle.pk,
        facts.organization_id,
        facts.jurisdiction_id,
        body.unit,
        body.kind,
        facts.place_id,
        facts.stage,
        facts.ownership,
        facts.kind,
        facts.members,
        _text(card.earned),
        _text(card.full),
        _text(card.final),
        card.verdict,
        card.computed_verdict,
        json_text([{"code": code, "reason": reason} for code, reason in card.vetoes]),
        bool(card.vetoes),
        facts.exclusion,
        card.note[:200],
        lost_codes(card.scores),
        any(score.pending for score in card.scores.values()),
    )


def _record(outcome: Outcome, actor: User | None, *, partial: bool) -> None:
    """Add the entry of the operation log."""
    labels = {"": "无", **dict(Verdict.choices)}
    names = [f"{name}：{labels[old]} → {labels[now]}" for name, old, now in outcome.changed]
    audit.record(
        "cycle.rescore" if partial else "cycle.score",
        actor=actor,
        obj=outcome.cycle,
        changes={
            "organizations": outcome.scored,
            "changed": len(names),
            "verdicts": "；".join(names[:MOST_NAMES]),
            "decision_version": outcome.cycle.decision_version,
        },
    )


@dataclass(eq=False)
class _Rescore:
    """What a transaction touched; called once when it is committed."""

    touched: dict[int, set[int]] = field(default_factory=dict)
    actor: User | None = None

    def __call__(self) -> None:
        for year, organizations in sorted(self.touched.items()):
            if cycle := Cycle.objects.filter(year=year).first():
                score_cycle(cycle, organizations=sorted(organizations), actor=self.actor)


def rescore_after_commit(
    organization_ids: Iterable[int], years: Iterable[int], *, actor: User | None = None
) -> None:
    """Score `organization_ids` again in the cycles of `years` when the transaction commits.

    Calls within one transaction are put together into one run per year. Years without
    a cycle are passed over; a cycle never scored is scored whole.
    """
    waiting = next(
        (call for _, call, *_ in connection.run_on_commit if isinstance(call, _Rescore)), None
    )
    is_new = waiting is None
    waiting = waiting or _Rescore(actor=actor)
    ids = set(organization_ids)
    for year in years:
        waiting.touched.setdefault(year, set()).update(ids)
    if is_new and ids:
        transaction.on_commit(waiting)


__all__ = [
    "Outcome",
    "ScoringError",
    "ensure_cycle",
    "judge_cycle",
    "rescore_after_commit",
    "score_cycle",
]
