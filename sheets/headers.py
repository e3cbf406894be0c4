"""Find the header of a table, wherever it stands and however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from sheets.forms import REASON, Column, Table, Type, header_key
from sheets.normalise import fold, plain

Grid = list[list[Any]]
Merge = tuple[tuple[int, int], tuple[int, int]]

# How far down a header may begin, and how many rows it may have.
SEARCH_ROWS = 40
MAX_HEIGHT = 3
# A lower heading that only repeats what the upper one says.
_SUMS = {"小计", "合计", "总数", "总计", "计", "人数", "数"}


@dataclass(frozen=True)
class Header:
    """A header found: rows `top` to before `bottom` (from 0), and what each column is.

    `unknown` maps the columns with a heading that the table does not have to the heading,
    `keys` those it has to the form in which the heading was found (`forms.header_key`).
    `repeated` is the place of the first heading that stands there a second time, 0 if
    none does: a second table may begin there.
    """

    table: Table
    top: int
    bottom: int
    columns: Mapping[int, Column] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    unknown: Mapping[int, str] = field(default_factory=dict)
    keys: Mapping[int, str] = field(default_factory=dict)
    repeated: int = 0

    @property
    def matched(self) -> int:
        return sum(column.type != Type.SKIPPED for column in self.columns.values())

    @property
    def understood(self) -> int:
        """How many columns of the file were understood."""
        return self.matched

    def said(self) -> dict[str, str]:
        """Return the headings that were understood, each with the form it was found in."""
        return {
            self.texts[index]: self.keys.get(index, "")
            for index, column in self.columns.items()
            if column.type != Type.SKIPPED
        }

    @property
    def missing(self) -> list[Column]:
        """Columns without which the table is not the form it is read as."""
        found = {column.key for column in self.columns.values()}
        return [c for c in self.table.columns if c.must_be_in_header and c.key not in found]


class Upper:
    """The upper rows of a sheet, merged cells repeated over their range.

    Every form looks for its header in them; what stands over each other is read once.
    """

    def __init__(self, grid: Grid, merges: Sequence[Merge]):
        self.rows = [list(row) for row in grid[: SEARCH_ROWS + MAX_HEIGHT]]
        self._headings: dict[tuple[int, int], list[tuple[str, ...]]] = {}
        self._merges = merges
        for (top, left), (bottom, right) in merges:
            if top >= len(self.rows):
                continue
            value = self.rows[top][left] if left < len(self.rows[top]) else ""
            for row in self.rows[top : bottom + 1]:
                row[left : right + 1] = [value] * len(row[left : right + 1])

    @cached_property
    def tops(self) -> list[tuple[int, int]]:
        """The rows a header may begin in, each with the least height of it."""
        return [
            (top, _height_by_merges(self._merges, top))
            for top, row in enumerate(self.rows[:SEARCH_ROWS])
            if sum(bool(fold(cell)) for cell in row) >= 2
        ]

    def headings(self, top: int, height: int) -> list[tuple[str, ...]]:
        """Return what is written in each column of some rows, downwards, no word twice."""
        if (top, height) not in self._headings:
            rows = self.rows[top : top + height]
            columns: list[tuple[str, ...]] = []
            for index in range(len(rows[0])):
                parts: list[str] = []
                for row in rows:
                    text = "".join(plain(row[index]).split())
                    if text and (not parts or parts[-1] != text):
                        parts.append(text)
                columns.append(tuple(parts))
            self._headings[top, height] = columns
        return self._headings[top, height]


def find_header(
    upper: Upper, table: Table, mapping: Mapping[str, str] | None = None
) -> Header | None:
    """Return the place in the upper rows that looks most like the header of `table`.

    `mapping` gives the user's word for headings the table does not know: the key of a
    column, or "" for "do not import". The result may lack columns: see `missing`.
    """
    known = {key: column for column in (*table.columns, REASON) for key in column.keys}
    by_key = {column.key: column for column in table.columns}
    chosen = {header_key(text): by_key.get(key) for text, key in (mapping or {}).items()}
    best: Header | None = None
    best_rank: tuple = ()
    for top, forced in upper.tops:
        for height in range(forced, MAX_HEIGHT + 1):
            if top + height > len(upper.rows):
                break
            header = _read_header(upper, top, height, table, known, chosen)
            if header.matched < 2:
                continue
            # Of equal ones the lowest: a title above adds nothing.
            rank = (not header.missing, header.matched, -height)
            if best is None or rank > best_rank:
                best, best_rank = header, rank
    return best


def _height_by_merges(merges: Iterable[Merge], top: int) -> int:
    """Return how many rows the merged headings that begin in row `top` take."""
    heights = [bottom - first + 1 for (first, _), (bottom, _) in merges if first == top]
    return min(max(heights, default=1), MAX_HEIGHT)


def _read_header(upper, top, height, table, known, chosen) -> Header:
    columns: dict[int, Column] = {}
    texts: dict[int, str] = {}
    unknown: dict[int, str] = {}
    keys: dict[int, str] = {}
    used: set[str] = set()
    repeated = 0
    for index, parts in enumerate(upper.headings(top, height)):
        if not parts and chosen and header_key(unnamed(index)) in chosen:
            parts = (unnamed(index),)
        if not parts:
            continue
        texts[index] = "/".join(parts)
        if chosen and header_key(texts[index]) in chosen:
            column = chosen[header_key(texts[index])]
            if column is None:
                continue
        else:
            keys[index] = next((key for key in _readings(parts) if key in known), "")
            column = known.get(keys[index])
        if column is not None and column.key in used:
            repeated = repeated or index
        # What the system works out itself may come in several columns.
        again = column is not None and column.key in used and column.type != Type.SKIPPED
        if column is None or again:
            unknown[index] = texts[index]
            continue
        columns[index] = column
        used.add(column.key)
    return Header(table, top, top + height, columns, texts, unknown, keys, repeated)


def unnamed(index: int) -> str:
    """Return what a column without a heading is called (`index` from 0)."""
    return f"第 {index + 1} 列（没有表头）"


@lru_cache(maxsize=10_000)
def _readings(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys under which a heading may be known, most particular first."""
    readings = ["".join(parts), parts[-1]]
    if len(parts) > 1 and fold(parts[-1]) in _SUMS:
        readings.insert(1, parts[-2])
    # A unit or a hint in brackets: 学生数(人), 出生年月(例:1998.06).
    readings += [re.sub(r"[(（\[].*?[)）\]]", "", text) for text in readings]
    keys = [header_key(text) for text in readings]
    keys += [key.removeprefix("其中") for key in keys]
    return tuple(dict.fromkeys(key for key in keys if key))
