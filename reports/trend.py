"""The rate of one scope over the years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from assessments.compliance import UnitGrouping, percent_text
from assessments.models import Assessment, UnitYear
from reports.board import Board
from reports.counts import points
from reports.imported import Source, sources
from schools.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class Point:
    """One year. `due` is None where only the rate was told; `is_imported`: by a workbook.

    `sources` are then the imports it comes from.
    """

    year: int
    rate: Fraction
    passed: int | None
    due: int | None
    is_preview: bool
    is_imported: bool = False
    sources: tuple[Source, ...] = ()

    @property
    def percent(self) -> str:
        return percent_text(self.rate.numerator, self.rate.denominator)

    @property
    def width(self) -> str:
        """The rate as the length of a bar of 100."""
        return f"{float(self.rate) * 100:.2f}"

    @property
    def state(self) -> str:
        """What kind of figure it is, in words."""
        if self.is_imported:
            batches = "、".join(f"第 {source.batch} 批" for source in self.sources)
            return f"导入{batches and '，'}{batches}"
        return "系统测算" if self.is_preview else "已确认"

    @property
    def chart(self) -> dict:
        """What the chart draws of it (charts.js)."""
        return {
            "year": self.year,
            "rate": float(self.rate) * 100,
            "text": self.percent,
            "counts": self.counts,
            "preview": self.is_preview,
            "imported": self.is_imported,
            "state": self.state,
        }

    @property
    def counts(self) -> str:
        """The counts in words, or why there are none."""
        return f"{self.passed:,} / {self.due:,}" if self.due else "只有比率，没有组织数"


def trend(board: Board) -> list[Point]:
    """Return the years with a rate, oldest first.

    A year with assessments is counted from them; an earlier one is taken from 历年数据,
    pooled over the units of the scope, and left out unless every unit has its counts.
    """
    context = board.context
    # The board has counted up to three years already.
    totals = {cycle_id: (counts.passed, counts.due) for cycle_id, counts in board.years.items()}
    other = [cycle for cycle in context.cycles if cycle.pk not in totals]
    if other:
        rows = Assessment.objects.visible_to(context.user).inside(context.scope)
        for row in rows.filter(cycle__in=other).tally("cycle_id"):
            totals[row["cycle_id"]] = (row["passed"], row["due"])
    found: dict[int, Point] = {}
    for cycle in context.cycles:
        passed, due = totals.get(cycle.pk, (0, 0))
        if due:
            found[cycle.year] = Point(
                cycle.year, Fraction(passed, due), passed, due, not cycle.is_confirmed
            )
    found |= {point.year: point for point in _told(board, found)}
    return [found[year] for year in sorted(found)]


def _told(board: Board, scored: Collection[int]) -> Iterator[Point]:
    """Yield the years of 历年数据 that cover every unit of the scope, but for the scored."""
    years: dict[int, list[UnitYear]] = defaultdict(list)
    for row in board.told:
        if row.year not in scored:
            years[row.year].append(row)
    if not years:
        return
    known = sources(board.context.user, (row for rows in years.values() for row in rows))
    if isinstance(board.grouping, UnitGrouping):
        units = len(board.grouping.units)
    else:
        inside = Jurisdiction.objects.inside(board.context.scope)
        units = inside.filter(is_reporting_unit=True).count()
    for year, rows in years.items():
        if len(rows) < units:
            continue
        counts = [(row.passed, row.due) for row in rows if row.due and row.passed is not None]
        if len(counts) == len(rows):
            passed, due = sum(passed for passed, _ in counts), sum(due for _, due in counts)
            yield Point(year, Fraction(passed, due), passed, due, False, True, known.get(year, ()))
        elif len(rows) == 1 and rows[0].rate is not None:
            rate = Fraction(rows[0].rate)
            yield Point(year, rate, None, None, False, True, known.get(year, ()))


def trend_words(found: list[Point], whole: str) -> str:
    """Return the sentence under the chart: from the first to the last confirmed year."""
    official = [point for point in found if not point.is_preview]
    if len(official) < 2:
        return "只有一年的已确认结果，还看不出变化。" if official else "还没有已确认的结果。"
    first, last = official[0], official[-1]
    moved = points(last.rate - first.rate)
    if not moved:
        text = f"{last.year} 年与 {first.year} 年持平"
    else:
        verb = "提高" if moved > 0 else "降低"
        text = f"{whole} {last.year} 年比 {first.year} 年{verb} {abs(moved)} 个百分点"
    steps = [b.rate - a.rate for a, b in zip(official, official[1:], strict=False)]
    if len(steps) > 1 and all(step > 0 for step in steps):
        text += "，每年都在上升"
    elif len(steps) > 1 and all(step < 0 for step in steps):
        text += "，每年都在下降"
    return text + "。"
