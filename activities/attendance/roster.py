"""Who should be at a meeting, what is on record of it, and what follows for its counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q

from activities.models import DUE, ENTITLED, Attendance, Meeting, MeetingType, Presence
from orgs.models import GroupMembership, Member, MemberStatus, PartyGroup, Post, covers

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
    """Return the members who belong to a meeting on its day, and any on its roster.

    Of a group meeting the members of the group, of a committee those who hold a post.
    """
    day = meeting.held_on
    who: Any
    rostered = Q(pk__in=Attendance.objects.filter(meeting=meeting).values("member"))
    if meeting.type == MeetingType.GROUP and (group := group_of(meeting)):
        who = GroupMembership.objects.filter(covers(day), group=group)
    elif meeting.type in OF_COMMITTEE:
        who = Post.objects.filter(
            Q(start=None) | Q(start__lte=day),
            Q(end=None) | Q(end__gt=day),
            organization=meeting.organization_id,
        ).exclude(member=None)
    else:
        then = Member.objects.in_organization_on(meeting.organization_id, day)
        rows = Member.objects.filter(Q(pk__in=then.values("pk")) | rostered)
        return _ordered(rows)
    return _ordered(Member.objects.filter(Q(pk__in=who.values("member")) | rostered))


def group_of(meeting: Meeting) -> int | None:
    """Return the key of the group a meeting is of: linked, else the one of its name."""
    if meeting.group_id or not meeting.group_name:
        return meeting.group_id
    rows = PartyGroup.objects.filter(
        covers(meeting.held_on), organization=meeting.organization_id, name=meeting.group_name
    )
    return rows.values_list("pk", flat=True).first()


def _ordered(rows) -> list[Member]:
    return list(rows.defer("id_number", "phone").order_by("employment", "name", "pk"))


def default(member: Member) -> Presence:
    """Return what is taken as given: all are present, of those exempt nothing is asked."""
    return Presence.EXEMPT if member.activity_exempt else Presence.PRESENT


def votes(member: Member, meeting: Meeting) -> bool:
    """Tell whether a member has a vote at a meeting: full members of that day."""
    if member.status != MemberStatus.FULL:
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
