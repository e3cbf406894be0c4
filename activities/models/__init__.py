"""Organizational life and dues."""

from activities.models.dues import MONTHS, DuesLedger, DuesPayer, MemberDues
from activities.models.meetings import (
    ELECTION,
    QUORUM_TYPES,
    YEARLY_TYPES,
    Meeting,
    MeetingQuerySet,
    MeetingStatus,
    MeetingType,
)

__all__ = [
    "ELECTION",
    "MONTHS",
    "QUORUM_TYPES",
    "YEARLY_TYPES",
    "DuesLedger",
    "DuesPayer",
    "Meeting",
    "MeetingQuerySet",
    "MeetingStatus",
    "MeetingType",
    "MemberDues",
]
