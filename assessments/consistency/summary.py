"""The counts of all checks: one query for each ground, whatever the number of records.

What a look through the whole tree found is kept (`models.CheckCount`) together with the
state of the records it rests on; as long as nothing has been written since and the day
is the same, the kept counts are read instead of being counted again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, Max, Q, Sum

from accounts.models import User
from assessments.consistency.base import Check, Ground, Look, Severity
from assessments.consistency.models import CheckCount, CheckRun, Explanation
from assessments.consistency.registry import CHECKS, by_ground
from assessments.newest import newest, state_of
from schools.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings of a check: those that wait, and those with a written reason."""

    open: int = 0
    explained: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.open + other.open, self.explained + other.explained)

    def __bool__(self) -> bool:
        return bool(self.open or self.explained)


# Code of the check → path of the body → counts.
Tally = dict[str, dict[str, Counts]]


def reasons(check: Check, look: Look) -> Q:
    """Return the condition that a finding has a written reason this year."""
    found = Explanation.objects.filter(code=check.code, year=look.day.year).order_by()
    return Q(pk__in=found.values("object_id"))


def answered(look: Look) -> set[str]:
    """Return the codes of the checks with a written reason this year."""
    rows = Explanation.objects.filter(year=look.day.year).order_by()
    return set(rows.values_list("code", flat=True))


def count(look: Look, told: set[str], grounds: Iterable[Ground] | None = None) -> Tally:
    """Count the findings in view by body, for the checks of `grounds` (None: all).

    `told` are the codes with a written reason (`answered`).
    """
    found: Tally = {}
    for ground, checks in by_ground().items():
        if grounds is None or ground in grounds:
            found |= _count(look, ground, checks, told)
    return found


def _count(look: Look, ground: Ground, checks: list[Check], told: set[str]) -> Tally:
    conditions = [check.where(look) for check in checks]
    counts: dict[str, Count] = {}
    for i, (check, condition) in enumerate(zip(checks, conditions, strict=True)):
        counts[f"all_{i}"] = Count("pk", filter=condition)
        if check.code in told:
            counts[f"told_{i}"] = Count("pk", filter=condition & reasons(check, look))
    rows = ground.rows(look)
    if ground.is_large:
        # Few of many rows are found: the others need no grouping.
        rows = rows.filter(reduce(or_, conditions))
    path = ground.subject.path
    found: Tally = {check.code: {} for check in checks}
    for row in rows.values(path).annotate(**counts):
        for i, check in enumerate(checks):
            if row[f"all_{i}"]:
                explained = row.get(f"told_{i}", 0)
                found[check.code][row[path]] = Counts(row[f"all_{i}"] - explained, explained)
    return found


# -- what is kept -------------------------------------------------------------------------


def last_run(look: Look) -> Any:
    """Return the last look through all records, with the state of now and whether there
    are written reasons this year (`has_reasons`); one query.

    Before the first one it is a run of long ago, which is not fresh.
    """
    reasons_now = Explanation.objects.filter(year=look.day.year).order_by()
    runs = CheckRun.objects.annotate(**newest(), has_reasons=Exists(reasons_now))
    run = runs.first()
    if run is None:
        CheckRun.objects.get_or_create(pk=1, defaults={"day": datetime.date.min})
        run = runs.get()
    return run


def is_fresh(run: Any, look: Look) -> bool:
    """Tell whether nothing has been written since the run, and no day has passed."""
    return run.day == look.day and run.state == state_of(run)


def kept(look: Look, told: set[str]) -> Tally:
    """Return the kept counts in view; what rests on two records is counted now."""
    rows = CheckCount.objects.order_by().visible_to(look.user)
    if look.scope:
        rows = rows.inside(look.scope)
    found: Tally = {check.code: {} for checks in by_ground().values() for check in checks}
    for code, path, waiting, explained in rows.values_list("code", "path", "open", "explained"):
        if code in found:
            found[code][path] = Counts(waiting, explained)
    if not look.sees_all:
        found |= count(look, told, {ground for ground in by_ground() if ground.spans})
    return found


def to_mend(user: User, scope: Jurisdiction) -> tuple[int, datetime.datetime | None]:
    """Return how many findings `user` must mend in `scope` by the last look through all
    records, and when that was; one query.
    """
    codes = [check.code for check in CHECKS.values() if check.severity == Severity.MUST]
    rows = CheckCount.objects.editable_by(user).inside(scope).filter(code__in=codes)
    told = rows.aggregate(n=Sum("open"), at=Max("at"))
    return told["n"] or 0, told["at"]


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts in view, and when they were taken."""

    tally: Tally
    at: datetime.datetime

    def total(self, code: str) -> Counts:
        """Return the findings of one check in view."""
        return sum(self.tally.get(code, {}).values(), Counts())
