"""What entering a meeting settles: whether it is late, and whether that is accepted."""

from __future__ import annotations

import calendar
import datetime

from accounts.models import User
from activities.models import YEARLY_TYPES, Meeting
from orgs.models import Organization
from schools.models import JurisdictionKind
from schools.roles import EDIT_ROLES, REVIEW_ROLES
from schools.scoping import granted_paths

# Days after the end of its month in which a meeting may be entered (docs/readings.md).
GRACE_DAYS = 15


class Acceptance:
    """Whether a late entry by `user` counts as accepted by the managing body.

    It does where it comes from a reviewer, or from a filling grant on the managing body
    itself or above: only a school's own account leaves it open.
    """

    def __init__(self, user: User):
        self.reviewed = granted_paths(user, REVIEW_ROLES)
        self.filled = granted_paths(user, EDIT_ROLES)

    def __call__(self, organization: Organization) -> bool:
        body = organization.jurisdiction
        path = body.path
        if any(path.startswith(granted) for granted in self.reviewed):
            return True
        if body.kind == JurisdictionKind.SCHOOL:
            path = path[: -body.steplen]
        return any(path.startswith(granted) for granted in self.filled)


def enter(meeting: Meeting, *, today: datetime.date, accepts: Acceptance) -> None:
    """Set the day of entry, and whether the meeting is late and that is accepted."""
    held = meeting.held_on
    end = held.replace(day=calendar.monthrange(held.year, held.month)[1])
    meeting.entered_on = today
    meeting.is_late = today > end + datetime.timedelta(days=GRACE_DAYS)
    accepted = meeting.is_late and accepts(meeting.organization)
    meeting.late_accepted = True if accepted else None


def years_for(meeting_type: str, held_on: datetime.date) -> list[int]:
    """Return the years a meeting may count for: its own, for yearly types the one before.

    Yearly meetings of a year may be held until 31 March of the next.
    """
    if meeting_type in YEARLY_TYPES and held_on.month <= 3:
        return [held_on.year - 1, held_on.year]
    return [held_on.year]
