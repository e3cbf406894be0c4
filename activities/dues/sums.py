"""The sums of dues by SQL: the same as months.py says of one row, for thousands of them.

The days of a year are constants here, so nothing derived has to be stored: what indicator
D3 asks for (member-months paid in full and on time ÷ due) is one grouped query as well.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Expression,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from activities.dues.months import last_ended, period_end
from activities.models import MONTHS, MemberDues

_MONEY = DecimalField(max_digits=14, decimal_places=2)
# Half a cent: amounts are kept as binary fractions by SQLite.
SOME = Decimal("0.005")


def months_due(year: int, today: datetime.date) -> Expression:
    """Return how many months of a row were due by `today`; none for who is exempt."""

    def until(quarterly: bool) -> Expression:
        ended = last_ended(year, today, quarterly=quarterly)
        return Greatest(Value(0), Least(F("last_month"), Value(ended)) - F("first_month") + 1)

    return Case(
        When(monthly=0, then=Value(0)),
        When(ledger__pays_quarterly=True, then=until(True)),
        default=until(False),
        output_field=IntegerField(),
    )


def paid(months: int = 12) -> Expression:
    """Return what a row has paid for its first `months` months."""
    total: Any = Value(Decimal(0), output_field=_MONEY)
    for month in range(1, months + 1):
        total = total + Coalesce(F(f"paid_{month}"), Value(Decimal(0)), output_field=_MONEY)
    return total


def due(year: int, today: datetime.date) -> Expression:
    """Return what a row owed by `today`; nothing while its base is not fixed."""
    monthly = Coalesce(F("monthly"), Value(Decimal(0)), output_field=_MONEY)
    return monthly * months_due(year, today)


def arrears(year: int, today: datetime.date) -> Expression:
    """Return what a row still owes for the months that were due by `today`."""

    def until(quarterly: bool) -> Expression:
        return paid(last_ended(year, today, quarterly=quarterly))

    so_far = Case(
        When(ledger__pays_quarterly=True, then=until(True)),
        default=until(False),
        output_field=_MONEY,
    )
    open_sum = due(year, today) - so_far
    return Greatest(Value(Decimal(0), output_field=_MONEY), open_sum, output_field=_MONEY)


def months_on_time(year: int, today: datetime.date) -> Expression:
    """Return how many due months of a row were paid in full and on time (indicator D3)."""
    total: Any = Value(0)
    for month in MONTHS:
        ends = {q: period_end(year, month, quarterly=q) for q in (True, False)}
        ended = Q(ledger__pays_quarterly=True) if ends[True] < today else Q(pk__in=[])
        if ends[False] < today:
            ended |= Q(ledger__pays_quarterly=False)
        day = f"paid_on_{month}"
        in_time = (
            Q(**{day: None})
            | Q(**{f"{day}__lte": ends[False]})
            | Q(ledger__pays_quarterly=True, **{f"{day}__lte": ends[True]})
        )
        owed = Q(first_month__lte=month, last_month__gte=month, monthly__gt=0)
        full = Q(**{f"paid_{month}__gte": F("monthly")})
        total = total + Case(When(ended & in_time & owed & full, then=Value(1)), default=Value(0))
    return total


@dataclass(frozen=True, slots=True)
class Sums:
    """What a number of rows come to."""

    members: int = 0
    without_base: int = 0
    months_due: int = 0
    months_on_time: int = 0
    due: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    arrears: Decimal = Decimal(0)
    behind: int = 0

    @property
    def share(self) -> float | None:
        """The share of due member-months paid in full and on time; None where none is due."""
        return self.months_on_time / self.months_due if self.months_due else None


def _annotated(rows: QuerySet, year: int, today: datetime.date) -> QuerySet:
    return rows.annotate(
        row_months=months_due(year, today),
        row_on_time=months_on_time(year, today),
        row_due=due(year, today),
        row_paid=paid(),
        row_arrears=arrears(year, today),
    )


_SUMS = {
    "members": Count("pk"),
    "without_base": Count("pk", filter=Q(monthly=None)),
    "months_due": Sum("row_months"),
    "months_on_time": Sum("row_on_time"),
    "due": Sum("row_due"),
    "paid": Sum("row_paid"),
    "arrears": Sum("row_arrears"),
    "behind": Count("pk", filter=Q(row_arrears__gt=SOME)),
}


def sums_by_organization(
    rows: QuerySet[MemberDues], year: int, today: datetime.date
) -> dict[int, Sums]:
    """Return the sums of `rows` of one year for each organization, in one query."""
    found = _annotated(rows.filter(ledger__year=year), year, today).order_by()
    return {
        row.pop("ledger__organization"): _sums(row)
        for row in found.values("ledger__organization").annotate(**_SUMS)
    }


def sums_of(rows: QuerySet[MemberDues], year: int, today: datetime.date) -> Sums:
    """Return the sums of all `rows` of one year, in one query."""
    return _sums(_annotated(rows.filter(ledger__year=year), year, today).aggregate(**_SUMS))


def behind(year: int, today: datetime.date) -> QuerySet[MemberDues]:
    """Return the rows of a year that owe something."""
    rows = MemberDues.objects.filter(ledger__year=year, ledger__withdrawn_at=None)
    return rows.alias(row_arrears=arrears(year, today)).filter(row_arrears__gt=SOME)


def _sums(row: dict[str, Any]) -> Sums:
    cents = Decimal("0.01")
    money = {name: Decimal(row[name] or 0).quantize(cents) for name in ("due", "paid", "arrears")}
    return Sums(**{name: value or 0 for name, value in row.items()} | money)
