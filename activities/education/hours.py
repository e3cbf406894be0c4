"""Class hours: how many a training has, how many a member needs, and who reached them.

32 in a year for each member (党员教育管理工作条例 Art. 20), 56 for secretaries and committee
members (national training plan); a full day is eight hours, half a day four. Whoever
joined in the year needs the share of the months he was a member; members exempt from
activities need none (Art. 23).
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Min, Q, QuerySet, Sum

from accounts.prepared import Keys, limited, prepared
from activities.models import TrainingForm, TrainingHours, TrainingLevel
from orgs.members.days import suspended_on
from orgs.models import Membership, Post, PostKind

FULL_DAY, HALF_DAY = 8, 4
# The hours of a year; a standard may ask for others (parameters of D1 and B3).
MEMBER_HOURS, LEADER_HOURS = 32, 56
# More keys than this in a condition cost more than reading every row.
_MOST_KEYS = 20_000


def class_hours(full_days: int, half_days: int) -> int:
    """Return the hours of a training of so many full and half days."""
    return FULL_DAY * full_days + HALF_DAY * half_days


def months_present(
    year: int, until: datetime.date, joined: datetime.date | None, left: datetime.date | None = None
) -> int:
    """Return at how many month ends of `year`, up to `until`, somebody was a member."""
    count = 0
    for month in range(1, 13):
        end = datetime.date(year, month, monthrange(year, month)[1])
        if end <= until and (joined is None or joined <= end) and (left is None or left > end):
            count += 1
    return count


def is_reached(tenths: int, wanted: int, months: int) -> bool:
    """Tell whether hours (in tenths) are enough for `wanted` hours a year over `months`."""
    return 12 * tenths >= 10 * wanted * months


def needed(wanted: int, months: int) -> Decimal:
    """Return the hours `months` of a year ask for, one decimal, rounded up."""
    return Decimal(-(-10 * wanted * months // 12)) / 10


class Hours(NamedTuple):
    """What one member has in a year: hours in tenths, and the classes above the branch."""

    tenths: int = 0
    # The highest level of a concentrated class he was in; 0 for none.
    level: int = 0
    # The first concentrated class of a county or above.
    county_on: datetime.date | None = None


NONE = Hours()


class Person(NamedTuple):
    """A member as far as his hours are concerned."""

    pk: int
    organization: int
    name: str
    joined_on: datetime.date | None
    confirmed_on: datetime.date | None
    status: str
    exempt: bool


class Leader(NamedTuple):
    """Somebody in a post of the committee."""

    member: int | None
    kind: str
    start: datetime.date | None
    name: str


@prepared
def _people(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the fields of `Person`."""
    rows = Membership.objects.order_by("member__name", "member").filter(
        Q(start=None) | Q(start__lte=day),
        Q(end=None) | Q(end__gt=day),
        Q(member__joined_on=None) | Q(member__joined_on__lte=day),
        Q(member__left_on=None) | Q(member__left_on__gt=day),
        member__withdrawn_at=None,
    )
    rows = limited(rows, ids).exclude(suspended_on(day))
    names = ("name", "joined_on", "confirmed_on", "status", "activity_exempt")
    return rows.values_list("member", "organization", *(f"member__{name}" for name in names))


def people_on(day: datetime.date, ids: Keys) -> dict[int, list[Person]]:
    """Return the members of `day` by organization, by the membership of that day; one query."""
    found: dict[int, list[Person]] = defaultdict(list)
    for row in _people(day, ids):
        found[row[1]].append(Person(*row))
    return found


@prepared
def _leaders(day: datetime.date, ids: Keys) -> QuerySet:
    rows = Post.objects.order_by("organization", "pk").filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day)
    )
    rows = limited(rows, ids)
    return rows.values_list("organization", "member", "kind", "start", "holder")


def leaders_on(day: datetime.date, ids: Keys) -> dict[int, list[Leader]]:
    """Return who holds a post on `day` by organization, each person once; one query."""
    found: dict[int, dict[str, Leader]] = defaultdict(dict)
    for organization, member, kind, start, holder in _leaders(day, ids):
        leader = Leader(member, kind, start, holder)
        known = found[organization].get(leader.name)
        if known is None or leader.kind == PostKind.SECRETARY:
            found[organization][leader.name] = leader
    return {organization: list(people.values()) for organization, people in found.items()}


@prepared
def _hours(year: int, until: datetime.date, members: Keys) -> QuerySet:
    """Ask for hours, highest level and first class of a county or above by member."""
    held = Q(
        training__withdrawn_at=None,
        training__started_on__range=(datetime.date(year, 1, 1), until),
    )
    rows = limited(TrainingHours.objects.order_by().filter(held), members, "member")
    concentrated = Q(training__form=TrainingForm.CONCENTRATED)
    county = concentrated & Q(training__level__gte=TrainingLevel.COUNTY)
    grouped = rows.values("member").annotate(
        total=Sum("hours"),
        highest=Max("training__level", filter=concentrated),
        county_on=Min("training__started_on", filter=county),
    )
    return grouped.values_list("member", "total", "highest", "county_on")


def hours_of(year: int, until: datetime.date, members: Keys) -> dict[int, Hours]:
    """Return what members have from 1 January to `until`; one grouped query.

    A training counts for the year it began in. `members` None: everybody.
    """
    if members is not None and len(members) > _MOST_KEYS:
        members = None
    return {
        member: Hours(int(total * 10), highest or 0, county_on)
        for member, total, highest, county_on in _hours(year, until, members)
    }
