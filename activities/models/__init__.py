"""Organizational life and dues."""

from activities.models.attendance import DUE, ENTITLED, Attendance, Presence
from activities.models.dues import MONTHS, DuesLedger, DuesPayer, MemberDues
from activities.models.evaluations import Grade, MemberEvaluation
from activities.models.meetings import (
    ELECTION,
    QUORUM_TYPES,
    YEARLY_TYPES,
    Meeting,
    MeetingQuerySet,
    MeetingStatus,
    MeetingType,
)
from activities.models.problems import PLANNED, LifeProblem, ProblemKind
from activities.models.talks import HeartTalk, TalkRelation

__all__ = [
    "DUE",
    "ELECTION",
    "ENTITLED",
    "MONTHS",
    "PLANNED",
    "QUORUM_TYPES",
    "YEARLY_TYPES",
    "Attendance",
    "DuesLedger",
    "DuesPayer",
    "Grade",
    "HeartTalk",
    "LifeProblem",
    "Meeting",
    "MeetingQuerySet",
    "MeetingStatus",
    "MeetingType",
    "MemberDues",
    "MemberEvaluation",
    "Presence",
    "ProblemKind",
    "TalkRelation",
]
