"""The rows of duties on a day, of everybody, and the last day of each."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db.models import QuerySet

from activities.dues.months import last_ended, period_end
from activities.dues.sums import behind
from assessments.workflow.models import Filing
from assessments.workflow.progress import awaiting
from orgs.models import ASSESSED_KINDS, Organization, add_months
from orgs.standing import ended_by, present_terms
from reports.waiting import GRACE_DAYS, MATTERS, last_month


def of_matter(slug: str) -> Callable[[datetime.date], QuerySet]:
    """Return the rows of a matter whose condition asks for nothing but the day."""
    return lambda day: (
        Organization.objects.active_on(day)
        .filter(kind__in=ASSESSED_KINDS)
        .filter(MATTERS[slug].condition(day, None))
    )


def that_day(day_due: datetime.date, *, day: datetime.date) -> datetime.date:
    """A row that holds its last day itself."""
    return day_due


def month_due(day: datetime.date) -> datetime.date:
    """The last month's records are in time until the 15th."""
    return (last_month(day)[1] + datetime.timedelta(days=1)).replace(day=GRACE_DAYS)


def terms(first: int | None, until: Callable[[datetime.date], datetime.date]):
    """Return the present terms that end from `first` days after a day (None: ever) on."""

    def rows(day):
        found = present_terms(day).filter(ended_by(until(day)))
        if first is not None:
            found = found.exclude(ended_by(day + datetime.timedelta(days=first - 1)))
        own = Organization.objects.active_on(day).filter(kind__in=ASSESSED_KINDS)
        return found.filter(organization__in=own.order_by().values("pk"))

    return rows


def later(days: int) -> Callable[[datetime.date], datetime.date]:
    return lambda day: day + datetime.timedelta(days=days)


def months_later(months: int) -> Callable[[datetime.date], datetime.date]:
    return lambda day: add_months(day, months)


def filings(key: str) -> Callable[[datetime.date], QuerySet]:
    return lambda day: Filing.objects.filter(cycle__state="open").filter(awaiting(day)[key])


def without_term(day: datetime.date) -> QuerySet:
    known = present_terms(day).order_by().values("organization")
    return Organization.objects.active_on(day).filter(kind__in=ASSESSED_KINDS).exclude(pk__in=known)


def dues_behind(day: datetime.date) -> QuerySet:
    return behind(day.year, day)


def dues_over(quarterly: bool, year: int, day: datetime.date) -> datetime.date:
    """The dues of a year fall due with each period; the last one over is spoken of."""
    return period_end(year, last_ended(year, day, quarterly=quarterly), quarterly=quarterly)
