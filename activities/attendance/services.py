"""Writing who was at a meeting: the roster, the counts that follow, one revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import Act, Changes
from activities.attendance.roster import counts_of, in_words, members_of, stored
from activities.models import Attendance, Meeting
from orgs.models import Member
from schools import writing
from sheets.forms import Stored

# The roster in the history of a meeting: in words, and by the key of each member that differs.
ROSTER, ROWS = "出席名单", "attendance"
# What follows from a roster.
COUNTS = ("due", "present", "voters", "voters_present")
NOBODY = "名单里没有一个人应到，没有保存。请核对；都没有要求的，只填人数。"


def touched(meeting: Meeting) -> Stored:
    """Return what is to be scored anew when attendance changes."""
    return Stored(
        "meetings", frozenset({meeting.organization_id}), frozenset({meeting.counts_for_year})
    )


@transaction.atomic
def attend(
    *,
    meeting: Meeting,
    members: Sequence[Member],
    presences: Mapping[int, int],
    act: Act,
    expected: int | None = None,
) -> bool:
    """Store who was there; due, present and votes follow. Return whether something changed.

    `members` are those of the roster, `presences` theirs by key. Its history is one
    revision of the meeting with the changed list. Raises Conflict, ValidationError.
    """
    counts = counts_of(meeting, members, presences)
    if not counts.due:
        raise ValidationError(NOBODY)
    before = stored([meeting.pk]).get(meeting.pk, {})
    meeting.due, meeting.present, meeting.voters, meeting.voters_present = counts
    revision = writing.write(
        meeting,
        act=act,
        action="meeting.attend",
        touched=touched,
        expected=expected,
        also=changes_of(members, before, presences),
    )
    put({meeting.pk: before}, {meeting.pk: presences})
    return revision is not None


def changes_of(
    members: Iterable[Member], before: Mapping[int, int], after: Mapping[int, int]
) -> Changes:
    """Return what a revision of the meeting keeps of a change of its roster."""
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    if not changed:
        return {}
    members = list(members)
    # Those who are no longer on it.
    gone = set(before) - {member.pk for member in members}
    if gone:
        members += Member.everything.filter(pk__in=gone).defer("id_number", "phone")
    return {
        ROSTER: [in_words(members, before), in_words(members, after)],
        ROWS: [{str(key): rows.get(key) for key in changed} for rows in (before, after)],
    }


Rosters = Mapping[int, Mapping[int, int]]


def put(before: Rosters, after: Rosters) -> None:
    """Write the rows that differ, by meeting and member."""
    changed = []
    for meeting, presences in after.items():
        was = before.get(meeting, {})
        if gone := set(was) - set(presences):
            Attendance.objects.filter(meeting=meeting, member__in=gone).delete()
        changed += [
            Attendance(meeting_id=meeting, member_id=member, presence=presence)
            for member, presence in presences.items()
            if was.get(member) != presence
        ]
    Attendance.objects.bulk_create(
        changed,
        update_conflicts=True,
        update_fields=["presence"],
        unique_fields=["meeting", "member"],
        batch_size=500,
    )


def put_back(meeting: Meeting, old: Mapping[str, Any]) -> Changes:
    """Undo one change of a roster: its members are what they were before, or not on it."""
    now = stored([meeting.pk]).get(meeting.pk, {})
    after = {**now, **{int(key): presence for key, presence in old.items()}}
    after = {key: presence for key, presence in after.items() if presence is not None}
    put({meeting.pk: now}, {meeting.pk: after})
    return changes_of(members_of({*now, *after}), now, after)


@transaction.atomic
def forget(*, meeting: Meeting, act: Act, expected: int | None = None) -> None:
    """Drop the roster of a meeting: its counts stay as they are, told by hand from now on."""
    before = stored([meeting.pk]).get(meeting.pk, {})
    members = list(Member.everything.filter(pk__in=before).defer("id_number", "phone"))
    meeting.voters = meeting.voters_present = None
    writing.write(
        meeting,
        act=act,
        action="meeting.attend",
        touched=touched,
        expected=expected,
        also=changes_of(members, before, {}),
    )
    Attendance.objects.filter(meeting=meeting).delete()
