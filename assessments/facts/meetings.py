"""Organizational life, read for many organizations at once by grouped queries."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import BitOr
from django.db import connection
from django.db.models import Count, Field, Func, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from activities.models import YEARLY_TYPES, Meeting, MeetingType
from assessments.facts.calendar import Calendar
from assessments.facts.scope import limited

Ids = Collection[int] | None

# Types whose attendance is pooled for C8.
ATTENDANCE_TYPES = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.GROUP,
    MeetingType.LECTURE,
    MeetingType.THEME_DAY,
)
STUDY_TYPES = (MeetingType.BRANCH_COMMITTEE, MeetingType.ORG_DECISION)
# The databases give whole numbers already: no conversion for each of them.
_AS_IS = Field()
_COUNTED = (*ATTENDANCE_TYPES, MeetingType.BRANCH_COMMITTEE)


@dataclass(slots=True)
class Life:
    """The valid meetings of one organization in the year."""

    held: dict[str, int] = field(default_factory=dict)
    due: int = 0
    present: int = 0
    lectures: int = 0
    yearly: set[str] = field(default_factory=set)
    evaluated: int = 0
    theme_days: list[datetime.date] = field(default_factory=list)
    lecturers: list[tuple[datetime.date, str]] = field(default_factory=list)
    studies: int = 0
    study_months: int = 0
    groups: dict[str, int] = field(default_factory=dict)


def month_mask():
    """Return the aggregate that sets bit `n` for each month `n` with a meeting."""
    bit = Func(
        ExtractMonth("held_on"),
        template="(1 << CAST(%(expressions)s AS integer))",
        output_field=_AS_IS,
    )
    # PostgreSQL has the aggregate; elsewhere the sum of the different bits is the same.
    if connection.vendor == "postgresql":
        return BitOr(bit, output_field=_AS_IS)
    return Sum(bit, distinct=True, output_field=_AS_IS)


def in_period(calendar: Calendar, ids: Ids) -> QuerySet:
    """Return the valid meetings that count for the year, as far as `as_of` knows them."""
    first = calendar.first_day
    yearly_end = min(calendar.records_until, calendar.as_of)
    return (
        limited(Meeting.objects.valid(), ids)
        .order_by()
        .filter(counts_for_year=calendar.year, held_on__gte=first)
        .filter(Q(held_on__lte=calendar.day) | Q(type__in=YEARLY_TYPES, held_on__lte=yearly_end))
    )


def read_meetings(calendar: Calendar, ids: Ids) -> dict[int, Life]:
    """Return the meetings by organization; five queries, whatever their number."""
    found: dict[int, Life] = {}

    def of(organization: int) -> Life:
        life = found.get(organization)
        if life is None:
            life = found[organization] = Life()
        return life

    meetings = in_period(calendar, ids)
    _read_counts(meetings, of)
    _read_days(meetings, of)
    groups = (
        meetings.filter(type=MeetingType.GROUP)
        .values("organization", "group_name")
        .annotate(mask=month_mask())
        .values_list("organization", "group_name", "mask")
    )
    for organization, group, mask in groups:
        of(organization).groups[group] = mask
    studies = (
        meetings.filter(studies_party_building=True, type__in=STUDY_TYPES)
        .values("organization")
        .annotate(n=Count("pk"), mask=month_mask())
        .values_list("organization", "n", "mask")
    )
    for organization, number, mask in studies:
        life = of(organization)
        life.studies, life.study_months = number, mask
    return found


def _read_counts(meetings: QuerySet, of) -> None:
    """Add months held, attendance and the yearly types."""
    rows = (
        meetings.filter(type__in=(*_COUNTED, *YEARLY_TYPES))
        .values("organization", "type")
        .annotate(
            mask=month_mask(),
            n=Count("pk", output_field=_AS_IS),
            total_due=Sum("due", output_field=_AS_IS),
            total_present=Sum("present", output_field=_AS_IS),
            most=Max("present", output_field=_AS_IS),
        )
        .values_list("organization", "type", "mask", "n", "total_due", "total_present", "most")
    )
    pooled, yearly = frozenset(ATTENDANCE_TYPES), frozenset(YEARLY_TYPES)
    lecture, evaluation = MeetingType.LECTURE, MeetingType.MEMBER_EVALUATION
    for organization, kind, mask, number, due, present, most in rows:
        life = of(organization)
        if kind in yearly:
            life.yearly.add(kind)
            if kind == evaluation:
                life.evaluated = most
            continue
        life.held[kind] = mask
        if kind in pooled:
            life.due += due
            life.present += present
            if kind == lecture:
                life.lectures = number


def _read_days(meetings: QuerySet, of) -> None:
    """Add the days of theme days where a fixed day is told, and who lectured when."""
    themes = meetings.filter(type=MeetingType.THEME_DAY).exclude(organization__fixed_day="")
    for organization, day in themes.values_list("organization", "held_on"):
        of(organization).theme_days.append(day)
    lectures = meetings.filter(type=MeetingType.LECTURE)
    rows = lectures.values_list("organization", "held_on", "lecturer", "chair")
    for organization, day, lecturer, chair in rows:
        of(organization).lecturers.append((day, lecturer.strip() or chair.strip()))
