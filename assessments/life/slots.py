"""Which slots of organizational life an organization owes in a year, and how each stands.

Pure: dates and counts in, states out. The missing-slot rule: a slot is not judged where
nothing is due; with a valid record it is held; else it can still be held until its end,
can be entered for the days of grace after it, and then is missing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from activities.entry import GRACE_DAYS
from activities.models import MeetingType
from assessments.calendar import ASSEMBLIES, slots
from orgs.models import ASSESSED_KINDS, OrgKind


class State(StrEnum):
    """How a slot stands; the value is the class of its mark."""

    HELD = "ok"
    LATE = "late"
    CLAIM = "claim"
    WAITING = "wait"
    GRACE = "due"
    MISSING = "miss"
    NOT_DUE = "na"


WORDS = {
    State.HELD: "已开展",
    State.LATE: "补录",
    State.CLAIM: "补录待认可",
    State.WAITING: "待开展",
    State.GRACE: "待补录",
    State.MISSING: "缺项",
    State.NOT_DUE: "不适用",
}
# States that want something done.
OPEN = (State.CLAIM, State.GRACE, State.MISSING)


class Held(NamedTuple):
    """The records of one slot: valid ones with the first day, those entered in time among
    them, late ones not accepted yet, and the key of a record.

    `records` counts all of them, valid or not.
    """

    count: int = 0  # type: ignore[assignment]  # a tuple has a method of that name
    first: datetime.date | None = None
    in_time: int = 0
    claims: int = 0
    key: int | None = None
    records: int = 0


NOTHING = Held()


def judge(
    end: datetime.date,
    *,
    due: bool,
    held: Held = NOTHING,
    need: int = 1,
    today: datetime.date,
    grace: int = GRACE_DAYS,
) -> tuple[State, int]:
    """Return the state of a slot that ends with `end`, and the days of grace left.

    `need` records (or groups) make it held. Records of a slot nobody owes are shown too.
    """
    if held.count and held.count >= need:
        return (State.HELD if held.in_time >= need else State.LATE), 0
    if not due:
        return State.NOT_DUE, 0
    if held.claims:
        return State.CLAIM, 0
    if today <= end:
        return State.WAITING, 0
    left = (end + datetime.timedelta(days=grace) - today).days
    return (State.GRACE, left) if left >= 0 else (State.MISSING, 0)


class Slot(NamedTuple):
    """A stretch of the year in which something is due, at a place of the grid.

    `until` is its last day: for yearly types a day of the next year.
    """

    column: int
    label: str
    start: datetime.date
    until: datetime.date
    due: bool
    need: int = 1


@dataclass(frozen=True)
class Rules:
    """What the standard of the year says about slots."""

    year: int
    records_until: datetime.date
    vacation_months: frozenset[int] = frozenset()
    lecture_periods: int = 4


T = MeetingType
# How often each type is due, by the kind of the organization; "" is never.
MONTHLY = (T.BRANCH_COMMITTEE, T.THEME_DAY, T.GROUP)
QUARTERLY = (T.MEMBER_ASSEMBLY, T.LECTURE)
YEARLY = (T.ORG_LIFE, T.DEMOCRATIC_LIFE, T.MEMBER_EVALUATION)
BRANCHES = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)
SIZES = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def every(type_: str, kind: str, lecture_periods: int = 4) -> tuple[str, int]:
    """Return how often a type is due in an organization of `kind`, and how many each time."""
    if kind not in ASSESSED_KINDS:
        return "", 0
    is_branch = kind in BRANCHES
    if type_ == T.BRANCH_COMMITTEE:
        return "month", 1
    if type_ in (T.THEME_DAY, T.GROUP):
        return ("month", 1) if is_branch else ("", 0)
    if type_ == T.MEMBER_ASSEMBLY:
        return ASSEMBLIES.get(kind, "quarter"), 1
    if type_ == T.LECTURE:
        if not is_branch:
            return "year", 2
        return ("half" if lecture_periods == 2 else "quarter"), 1
    if type_ == T.DEMOCRATIC_LIFE:
        return ("year", 1) if kind == OrgKind.COMMITTEE else ("", 0)
    if type_ in YEARLY:
        return ("year", 1) if is_branch else ("", 0)
    return "", 0


def columns_of(type_: str) -> list[str]:
    """Return the headings of the year of a type."""
    if type_ in MONTHLY:
        return [f"{month} 月" for month in range(1, 13)]
    if type_ in QUARTERLY:
        return ["第一季度", "第二季度", "第三季度", "第四季度"]
    return ["全年"]


@lru_cache(maxsize=4096)
def slots_of(
    type_: str,
    kind: str,
    rules: Rules,
    born: datetime.date | None,
    gone: datetime.date | None,
) -> tuple[Slot, ...]:
    """Return the slots of a type in a year for an organization alive from `born` to before
    `gone`. A slot longer than a column stands in the last column it covers.
    """
    often, need = every(type_, kind, rules.lecture_periods)
    if not often:
        return ()
    width = 12 // len(columns_of(type_))
    size = SIZES[often]
    found = []
    for number, slot in enumerate(slots(rules.year, often, born, gone)):
        due = slot.due
        if often == "month":
            due = due and slot.start.month not in rules.vacation_months
        until = rules.records_until if type_ in YEARLY else slot.end
        column = ((number + 1) * size) // width - 1
        found.append(Slot(column, slot.label, slot.start, until, due, need))
    return tuple(found)
