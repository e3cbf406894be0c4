"""Which months, quarters and half-years of a year are due for an organization."""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

# Bits 1 to 12.
ALL_MONTHS = 0b1111111111110
Span = tuple[datetime.date, datetime.date]


class Slots(NamedTuple):
    """Masks of due months, quarters and halves, and the number of full months alive."""

    months: int
    quarters: int
    halves: int
    full_months: int


@dataclass(frozen=True)
class Calendar:
    """The period of one cycle as seen on the day `as_of`.

    A month is due if the organization existed all of it, a quarter if it existed on
    at least `quarter_days` of it, a half-year on `half_days`; and each only when it
    is completely past on `as_of` (the common rules of the standard; docs/readings.md,
    14). Nothing is due after the check date, and no month of `vacation_months`.
    """

    year: int
    check_date: datetime.date
    records_until: datetime.date
    as_of: datetime.date
    vacation_months: tuple[int, ...] = ()
    quarter_days: int = 45
    half_days: int = 90

    @property
    def first_day(self) -> datetime.date:
        """1 January of the year."""
        return datetime.date(self.year, 1, 1)

    @cached_property
    def day(self) -> datetime.date:
        """The day whose members, posts and terms count."""
        return min(self.check_date, self.as_of)

    @property
    def year_over(self) -> bool:
        """Whether the check date is reached."""
        return self.as_of >= self.check_date

    @property
    def yearly_over(self) -> bool:
        """Whether the yearly types can no longer be handed in."""
        return self.as_of >= self.records_until

    @cached_property
    def month_ends(self) -> tuple[datetime.date, ...]:
        """The last days of the twelve months."""
        return tuple(datetime.date(self.year, m, monthrange(self.year, m)[1]) for m in range(1, 13))

    def _spans(self, length: int) -> Iterable[tuple[int, Span]]:
        """Yield the periods of `length` months with their number, cut at the check date."""
        for n in range(12 // length):
            first = datetime.date(self.year, n * length + 1, 1)
            if first <= self.check_date:
                last = self.month_ends[(n + 1) * length - 1]
                yield n + 1, (first, min(last, self.check_date))

    def slots(self, founded: datetime.date | None, dissolved: datetime.date | None) -> Slots:
        """Return what is due for an organization alive from `founded` to before `dissolved`."""
        start = max(founded or self.first_day, self.first_day)
        end = dissolved - datetime.timedelta(days=1) if dissolved else self.check_date
        found = self._known.get((start, end))
        if found is None:
            found = self._known[start, end] = self._slots(start, end)
        return found

    @cached_property
    def _known(self) -> dict[Span, Slots]:
        """Slots worked out before: most organizations existed all the year."""
        return {}

    def _slots(self, start: datetime.date, end: datetime.date) -> Slots:
        due = full = 0
        for n, (first, _) in self._spans(1):
            last = self.month_ends[n - 1]
            if start <= first and last <= min(end, self.check_date):
                full += 1
                if last <= self.as_of and n not in self.vacation_months:
                    due |= 1 << n
        return Slots(
            due,
            self._due(3, self.quarter_days, start, end),
            self._due(6, self.half_days, start, end),
            full,
        )

    def months_ended_between(self, start: datetime.date | None, end: datetime.date | None) -> int:
        """Return the mask of months whose last day lies from `start` to before `end`."""
        if (start is None or start <= self.first_day) and end is None:
            return ALL_MONTHS
        mask = 0
        for month, last in enumerate(self.month_ends, 1):
            if (start is None or start <= last) and (end is None or end > last):
                mask |= 1 << month
        return mask

    def _due(self, length: int, days: int, start: datetime.date, end: datetime.date) -> int:
        mask = 0
        for n, (first, last) in self._spans(length):
            alive = (min(last, end) - max(first, start)).days + 1
            if alive >= days and last <= self.as_of:
                mask |= 1 << n
        return mask


def last_full_month(today: datetime.date) -> datetime.date:
    """Return the last day of the last month that is completely past on `today`."""
    return today.replace(day=1) - datetime.timedelta(days=1)
