"""Writing who was at a meeting: the roster, the counts that follow, one revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import Act
from activities.attendance.roster import counts_of, in_words, stored
from activities.models import Attendance, Meeting
from orgs.models import Member
from schools import writing
from sheets.forms import Stored

# The name of the roster in the history of a meeting.
ROSTER = "出席名单"
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
        also={ROSTER: [_listed(members, before), in_words(members, presences)]},
    )
    if revision is None and before == dict(presences):
        return False
    put(meeting.pk, before, presences)
    return True


def _listed(members: Sequence[Member], before: Mapping[int, int]) -> str:
    """Return the roster there was in words, with those who are no longer on it."""
    known = {member.pk for member in members}
    gone = Member.everything.filter(pk__in=set(before) - known).defer("id_number", "phone")
    return in_words([*members, *gone], before)


def put(meeting: int, before: Mapping[int, int], after: Mapping[int, int]) -> None:
    """Write the rows of one meeting that differ."""
    rows = Attendance.objects.filter(meeting=meeting)
    rows.filter(member__in=set(before) - set(after)).delete()
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    Attendance.objects.bulk_create(
        [Attendance(meeting_id=meeting, member_id=k, presence=v) for k, v in changed.items()],
        update_conflicts=True,
        update_fields=["presence"],
        unique_fields=["meeting", "member"],
        batch_size=500,
    )


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
        also={ROSTER: [in_words(members, before), ""]},
    )
    Attendance.objects.filter(meeting=meeting).delete()
