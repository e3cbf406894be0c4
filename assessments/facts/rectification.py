"""Problems to be put right by a day of the year (indicator G5)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from supervision.models import RectificationItem


class Rectification(NamedTuple):
    """Items whose deadline lies in the year and is over: all of them, those closed by their
    deadline, and by how many days the latest was or is late.
    """

    known: bool = False
    due: int = 0
    in_time: int = 0
    longest: int = 0


@prepared
def _items(calendar: Calendar, ids: Keys) -> QuerySet:
    items = limited(RectificationItem.objects.order_by(), ids).filter(
        deadline__range=(calendar.first_day, calendar.check_date)
    )
    return items.values_list("organization", "deadline", "closed_on")


def read(calendar: Calendar, ids: Keys) -> dict[int, Rectification]:
    """Return the items of the year by organization; one query."""
    day = calendar.day
    found: dict[int, Rectification] = {}
    for organization, deadline, closed in _items(calendar, ids):
        was = found.get(organization) or Rectification(known=True)
        if deadline > day and not (closed and closed <= day):
            # Still in time on the day looked at.
            found[organization] = was
            continue
        until = min(closed or day, day)
        late = max(0, (until - deadline).days)
        found[organization] = was._replace(
            due=was.due + 1,
            in_time=was.in_time + (closed is not None and closed <= deadline),
            longest=max(was.longest, late),
        )
    return found
