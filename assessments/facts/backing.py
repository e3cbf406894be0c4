"""Budget line and Party workers of an organization (indicator G2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from assessments.facts.calendar import Calendar
from assessments.facts.scope import limited
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


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Backing]:
    """Return budgets and workers by organization; three queries."""
    found: dict[int, Backing] = {}
    budgets = limited(PartyBudget.objects.order_by(), ids).filter(year=calendar.year)
    for organization, amount in budgets.values_list("organization", "amount"):
        found[organization] = Backing(budget=int(100 * amount))
    workers = limited(PartyWorker.objects.order_by(), ids).on(calendar.day)
    for organization, full_time in workers.values_list("organization", "is_full_time"):
        was = found.get(organization) or Backing()
        found[organization] = was._replace(
            workers=was.workers + 1, full_time=was.full_time + full_time
        )
    sent = limited(Instructor.objects.order_by(), ids, "school__organization").on(calendar.day)
    for organization in sent.exclude(school__organization=None).values_list(
        "school__organization", flat=True
    ):
        was = found.get(organization) or Backing()
        found[organization] = was._replace(instructors=was.instructors + 1)
    return found
