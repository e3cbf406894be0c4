"""Organizational life."""

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
    "QUORUM_TYPES",
    "YEARLY_TYPES",
    "Meeting",
    "MeetingQuerySet",
    "MeetingStatus",
    "MeetingType",
]
