"""Organizations as they were on a past day.

The present stands on the organization; periods hold what an act changed since: names and
kinds (FormerName), bodies and superiors (Affiliation), schools (Coverage).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from orgs.models import Affiliation, Coverage, FormerName, Organization
from orgs.models.organizations import covers
from schools.models import School


def put_back(organizations: Sequence[Any], day: datetime.date) -> None:
    """Set name, kind, body, superior and schools of each to those of `day`; five queries.

    `units` is the list of its schools, its own first. The records must not be saved.
    """
    keys = [organization.pk for organization in organizations]
    names = FormerName.objects.filter(organization__in=keys, end__gt=day).order_by("-end")
    # The name of the day is the one that ended next after it.
    name_of = {row.organization_id: row for row in names if not (row.start and row.start > day)}
    places = Affiliation.objects.filter(covers(day), organization__in=keys)
    place_of = {row.organization_id: row for row in places.select_related("jurisdiction", "parent")}
    units = units_on(organizations, day)
    parents = [place.parent for place in place_of.values() if place.parent and place.end]
    for organization in organizations:
        if name := name_of.get(organization.pk):
            organization.name, organization.kind = name.name, name.kind
            organization.short_name = name.short_name
        place = place_of.get(organization.pk)
        if place:
            organization.jurisdiction = place.jurisdiction
            if place.end:
                organization.parent = place.parent
        organization.units = units[organization.pk]
        organization.school = organization.units[0] if organization.units else None
    _name_back([*parents, *(o.parent for o in organizations if o.parent)], day)


def _name_back(organizations: Iterable[Organization], day: datetime.date) -> None:
    """Give organizations above their names of the day."""
    by_key: dict[int, list[Organization]] = defaultdict(list)
    for organization in organizations:
        by_key[organization.pk].append(organization)
    names = FormerName.objects.filter(organization__in=list(by_key), end__gt=day)
    for name in names.order_by("-end"):
        if name.start is None or name.start <= day:
            for organization in by_key[name.organization_id]:
                organization.name, organization.kind = name.name, name.kind
                organization.short_name = name.short_name


def units_on(organizations: Sequence[Organization], day: datetime.date) -> dict[int, list[School]]:
    """Return the schools of each organization on `day`, its own of today first."""
    keys = [organization.pk for organization in organizations]
    found: dict[int, dict[int, School]] = defaultdict(dict)
    for organization in organizations:
        if organization.school:
            found[organization.pk][organization.school.pk] = organization.school
    through = Organization.covered_schools.through
    pairs = list(
        through.objects.filter(organization__in=keys).values_list("organization", "school")
    )
    periods = list(
        Coverage.objects.filter(organization__in=keys).select_related("school").order_by("pk")
    )
    schools = School.everything.in_bulk({school for _, school in pairs})
    for organization_id, school_id in pairs:
        found[organization_id].setdefault(school_id, schools[school_id])
    for period in periods:
        there = (period.start is None or period.start <= day) and (
            period.end is None or period.end > day
        )
        if there:
            found[period.organization_id].setdefault(period.school_id, period.school)
    for period in periods:
        # Came later, and was not there before either.
        if period.start and period.start > day and not _there(periods, period, day):
            found[period.organization_id].pop(period.school_id, None)
    return {key: list(found[key].values()) for key in keys}


def _there(periods: Iterable[Coverage], asked: Coverage, day: datetime.date) -> bool:
    return any(
        one.organization_id == asked.organization_id
        and one.school_id == asked.school_id
        and (one.start is None or one.start <= day)
        and (one.end is None or one.end > day)
        for one in periods
    )


def below_on(organization: Organization, day: datetime.date):
    """Return the organizations that stood below one on `day`."""
    was = Affiliation.objects.filter(covers(day), parent=organization, end__isnull=False)
    # Below it today, and placed there on the day already.
    still = Affiliation.objects.filter(covers(day), end=None).values("organization")
    return Organization.objects.active_on(day).filter(
        Q(pk__in=was.values("organization")) | Q(parent=organization, pk__in=still)
    )


def was_named(key: str) -> Q:
    """Return the condition that an organization bore a name holding `key` at some time."""
    found = FormerName.objects.filter(name_key__contains=key)
    return Q(pk__in=found.values("organization"))


def earlier_names(organizations: Iterable[Organization], key: str) -> dict[int, str]:
    """Return 原名… for those whose present name does not hold `key` but an earlier one does."""
    asked = [one.pk for one in organizations if key not in one.name_key]
    names = FormerName.objects.filter(organization__in=asked, name_key__contains=key)
    return {name.organization_id: f"原名{name.short_name}" for name in names.order_by("end")}
