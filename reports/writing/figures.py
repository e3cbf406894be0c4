"""Figures bound to a query: every number of a document can be asked again by its name.

The name of a figure is its query in machine form:

    schools.count?stage=primary                     how many records of a source
    trainings.hours                                 a sum over them
    assessments.count?result=passed ÷ assessments.count?result=due
    fact.highest_names                               a derived value (facts.py)

Several of the first kinds are combined by " + ", " − " and, once, " ÷ ".
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from assessments.compliance import percent_text
from reports.base import day_text
from reports.counts import points

OVER, PLUS, MINUS = " ÷ ", " + ", " − "
COUNT = "count"


@dataclass(frozen=True, slots=True)
class Term:
    """One question: the number of records of a source, or the sum of a field over them,
    under conditions.
    """

    source: str
    measure: str = COUNT
    where: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, name: str) -> Term:
        """Return the term of a name; raises ValueError."""
        head, _, conditions = name.partition("?")
        source, dot, measure = head.partition(".")
        if not (source and dot and measure):
            raise ValueError(f"no term: {name!r}")
        return cls(source, measure, tuple(sorted(parse_qsl(conditions))))

    @property
    def name(self) -> str:
        conditions = f"?{urlencode(self.where)}" if self.where else ""
        return f"{self.source}.{self.measure}{conditions}"

    @property
    def machine(self) -> dict[str, Any]:
        """The question as JSON."""
        return {"source": self.source, "measure": self.measure, "where": dict(self.where)}


@dataclass(frozen=True, slots=True)
class Query:
    """A sum of terms (those of `minus` taken off), divided by the sum of `over` if any."""

    plus: tuple[Term, ...]
    minus: tuple[Term, ...] = ()
    over: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, name: str) -> Query:
        """Return the query of a name; raises ValueError."""
        upper, divided, lower = name.partition(OVER)
        first, *taken = upper.split(MINUS)
        return cls(
            tuple(map(Term.parse, first.split(PLUS))),
            tuple(map(Term.parse, taken)),
            tuple(map(Term.parse, lower.split(PLUS))) if divided else (),
        )

    @property
    def name(self) -> str:
        text = PLUS.join(term.name for term in self.plus)
        text += "".join(f"{MINUS}{term.name}" for term in self.minus)
        return text + (OVER + PLUS.join(term.name for term in self.over) if self.over else "")

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.plus + self.minus + self.over

    @property
    def machine(self) -> dict[str, Any]:
        """The question as JSON."""
        if len(self.terms) == 1:
            return self.plus[0].machine
        parts = {"plus": self.plus, "minus": self.minus, "over": self.over}
        return {key: [term.machine for term in terms] for key, terms in parts.items() if terms}

    def value(self, ask: Callable[[Term], Any]) -> Any:
        """Return the value, given those of the terms; None where it cannot be divided."""
        if len(self.terms) == 1:
            return ask(self.plus[0])
        upper = sum(ask(term) for term in self.plus) - sum(ask(term) for term in self.minus)
        if not self.over:
            return upper
        lower = sum(ask(term) for term in self.over)
        return Fraction(upper) / Fraction(lower) if lower else None


# How a value is written ----------------------------------------------------------------

PERCENT, POINTS, PEOPLE, TEXT = "%", "百分点", "万人", "文字"
NUMERALS = "种"
_CHINESE = "〇一二三四五六七八九十"


def written(value: Any, form: str) -> str:
    """Return a value as a document writes it (GB/T 15835—2011: digits, no separators).

    `form` is PERCENT, POINTS, PEOPLE (from ten thousand on in 万), TEXT, NUMERALS (small
    counts in Chinese), or the unit a count is written with.
    """
    if value is None:
        return "—"
    if form == TEXT:
        return day_text(value) if isinstance(value, datetime.date) else str(value)
    if form == PERCENT:
        share = Fraction(value)
        return percent_text(share.numerator, share.denominator)
    if form == POINTS:
        moved = abs(points(value) if isinstance(value, Fraction) else value)
        return f"{moved}个百分点"
    if form == PEOPLE:
        if value < 10_000:
            return f"{value}人"
        wan = (Decimal(value) / 10_000).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{wan.normalize():f}万人"
    if form == NUMERALS:
        return f"{_CHINESE[value] if 0 <= value <= 10 else value}种"
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    return f"{value}{form}"


class Teller(Protocol):
    """Who has found a figure, and can say more of it."""

    def words(self, query: Query) -> str: ...

    def page(self, name: str, form: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in a sentence: what it is, how it is written, and where it can be looked up.

    `day` is the day of the data. `of` tells the rest when it is asked for, which most figures
    of a file never are; without it, `said` stands for the words. `kept` is how a draft has
    it; None where it is written from the data.
    """

    name: str
    form: str
    value: Any
    day: datetime.date
    of: Teller | None = field(default=None, compare=False, repr=False)
    kept: str | None = None
    said: str = ""

    @property
    def words(self) -> str:
        """The query in words."""
        return self.of.words(Query.parse(self.name)) if self.of else self.said

    @property
    def page(self) -> str:
        """The address of the page that shows it; "" where there is none."""
        return self.of.page(self.name, self.form) if self.of else ""

    @property
    def text(self) -> str:
        """The figure as the document has it."""
        return self.now if self.kept is None else self.kept

    @property
    def now(self) -> str:
        """The figure as the data have it."""
        return written(self.value, self.form)

    @property
    def is_stale(self) -> bool:
        """Whether a draft has it otherwise than the data."""
        return self.kept is not None and self.kept != self.now

    @property
    def unit(self) -> str:
        """The unit it is told in; "" for words."""
        return {TEXT: "", PEOPLE: "人"}.get(self.form, self.form)

    @property
    def plain(self) -> Any:
        """The value as JSON keeps it; rates and differences of rates as decimals."""
        if isinstance(self.value, Fraction):
            return round(float(self.value), 6)
        if isinstance(self.value, Decimal):
            return float(self.value)
        if isinstance(self.value, datetime.date):
            return self.value.isoformat()
        return self.value

    @property
    def machine(self) -> dict[str, Any]:
        """The query as JSON."""
        return Query.parse(self.name).machine
