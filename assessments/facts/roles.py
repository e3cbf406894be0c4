"""Secretaries' reviews, double cultivation, model posts and volunteering (B5, F1, F2, F3)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from activities.models import (
    Cultivation,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
    VolunteerHours,
)
from activities.models import Volunteering as Activity
from assessments.facts.calendar import Calendar
from assessments.facts.people import active_on, register
from assessments.facts.scope import MOST_IDS
from orgs.models import DevelopmentCase, Employment

# Services of one member are told apart up to so many.
MOST_SERVICES = 6


class Secretary(NamedTuple):
    """The superior's result of the secretary's report for the year; "" for none."""

    result: str = ""


@prepared
def _results(calendar: Calendar, ids: Keys) -> QuerySet:
    rows = limited(SecretaryReview.objects.order_by(), ids).filter(year=calendar.year)
    in_time = rows.filter(Q(reviewed_on=None) | Q(reviewed_on__lte=calendar.records_until))
    return in_time.values_list("organization", "result")


def read_secretaries(calendar: Calendar, ids: Keys) -> dict[int, Secretary]:
    """Return the result by organization; one query."""
    return {pk: Secretary(result) for pk, result in _results(calendar, ids)}


class Double(NamedTuple):
    """Double cultivation of one organization: people, reviews, and shares of key teachers."""

    pairs: int = 0
    reviewed: int = 0
    has_counts: bool = False
    teachers: int = 0
    member_teachers: int = 0
    backbone: int = 0
    member_backbone: int = 0
    # Of the cases of development: teachers admitted in three years, the key ones among
    # them, and key teachers who are activists on the day.
    admitted: int = 0
    admitted_backbone: int = 0
    backbone_activists: int = 0


@prepared
def _pairs(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the pairs of the year, and how many were reviewed in it."""
    first, day = calendar.first_day, calendar.day
    held = StageReview.objects.filter(cultivation=OuterRef("pk"), reviewed_on__range=(first, day))
    return (
        limited(Cultivation.objects.order_by(), ids)
        .filter(Q(result_on=None) | Q(result_on__gte=first), started_on__lte=day)
        .values("organization")
        .annotate(n=Count("pk"), reviewed=Count("pk", filter=Exists(held)))
        .values_list("organization", "n", "reviewed")
    )


@prepared
def _staff(year: int, ids: Keys) -> QuerySet:
    counts = limited(StaffCount.objects.order_by(), ids).filter(year=year)
    return counts.values_list(
        "organization", "teachers", "member_teachers", "backbone", "member_backbone"
    )


@prepared
def _cases(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for teachers admitted, the key ones among them, and key teachers on the way."""
    first, day = calendar.first_day, calendar.day
    since = first.replace(year=first.year - 2)
    admitted = Q(admitted_on__range=(since, day), is_teacher=True)
    cultivated = Q(activist_on__lte=day) & (Q(admitted_on=None) | Q(admitted_on__gt=day))
    running = Q(ended_on=None) | Q(ended_on__gt=day)
    return (
        limited(DevelopmentCase.objects.order_by(), ids)
        .values("organization")
        .annotate(
            admitted=Count("pk", filter=admitted),
            key_teachers=Count("pk", filter=admitted & ~Q(backbone="")),
            activists=Count("pk", filter=cultivated & running & ~Q(backbone="")),
        )
        .values_list("organization", "admitted", "key_teachers", "activists")
    )


def read_double(calendar: Calendar, ids: Keys) -> dict[int, Double]:
    """Return double cultivation by organization; three grouped queries."""
    found = {pk: Double(pairs=n, reviewed=reviewed) for pk, n, reviewed in _pairs(calendar, ids)}
    for pk, *numbers in _staff(calendar.year, ids):
        teachers, member_teachers, backbone, member_backbone = numbers
        found[pk] = found.get(pk, Double())._replace(
            has_counts=True,
            teachers=teachers,
            member_teachers=member_teachers,
            backbone=backbone,
            member_backbone=member_backbone,
        )
    for pk, *numbers in _cases(calendar, found if len(found) <= MOST_IDS else ids):
        if pk in found:
            found[pk] = found[pk]._replace(
                admitted=numbers[0], admitted_backbone=numbers[1], backbone_activists=numbers[2]
            )
    return found


class Pioneers(NamedTuple):
    """Model posts held on the day, those reviewed for the year, and members in active service."""

    is_kept: bool = False
    posts: int = 0
    reviewed: int = 0
    active_members: int = 0


@prepared
def _posts(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the posts held on the day, and those reviewed for the year."""
    day = calendar.day
    review = PioneerReview.objects.filter(pioneer=OuterRef("pk"), year=calendar.year)
    on_duty = Q(ended_on=None) | Q(ended_on__gt=day)
    return (
        limited(PioneerPost.objects.order_by(), ids)
        .filter(set_up_on__lte=day)
        .values("organization")
        .annotate(
            posts=Count("pk", filter=on_duty),
            reviewed=Count("pk", filter=on_duty & Q(Exists(review))),
        )
        .values_list("organization", "posts", "reviewed")
    )


@prepared
def _in_service(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask how many members of `day` are in active service."""
    members = register(ids).filter(active_on(day), member__employment=Employment.ACTIVE)
    counted = members.values("organization").annotate(n=Count("pk"))
    return counted.values_list("organization", "n")


def read_pioneers(calendar: Calendar, ids: Keys) -> dict[int, Pioneers]:
    """Return model posts by organization; two grouped queries."""
    found = {pk: Pioneers(True, posts, reviewed) for pk, posts, reviewed in _posts(calendar, ids)}
    for pk, n in _in_service(calendar.day, ids):
        if pk in found:
            found[pk] = found[pk]._replace(active_members=n)
    return found


class Volunteering(NamedTuple):
    """Activities of the year, and how many obliged members served once, twice … or more."""

    activities: int = 0
    obliged: int = 0
    # Members with at least 1, 2, … services.
    served: tuple[int, ...] = ()


@prepared
def _activities(calendar: Calendar, ids: Keys) -> QuerySet:
    between = (calendar.first_day, calendar.day)
    held = limited(Activity.objects.order_by(), ids).filter(held_on__range=between)
    counts = held.values("organization").annotate(n=Count("pk"))
    return counts.values_list("organization", "n")


@prepared
def _obliged(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the members of `day` who are to take part."""
    members = register(ids).filter(active_on(day), member__activity_exempt=False)
    return members.values_list("organization", "member")


@prepared
def _services(calendar: Calendar, members: Keys) -> QuerySet:
    """Ask for the services of each member in the year."""
    between = (calendar.first_day, calendar.day)
    services = VolunteerHours.objects.order_by().filter(
        volunteering__withdrawn_at=None, volunteering__held_on__range=between
    )
    counts = limited(services, members, "member").values("member").annotate(n=Count("pk"))
    return counts.values_list("member", "n")


def read_volunteering(calendar: Calendar, ids: Keys) -> dict[int, Volunteering]:
    """Return volunteering by organization; two grouped queries and a row for each member."""
    found = {pk: Volunteering(n) for pk, n in _activities(calendar, ids)}
    members = list(_obliged(calendar.day, ids))
    times = dict(_services(calendar, None if ids is None else {pk for _, pk in members}))
    obliged: dict[int, int] = defaultdict(int)
    served: dict[int, list[int]] = defaultdict(lambda: [0] * MOST_SERVICES)
    for pk, member in members:
        obliged[pk] += 1
        for place in range(min(times.get(member, 0), MOST_SERVICES)):
            served[pk][place] += 1
    for pk in found.keys() | served.keys():
        found[pk] = found.get(pk, Volunteering())._replace(
            obliged=obliged[pk], served=tuple(served[pk]) if pk in served else ()
        )
    return found
