"""Agreement to the quarters of a ledger: when it may be given, and what stands from then on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from activities.dues.months import NOTHING, Mark, period_end
from activities.models import DuesLedger, DuesQuarter, MemberDues, Quarter

# Amount and day of each month of a year.
Payments = tuple[tuple[Decimal | None, datetime.date | None], ...]


def over_on(year: int, quarter: Quarter) -> datetime.date:
    """Return the last day of a quarter; it can be agreed to from that day on."""
    return period_end(year, quarter.months[-1], quarterly=True)


def early(ledger: DuesLedger, quarter: Quarter, day: datetime.date) -> str:
    """Return why a quarter cannot be agreed to on `day`; "" once it is over."""
    end = over_on(ledger.year, quarter)
    return f"{quarter.label}到 {end} 结束，结束以后才能审核。" if day < end else ""


def open_quarters(ledger: DuesLedger, today: datetime.date) -> list[Quarter]:
    """Return the quarters that are over and not agreed to yet, the first first."""
    agreed = agreed_days(ledger)
    return [q for q in Quarter if q not in agreed and over_on(ledger.year, q) <= today]


def agreed_days(ledger: DuesLedger) -> dict[int, datetime.date]:
    """Return by quarter the day it was agreed to, of those that still stand."""
    return dict(ledger.quarters.values_list("quarter", "agreed_on"))


def refusal(before: Payments, after: Payments, agreed: Mapping[int, datetime.date]) -> str:
    """Return why payments cannot become `after` while quarters are `agreed`; "" if they can.

    What was entered when a quarter was agreed to stands. What is paid afterwards may be
    added with its day, which is after the agreement and so late.
    """
    for month, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        quarter = Quarter.of(month)
        day = agreed.get(quarter)
        if day is None or old == new:
            continue
        (was, _), (amount, on) = old, new
        said = f"{quarter.label}已于 {day} 审核"
        if (amount or NOTHING) <= (was or NOTHING):
            return f"{said}，{month} 月登记的不能再改。登记错了的，先撤回这个季度的审核。"
        if on is None or on <= day:
            return f"{said}，{month} 月以后补交的，交纳日期要在审核以后。"
    return ""


@dataclass(frozen=True, slots=True)
class QuarterShown:
    """One quarter of a ledger as its page shows it."""

    quarter: Quarter
    over_on: datetime.date
    is_over: bool
    paid: Decimal
    # How many members owe something of it.
    behind: int
    agreed: DuesQuarter | None


def shown(
    ledger: DuesLedger,
    rows: Iterable[tuple[MemberDues, list[Mark]]],
    today: datetime.date,
) -> list[QuarterShown]:
    """Return the four quarters of a ledger; `rows` with their marks of the day. One query."""
    agreed = {one.quarter: one for one in DuesQuarter.objects.filter(ledger=ledger)}
    lines = list(rows)
    found = []
    for quarter in Quarter:
        months = quarter.months
        paid = sum((row.paid[n - 1] or NOTHING for row, _ in lines for n in months), NOTHING)
        owing = {Mark.UNPAID, Mark.PART}
        behind = sum(any(marks[n - 1] in owing for n in months) for _, marks in lines)
        end = over_on(ledger.year, quarter)
        found.append(
            QuarterShown(quarter, end, end <= today, paid, behind, agreed.get(quarter.value))
        )
    return found
