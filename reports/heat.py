"""Where points are lost: the share of each indicator's points that each row does not earn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Sum

from assessments.compliance import percent_text
from assessments.models import Indicator
from reports.board import Board, BoardRow


@dataclass(slots=True)
class Points:
    """Points earned of the full ones, over so many organizations the indicator applies to.

    `losing` of them do not reach the full points.
    """

    earned: Decimal = Decimal(0)
    full: Decimal = Decimal(0)
    organizations: int = 0
    losing: int = 0

    def add(self, row: dict) -> None:
        self.earned += row["earned"]
        self.full += row["full"]
        self.organizations += row["organizations"]
        self.losing += row["losing"]

    @property
    def lost(self) -> Decimal:
        return self.full - self.earned

    @property
    def text(self) -> str:
        """The share of points lost in whole per cent, half up, without the sign; or "—"."""
        if not self.full:
            return "—"
        return str(int((200 * self.lost + self.full) // (2 * self.full)))

    @property
    def step(self) -> str:
        """The class of the colour: q0 below 10 %, q5 from 50 % on."""
        return f"q{min(int(10 * self.lost // self.full), 5)}" if self.full else ""

    @property
    def mean(self) -> Decimal:
        """Points lost by an organization in the mean."""
        lost = self.lost / self.organizations if self.organizations else Decimal(0)
        return lost.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(slots=True)
class HeatCell:
    """One field of the table, linked to the organizations that lost points there."""

    points: Points
    row: BoardRow
    indicator: Indicator

    @property
    def url(self) -> str:
        params = self.row.params | {"result": "due", "code": self.indicator.code}
        return self.row.board.context.link("rates_organizations", **params)

    @property
    def title(self) -> str:
        return f"{self.row.name} {self.indicator.name}：失分率 {self.points.text}%"


@dataclass(slots=True)
class HeatRow:
    """One indicator: its cells in the order of the board's rows, and its total."""

    indicator: Indicator
    cells: list[HeatCell]
    total: Points
    board: Board

    @property
    def url(self) -> str:
        """The organizations of the whole scope that lost points here."""
        context = self.board.context
        return context.link("rates_organizations", result="due", code=self.indicator.code)


class Heat:
    """The heat table of a board: indicators by points lost, the largest loss first.

    `with_cells` is for the table; without, only the total of each indicator is read.
    """

    def __init__(self, board: Board, *, with_cells: bool = False):
        context, grouping = board.context, board.grouping
        self.board = board
        self.rows: list[HeatRow] = []
        if context.cycle is None:
            return
        sums: dict = defaultdict(lambda: defaultdict(Points))
        totals: dict = defaultdict(Points)
        for row in (
            context.tallies()
            .order_by()
            .values("code", *(grouping.fields if with_cells else ()))
            .annotate(**{name: Sum(name) for name in ("earned", "full", "organizations", "losing")})
        ):
            totals[row["code"]].add(row)
            if with_cells:
                sums[row["code"]][grouping.slot_id(row)].add(row)
        rows = board.rows if with_cells else []
        for indicator in context.indicators:
            code = indicator.code
            if not totals[code].full:
                continue
            cells = [HeatCell(sums[code][row.slot.id], row, indicator) for row in rows]
            self.rows.append(HeatRow(indicator, cells, totals[code], board))
        self.rows.sort(key=lambda row: (-row.total.lost, row.indicator.order))

    @property
    def top(self) -> list[HeatRow]:
        """The ten indicators that lose most."""
        return self.rows[:10]

    @property
    def lost(self) -> Decimal:
        """All points lost."""
        return sum((row.total.lost for row in self.rows), Decimal(0))

    def share_of(self, rows: list[HeatRow]) -> str:
        """Return the share of `rows` in all points lost."""
        part = Fraction(sum((row.total.lost for row in rows), Decimal(0)))
        whole = Fraction(self.lost)
        share = part / whole if whole else Fraction(0)
        return percent_text(share.numerator, share.denominator)
