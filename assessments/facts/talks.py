"""Talks, and the problems listed at the yearly meeting (indicator C6)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from activities.models import PLANNED, HeartTalk, LifeProblem, Meeting, MeetingType
from assessments.facts.calendar import Calendar
from assessments.facts.people import active_on, register
from orgs.models import OrgKind, Post

# The yearly meetings of criticism.
MEETINGS = (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE)
OF_COMMITTEES = {"organization__kind": OrgKind.COMMITTEE}


class Talks(NamedTuple):
    """Who was talked with for the year, and what was listed at its meeting.

    `members` counts the members of the day with a talk; in a committee those of it who
    hold a post, `should` telling how many there are.
    """

    talks: int = 0
    members: int = 0
    should: int = 0
    before: bool = False
    problems: int = 0
    planned: int = 0


def _until(calendar: Calendar) -> datetime.date:
    """Return the day by which talks and meetings of the year must be held."""
    return min(calendar.records_until, calendar.as_of)


def _talks(calendar: Calendar, ids: Keys) -> QuerySet:
    return limited(HeartTalk.objects.order_by(), ids).filter(
        counts_for_year=calendar.year, held_on__lte=_until(calendar)
    )


@prepared
def _held(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask how many talks there were, and when the first."""
    rows = _talks(calendar, ids).values("organization").annotate(n=Count("pk"), day=Min("held_on"))
    return rows.values_list("organization", "n", "day")


@prepared
def _problems(year: int, ids: Keys) -> QuerySet:
    """Ask how many problems were listed, and how many have all that is asked of them."""
    return (
        limited(LifeProblem.objects.order_by(), ids, "meeting__organization")
        .filter(meeting__withdrawn_at=None, meeting__counts_for_year=year)
        .values("meeting__organization")
        .annotate(n=Count("pk"), ready=Count("pk", filter=PLANNED))
        .values_list("meeting__organization", "n", "ready")
    )


@prepared
def _meetings(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the last meeting of criticism."""
    return (
        limited(Meeting.objects.valid(), ids)
        .order_by()
        .filter(counts_for_year=calendar.year, type__in=MEETINGS)
        .filter(held_on__gte=calendar.first_day, held_on__lte=_until(calendar))
        .values("organization")
        .annotate(day=Max("held_on"))
        .values_list("organization", "day")
    )


@prepared
def _talked(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask how many members of the day had a talk, be it where they came from."""
    talks = _talks(calendar, None)
    told, spoke = talks, talks.exclude(speaker=None)
    if ids is not None:
        people = register(ids).values("member")
        told, spoke = talks.filter(member__in=people), spoke.filter(speaker__in=people)
    talked = Q(member__in=told.values("member")) | Q(member__in=spoke.values("speaker"))
    members = register(ids).filter(active_on(calendar.day)).filter(talked)
    counts = members.values("organization").annotate(n=Count("pk"))
    return counts.values_list("organization", "n")


@prepared
def _names(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask who talked with whom in committees."""
    return (
        _talks(calendar, ids)
        .filter(**OF_COMMITTEES)
        .values_list("organization", "speaker_name", "member__name")
    )


@prepared
def _holders(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the holders of posts in committees."""
    posts = limited(Post.objects.order_by(), ids).filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day), **OF_COMMITTEES
    )
    return posts.values_list("organization", "holder")


def read(calendar: Calendar, ids: Keys) -> dict[int, Talks]:
    """Return talks and problems by organization; six queries, one row for each of them
    except for the talks of committees, which are few.
    """
    found: dict[int, Talks] = {}
    first = {}
    for organization, number, day in _held(calendar, ids):
        found[organization], first[organization] = Talks(talks=number), day
    for organization, number, planned in _problems(calendar.year, ids):
        one = found.get(organization, Talks())
        found[organization] = one._replace(problems=number, planned=planned)
    if not found:
        return found
    for organization, day in _meetings(calendar, ids):
        if organization in first:
            before = first[organization] <= day
            found[organization] = found[organization]._replace(before=before)
    for organization, number in _talked(calendar, ids):
        # A member may have been spoken with in the organization he came from.
        if organization in found:
            found[organization] = found[organization]._replace(members=number)
    return _committees(calendar, ids, found)


def _committees(calendar: Calendar, ids: Keys, found: dict[int, Talks]) -> dict[int, Talks]:
    """Count for committees those who hold a post, by name: they are members below it."""
    names: dict[int, set[str]] = defaultdict(set)
    for organization, speaker, member in _names(calendar, ids):
        names[organization] |= {speaker, member}
    holders: dict[int, set[str]] = defaultdict(set)
    for organization, holder in _holders(calendar.day, ids):
        holders[organization].add(holder)
    for organization, holding in holders.items():
        if organization in found:
            found[organization] = found[organization]._replace(
                members=len(holding & names[organization]), should=len(holding)
            )
    return found
