"""Months, years and working days as the rules count them: pure functions."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path

import yaml

from orgs.models.tenure import add_months, add_years

__all__ = [
    "DAY",
    "add_months",
    "add_years",
    "full_months",
    "is_told",
    "working_days",
    "working_days_on",
]

DAY = datetime.timedelta(days=1)
# Off in every year (全国年节及纪念日放假办法); used where a year's notice is not on file.
_ALWAYS_OFF = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def full_months(start: datetime.date, day: datetime.date) -> int:
    """Return how many full months lie between `start` and `day`; 0 if `day` is earlier."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months - (add_months(start, months) > day))


@lru_cache
def _years() -> dict[int, tuple[frozenset[datetime.date], frozenset[datetime.date]]]:
    """Return by year the days off and the working weekends that are published."""
    text = Path(__file__).with_name("holidays.yaml").read_text(encoding="utf-8")
    years = {}
    for year, told in yaml.safe_load(text).items():
        off: set[datetime.date] = set()
        for entry in told["holidays"]:
            first, _, last = entry.partition("..")
            day, end = _day(year, first), _day(year, last or first)
            while day <= end:
                off.add(day)
                day += DAY
        years[year] = frozenset(off), frozenset(_day(year, entry) for entry in told["worked"])
    return years


def _day(year: int, text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{year}-{text}")


def is_told(year: int) -> bool:
    """Tell whether the legal holidays of `year` are on file."""
    return year in _years()


def is_working_day(day: datetime.date) -> bool:
    """Tell whether `day` is worked: Monday to Friday and the working weekends, less holidays."""
    if day.year not in _years():
        return day.weekday() < 5 and (day.month, day.day) not in _ALWAYS_OFF
    off, worked = _years()[day.year]
    return day in worked or (day.weekday() < 5 and day not in off)


def working_days(first: datetime.date, last: datetime.date) -> int:
    """Return the number of working days from `first` to `last`, both included."""
    return sum(is_working_day(first + n * DAY) for n in range((last - first).days + 1))


def working_days_on(day: datetime.date, count: int) -> datetime.date:
    """Return the day `count` working days after `day`."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day
