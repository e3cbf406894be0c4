"""Secretaries' reviews, double cultivation, model posts and volunteering (B5, F1, F2, F3)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

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
from assessments.facts.scope import MOST_IDS, limited
from orgs.models import DevelopmentCase, Employment

Ids = Collection[int] | None
# Services of one member are told apart up to so many.
MOST_SERVICES = 6


class Secretary(NamedTuple):
    """The superior's result of the secretary's report for the year; "" for none."""

    result: str = ""


def read_secretaries(calendar: Calendar, ids: Ids) -> dict[int, Secretary]:
    """Return the result by organization; one query."""
    rows = limited(SecretaryReview.objects.order_by(), ids).filter(year=calendar.year)
    found = rows.filter(Q(reviewed_on=None) | Q(reviewed_on__lte=calendar.records_until))
    return {pk: Secretary(result) for pk, result in found.values_list("organization", "result")}


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


def read_double(calendar: Calendar, ids: Ids) -> dict[int, Double]:
    """Return double cultivation by organization; three grouped queries."""
    first, day = calendar.first_day, calendar.day
    held = StageReview.objects.filter(cultivation=OuterRef("pk"), reviewed_on__range=(first, day))
    pairs = (
        limited(Cultivation.objects.order_by(), ids)
        .filter(Q(result_on=None) | Q(result_on__gte=first), started_on__lte=day)
        .values("organization")
        .annotate(n=Count("pk"), reviewed=Count("pk", filter=Exists(held)))
    )
    found = {
        pk: Double(pairs=n, reviewed=reviewed)
        for pk, n, reviewed in pairs.values_list("organization", "n", "reviewed")
    }
    counts = limited(StaffCount.objects.order_by(), ids).filter(year=calendar.year)
    for pk, *numbers in counts.values_list(
        "organization", "teachers", "member_teachers", "backbone", "member_backbone"
    ):
        teachers, member_teachers, backbone, member_backbone = numbers
        found[pk] = found.get(pk, Double())._replace(
            has_counts=True,
            teachers=teachers,
            member_teachers=member_teachers,
            backbone=backbone,
            member_backbone=member_backbone,
        )
    since = first.replace(year=first.year - 2)
    admitted = Q(admitted_on__range=(since, day), is_teacher=True)
    cultivated = Q(activist_on__lte=day) & (Q(admitted_on=None) | Q(admitted_on__gt=day))
    running = Q(ended_on=None) | Q(ended_on__gt=day)
    cases = (
        limited(DevelopmentCase.objects.order_by(), list(found) if len(found) <= MOST_IDS else ids)
        .values("organization")
        .annotate(
            admitted=Count("pk", filter=admitted),
            key_teachers=Count("pk", filter=admitted & ~Q(backbone="")),
            activists=Count("pk", filter=cultivated & running & ~Q(backbone="")),
        )
    )
    for pk, *numbers in cases.values_list("organization", "admitted", "key_teachers", "activists"):
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


def read_pioneers(calendar: Calendar, ids: Ids) -> dict[int, Pioneers]:
    """Return model posts by organization; two grouped queries."""
    day = calendar.day
    review = PioneerReview.objects.filter(pioneer=OuterRef("pk"), year=calendar.year)
    on_duty = Q(ended_on=None) | Q(ended_on__gt=day)
    rows = (
        limited(PioneerPost.objects.order_by(), ids)
        .filter(set_up_on__lte=day)
        .values("organization")
        .annotate(
            posts=Count("pk", filter=on_duty),
            reviewed=Count("pk", filter=on_duty & Q(Exists(review))),
        )
    )
    found = {
        pk: Pioneers(True, posts, reviewed)
        for pk, posts, reviewed in rows.values_list("organization", "posts", "reviewed")
    }
    members = register(ids).filter(active_on(day), member__employment=Employment.ACTIVE)
    counted = members.values("organization")
    for pk, n in counted.annotate(n=Count("pk")).values_list("organization", "n"):
        if pk in found:
            found[pk] = found[pk]._replace(active_members=n)
    return found


class Volunteering(NamedTuple):
    """Activities of the year, and how many obliged members served once, twice … or more."""

    activities: int = 0
    obliged: int = 0
    # Members with at least 1, 2, … services.
    served: tuple[int, ...] = ()


def read_volunteering(calendar: Calendar, ids: Ids) -> dict[int, Volunteering]:
    """Return volunteering by organization; two grouped queries and a row for each member."""
    between: tuple[datetime.date, datetime.date] = (calendar.first_day, calendar.day)
    held = limited(Activity.objects.order_by(), ids).filter(held_on__range=between)
    counts = held.values("organization").annotate(n=Count("pk"))
    found = {pk: Volunteering(n) for pk, n in counts.values_list("organization", "n")}
    members = register(ids).filter(active_on(calendar.day), member__activity_exempt=False)
    services = VolunteerHours.objects.order_by().filter(
        volunteering__withdrawn_at=None, volunteering__held_on__range=between
    )
    if ids is not None:
        services = services.filter(member__in=members.values("member"))
    times = dict(services.values("member").annotate(n=Count("pk")).values_list("member", "n"))
    obliged: dict[int, int] = defaultdict(int)
    served: dict[int, list[int]] = defaultdict(lambda: [0] * MOST_SERVICES)
    for pk, member in members.values_list("organization", "member"):
        obliged[pk] += 1
        for place in range(min(times.get(member, 0), MOST_SERVICES)):
            served[pk][place] += 1
    for pk in found.keys() | served.keys():
        found[pk] = found.get(pk, Volunteering())._replace(
            obliged=obliged[pk], served=tuple(served[pk]) if pk in served else ()
        )
    return found
