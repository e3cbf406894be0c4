"""Scoring a cycle and storing the results; scoring again what a correction touches."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F, IntegerField, QuerySet
from django.db.models.functions import Cast, Round
from django.utils import timezone

from accounts import audit
from accounts.bulk import delete_rows, insert_rows
from accounts.memory import many_objects
from accounts.models import User
from accounts.prepared import limited
from assessments.facts.collect import Collector, as_ids
from assessments.facts.scope import MOST_IDS, OrgTree
from assessments.judging import Card, Judge, Official, judge
from assessments.models import (
    Assessment,
    Cycle,
    OfficialResult,
    Scorecard,
    Standard,
    Verdict,
)
from assessments.past.log import log_changes
from assessments.results import Row, read_rows, replace_rows, row_numbers, row_of
from assessments.scores import ScoreTexts, scorecard_text
from assessments.standing import bodies
from assessments.tallies import Sums, change_tallies, replace_tallies

Progress = Callable[[str], None]
# Names listed in the operation log when verdicts of a confirmed year change.
MOST_NAMES = 300
# Organizations judged in one go.
_BATCH = 1000


def _quiet(message: str) -> None:
    """Tell nobody."""


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

    def add(self, name: str, old: Row | None, new: Row) -> None:
        """Count the row of an organization, and note what differs from the one before."""
        self.scored += 1
        if not new.exclusion:
            self.due += 1
            self.passed += new.verdict == Verdict.COMPLIANT
        if old is None:
            self.differs = True
            return
        self.differs = self.differs or old.decided != new.decided
        if old.verdict != new.verdict:
            self.changed.append((name, old.verdict, new.verdict))


def ensure_cycle(year: int, *, actor: User | None = None) -> Cycle:
    """Return the cycle of `year`, made with the newest standard where there is none.

    Check date 31 December, yearly records until 31 March of the next year.
    """
    if cycle := Cycle.objects.select_related("standard").filter(year=year).first():
        return cycle
    if not 2000 <= year <= timezone.localdate().year:
        raise ScoringError(f"{year} 年度不能测算：年度应在 2000 到今年之间。")
    standard = Standard.newest_for(year)
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
    *,
    by: Judge | None = None,
) -> Iterator[Card]:
    """Yield the cards of `organizations` and of their families; nothing is stored.

    `by` judges instead of the cycle's standard, whose parameters still tell the period.
    """
    tree, ids = _families(as_ids(organizations))
    for cards in _cards(cycle, ids, Collector(cycle, tree, ids, as_of), by):
        yield from cards


def _families(ids: Collection[int] | None) -> tuple[OrgTree, list[int] | None]:
    """Return the tree and the organizations to score again: whole families, or None for all."""
    if ids is not None and len(ids) <= MOST_IDS:
        tree = OrgTree.read(ids)
        families = tree.families(ids)
        if len(families) <= MOST_IDS:
            return tree, sorted(families)
    return OrgTree.read(), None


def _cards(
    cycle: Cycle, ids: list[int] | None, collector: Collector, by: Judge | None = None
) -> Iterator[list[Card]]:
    """Judge what was collected by the standard and the official results of the cycle.

    The queries are asked now, the cards worked out batch by batch.
    """
    results = (
        limited(OfficialResult.objects.order_by(), ids)
        .filter(year=cycle.year)
        .exclude(organization=None)
        .annotate(hundredths=Cast(Round(F("final_score") * 100), IntegerField()))
        .values_list("organization", "compliant", "hundredths")
    )
    official = {pk: Official(compliant, final) for pk, compliant, final in results}
    standard = by or Judge.of(cycle.standard)
    batches = collector.batches(_BATCH)
    return (judge(standard, facts, collector.tree, official) for facts in batches)


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
    with transaction.atomic(), many_objects():
        cycle = (
            Cycle.objects.select_for_update(of=("self",))
            .select_related("standard")
            .get(pk=cycle.pk)
        )
        tree, ids = _families(as_ids(organizations) if cycle.scored_at else None)
        collector = Collector(cycle, tree, ids, as_of)
        outcome = _store(cycle, ids, collector, progress or _quiet)
        if ids is None:
            cycle.scored_as_of = collector.calendar.day
        cycle.scored_at = timezone.now()
        cycle.save(update_fields=["scored_at", "scored_as_of", "results_since", "decision_version"])
        _record(outcome, actor, partial=ids is not None)
    outcome.seconds = time.perf_counter() - started
    return outcome


def _store(
    cycle: Cycle, ids: list[int] | None, collector: Collector, progress: Progress
) -> Outcome:
    """Replace the stored results of `ids` (None: all) by fresh ones."""
    outcome = Outcome(cycle)
    stored = limited(Assessment.objects.order_by(), ids).filter(cycle=cycle)
    before = read_rows(stored)
    standing = bodies()
    numbers = row_numbers(before, collector.rows)
    texts = ScoreTexts()
    sums = Sums(texts)
    if ids is not None:
        sums.take(stored)
    delete_rows(Scorecard.objects.filter(assessment__in=stored.values("pk")))
    # Everything is read before the first row is written.
    batches = _cards(cycle, ids, collector)
    progress(f"记录已读入：{len(collector.rows)} 个党组织，开始计分……")
    after: list[Row] = []

    def scorecards() -> Iterator[tuple]:
        """Yield the scorecards as they are stored, keeping what else is wanted of each."""
        for cards in batches:
            for card in cards:
                facts = card.facts
                number = numbers[facts.organization_id]
                row = row_of(number, cycle, card, standing[facts.jurisdiction_id])
                after.append(row)
                outcome.add(facts.name, before.get(row.organization), row)
                if card.scores:
                    parts = texts.parts(card.scores)
                    if not row.exclusion:
                        sums.add((row.jurisdiction, row.unit, row.place), parts)
                    yield number, scorecard_text(parts)
            progress(f"已计分 {len(after)}/{len(collector.rows)} 个党组织")

    # The scorecards go first: their foreign keys are checked when the transaction ends.
    insert_rows(Scorecard, ("assessment", "results"), scorecards())
    replace_rows(stored, before, after)
    log_changes(cycle, before, after)
    if ids is None:
        replace_tallies(cycle, sums)
    else:
        change_tallies(cycle, sums)
    # The first scores of a year are no change of a decision.
    if cycle.is_confirmed and before and (outcome.differs or len(after) != len(before)):
        cycle.decision_version += 1
    return outcome


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
