"""The sums of dues by SQL: the same as months.py says of one row, for thousands of them.

The days of a year are constants here, so nothing derived has to be stored: what indicator
D3 asks for (member-months paid in full and on time ÷ due) is one grouped query as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Field,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.lookups import GreaterThan

from activities.dues.months import last_ended, period_end
from activities.models import MONTHS, MemberDues

_MONEY = DecimalField(max_digits=14, decimal_places=2)
_COUNT = IntegerField()
# Half a cent: amounts are kept as binary fractions by SQLite.
SOME = Decimal("0.005")
_COLUMNS = (
    "monthly",
    "first_month",
    "last_month",
    "ledger__pays_quarterly",
    *(f"{name}_{n}" for n in MONTHS for name in ("paid", "paid_on")),
)
# What writes a measure of one row: from the columns as SQL names them to its SQL.
Write = Callable[[dict[str, str]], str]


class OfRow(Func):
    """A measure over the twelve months of a row, written out as SQL in one piece.

    The same as a tree of expressions would take many times as long to compile as to run.
    Only columns and the days and numbers of the calendar get into the text.
    """

    def __init__(self, write: Write, output_field: Field):
        super().__init__(*_COLUMNS, output_field=output_field)
        self.write = write

    def as_sql(self, compiler, connection, **context):
        columns = {
            name: compiler.compile(source)[0]
            for name, source in zip(_COLUMNS, self.get_source_expressions(), strict=True)
        }
        return f"({self.write(columns)})", []


def _each(year: int, today: datetime.date, write: Callable[[dict, int, bool], str]) -> Write:
    """Return what writes one text for ledgers paid each quarter, another for all others.

    `write` is given the columns, the last month due by `today`, and which of both it is.
    """

    def either(c: dict[str, str]) -> str:
        texts = [write(c, last_ended(year, today, quarterly=q), q) for q in (True, False)]
        return f"CASE WHEN {c['ledger__pays_quarterly']} THEN {texts[0]} ELSE {texts[1]} END"

    return either


def _months(c: dict[str, str], ended: int) -> str:
    """Write how many of the months up to `ended` a row owes; none for who is exempt."""
    last = f"CASE WHEN {c['last_month']} < {ended} THEN {c['last_month']} ELSE {ended} END"
    owes = f"COALESCE({c['monthly']}, 1) > 0 AND ({last}) >= {c['first_month']}"
    return f"CASE WHEN {owes} THEN ({last}) - {c['first_month']} + 1 ELSE 0 END"


def _paid(c: dict[str, str], months: int) -> str:
    return " + ".join(["0", *(f"COALESCE({c[f'paid_{n}']}, 0)" for n in MONTHS if n <= months)])


def months_due(year: int, today: datetime.date) -> OfRow:
    """Return how many months of a row were due by `today`."""
    return OfRow(_each(year, today, lambda c, ended, q: _months(c, ended)), _COUNT)


def paid() -> OfRow:
    """Return what a row has paid for the whole year."""
    return OfRow(lambda c: _paid(c, 12), _MONEY)


def due(year: int, today: datetime.date) -> OfRow:
    """Return what a row owed by `today`; nothing while its base is not fixed."""

    def write(c: dict[str, str], ended: int, quarterly: bool) -> str:
        return f"COALESCE({c['monthly']}, 0) * ({_months(c, ended)})"

    return OfRow(_each(year, today, write), _MONEY)


def arrears(year: int, today: datetime.date) -> OfRow:
    """Return what a row still owes for the months that were due by `today`."""

    def write(c: dict[str, str], ended: int, quarterly: bool) -> str:
        left = f"COALESCE({c['monthly']}, 0) * ({_months(c, ended)}) - ({_paid(c, ended)})"
        return f"CASE WHEN {left} > 0 THEN {left} ELSE 0 END"

    return OfRow(_each(year, today, write), _MONEY)


def months_on_time(year: int, today: datetime.date) -> OfRow:
    """Return how many due months of a row were paid in full and on time (indicator D3)."""

    def write(c: dict[str, str], ended: int, quarterly: bool) -> str:
        counted = ["0"]
        for n in MONTHS[:ended]:
            amount, day = c[f"paid_{n}"], c[f"paid_on_{n}"]
            end = period_end(year, n, quarterly=quarterly)
            counted.append(
                f"CASE WHEN {c['monthly']} > 0 AND {amount} >= {c['monthly']}"
                f" AND {c['first_month']} <= {n} AND {c['last_month']} >= {n}"
                f" AND ({day} IS NULL OR {day} <= '{end}') THEN 1 ELSE 0 END"
            )
        return " + ".join(counted)

    return OfRow(_each(year, today, write), _COUNT)


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


def owing(year: int, today: datetime.date) -> Q:
    """Return the condition that a row of the year owes something."""
    return Q(GreaterThan(arrears(year, today), SOME))


def paid_late(year: int) -> Q:
    """Return the condition that a row of the year has a month paid after its period (补交)."""
    late = Q()
    for n, quarterly in product(MONTHS, (True, False)):
        end = period_end(year, n, quarterly=quarterly)
        paid = {f"paid_{n}__gt": 0, f"paid_on_{n}__gt": end}
        late |= Q(ledger__pays_quarterly=quarterly, **paid)
    return late


def behind(year: int, today: datetime.date) -> QuerySet[MemberDues]:
    """Return the rows of a year that owe something."""
    rows = MemberDues.objects.filter(ledger__year=year, ledger__withdrawn_at=None)
    return rows.filter(owing(year, today))


def _sums(row: dict[str, Any]) -> Sums:
    cents = Decimal("0.01")
    money = {name: Decimal(row[name] or 0).quantize(cents) for name in ("due", "paid", "arrears")}
    total: dict[str, Any] = {name: value or 0 for name, value in row.items()} | money
    return Sums(**total)
