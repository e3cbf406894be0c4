"""Budget line and Party workers of an organization (indicator G2)."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from supervision.models import Instructor, PartyBudget, PartyWorker


class Backing(NamedTuple):
    """The budget of the year in hundredths of a yuan (None: no line), and who does the work on
    the day looked at.
    """

    budget: int | None = None
    workers: int = 0
    full_time: int = 0
    # Sent to the school of the organization.
    instructors: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether the organization keeps such records here; an instructor is the school's."""
        return self.budget is not None or self.workers > 0


@prepared
def _budgets(year: int, ids: Keys) -> QuerySet:
    budgets = limited(PartyBudget.objects.order_by(), ids).filter(year=year)
    return budgets.values_list("organization", "amount")


@prepared
def _workers(day: datetime.date, ids: Keys) -> QuerySet:
    workers = limited(PartyWorker.objects.order_by(), ids).on(day)
    return workers.values_list("organization", "is_full_time")


@prepared
def _instructors(day: datetime.date, ids: Keys) -> QuerySet:
    school = "school__organization"
    sent = limited(Instructor.objects.order_by(), ids, school).on(day)
    return sent.exclude(**{school: None}).values_list(school, flat=True)


def read(calendar: Calendar, ids: Keys) -> dict[int, Backing]:
    """Return budgets and workers by organization; three queries."""
    found: dict[int, Backing] = {}
    for organization, amount in _budgets(calendar.year, ids):
        found[organization] = Backing(budget=int(100 * amount))
    for organization, full_time in _workers(calendar.day, ids):
        was = found.get(organization) or Backing()
        found[organization] = was._replace(
            workers=was.workers + 1, full_time=was.full_time + full_time
        )
    for organization in _instructors(calendar.day, ids):
        was = found.get(organization) or Backing()
        found[organization] = was._replace(instructors=was.instructors + 1)
    return found
