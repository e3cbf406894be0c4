"""How a term stands on a day: in order, about to end, over, or not known."""

from __future__ import annotations

import datetime
from enum import StrEnum
from functools import lru_cache

from orgs.models import add_months


class TermState(StrEnum):
    """Where a term stands; the values are those of the address."""

    OVER = "over"
    ONE = "1"
    THREE = "3"
    SIX = "6"
    NORMAL = "normal"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The state in words."""
        return LABELS[self]


LABELS = {
    TermState.OVER: "已超期",
    TermState.ONE: "1 个月内到期",
    TermState.THREE: "3 个月内到期",
    TermState.SIX: "6 个月内到期",
    TermState.NORMAL: "正常",
    TermState.UNKNOWN: "未填任期",
}
# Months ahead up to which a term belongs to a state (任期意见 2018: remind half a year before).
AHEAD = {TermState.ONE: 1, TermState.THREE: 3, TermState.SIX: 6}


@lru_cache(maxsize=64)
def bounds(
    state: TermState, day: datetime.date
) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and the last end of terms in `state` on `day`; None: without bound."""
    if state == TermState.OVER:
        return None, day - datetime.timedelta(days=1)
    first = day
    for each, months in AHEAD.items():
        last = add_months(day, months)
        if each == state:
            return first, last
        first = last + datetime.timedelta(days=1)
    return first, None


def state_of(end: datetime.date | None, day: datetime.date) -> TermState:
    """Return how a term that ends on `end` stands on `day`."""
    if end is None:
        return TermState.UNKNOWN
    for state in (TermState.OVER, *AHEAD):
        last = bounds(state, day)[1]
        if last and end <= last:
            return state
    return TermState.NORMAL
