"""Party groups on record: who is in one, and when each was due to meet (A4, C3)."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from assessments.facts.people import active_on, register
from orgs.members.days import confirmed_by
from orgs.models import GroupMembership, PartyGroup

# A group has three members, a full member among them (the default standard, A4).
LEAST = 3


class Groups(NamedTuple):
    """The groups of one organization: those of the day, and the months of all of them.

    `months` holds name and mask of due months of each group that existed in the year.
    """

    groups: int = 0
    placed: int = 0
    too_small: int = 0
    without_full: int = 0
    months: tuple[tuple[str, int], ...] = ()


@prepared
def _sizes(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the members of each group on `day`, and the full ones among them."""
    alive = Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day)
    members = register(None).filter(active_on(day)).values("member")
    return (
        limited(GroupMembership.objects.order_by(), ids, "group__organization")
        .filter(*alive, member__in=members)
        .values("group")
        .annotate(
            n=Count("member", distinct=True),
            full=Count("member", filter=confirmed_by(day), distinct=True),
        )
        .values_list("group", "n", "full")
    )


@prepared
def _groups(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the groups that existed in the year."""
    return (
        limited(PartyGroup.objects.order_by("pk"), ids)
        .filter(Q(start=None) | Q(start__lte=calendar.day))
        .filter(Q(end=None) | Q(end__gt=calendar.first_day))
        .values_list("organization", "pk", "name", "start", "end")
    )


def read(calendar: Calendar, ids: Keys) -> dict[int, Groups]:
    """Return the groups by organization; two queries, a row for each group."""
    day = calendar.day
    counts = {group: sizes for group, *sizes in _sizes(day, ids)}
    found: dict[int, Groups] = {}
    for organization, pk, name, start, end in _groups(calendar, ids):
        one = found.get(organization, Groups())
        one = one._replace(months=(*one.months, (name, calendar.slots(start, end).months)))
        if end is None or end > day:
            number, full = counts.get(pk, (0, 0))
            one = one._replace(
                groups=one.groups + 1,
                placed=one.placed + number,
                too_small=one.too_small + (number < LEAST),
                without_full=one.without_full + (not full),
            )
        found[organization] = one
    return found
