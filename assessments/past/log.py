"""Writing the log of changed results, and reading the state of a past day from it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Min
from django.utils import timezone

from accounts.bulk import insert_rows, json_text
from assessments.models import Assessment, Cycle
from assessments.past.models import ResultChange
from assessments.results import Row
from schools.scoping import ScopedQuerySet

# What a past figure depends on; a change of anything else is not logged.
FIGURES = (
    "jurisdiction",
    "unit",
    "body_kind",
    "place",
    "final",
    "verdict",
    "is_vetoed",
    "exclusion",
    "vetoes",
    "lost",
)


def _figures(row: Row) -> tuple:
    return tuple(getattr(row, name) for name in FIGURES)


def log_changes(cycle: Cycle, before: Mapping[int, Row], after: Iterable[Row]) -> None:
    """Log, for each result of `cycle` that now differs, what it was before.

    The first results of a year are not logged: its log begins with them.
    """
    now = timezone.now()
    if cycle.results_since is None:
        cycle.results_since = now
        return
    insert_rows(
        ResultChange,
        ("cycle", "organization", "changed_at", "existed", *FIGURES),
        (
            (cycle.pk, row.organization, now, existed, *_stored(row))
            for row, existed in _changed(before, after)
        ),
    )


def _changed(before: Mapping[int, Row], after: Iterable[Row]) -> Iterator[tuple[Row, bool]]:
    """Yield the row of each organization to be logged, and whether it had one before."""
    seen = set()
    for row in after:
        seen.add(row.organization)
        old = before.get(row.organization)
        if old is None:
            yield row, False
        elif _figures(old) != _figures(row):
            yield old, True
    for organization, row in before.items():
        if organization not in seen:
            yield row, True


def _stored(row: Row) -> tuple:
    return _figures(row._replace(vetoes=json_text(row.vetoes)))


def results_on(cycle: Cycle, day: datetime.date) -> tuple[ScopedQuerySet, ScopedQuerySet]:
    """Return the results of `cycle` at the end of `day` as two querysets.

    The first holds those that have not changed since, as `Assessment`; the second those that
    have, as `ResultChange`, each as it was then. Both have the fields of `FIGURES` and
    `organization`; narrow each to what a user may see. Days before `Cycle.results_since`
    have no answer: ask `is_known`.
    """
    later = ResultChange.objects.filter(cycle=cycle, changed_at__gte=_end(day)).order_by()
    # Numbers are given in the order of writing: the first change after the day has the
    # smallest of its organization.
    first = later.values("organization").annotate(first=Min("pk")).values("first")
    unchanged = Assessment.objects.filter(cycle=cycle).exclude(
        organization__in=later.values("organization")
    )
    return unchanged, ResultChange.objects.filter(pk__in=first, existed=True)


def is_known(cycle: Cycle, day: datetime.date) -> bool:
    """Tell whether the log of `cycle` reaches back to the end of `day`."""
    return cycle.results_since is not None and cycle.results_since < _end(day)


def days_of_change(cycle: Cycle) -> list[datetime.date]:
    """Return the days on which results changed, the newest first."""
    moments = ResultChange.objects.filter(cycle=cycle).order_by()
    return [moment.date() for moment in moments.datetimes("changed_at", "day", order="DESC")]


def _end(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(
        datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    )
