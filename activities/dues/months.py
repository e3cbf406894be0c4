"""How each month of a member's dues stands on a day: pure functions, no clock."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from activities.models import MONTHS, MemberDues
from orgs.models import add_months

# Unpaid for so many months without cause (党费收缴规定 2008, Article 13).
STREAK = 6
# Dues may be paid later for so long (Article 12).
LATEST_MONTHS = 6
NOTHING = Decimal(0)


class Mark(StrEnum):
    """How one month stands."""

    PAID = "已交"
    LATE = "迟交"
    PART = "少交"
    UNPAID = "欠交"
    WAITING = "待交"
    NOT_DUE = "不交"


@dataclass(frozen=True, slots=True)
class DuesFacts:
    """One member's year: what is due from which month to which, what was paid and when."""

    year: int
    quarterly: bool
    monthly: Decimal | None
    first: int
    last: int
    paid: Sequence[Decimal | None]
    paid_on: Sequence[datetime.date | None]


def facts_of(row: MemberDues) -> DuesFacts:
    """Return the facts of a row with its ledger."""
    return DuesFacts(
        row.ledger.year,
        row.ledger.pays_quarterly,
        row.monthly,
        row.first_month,
        row.last_month,
        row.paid,
        row.paid_on,
    )


def period_end(year: int, month: int, *, quarterly: bool) -> datetime.date:
    """Return the last day a month's dues are on time: of the month, or of its quarter."""
    month = (month + 2) // 3 * 3 if quarterly else month
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def last_ended(year: int, today: datetime.date, *, quarterly: bool) -> int:
    """Return the last month of `year` whose period is over on `today`; 0 for none."""
    return max((m for m in MONTHS if period_end(year, m, quarterly=quarterly) < today), default=0)


def mark(facts: DuesFacts, month: int, today: datetime.date) -> Mark:
    """Return how a month stands: paid in full and on time, late, partly, or not at all."""
    paid, on = facts.paid[month - 1] or NOTHING, facts.paid_on[month - 1]
    if not facts.first <= month <= facts.last:
        return Mark.NOT_DUE
    if facts.monthly == 0 and not paid:
        return Mark.NOT_DUE
    end = period_end(facts.year, month, quarterly=facts.quarterly)
    # Until the base is fixed nobody can say that a payment is too small.
    if paid and paid >= (facts.monthly or NOTHING):
        return Mark.LATE if on and on > end else Mark.PAID
    if paid:
        return Mark.PART
    return Mark.UNPAID if today > end else Mark.WAITING


def marks(facts: DuesFacts, today: datetime.date) -> list[Mark]:
    """Return the twelve marks of a year."""
    return [mark(facts, month, today) for month in MONTHS]


def months_due(facts: DuesFacts, today: datetime.date) -> int:
    """Return how many months were due by `today`; none for who is exempt."""
    if facts.monthly == 0:
        return 0
    ended = last_ended(facts.year, today, quarterly=facts.quarterly)
    return max(0, min(facts.last, ended) - facts.first + 1)


def arrears(facts: DuesFacts, today: datetime.date) -> Decimal:
    """Return what is still owed for the months that were due by `today`, in yuan."""
    due = (facts.monthly or NOTHING) * months_due(facts, today)
    ended = last_ended(facts.year, today, quarterly=facts.quarterly)
    paid = sum((amount or NOTHING for amount in facts.paid[:ended]), NOTHING)
    return max(NOTHING, due - paid)


def paid_too_late(facts: DuesFacts, month: int) -> bool:
    """Tell whether a month was paid more than six months after its period was over."""
    on = facts.paid_on[month - 1]
    end = period_end(facts.year, month, quarterly=facts.quarterly)
    return bool(on and facts.paid[month - 1] and on > add_months(end, LATEST_MONTHS))


def unpaid_streak(years: Iterable[Sequence[Mark]]) -> int:
    """Return how many months in a row, up to now, nothing was paid; earliest year first."""
    streak = 0
    for one in (m for year in years for m in year):
        if one == Mark.UNPAID:
            streak += 1
        elif one in (Mark.PAID, Mark.LATE, Mark.PART):
            streak = 0
    return streak


def spread(amount: Decimal, months: Sequence[int], monthly: Decimal | None) -> dict[int, Decimal]:
    """Return a payment for several months by month: each its due in turn, the rest to the last.

    Without a known due the months share alike, the last takes what is left of the cents.
    """
    share = monthly or (amount / len(months)).quantize(Decimal("0.01"))
    found, left = {}, amount
    for month in months[:-1]:
        found[month] = min(share, left)
        left -= found[month]
    found[months[-1]] = left
    return {month: paid for month, paid in found.items() if paid}
