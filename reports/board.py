"""The figures of one scope: rows with this year, last year and the year in progress.

A board costs two queries (rows, counts), whatever the number of organizations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from assessments.compliance import (
    BodyGrouping,
    PlaceGrouping,
    Slot,
    UnitGrouping,
    group,
    percent_text,
)
from assessments.models import Cycle, UnitYear
from reports.counts import Change, Counts, change, points, shared_ranks
from reports.figures import PLACE, FigureContext
from reports.groups import grouping
from reports.picks import RESULTS
from reports.sums import Part, Sum
from reports.tally import Tally


class Links(dict):
    """For each result, the list of the organizations counted; made when it is asked for."""

    def __init__(self, context: FigureContext, params: dict):
        self.context, self.params = context, params

    def __missing__(self, result: str) -> str:
        if result not in RESULTS:
            raise KeyError(result)
        self[result] = self.context.link("rates_organizations", **self.params, result=result)
        return self[result]


@dataclass
class BoardRow:
    """One row of the table: a unit, body or place with its counts."""

    slot: Slot
    board: Board
    now: Counts
    before: Counts
    preview: Counts
    rank: int | None = None
    tied: bool = False

    @cached_property
    def name(self) -> str:
        """The name of the row; inside a county without the county's name before it."""
        name, above = self.slot.name, self.board.context.scope.label
        if isinstance(self.board.grouping, BodyGrouping) and len(name) > len(above) + 1:
            return name.removeprefix(above)
        return name

    @cached_property
    def params(self) -> dict:
        """The parameters that narrow a list to this row."""
        slot, grouping = self.slot, self.board.grouping
        if isinstance(grouping, PlaceGrouping):
            return {"place": slot.id or "none"}
        if isinstance(grouping, BodyGrouping):
            if slot.is_own_level or slot.key is None:
                return {"direct": 1}
            return {"scope": slot.key.pk}
        return {"unit": slot.id or "none"}

    @property
    def url(self) -> str:
        """The page of the row: that of the body, else the list of its organizations."""
        by_place = isinstance(self.board.grouping, PlaceGrouping)
        if by_place or self.slot.key is None or self.slot.is_own_level:
            return self.links["due"]
        return self.board.context.link("unit", self.slot.key.pk, scope=None)

    @cached_property
    def links(self) -> Links:
        """For each result, the list of the organizations counted in this row."""
        return Links(self.board.context, self.params)

    @cached_property
    def change(self) -> Change | None:
        """The change against the year before; None where one of the rates is missing."""
        return change(self.now, self.before)

    @cached_property
    def chart(self) -> dict:
        """What the bar chart draws of this row."""
        return {
            "name": self.name,
            "rate": None if self.now.rate is None else float(self.now.rate) * 100,
            "text": self.now.percent,
            "passed": f"{self.now.passed:,}",
            "due": f"{self.now.due:,}",
            "change": self.change.words if self.change else "",
            "low": self.is_low,
        }

    @property
    def rank_text(self) -> str:
        """The place among the rows; ties are told."""
        if self.rank is None:
            return ""
        return f"并列 {self.rank}" if self.tied else str(self.rank)

    @cached_property
    def is_low(self) -> bool:
        """Whether the rate lies below that of the whole scope."""
        return (self.now.rate or 0) < (self.board.total.rate or 0)

    @property
    def pull(self) -> Decimal | None:
        """How many points the total would differ without this row (negative: pulled down)."""
        total = self.board.total
        if self.now.rate is None or total.rate is None or total.due == self.now.due:
            return None
        rest = Fraction(total.passed - self.now.passed, total.due - self.now.due)
        return points(total.rate - rest)

    @property
    def bar_label(self) -> str:
        """What the bar shows, in words."""
        return f"{self.name} {self.now.percent}，{self.board.whole_name} {self.board.total.percent}"


class Board:
    """All rows of a context with their counts, last year's and those of the preview."""

    def __init__(
        self,
        context: FigureContext,
        *,
        compare: bool = True,
        also: Collection[str] = (),
        tally: Tally | None = None,
    ):
        """Count `context`; without `compare` only its own year.

        `also` are further fields to tally by, for another board of the same scope, which
        is then given the `tally` of this one.
        """
        self.context = context
        self.compare = compare
        self.grouping = group(context.user, context.scope, grouping(context.by))
        cycles = {cycle.year: cycle for cycle in context.cycles}
        self.previous: Cycle | None = cycles.get(context.year - 1)
        self.open: Cycle | None = next(
            (c for c in context.cycles if c.year > context.year and not c.is_confirmed), None
        )
        years = [c for c in (context.cycle, self.previous, self.open) if c]
        if not compare:
            years = [context.cycle] if context.cycle else []
        if tally is None or not set(self.grouping.fields) <= tally.fields:
            tally = Tally(context, years, {*self.grouping.fields, *also})
        self.tally = tally
        tallied: dict = defaultdict(lambda: defaultdict(list))
        for row in tally.rows:
            tallied[row["cycle_id"]][self.grouping.slot_id(row)].append(row)
        tallies = {
            cycle: {slot: Counts.of(found) for slot, found in slots.items()}
            for cycle, slots in tallied.items()
        }
        # The counts of the whole scope by cycle, for the years asked for here.
        self.years: dict[int, Counts] = {
            cycle.pk: sum(tallies.get(cycle.pk, {}).values(), Counts()) for cycle in years
        }
        self._fill(tallies)

    def _fill(self, tallies) -> None:
        def year(cycle):
            return tallies.get(cycle.pk, {}) if cycle else {}

        now, before, preview = map(year, (self.context.cycle, self.previous, self.open))
        if not before and self.compare:
            before = self._told_before()
        slots = self.grouping.slots({i for i, counts in now.items() if counts})
        self.rows = [
            BoardRow(
                slot,
                self,
                now.get(slot.id, Counts()),
                before.get(slot.id, Counts()),
                preview.get(slot.id, Counts()),
            )
            for slot in slots
        ]
        self.total = sum((row.now for row in self.rows), Counts())
        # Bodies that have gone since still count in the totals of their years.
        self.total_before = sum(before.values(), Counts())
        if self._is_partial(before):
            self.total_before = Counts()
        self.total_preview = sum(preview.values(), Counts())
        self._rank()

    @cached_property
    def told(self) -> list[UnitYear]:
        """What workbooks told of the units of the scope in any year (历年数据)."""
        return list(UnitYear.objects.visible_to(self.context.user).inside(self.context.scope))

    def _told_before(self) -> dict:
        """Return last year's counts by unit as a workbook told them."""
        if self.context.by == PLACE:
            return {}
        found = {}
        for row in self.told:
            if row.year != self.context.year - 1:
                continue
            if row.due is not None and row.passed is not None:
                found[row.unit_id] = Counts(due=row.due, passed=row.passed, is_full=False)
            elif row.rate is not None:
                found[row.unit_id] = Counts(told_rate=Fraction(row.rate))
        return found

    def _is_partial(self, before: dict) -> bool:
        """Tell whether last year's figures are told without counts or not for all units."""
        if any(counts.told_rate is not None for counts in before.values()):
            return len(before) > 1 or isinstance(self.grouping, UnitGrouping)
        if self.previous or not isinstance(self.grouping, UnitGrouping):
            return False
        return bool(self.grouping.units.keys() - before.keys())

    def _rank(self) -> None:
        """Number the rows that stand for something, best first; equal rates share a place."""
        ranked = [
            (row, row.now.rate)
            for row in self.rows
            if row.slot.key is not None and row.now.due and row.now.rate is not None
        ]
        if len(ranked) < 2:
            return
        places = shared_ranks({row.slot.id: own for row, own in ranked})
        for row, _ in ranked:
            row.rank, row.tied = places[row.slot.id]

    @property
    def ranked(self) -> list[BoardRow]:
        """The rows with a place, in official order."""
        return [row for row in self.rows if row.rank is not None]

    @cached_property
    def change(self) -> Change | None:
        return change(self.total, self.total_before)

    @cached_property
    def whole_name(self) -> str:
        """What the total is called in sentences: 全市, 全县, or the name of the scope."""
        return whole_name(self.context.scope)

    @property
    def row_word(self) -> str:
        """What the rows are called."""
        if isinstance(self.grouping, PlaceGrouping):
            return "行政区划"
        return "管理主体" if isinstance(self.grouping, BodyGrouping) else "统计单元"

    @property
    def short_word(self) -> str:
        """What the rows are called in sentences."""
        return "单元" if isinstance(self.grouping, UnitGrouping) else self.row_word

    @property
    def no_change(self) -> str:
        """Why no row can be compared with the year before; "" where one can."""
        if self.has_bodies and not any(row.change for row in self.rows):
            return f"{self.context.year - 1} 年没有各{self.row_word}的结果，不作比较"
        return ""

    @cached_property
    def has_bodies(self) -> bool:
        """Whether there is more than one row to compare."""
        return len(self.rows) > 1

    @cached_property
    def links(self) -> Links:
        """For each result, the list of the organizations of the whole scope."""
        return Links(self.context, {})

    @property
    def if_near_passed(self) -> str:
        """The rate if all those close to the line passed."""
        return percent_text(self.total.passed + self.total.near3, self.total.due)

    @cached_property
    def chart(self) -> dict:
        """What the bar chart draws: the rows in official order and the line of the whole."""
        return {
            "whole": self.whole_name,
            "rate": float(self.total.rate or 0) * 100,
            "text": self.total.percent,
            "units": [row.chart for row in self.rows],
        }

    @cached_property
    def sum(self) -> Sum | None:
        """How the total comes about; None where there is nothing to add up."""
        parts = tuple(Part(r.name, r.now.passed, r.now.due) for r in self.rows if r.now.due)
        if len(parts) < 2:
            return None
        return Sum("合计", "sum", self.row_word, "达标组织", "应评组织", parts)


# Endings of names of bodies, and what everything inside them is called.
WHOLES = {
    "街道党工委": "全街道",
    "街道党委": "全街道",
    "镇党委": "全镇",
    "乡党委": "全乡",
    "县": "全县",
    "区": "全区",
    "市": "全市",
}


def whole_name(scope) -> str:
    """Return the word for everything inside `scope`."""
    for ending, word in WHOLES.items():
        if scope.label.endswith(ending):
            return word
    return scope.label if scope.is_reporting_unit else "本单位"
