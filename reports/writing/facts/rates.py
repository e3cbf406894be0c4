"""The rates of the rows: against the year before, and among one another."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from reports.board import BoardRow
from reports.writing.facts.declared import fact, rates_page

if TYPE_CHECKING:
    from reports.writing.material import Material


@fact("达标率比上年的变化，由未取整的比率相减", rates_page)
def change(m: Material) -> Decimal | None:
    return m.board.change.points if m.board.change else None


@fact("达标率比上年提高还是降低", rates_page)
def change_word(m: Material) -> str:
    moved = change(m)
    return "" if moved is None else "提高" if moved > 0 else "降低" if moved < 0 else "持平"


@fact("达标率比上年上升的单元数", rates_page)
def risen(m: Material) -> int:
    return sum(1 for row in m.board.rows if row.change and row.change.points > 0)


@fact("达标率与上年可比的单元数", rates_page)
def compared(m: Material) -> int:
    return sum(1 for row in m.board.rows if row.change)


@fact("达标率上升最多的单元", rates_page)
def most_risen(m: Material) -> str:
    return "、".join(row.name for row in _most_risen(m))


@fact("上升最多的单元上升的百分点", rates_page)
def most_risen_points(m: Material) -> Decimal | None:
    rows = _most_risen(m)
    return rows[0].change.points if rows and rows[0].change else None


@fact("达标率比上年下降的单元", rates_page)
def fallen_names(m: Material) -> str:
    rows = [row for row in m.board.rows if row.change and row.change.points < 0]
    return "、".join(row.name for row in rows)


def _most_risen(m: Material) -> list[BoardRow]:
    rows = [row for row in m.board.rows if row.change and row.change.points > 0]
    best = max((row.change.points for row in rows if row.change), default=None)
    return [row for row in rows if row.change and row.change.points == best]


# A rate over fewer organizations than these says little: such a row is not held up.
SMALL = 4


def comparable(m: Material) -> list[BoardRow]:
    """Return the rows whose rates can be set beside one another."""
    return [row for row in m.board.ranked if row.now.due >= SMALL]


def below(m: Material) -> list[BoardRow]:
    """Return the rows below the whole, the lowest first."""
    return sorted((row for row in comparable(m) if row.is_low), key=lambda row: row.now.rate or 0)


@fact("单元的达标率低于合计的百分点", rates_page)
def gap(m: Material, **row: str) -> Fraction | None:
    found = m.row(row)
    low, total = found.now.rate if found else None, m.board.total.rate
    return None if low is None or total is None else total - low


@fact("单元失分最多的指标", rates_page)
def row_losses(m: Material, **row: str) -> str:
    found = m.row(row)
    return m.losses_by_row.get(found.slot.name, "") if found else ""


@fact("应评不少于四个的单元中达标率最高的", rates_page)
def highest_names(m: Material) -> str:
    return "、".join(row.name for row in _highest(m))


@fact("最高的达标率", rates_page)
def highest_rate(m: Material):
    rows = _highest(m)
    return rows[0].now.rate if rows else None


def _highest(m: Material) -> list[BoardRow]:
    """Return the rows with the highest rate; none where all are alike."""
    rates = [row.now.rate for row in comparable(m) if row.now.rate is not None]
    found = [row for row in comparable(m) if rates and row.now.rate == max(rates)]
    return [] if len(found) == len(comparable(m)) else found


@fact("应评不少于四个、达标率低于合计的单元", rates_page)
def below_names(m: Material) -> str:
    return "、".join(row.name for row in below(m))
