"""Transfers of members that were open in the year (indicator D4)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from orgs.models import OPEN_DAYS, Transfer


class Transfers(NamedTuple):
    """How many transfers an organization answered for, and how long they took."""

    handled: int = 0
    # Open for more than 30 days; one deduction for each full 30 days of these.
    late: int = 0
    deductions: int = 0
    longest: int = 0


@prepared
def _open(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the transfers open in the year, with who answers for each."""
    rows = (
        Transfer.objects.order_by()
        .filter(Q(closed_on=None) | Q(closed_on__gte=calendar.first_day))
        .filter(sent_on__lte=calendar.day)
        .annotate(answers=Coalesce("sender", "receiver"))
    )
    return limited(rows, ids, "answers").values_list("answers", "sent_on", "closed_on")


def read(calendar: Calendar, ids: Keys) -> dict[int, Transfers]:
    """Return the transfers of each organization that were open in the year; one query.

    The sender answers until the member is received, the receiver where the sender
    stands outside the system (党员教育管理工作条例 Art. 25).
    """
    found: dict[int, Transfers] = {}
    for organization, sent, closed in _open(calendar, ids):
        days = (min(closed or calendar.day, calendar.day) - sent).days
        late = days > OPEN_DAYS
        before = found.get(organization, Transfers())
        found[organization] = Transfers(
            handled=before.handled + 1,
            late=before.late + late,
            deductions=before.deductions + (days // OPEN_DAYS if late else 0),
            longest=max(before.longest, days),
        )
    return found
