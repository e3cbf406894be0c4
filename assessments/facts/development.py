"""People on the way to membership (indicators E1 and E2), from their cases."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from orgs.models import DevelopmentCase, DevelopmentCheck


class Development(NamedTuple):
    """The cases of one organization: how many, activists on the day, and rules kept."""

    cases: int = 0
    activists: int = 0
    # Admitted in this and the two years before, and the teachers among them.
    admitted: int = 0
    admitted_teachers: int = 0
    # Checks R45-R55 that fell due in the year, and those that were met.
    checks_due: int = 0
    checks_met: int = 0


@prepared
def _cases(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the fields of `Development` that the cases themselves tell."""
    day = calendar.day
    first = calendar.first_day.replace(year=calendar.year - 2)
    cultivated = Q(activist_on__lte=day) & (Q(admitted_on=None) | Q(admitted_on__gt=day))
    running = Q(ended_on=None) | Q(ended_on__gt=day)
    admitted = Q(admitted_on__gte=first, admitted_on__lte=day)
    return (
        limited(DevelopmentCase.objects.order_by(), ids)
        .filter(applied_on__lte=day)
        .values("organization")
        .annotate(
            cases=Count("pk"),
            activists=Count("pk", filter=cultivated & running),
            admitted=Count("pk", filter=admitted),
            admitted_teachers=Count("pk", filter=admitted & Q(is_teacher=True)),
        )
        .values_list("organization", "cases", "activists", "admitted", "admitted_teachers")
    )


@prepared
def _checks(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the checks that fell due in the year, and those met."""
    return (
        limited(DevelopmentCheck.objects.order_by(), ids, "case__organization")
        .filter(case__withdrawn_at=None, due_on__gte=calendar.first_day, due_on__lte=calendar.day)
        .exclude(code="R56")
        .values("case__organization")
        .annotate(due=Count("pk"), met=Count("pk", filter=Q(met=True)))
        .values_list("case__organization", "due", "met")
    )


def read(calendar: Calendar, ids: Keys) -> dict[int, Development]:
    """Return the cases by organization, and what was due of them in the year; two queries."""
    found = {pk: Development(*counts) for pk, *counts in _cases(calendar, ids)}
    for organization, due, met in _checks(calendar, ids):
        if organization in found:
            found[organization] = found[organization]._replace(checks_due=due, checks_met=met)
    return found
