"""The evaluation of members, counted from the results of persons (indicator C7)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from activities.models import Grade, MemberEvaluation
from assessments.facts.calendar import Calendar
from assessments.facts.people import full_on, register
from assessments.facts.scope import limited


class Evaluations(NamedTuple):
    """Results on record for the year: full members who took part, graded, and 优秀."""

    rows: int = 0
    took_part: int = 0
    graded: int = 0
    excellent: int = 0


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Evaluations]:
    """Return the counts by organization; one query.

    Probationary members take part but are given no grade: only full members count.
    """
    held = register(None).filter(full_on(calendar.day), member=OuterRef("member"))
    full = Q(is_full=True)
    rows = (
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
    )
    return {
        organization: Evaluations(*counts)
        for organization, *counts in rows.values_list(
            "organization", "rows", "took_part", "graded", "excellent"
        )
    }
