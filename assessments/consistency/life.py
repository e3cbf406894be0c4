"""Checks of meetings: held while the organization existed, and not in the future."""

from __future__ import annotations

import datetime

from django.db.models import F, Q

from activities.models import Meeting, MeetingStatus
from assessments.consistency.base import Check, Ground, Look, Severity, every
from assessments.consistency.subjects import MEETING
from orgs.models import Organization


def _recent(look: Look):
    """Meetings that count for this year or the last: earlier years are settled."""
    return look.rows(Meeting).filter(counts_for_year__gte=look.day.year - 1)


def _outside(look: Look):
    """Meetings before the founding of their organization, or after its end.

    Only organizations that begin or end within the years looked at can have any; they
    are few, and their meetings are found by the index.
    """
    first = datetime.date(look.day.year - 1, 1, 1)
    bounded = Organization.objects.filter(
        Q(founded_on__gt=first) | Q(dissolved_on__isnull=False)
    ).order_by()
    return (
        _recent(look)
        .filter(organization__in=bounded.values("pk"))
        .filter(
            Q(held_on__lt=F("organization__founded_on"))
            | Q(held_on__gt=F("organization__dissolved_on"))
        )
    )


def _ahead(look: Look):
    """Meetings on record as held on a day to come."""
    return _recent(look).filter(status=MeetingStatus.ARCHIVED, held_on__gt=look.day)


def _when(one, look: Look) -> str:
    organization = one.organization
    if organization.founded_on and one.held_on < organization.founded_on:
        return f"{one.held_on} 召开，党组织 {organization.founded_on} 才成立"
    return f"{one.held_on} 召开，党组织已于 {organization.dissolved_on} 撤销"


CHECKS = (
    Check(
        code="meeting-outside",
        title="会议不在党组织存续期内",
        severity=Severity.MUST,
        source="表间关系：会议时间在党组织成立以后、撤销以前",
        remedy="改正会议时间，或党组织的成立、撤销时间；录到别的组织的，撤回重录。",
        ground=Ground(MEETING, _outside),
        where=every,
        words=_when,
    ),
    Check(
        code="meeting-ahead",
        title="会议时间在今天以后",
        severity=Severity.MUST,
        source="已经归档的会议，时间不能在今天以后",
        remedy="改正会议时间；还没有召开的，状态改为计划。",
        ground=Ground(MEETING, _ahead),
        where=every,
        words=lambda one, look: f"{one.held_on} 还没有到，已经归档",
    ),
)
