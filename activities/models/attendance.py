"""Who was at a meeting, a row for each member: narrow, for there are a million a year."""

from __future__ import annotations

from django.db import models

from activities.models.meetings import Meeting
from orgs.models import Member
from schools.scoping import ScopedQuerySet


class Presence(models.IntegerChoices):
    PRESENT = 1, "出席"
    ABSENT = 2, "缺席"
    LEAVE = 3, "请假（已批准）"
    LEAVE_ASKED = 4, "请假（未批准）"
    OBSERVER = 5, "列席"
    EXEMPT = 6, "不作要求"


# Due are those who came and those who should have; leave that was approved, observers and
# exempt members leave the denominator (the common rules of the standard).
DUE = (Presence.PRESENT, Presence.ABSENT, Presence.LEAVE_ASKED)
# Entitled to vote are the full members among these: leave does not lower the quorum.
ENTITLED = (*DUE, Presence.LEAVE)


class AttendanceQuerySet(ScopedQuerySet):
    scope_lookup = "meeting__organization__jurisdiction__path"


class Attendance(models.Model):
    """The presence of one member at one meeting.

    Not a Record: its history is kept in the revisions of the meeting (docs/decisions).
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendance", verbose_name="会议", db_index=False
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="attendance", verbose_name="党员"
    )
    presence = models.PositiveSmallIntegerField("出席情况", choices=Presence)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "出席情况"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")
        ]

    def __str__(self):
        return f"{self.member} {self.get_presence_display()}"
