"""Organizational life, read for many organizations at once by grouped queries."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import BitOr
from django.db import connection
from django.db.models import Count, Field, Func, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractMonth

from accounts.prepared import Keys, limited, prepared
from activities.models import YEARLY_TYPES, Meeting, MeetingType
from assessments.facts.calendar import Calendar

# Types whose attendance is pooled for C8.
ATTENDANCE_TYPES = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.GROUP,
    MeetingType.LECTURE,
    MeetingType.THEME_DAY,
)
STUDY_TYPES = (MeetingType.BRANCH_COMMITTEE, MeetingType.ORG_DECISION)
_STUDY = Q(studies_party_building=True, type__in=STUDY_TYPES)
# The databases give whole numbers already: no conversion for each of them.
AS_IS = Field()
# Types whose months count.
_MONTHLY = (*ATTENDANCE_TYPES, MeetingType.BRANCH_COMMITTEE)


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


def month_mask(filter: Q | None = None):
    """Return the aggregate that sets bit `n` for each month `n` with a meeting."""
    bit = Func(
        ExtractMonth("held_on"),
        template="(1 << CAST(%(expressions)s AS integer))",
        output_field=AS_IS,
    )
    # PostgreSQL has the aggregate; elsewhere the sum of the different bits is the same.
    if connection.vendor == "postgresql":
        return BitOr(bit, filter=filter, output_field=AS_IS)
    return Sum(bit, filter=filter, distinct=True, output_field=AS_IS)


def read_meetings(calendar: Calendar, ids: Keys) -> dict[int, Life]:
    """Return the meetings by organization; four queries, whatever their number.

    Valid ones that count for the year, until `Calendar.day`; the yearly types as long
    as they may be handed in and `as_of` knows them.
    """
    found = _read_counts(_counts(calendar, ids))
    for organization, group, mask in _groups(calendar, ids):
        found[organization].groups[group] = mask
    for organization, day in _theme_days(calendar, ids):
        found[organization].theme_days.append(day)
    for organization, day, lecturer, chair in _lectures(calendar, ids):
        found[organization].lecturers.append((day, lecturer.strip() or chair.strip()))
    return found


def _of_year(calendar: Calendar, ids: Keys) -> QuerySet:
    return (
        limited(Meeting.objects.valid(), ids)
        .order_by()
        .filter(counts_for_year=calendar.year, held_on__gte=calendar.first_day)
    )


def _by_day(calendar: Calendar, ids: Keys) -> QuerySet:
    return _of_year(calendar, ids).filter(held_on__lte=calendar.day)


@prepared
def _groups(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the months held by each group."""
    return (
        _by_day(calendar, ids)
        .filter(type=MeetingType.GROUP)
        # A group on record by its present name, else as the ledger calls it.
        .annotate(called=Coalesce("group__name", "group_name"))
        .values("organization", "called")
        .annotate(mask=month_mask())
        .values_list("organization", "called", "mask")
    )


@prepared
def _theme_days(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the theme days of those who will be compared with a fixed day."""
    themes = _by_day(calendar, ids).filter(type=MeetingType.THEME_DAY)
    return themes.exclude(organization__fixed_day="").values_list("organization", "held_on")


@prepared
def _lectures(calendar: Calendar, ids: Keys) -> QuerySet:
    lectures = _by_day(calendar, ids).filter(type=MeetingType.LECTURE)
    return lectures.values_list("organization", "held_on", "lecturer", "chair")


# Counts of a row beside the months of each monthly type and the number of each yearly one.
_COUNTS = 6


@prepared
def _counts(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for months held, attendance, studies and the yearly types: a row an organization."""
    pooled, study = Q(type__in=ATTENDANCE_TYPES), _STUDY
    yearly_end = min(calendar.records_until, calendar.as_of)
    by_day = Q(held_on__lte=calendar.day)
    meetings = _of_year(calendar, ids).filter(
        by_day | Q(type__in=YEARLY_TYPES, held_on__lte=yearly_end)
    )
    counts = {
        "total_due": Sum("due", filter=pooled, output_field=AS_IS),
        "total_present": Sum("present", filter=pooled, output_field=AS_IS),
        "lectures": Count("pk", filter=Q(type=MeetingType.LECTURE), output_field=AS_IS),
        "evaluated": Max(
            "present", filter=Q(type=MeetingType.MEMBER_EVALUATION), output_field=AS_IS
        ),
        "studies": Count("pk", filter=study, output_field=AS_IS),
        "study_mask": month_mask(study),
    }
    months = {f"months_{kind}": month_mask(Q(type=kind)) for kind in _MONTHLY}
    yearly = {
        f"yearly_{kind}": Count("pk", filter=Q(type=kind), output_field=AS_IS)
        for kind in YEARLY_TYPES
    }
    return (
        meetings.filter(Q(type__in=(*_MONTHLY, *YEARLY_TYPES)) | study)
        .values("organization")
        .annotate(**counts, **months, **yearly)
        .values_list("organization", *counts, *months, *yearly)
    )


def _read_counts(rows: Iterable[tuple]) -> dict[int, Life]:
    """Return the rows of `_counts` by organization."""
    found: dict[int, Life] = defaultdict(Life)
    first_yearly = _COUNTS + len(_MONTHLY)
    for organization, *row in rows:
        due, present, lectures, evaluated, studies, study_months = row[:_COUNTS]
        masks = zip(_MONTHLY, row[_COUNTS:first_yearly], strict=True)
        held = zip(YEARLY_TYPES, row[first_yearly:], strict=True)
        found[organization] = Life(
            held={kind: mask for kind, mask in masks if mask},
            due=due or 0,
            present=present or 0,
            lectures=lectures,
            yearly={kind for kind, number in held if number},
            evaluated=evaluated or 0,
            studies=studies,
            study_months=study_months or 0,
        )
    return found
