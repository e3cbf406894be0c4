"""What a workbook of refused rows holds, before it is written in one way or the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheets.cells import only_ticks
from sheets.forms import REASON, Row, SheetFacts
from sheets.headers import Grid, Merge
from sheets.keeping import Reasons
from sheets.normalise import is_empty
from sheets.opening import Sheet, Workbook
from sheets.reading import Reading


@dataclass(frozen=True)
class Line:
    """A refused row: its number, all its cells, the columns that are wrong, and why."""

    number: int
    cells: list[Any]
    wrong: frozenset[int]
    reason: str
    # Places of cells that say here what the rows around them said: the value of a merged
    # range above, or 否 where everything else was ticked.
    filled: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Page:
    """A sheet with refused rows: what stands down to its header, and the rows."""

    name: str
    # Rows down to the end of the header, and where the header begins (from 1).
    top: Grid
    header_row: int
    merges: list[Merge]
    # The column 错误原因 goes into, from 0, and the row its heading begins in, from 1:
    # beside a heading that is merged over several rows it takes as many.
    reason_column: int
    reason_top: int
    rows: list[Line] = field(default_factory=list)


def pages(
    workbook: Workbook, found: Reading, refusals: Mapping[tuple[str, int], Reasons]
) -> list[Page]:
    """Return the sheets that have refused rows."""
    sheets = {sheet.name: sheet for sheet in workbook.sheets}
    # Tables that stand side by side have facts each; one page is made of them.
    by_name: dict[str, SheetFacts] = {}
    for facts in found.sheets:
        if facts.name in by_name:
            first = by_name[facts.name]
            facts = replace(first, columns=[*first.columns, *facts.columns])
        by_name[facts.name] = facts
    made = (
        _page(
            facts,
            sheets[name],
            {n: why for (s, n), why in refusals.items() if s == name},
            [row for row in found.rows if row.sheet.name == name],
        )
        for name, facts in by_name.items()
    )
    return [page for page in made if page.rows]


def _page(
    facts: SheetFacts, sheet: Sheet, refusals: Mapping[int, Reasons], rows_read: Sequence[Row]
) -> Page:
    end = facts.header_end
    # Of two columns with the same heading the first is the one that was read.
    by_heading = {heading.text: heading.index for heading in reversed(facts.columns)}
    reason_column = by_heading.get(facts.headings.get(REASON.key, ""))
    if reason_column is None:
        reason_column = max((heading.index for heading in facts.columns), default=-1) + 1
    # A heading that stands there twice, in tables side by side, does not tell the cell.
    counted = Counter(heading.text for heading in facts.columns)
    filled = _filled(sheet, end, refusals)
    unticked = [
        by_heading[facts.headings[column.key]]
        for column in facts.table.columns
        if column.tick and column.key in facts.headings and only_ticks(column, rows_read)
    ]
    rows = []
    for number, reasons in sorted(refusals.items()):
        cells = list(sheet.grid[number - 1])
        own = {column: "否" for column in unticked if is_empty(cells[column])}
        own |= filled.get(number, {})
        for column, value in own.items():
            cells[column] = value
        rows.append(
            Line(
                number=number,
                cells=cells,
                wrong=frozenset(by_heading[c] for c, _, _ in reasons if counted[c] == 1),
                reason=f"第 {number} 行：" + "；".join(map(_sentence, reasons)),
                filled=frozenset(own),
            )
        )
    return Page(
        name=facts.name,
        top=sheet.grid[:end],
        header_row=facts.header_row,
        merges=[merge for merge in sheet.merges if merge[1][0] < end],
        reason_column=reason_column,
        reason_top=_top_beside(sheet, facts.header_row, reason_column),
        rows=rows,
    )


def _top_beside(sheet: Sheet, header_row: int, column: int) -> int:
    """Return the first row of the heading to the left of `column`."""
    tops = [
        top + 1
        for (top, left), (bottom, right) in sheet.merges
        if top < header_row <= bottom + 1 and left < column <= right + 1
    ]
    return min([header_row, *tops])


def _filled(sheet: Sheet, end: int, numbers: Collection[int]) -> dict[int, dict[int, Any]]:
    """Return, by row number, the cells that stand under the first one of a merged range."""
    filled: dict[int, dict[int, Any]] = defaultdict(dict)
    for (top, left), (bottom, _) in sheet.merges:
        if end <= top < bottom and top < len(sheet.grid):
            for number in range(top + 2, bottom + 2):
                if number in numbers:
                    filled[number][left] = sheet.grid[top][left]
    return filled


def _sentence(reason: tuple[str, str, str]) -> str:
    column, why, fix = reason
    return f"{column}：{why}" + (f"（{fix}）" if fix else "")
