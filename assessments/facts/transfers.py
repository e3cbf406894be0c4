"""Transfers of members that were open in the year (indicator D4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Coalesce

from assessments.facts.calendar import Calendar
from assessments.facts.scope import limited
from orgs.models import OPEN_DAYS, Transfer


class Transfers(NamedTuple):
    """How many transfers an organization answered for, and how long they took."""

    handled: int = 0
    # Open for more than 30 days; one deduction for each full 30 days of these.
    late: int = 0
    deductions: int = 0
    longest: int = 0


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Transfers]:
    """Return the transfers of each organization that were open in the year; one query.

    The sender answers until the member is received, the receiver where the sender
    stands outside the system (党员教育管理工作条例 Art. 25).
    """
    rows = (
        Transfer.objects.order_by()
        .filter(Q(closed_on=None) | Q(closed_on__gte=calendar.first_day))
        .filter(sent_on__lte=calendar.day)
        .annotate(answers=Coalesce("sender", "receiver"))
    )
    found: dict[int, Transfers] = {}
    for organization, sent, closed in limited(rows, ids, "answers").values_list(
        "answers", "sent_on", "closed_on"
    ):
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
