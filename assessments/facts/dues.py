"""Dues paid in the year (indicator D3), from the ledgers of activities/dues."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.prepared import Keys, limited, prepared
from activities.dues.months import last_ended
from activities.dues.sums import months_due, months_on_time
from activities.models import DuesLedger, MemberDues
from assessments.facts.calendar import Calendar
from orgs.members.days import suspended_on
from orgs.models import Membership

DAY = datetime.timedelta(days=1)


class Dues(NamedTuple):
    """Member-months of one organization: due by now, and paid in full and on time."""

    has_ledger: bool = False
    months_due: int = 0
    months_on_time: int = 0
    # Members of the day that the ledger does not list; their months are due as well.
    unlisted: int = 0
    published: bool = False


@prepared
def _ledgers(year: int, ids: Keys) -> QuerySet:
    ledgers = limited(DuesLedger.objects.order_by(), ids).filter(year=year)
    return ledgers.values_list("organization", "published_on")


@prepared
def _months(year: int, today: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the months due and those paid on time."""
    return (
        limited(MemberDues.objects.order_by(), ids, "ledger__organization")
        .filter(ledger__year=year, ledger__withdrawn_at=None)
        .annotate(row_months=months_due(year, today), row_on_time=months_on_time(year, today))
        .values("ledger__organization")
        .annotate(months=Sum("row_months"), on_time=Sum("row_on_time"))
        .values_list("ledger__organization", "months", "on_time")
    )


def read(calendar: Calendar, ids: Keys) -> dict[int, Dues]:
    """Return the dues of the organizations that keep a ledger of the year; three queries."""
    year = calendar.year
    # What is due on the last day of a month counts as over on that day.
    today = calendar.day + DAY
    found = {
        organization: Dues(
            has_ledger=True,
            published=bool(published and calendar.first_day <= published <= calendar.day),
        )
        for organization, published in _ledgers(year, ids)
    }
    for organization, due, paid in _months(year, today, ids):
        found[organization] = found[organization]._replace(months_due=due, months_on_time=paid)
    ended = last_ended(year, today, quarterly=False)
    for organization, since in _unlisted(calendar, ids):
        dues = found[organization]
        first = since.month if since and since.year == year else 1
        found[organization] = dues._replace(
            unlisted=dues.unlisted + 1, months_due=dues.months_due + max(0, ended - first + 1)
        )
    return found


@prepared
def _unlisted(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for organization and beginning of each member missing in his branch's ledger."""
    day = calendar.day
    ledger = DuesLedger.objects.filter(organization=OuterRef("organization"), year=calendar.year)
    row = MemberDues.objects.filter(
        ledger__organization=OuterRef("organization"),
        ledger__year=calendar.year,
        ledger__withdrawn_at=None,
        member=OuterRef("member"),
    )
    return (
        limited(Membership.objects.order_by(), ids)
        .filter(
            Q(start=None) | Q(start__lte=day),
            Q(end=None) | Q(end__gt=day),
            Q(member__joined_on=None) | Q(member__joined_on__lte=day),
            Q(member__left_on=None) | Q(member__left_on__gt=day),
            member__withdrawn_at=None,
        )
        .exclude(suspended_on(day))
        .filter(Exists(ledger), ~Exists(row))
        .values_list("organization", "start")
    )
