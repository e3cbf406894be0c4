"""The year of one organization in months: what was held, what is missing.

Pure: records and dates in, rows of twelve marks out. Which slots are due follows
docs/decisions and the rules of indicators C1, C2, C4-C7; the judgement of a slot is
that of the missing-slot rule: held, not yet over, within the days of grace for
entering, or missing.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from activities.entry import GRACE_DAYS
from activities.models import MeetingType
from orgs.models import ASSESSED_KINDS, OrgKind

# How often the assembly is due where it is not each quarter.
ASSEMBLIES: dict[str, str] = {OrgKind.COMMITTEE: "year", OrgKind.GENERAL_BRANCH: "half"}
# A quarter or half counts from this many days of existence, a year from full months.
QUARTER_DAYS, HALF_DAYS, YEAR_MONTHS = 45, 90, 6
# More missing months than this are counted rather than named.
MANY_MISSING = 4
_ORDINALS = "一二三四"


class Record(NamedTuple):
    """One archived meeting. `counts` is False where it is not valid; `claimed` marks a
    late entry that the managing body has not accepted yet.
    """

    type: str
    held_on: date
    counts: bool
    is_late: bool = False
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One month of one row: `state` is the CSS class of the mark.

    ok held, late held and entered late, claim late and not accepted yet, miss missing,
    due to be entered within `days`, wait not over yet, na nothing is due.
    """

    month: int
    state: str
    day: int | None = None
    days: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of organizational life: twelve marks and what they come to."""

    label: str
    marks: Sequence[Mark]
    conclusion: str
    complete: bool = False


class Slot(NamedTuple):
    """A stretch in which `need` records are due; `label` names it when it is missing."""

    label: str
    start: date
    end: date
    due: bool
    need: int = 1


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def days_alive(start: date, end: date, born: date | None, gone: date | None) -> int:
    """Return on how many days of start..end an organization existed (`gone` excluded)."""
    first = max(start, born) if born else start
    last = min(end, gone - datetime.timedelta(days=1)) if gone else end
    return max((last - first).days + 1, 0)


def slots(year: int, every: str, born: date | None, gone: date | None) -> list[Slot]:
    """Return the slots of a year: every "month", "quarter", "half" or "year"."""
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[every]
    found = []
    for number, first in enumerate(range(1, 13, size)):
        start, end = date(year, first, 1), month_end(year, first + size - 1)
        alive = days_alive(start, end, born, gone)
        if every == "month":
            label, due = f"{first} 月", alive == (end - start).days + 1
        elif every == "quarter":
            label, due = f"第{_ORDINALS[number]}季度", alive >= QUARTER_DAYS
        elif every == "half":
            label, due = ("上半年", "下半年")[number], alive >= HALF_DAYS
        else:
            whole = sum(slot.due for slot in slots(year, "month", born, gone))
            label, due = "全年", whole >= YEAR_MONTHS
        found.append(Slot(label, start, end, due))
    return found


def _mark(month: int, held: Sequence[Record]) -> Mark:
    """Return the mark of a month in which records of the type stand."""
    first = min(held, key=lambda record: record.held_on)
    note = f"共 {len(held)} 次" if len(held) > 1 else ""
    return Mark(month, "late" if first.is_late else "ok", first.held_on.day, note=note)


def build_row(
    label: str,
    year: int,
    due: Sequence[Slot],
    records: Iterable[Record],
    *,
    today: date,
    until: date | None = None,
) -> Row:
    """Return the row of one type.

    `records` are those of the type counting for `year`; those of a yearly type may be
    dated to `until` in the next year, then the last month carries them.
    """
    records = list(records)
    by_month: dict[int, list[Record]] = {}
    for record in records:
        by_month.setdefault(12 if record.held_on.year > year else record.held_on.month, []).append(
            record
        )
    marks = {month: Mark(month, "na") for month in range(1, 13)}
    for month, some in by_month.items():
        if held := [record for record in some if record.counts]:
            marks[month] = _mark(month, held)
    missing, waiting, complete = [], 0, bool(due)
    for slot in due:
        span = range(slot.start.month, slot.end.month + 1)
        inside = [record for month in span for record in by_month.get(month, ())]
        if not slot.due or sum(record.counts for record in inside) >= slot.need:
            complete &= slot.due
            continue
        complete = False
        last = slot.end.month
        if marks[last].state in ("ok", "late"):
            # One of two records stands in the last month: the lack is told in words only.
            if today > (until or slot.end) + datetime.timedelta(days=GRACE_DAYS):
                missing.append(slot.label)
            continue
        marks[last], is_missing = _open(last, inside, until or slot.end, today)
        missing += [slot.label] * is_missing
        waiting += not is_missing
    conclusion = _conclude(due, missing, waiting, sum(r.counts for r in records), complete)
    return Row(label, tuple(marks.values()), conclusion, complete)


def _open(month: int, inside: Sequence[Record], end: date, today: date) -> tuple[Mark, bool]:
    """Return the mark of a slot without enough records, and whether it is missing."""
    claims = [record for record in inside if record.claimed]
    if claims:
        return Mark(month, "claim", claims[0].held_on.day, note="补录，待管理主体认可"), True
    if today <= end:
        return Mark(month, "wait"), False
    left = (end + datetime.timedelta(days=GRACE_DAYS) - today).days
    if left >= 0:
        return Mark(month, "due", days=left), False
    note = f"有 {len(inside)} 次记录，不符合有效会议的条件" if inside else ""
    return Mark(month, "miss", note=note), True


def _conclude(due, missing, waiting, held, complete) -> str:
    """Return the last column in words."""
    if missing == ["全年"]:
        need = due[0].need
        return f"应上 {need} 次，有效 {held} 次" if need > 1 else "没有有效记录"
    if missing:
        if len(missing) > 1 and all(label.startswith("第") for label in missing):
            # "缺第二、三季度"
            return "缺第" + "、".join(label[1] for label in missing) + "季度"
        if len(missing) > MANY_MISSING:
            return f"缺 {len(missing)} 个月"
        return "缺" + (" " if missing[0][0].isdigit() else "") + "、".join(missing)
    if waiting:
        return f"{waiting} 次待开展"
    if complete:
        return {12: "十二个月齐", 4: "四季齐", 2: "两个半年齐", 1: "已开展"}[len(due)]
    if any(slot.due for slot in due):
        return "应开展的已开展"
    return f"已开展 {held} 次" if held else "没有应开展的月份"


def year_grid(
    *,
    kind: str,
    year: int,
    records: Iterable[Record],
    born: date | None,
    gone: date | None,
    has_committee: bool,
    today: date,
    until: date,
    without_committee: Iterable[int] = (),
    vacation_months: Iterable[int] = (),
    lecture_periods: int = 4,
) -> list[Row]:
    """Return the rows that apply to an organization of `kind`, marks and all.

    `until` is the last day for the yearly types of this year. `has_committee` tells
    whether committee meetings are due at all and `without_committee` the months in
    which they are not (indicator C2); nothing monthly is due in `vacation_months`.
    A branch owes a lecture each quarter (`lecture_periods` 4) or half-year (2). A kind
    that is not assessed owes nothing: its rows show what it held.
    """
    by_type: dict[str, list[Record]] = {}
    for record in records:
        by_type.setdefault(record.type, []).append(record)
    above = kind in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH)
    assembly = ASSEMBLIES.get(kind, "quarter")
    vacation, assessed = frozenset(vacation_months), kind in ASSESSED_KINDS

    def row(type_, label, every, *, need=1, limit=None, off=vacation):
        due = [
            slot._replace(
                need=need, due=slot.due and not (every == "month" and slot.start.month in off)
            )
            for slot in (slots(year, every, born, gone) if every and assessed else ())
        ]
        return build_row(label, year, due, by_type.get(type_, ()), today=today, until=limit)

    kinds = MeetingType
    rows = []
    if has_committee or by_type.get(kinds.BRANCH_COMMITTEE):
        label = "委员会会议" if above else "支委会"
        every = "month" if has_committee else ""
        off = vacation | set(without_committee)
        rows.append(row(kinds.BRANCH_COMMITTEE, label, every, off=off))
    if not above:
        rows.append(row(kinds.THEME_DAY, "主题党日", "month"))
    rows.append(row(kinds.MEMBER_ASSEMBLY, "党员大会", assembly))
    if above:
        rows.append(row(kinds.LECTURE, "党课", "year", need=2))
    else:
        rows.append(row(kinds.LECTURE, "党课", "half" if lecture_periods == 2 else "quarter"))
    if by_type.get(kinds.GROUP):
        rows.append(row(kinds.GROUP, "党小组会", ""))
    if kind == OrgKind.COMMITTEE:
        rows.append(row(kinds.DEMOCRATIC_LIFE, "民主生活会", "year", limit=until))
    elif not above:
        rows.append(row(kinds.ORG_LIFE, "组织生活会", "year", limit=until))
        rows.append(row(kinds.MEMBER_EVALUATION, "民主评议党员", "year", limit=until))
    return rows
