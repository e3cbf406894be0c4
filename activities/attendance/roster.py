"""Who should be at a meeting, what is on record of it, and what follows for its counts."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from activities.models import DUE, ENTITLED, Attendance, Meeting, MeetingType, Presence
from orgs.models import (
    GroupMembership,
    Member,
    Membership,
    MemberStatus,
    PartyGroup,
    Post,
    Situation,
    SituationKind,
)

# Meetings of those who hold a post, not of all members.
OF_COMMITTEE = (
    MeetingType.BRANCH_COMMITTEE,
    MeetingType.DEMOCRATIC_LIFE,
    MeetingType.ORG_DECISION,
)
# Meetings that have no roster of members.
WITHOUT = (
    MeetingType.HEART_TALK,
    MeetingType.PRINCIPAL_OFFICE,
    MeetingType.MONTHLY_WORK_MEETING,
    MeetingType.SECRETARY_REVIEW,
)


class Counts(NamedTuple):
    """What a roster comes to: due and present, and those with a vote among them."""

    due: int
    present: int
    voters: int
    voters_present: int


def expected(meeting: Meeting) -> list[Member]:
    """Return the members who belong to a meeting on its day, and any on its roster."""
    keys = belonging([meeting])[meeting.pk] | stored([meeting.pk])[meeting.pk].keys()
    return members_of(keys)


def members_of(keys: Iterable[int]) -> list[Member]:
    """Return members in the order of a roster."""
    rows = Member.objects.filter(pk__in=keys).defer("id_number", "phone")
    return list(rows.order_by("employment", "name", "pk"))


def belonging(meetings: Collection[Meeting]) -> dict[int, set[int]]:
    """Return by meeting who belongs to it on its day; a fixed number of queries.

    Of a group meeting the members of the group, of a committee those who hold a post. Whose
    membership was stopped that day is not called.
    """
    organizations = {meeting.organization_id for meeting in meetings}
    members = Membership.objects.filter(organization__in=organizations)
    posts = Post.objects.filter(organization__in=organizations).exclude(member=None)
    in_groups = GroupMembership.objects.filter(group__organization__in=organizations)
    named = PartyGroup.objects.filter(organization__in=organizations)
    of_branch = _periods(members, ("organization",), "member", "member__joined_on")
    of_committee = _periods(posts, ("organization",), "member")
    of_group = _periods(in_groups, ("group",), "member")
    groups = _periods(named, ("organization", "name"), "pk")
    stopped = _periods(
        Situation.objects.filter(kind=SituationKind.SUSPENDED), ("member",), "member"
    )
    found = {}
    for meeting in meetings:
        day, branch = meeting.held_on, meeting.organization_id
        of, group = of_branch[branch,], meeting.group_id
        if meeting.type == MeetingType.GROUP:
            same = (one.key for one in groups[branch, meeting.group_name] if one.covers(day))
            if group := group or next(same, None):
                of = of_group[group,]
        elif meeting.type in OF_COMMITTEE:
            of = of_committee[branch,]
        found[meeting.pk] = {
            one.key
            for one in of
            if one.covers(day) and not any(s.covers(day) for s in stopped.get((one.key,), ()))
        }
    return found


class _Period(NamedTuple):
    """From when to when somebody belonged, or a group was there."""

    key: int
    start: datetime.date | None
    end: datetime.date | None
    joined: datetime.date | None = None

    def covers(self, day: datetime.date) -> bool:
        """Tell whether it covers `day`; the last one is the day before `end`."""
        begun = all(one is None or one <= day for one in (self.start, self.joined))
        return begun and (self.end is None or self.end > day)


def _periods(rows, by: tuple[str, ...], key: str, *more: str) -> dict[tuple, list[_Period]]:
    """Return the periods of rows by what they are of; one query."""
    found: dict[tuple, list[_Period]] = defaultdict(list)
    n = len(by)
    for row in rows.order_by("pk").values_list(*by, key, "start", "end", *more):
        found[row[:n]].append(_Period(*row[n:]))
    return found


def default(member: Member) -> Presence:
    """Return what is taken as given: all are present, of those exempt nothing is asked."""
    return Presence.EXEMPT if member.activity_exempt else Presence.PRESENT


def votes(member: Member, meeting: Meeting) -> bool:
    """Tell whether a member has a vote at a meeting: full members of that day."""
    if member.status == MemberStatus.PROBATIONARY:
        return False
    return member.confirmed_on is None or member.confirmed_on <= meeting.held_on


def counts_of(meeting: Meeting, members: Iterable[Member], presences: Mapping[int, int]) -> Counts:
    """Return due, present and the votes of a roster; approved leave and exempt members are
    not due, approved leave still is in the quorum.
    """
    members = [member for member in members if member.pk in presences]
    found = [presences[member.pk] for member in members]
    voting = [presences[member.pk] for member in members if votes(member, meeting)]
    return Counts(
        sum(one in DUE for one in found),
        found.count(Presence.PRESENT),
        sum(one in ENTITLED for one in voting),
        voting.count(Presence.PRESENT),
    )


def in_words(members: Iterable[Member], presences: Mapping[int, int]) -> str:
    """Return a roster in a line: who was not simply there, and how many were."""
    if not presences:
        return ""
    names: dict[int, list[str]] = defaultdict(list)
    for member in members:
        names[presences.get(member.pk, 0)].append(member.name)
    parts = [
        f"{Presence(one).label}：{'、'.join(names[one])}"
        for one in Presence
        if one != Presence.PRESENT and names[one]
    ]
    parts.append(f"出席 {len(names[Presence.PRESENT])} 人")
    return "；".join(parts)


def stored(meetings: Collection[int]) -> dict[int, dict[int, int]]:
    """Return the rosters on record by meeting and member; one query."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Attendance.objects.filter(meeting__in=meetings)
    for meeting, member, presence in rows.values_list("meeting", "member", "presence"):
        found[meeting][member] = presence
    return found


def tally(presences: Mapping[int, int]) -> list[tuple[str, int]]:
    """Return how many there are of each kind of presence, those that occur."""
    counted = Counter(presences.values())
    return [(str(one.label), counted[one]) for one in Presence if counted[one]]
