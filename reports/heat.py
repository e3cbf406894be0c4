"""Where points are lost: the share of each indicator's points that each row does not earn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Sum

from assessments.compliance import percent_text
from assessments.models import Indicator
from reports.board import Board


@dataclass(slots=True)
class Points:
    """Points earned of the full ones, over so many organizations the indicator applies to."""

    earned: Decimal = Decimal(0)
    full: Decimal = Decimal(0)
    organizations: int = 0

    def add(self, row: dict) -> None:
        self.earned += row["earned"]
        self.full += row["full"]
        self.organizations += row["organizations"]

    @property
    def lost(self) -> Decimal:
        return self.full - self.earned

    @property
    def share(self) -> Fraction | None:
        """The share of points lost, or None where the indicator applies to nobody."""
        return Fraction(self.lost) / Fraction(self.full) if self.full else None

    @property
    def text(self) -> str:
        """The share in whole per cent without the sign, or "—"."""
        if self.share is None:
            return "—"
        return percent_text(self.share.numerator, self.share.denominator).removesuffix("%")

    @property
    def step(self) -> str:
        """The class of the colour: q0 below 10 %, q5 from 50 % on."""
        return "" if self.share is None else f"q{min(int(self.share * 10), 5)}"

    @property
    def mean(self) -> Decimal:
        """Points lost by an organization in the mean."""
        lost = self.lost / self.organizations if self.organizations else Decimal(0)
        return lost.quantize(Decimal("0.01"))


@dataclass(slots=True)
class HeatCell:
    """One field of the table, linked to the organizations that lost points there."""

    points: Points
    url: str
    title: str


@dataclass(slots=True)
class HeatRow:
    """One indicator: its cells in the order of the board's rows, and its total."""

    indicator: Indicator
    cells: list[HeatCell] = field(default_factory=list)
    total: Points = field(default_factory=Points)
    url: str = ""


class Heat:
    """The heat table of a board: indicators by points lost, the largest loss first."""

    def __init__(self, board: Board):
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
            .values("code", *grouping.fields)
            .annotate(earned=Sum("earned"), full=Sum("full"), organizations=Sum("organizations"))
        ):
            sums[row["code"]][grouping.slot_id(row)].add(row)
            totals[row["code"]].add(row)
        for indicator in context.indicators:
            code = indicator.code
            if not totals[code].full:
                continue
            cells = [
                HeatCell(
                    cell := sums[code][row.slot.id],
                    context.link("rates_organizations", **row.params, result="due", code=code),
                    f"{row.name} {indicator.name}：失分率 {cell.text}%",
                )
                for row in board.rows
            ]
            url = context.link("rates_organizations", result="due", code=code)
            self.rows.append(HeatRow(indicator, cells, totals[code], url))
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
