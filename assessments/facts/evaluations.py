"""The evaluation of members, counted from the results of persons (indicator C7)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from activities.models import Grade, MemberEvaluation
from assessments.facts.calendar import Calendar
from assessments.facts.people import full_on, register


class Evaluations(NamedTuple):
    """Results on record for the year: full members who took part, graded, and 优秀."""

    rows: int = 0
    took_part: int = 0
    graded: int = 0
    excellent: int = 0


@prepared
def _counts(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the fields of `Evaluations`."""
    held = register(None).filter(full_on(calendar.day), member=OuterRef("member"))
    full = Q(is_full=True)
    return (
        limited(MemberEvaluation.objects.order_by(), ids)
        .filter(year=calendar.year, member__withdrawn_at=None)
        .annotate(is_full=Exists(held))
        .values("organization")
        .annotate(
            rows=Count("pk"),
            took_part=Count("pk", filter=full & Q(took_part=True)),
            graded=Count("pk", filter=full & ~Q(grade="")),
            excellent=Count("pk", filter=full & Q(grade=Grade.EXCELLENT)),
        )
        .values_list("organization", "rows", "took_part", "graded", "excellent")
    )


def read(calendar: Calendar, ids: Keys) -> dict[int, Evaluations]:
    """Return the counts by organization; one query.

    Probationary members take part but are given no grade: only full members count.
    """
    return {pk: Evaluations(*counts) for pk, *counts in _counts(calendar, ids)}
