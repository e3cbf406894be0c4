"""Training of members and leaders in the year (indicators B3, D1 and D2)."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.prepared import Keys, limited, prepared
from activities.education.hours import (
    MEMBER_HOURS,
    NONE,
    Hours,
    Leader,
    Person,
    hours_of,
    leaders_on,
    months_present,
    people_on,
)
from activities.models import Training as TrainingRecord
from activities.models import TrainingLevel, TrainingPlan
from assessments.facts.calendar import Calendar
from orgs.models import MemberStatus, PostKind, add_years

# Names told of those who miss hours.
NAMES = 3


class Training(NamedTuple):
    """What members and leaders of one organization have; hours in tenths."""

    # Whether it keeps such records: a plan or a training of the year, or hours of a member.
    is_kept: bool = False
    has_plan: bool = False
    approved_on: datetime.date | None = None
    # Per month present (up to the day) and hours: how many obliged members have both.
    hours: tuple[tuple[int, int], ...] = ()
    # The first names of those with the fewest hours, by month present and hours.
    names: tuple[str, ...] = ()
    new_members: int = 0
    new_trained: int = 0
    # None without a secretary in the register.
    secretary: int | None = None
    secretary_class: datetime.date | None = None
    others: tuple[int, ...] = ()


@prepared
def _plans(year: int, ids: Keys) -> QuerySet:
    plans = limited(TrainingPlan.objects.order_by(), ids).filter(year=year)
    return plans.exclude(organization=None).values_list("organization", "approved_on")


@prepared
def _holders(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the organizations that held a training in the year."""
    held = limited(TrainingRecord.objects.order_by(), ids).filter(
        started_on__range=(calendar.first_day, calendar.day)
    )
    return held.values_list("organization", flat=True).distinct()


def read(calendar: Calendar, ids: Keys) -> dict[int, Training]:
    """Return the training by organization; five queries, the longest a row for each member."""
    year, day = calendar.year, calendar.day
    plans = dict(_plans(year, ids))
    held = set(_holders(calendar, ids))
    people = people_on(day, ids)
    leaders = leaders_on(day, ids)
    members = None
    if ids is not None:
        members = {one.pk for some in people.values() for one in some}
        members |= {one.member for some in leaders.values() for one in some if one.member}
    hours = hours_of(year, day, members)
    found = {}
    for organization in people.keys() | leaders.keys() | plans.keys() | held:
        some = people.get(organization, [])
        posts = leaders.get(organization, [])
        is_kept = organization in plans or organization in held
        is_kept = is_kept or any(one.pk in hours for one in some)
        is_kept = is_kept or any(one.member in hours for one in posts)
        if is_kept:
            found[organization] = _of_one(calendar, some, posts, hours)._replace(
                is_kept=True,
                has_plan=organization in plans,
                approved_on=plans.get(organization),
            )
    return found


def _of_one(
    calendar: Calendar, people: list[Person], leaders: list[Leader], hours: dict[int, Hours]
) -> Training:
    """Return what members and leaders of one organization have."""
    year_before = add_years(calendar.day, -1)
    rows: list[tuple[int, int, str]] = []
    new = trained = 0
    by_name: dict[str, int] = {}
    for person in people:
        by_name[person.name] = person.pk
        own = hours.get(person.pk, NONE)
        if not person.exempt:
            months = months_present(calendar.year, calendar.day, person.joined_on)
            rows.append((months, own.tenths, person.name))
        is_new = person.status == MemberStatus.PROBATIONARY
        if is_new or (person.confirmed_on and person.confirmed_on > year_before):
            new += 1
            trained += own.level >= TrainingLevel.TOWNSHIP
    # Whoever misses most of what is asked comes first.
    rows.sort(key=lambda row: (12 * row[1] - 10 * MEMBER_HOURS * row[0], row[2]))
    secretary = None
    secretary_class = None
    others = []
    for leader in leaders:
        own = hours.get(leader.member or by_name.get(leader.name, 0), NONE)
        if leader.kind == PostKind.SECRETARY:
            secretary, secretary_class = own.tenths, own.county_on
        else:
            others.append(own.tenths)
    return Training(
        hours=tuple((months, tenths) for months, tenths, _ in rows),
        names=tuple(name for *_, name in rows[:NAMES]),
        new_members=new,
        new_trained=trained,
        secretary=secretary,
        secretary_class=secretary_class,
        others=tuple(others),
    )
