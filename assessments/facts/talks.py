"""Talks, and the problems listed at the yearly meeting (indicator C6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q

from activities.models import PLANNED, HeartTalk, LifeProblem, Meeting, MeetingType
from assessments.facts.calendar import Calendar
from assessments.facts.people import active_on, register
from assessments.facts.scope import limited
from orgs.models import OrgKind, Post

# The yearly meetings of criticism.
MEETINGS = (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE)


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


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Talks]:
    """Return talks and problems by organization; six queries, one row for each of them
    except for the talks of committees, which are few.
    """
    until = min(calendar.records_until, calendar.as_of)
    talks = limited(HeartTalk.objects.order_by(), ids).filter(
        counts_for_year=calendar.year, held_on__lte=until
    )
    found: dict[int, Talks] = {}
    first = {}
    rows = talks.values("organization").annotate(n=Count("pk"), first=Min("held_on"))
    for organization, number, day in rows.values_list("organization", "n", "first"):
        found[organization], first[organization] = Talks(talks=number), day
    for organization, number, planned in (
        limited(LifeProblem.objects.order_by(), ids, "meeting__organization")
        .filter(meeting__withdrawn_at=None, meeting__counts_for_year=calendar.year)
        .values("meeting__organization")
        .annotate(n=Count("pk"), ready=Count("pk", filter=PLANNED))
        .values_list("meeting__organization", "n", "ready")
    ):
        one = found.get(organization, Talks())
        found[organization] = one._replace(problems=number, planned=planned)
    if not found:
        return found
    meetings = (
        limited(Meeting.objects.valid(), ids)
        .order_by()
        .filter(counts_for_year=calendar.year, type__in=MEETINGS)
        .filter(held_on__gte=calendar.first_day, held_on__lte=until)
    )
    last = meetings.values("organization").annotate(day=Max("held_on"))
    for organization, day in last.values_list("organization", "day"):
        if organization in first:
            before = first[organization] <= day
            found[organization] = found[organization]._replace(before=before)
    talked = Q(member__in=talks.values("member")) | Q(
        member__in=talks.exclude(speaker=None).values("speaker")
    )
    members = register(ids).filter(active_on(calendar.day))
    counts = members.filter(talked).values("organization").annotate(n=Count("pk"))
    for organization, number in counts.values_list("organization", "n"):
        # A member may have been spoken with in the organization he came from.
        if organization in found:
            found[organization] = found[organization]._replace(members=number)
    return _committees(calendar, ids, talks, found)


def _committees(calendar: Calendar, ids, talks, found: dict[int, Talks]) -> dict[int, Talks]:
    """Count for committees those who hold a post, by name: they are members below it."""
    kind = {"organization__kind": OrgKind.COMMITTEE}
    names: dict[int, set[str]] = defaultdict(set)
    for organization, speaker, member in talks.filter(**kind).values_list(
        "organization", "speaker_name", "member__name"
    ):
        names[organization] |= {speaker, member}
    day = calendar.day
    posts = limited(Post.objects.order_by(), ids).filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day), **kind
    )
    holders: dict[int, set[str]] = defaultdict(set)
    for organization, holder in posts.values_list("organization", "holder"):
        holders[organization].add(holder)
    for organization, holding in holders.items():
        if organization in found:
            found[organization] = found[organization]._replace(
                members=len(holding & names[organization]), should=len(holding)
            )
    return found
