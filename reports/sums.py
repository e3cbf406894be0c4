"""Why a total rate is what it is: the sum it is divided from, the weights, and the mean it is not.

One explanation for every table with such a total: those of a board and those of a report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from assessments.compliance import percent_text
from reports.counts import points
from sheets.layout import Column, Layout, plain, text

# More rows than these are not written out one by one.
MANY = 24


def _percent(above: int | Decimal | Fraction, below: int | Decimal) -> str:
    """Return the rate in whole per cent; "—" where nothing is due."""
    rate = Fraction(above) / Fraction(below) if below else Fraction()
    return percent_text(rate.numerator, rate.denominator if below else 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the sum: so many of so many, or so much money of so much."""

    name: str
    above: int | Decimal
    below: int | Decimal

    @property
    def rate(self) -> Fraction:
        """What the two give divided, unrounded."""
        return Fraction(self.above) / Fraction(self.below)


@dataclass(frozen=True)
class Sum:
    """A total rate: parts of `above_word` ÷ `below_word`, added up and divided once.

    `title` is what the total is called, `anchor` the name of its place on the page,
    `row_word` what the parts are called.
    """

    title: str
    anchor: str
    row_word: str
    above_word: str
    below_word: str
    parts: tuple[Part, ...]

    @cached_property
    def above(self) -> int | Decimal:
        return sum(part.above for part in self.parts)

    @cached_property
    def below(self) -> int | Decimal:
        return sum(part.below for part in self.parts)

    @property
    def percent(self) -> str:
        """The total rate in whole per cent."""
        return _percent(self.above, self.below)

    @property
    def exact(self) -> str:
        """The total rate with one decimal."""
        return f"{points(Fraction(self.above) / Fraction(self.below))}%"

    @property
    def above_sum(self) -> str:
        """The numerators as they are added up; "" where there are too many to read."""
        return self._added(part.above for part in self.parts)

    @property
    def below_sum(self) -> str:
        """The denominators as they are added up; "" where there are too many to read."""
        return self._added(part.below for part in self.parts)

    def _added(self, numbers: Iterator[int | Decimal]) -> str:
        if len(self.parts) > MANY:
            return ""
        return " + ".join(f"{number:,}" for number in numbers)

    @cached_property
    def mean(self) -> str:
        """The plain mean of the rates, which the total is not."""
        return _percent(sum((part.rate for part in self.parts), Fraction()), len(self.parts))

    @property
    def smallest(self) -> Part:
        return min(self.parts, key=lambda part: part.below)

    @property
    def largest(self) -> Part:
        return max(self.parts, key=lambda part: part.below)

    @cached_property
    def shares(self) -> list[tuple[str, str]]:
        """The largest parts, each with its share of the denominator in whole per cent."""
        parts = self.parts
        if len(parts) > MANY:
            parts = tuple(sorted(parts, key=lambda part: -part.below)[:MANY])
        return [(part.name, _percent(part.below, self.below)) for part in parts]

    @property
    def shares_text(self) -> str:
        """The shares in words."""
        return "，".join(f"{name} {share}" for name, share in self.shares)

    @property
    def weights(self) -> Iterator[tuple[str, str, bool]]:
        """The shares as stretches of a bar 1,000 long: (x, width, odd)."""
        before = 0.0
        for index, part in enumerate(self.parts):
            width = 1000 * float(part.below / self.below)
            yield f"{before:.1f}", f"{max(width - 1.5, 0.5):.1f}", bool(index % 2)
            before += width


def sums_of(layout: Layout) -> list[Sum]:
    """Return the explanation of each total rate of a table: those divided from two sums.

    None where nothing is added up: a single row with data, or a total of more than the rows.
    """
    heads = {column.key: column for column in layout.columns}
    found = (_sum_of(layout, column, heads) for column in layout.columns)
    return [one for one in found if one is not None]


def _sum_of(layout: Layout, column: Column, heads: dict[str, Column]) -> Sum | None:
    if column.format != "percent" or not isinstance(column.total, tuple) or layout.total is None:
        return None
    above, below = column.total
    name = layout.columns[0]
    counted = [
        (text(row[name.key]), plain(row.get(above)), plain(row.get(below))) for row in layout.rows
    ]
    parts = tuple(Part(*row) for row in counted if row[2])
    one = Sum(
        title=f"{column.group}{layout.total_label}",
        anchor=f"sum-{column.key}",
        row_word=name.label,
        above_word=_word(heads[above]),
        below_word=_word(heads[below]),
        parts=parts,
    )
    if len(parts) < 2 or any(part.above is None for part in parts):
        return None
    total = (plain(layout.total.get(above)), plain(layout.total.get(below)))
    return one if total == (one.above, one.below) else None


def _word(column: Column) -> str:
    """Return what a count is called in a sentence: its heading, or that above a sum."""
    word = column.label.partition("（")[0].removeprefix("其中")
    return column.group if word == "合计" else word
