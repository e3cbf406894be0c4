"""What an official table looks like, told once for the page and the workbook.

A `Layout` holds headings, typed cells and the lines around the table. The template
`sheets/table.html` draws it as HTML, `sheets.writing` as a workbook; neither adds
figures of its own, so the two cannot differ.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Literal

from django.utils import timezone

Format = Literal["text", "int", "score", "percent", "date", "points", "gain"]

# What stands in a cell without data.
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its value in a row, its heading, and how it is written.

    `format`: "percent" is a fraction shown as whole per cent; "score" has two decimals;
    "points" is a difference of rates, given in percentage points, with one decimal; "gain" a
    whole number with its sign.
    `group` is the upper heading that neighbouring columns of the same group share.
    `total` tells the 合计 row: "sum" adds the column by a live formula; a pair
    `(numerator key, denominator key)` divides the two sums once; a text beginning with
    "=" is a formula like `formula`; "" writes the value of `Layout.total` as it is.
    `ratio` makes the body cell itself a live division of two keys of its row.
    `formula` makes the body cell a live formula. In it `{key}` is the cell of that
    column in the same row, `{label}` the heading of this column, and `{detail.key}`
    that column of the first detail sheet from its first row to its last (`{detail2.key}`
    of the second). It is written by a programmer: values of records reach it by reference only.
    `width` is in characters of the workbook's column.
    """

    key: str
    label: str
    format: Format = "text"
    group: str = ""
    total: str | tuple[str, str] = ""
    ratio: tuple[str, str] | None = None
    formula: str = ""
    width: int | None = None
    hide_narrow: bool = False

    @property
    def is_number(self) -> bool:
        return self.format not in ("text", "date")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what the page adds to it: a link, a CSS class, and a reason for "—".

    A `value` of None is shown as "—"; `reason` then says why.
    """

    value: Any
    url: str = ""
    css: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """An official table.

    `rows` maps column keys to plain values or Cells. `total` is the 合计 row worked out
    by the caller (the workbook writes it as formulas with these as cached values).
    `filler` is 填报单位, `as_of` the text after 截止时间, `unit_text` the text after 单位,
    `prepared_by` the name after 填表人. `transposed` draws one column for each row, 合计 as
    the last (横排). `exported` says who took the table out of the system and when; it stands
    under the table, on every printed page and in 口径说明. `seal` is the code of the sealed
    edition a table belongs to, printed likewise. `key` names a detail sheet that several
    tables of one workbook share, so that it is written once. `details` are further sheets that the formulas and the reader can go
    back to. `says` are the sentences that tell the result in words, `notes` how it is counted:
    both stand under the table and in the sheet 口径说明. A row may hold values no column
    draws, for the sentences.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]] | Iterable[Mapping[str, Any]]
    total: Mapping[str, Any] | None = None
    total_label: str = "合计"
    filler: str = ""
    as_of: str = ""
    unit_text: str = ""
    sheet_name: str = ""
    says: Sequence[str] = ()
    notes: Sequence[str] = ()
    signed: bool = True
    prepared_by: str = ""
    exported: str = ""
    seal: str = ""
    key: str = ""
    transposed: bool = False
    details: Sequence[Layout] = field(default_factory=tuple)

    @property
    def file_name(self) -> str:
        """The name of the workbook: the title, safe for every file system."""
        return "".join(c for c in self.title if c not in '\\/:*?"<>|') + ".xlsx"

    @property
    def is_grouped(self) -> bool:
        """Whether the headings have two levels."""
        return any(column.group for column in self.columns)

    @property
    def note_lines(self) -> list[str]:
        """The notes with their numbers, if there are several."""
        if len(self.notes) < 2:
            return list(self.notes)
        return [f"{number}. {note}" for number, note in enumerate(self.notes, 1)]

    @property
    def grid(self) -> Grid:
        """The table as the page draws it."""
        return (_across if self.transposed else _down)(self)


def plain(value: Any) -> Any:
    """Return the bare value of a cell."""
    return value.value if isinstance(value, Cell) else value


def text(value: Any, fmt: Format = "text") -> str:
    """Return `value` as pages and notes show it; the workbook's formats agree with it."""
    value = plain(value)
    if value is None or value == "":
        return NOTHING if value is None else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.datetime):
        if timezone.is_aware(value):
            value = timezone.localtime(value)
        return f"{value:%Y-%m-%d %H:%M}"
    if fmt == "percent":
        return f"{half_up(Decimal(str(float(value))) * 100):,}%"
    if fmt == "int":
        return f"{value:,}"
    if fmt == "gain":
        return f"{value:+,}".replace("-", "−") if value else "0"
    if fmt == "score":
        return f"{half_up(value, '0.01'):,}"
    if fmt == "points":
        rounded = half_up(value, "0.1")
        return f"−{-rounded}" if rounded < 0 else str(abs(rounded))
    return str(value)


def half_up(value: Any, step: str = "1") -> Decimal:
    """Return `value` rounded to a multiple of `step`, halves away from zero."""
    exact = value if isinstance(value, Decimal) else Decimal(str(float(value)))
    return exact.quantize(Decimal(step), ROUND_HALF_UP)


def grouped(columns: Iterable[Column]) -> Iterator[tuple[str, list[Column]]]:
    """Return runs of columns under one upper heading; without one, each by itself."""
    keyed = ((column.group or f"\0{n}", column) for n, column in enumerate(columns))
    for key, run in groupby(keyed, key=lambda pair: pair[0]):
        yield "" if key.startswith("\0") else key, [column for _, column in run]


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of a table on a page."""

    text: str
    scope: str = ""  # "col", "row": a heading
    css: str = ""
    url: str = ""
    reason: str = ""
    colspan: int = 1
    rowspan: int = 1
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page: rows of boxes, and the reasons for each "—" in it."""

    head: list[list[Box]]
    body: list[list[Box]]
    total: list[Box] | None
    reasons: list[str]

    @property
    def reasons_text(self) -> str:
        """The reasons as one note."""
        return reasons_text(self.reasons)


# A column of the workbook at least so wide is not squeezed on the page.
WORDS = 20


def _box(
    value: Any, column: Column, *, scope: str = "", css: str = "", is_total: bool = False
) -> Box:
    cell = value if isinstance(value, Cell) else Cell(value)
    if column.is_number and "num" not in css:
        css = f"num {css}"
    elif not column.is_number and (column.width or 0) >= WORDS:
        css = f"words {css}"
    reason = cell.reason if cell.value is None else ""
    shown = text(cell.value, column.format)
    classes = " ".join(f"{css} {cell.css}".split())
    return Box(shown, scope, classes, cell.url, reason, is_total=is_total)


def reasons_text(reasons: Iterable[str]) -> str:
    """Return the note that explains each "—" of a table; "" where there is none."""
    found = "；".join(dict.fromkeys(reasons))
    return f"“{NOTHING}”表示没有数据。{found}。" if found else ""


def reasons_in(layout: Layout, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return "row: reason" for each cell without data that tells one."""
    name = layout.columns[0].key
    found: dict[str, None] = {}
    for row in rows:
        if Cell not in map(type, row.values()):
            continue
        for column in layout.columns:
            cell = row.get(column.key)
            if isinstance(cell, Cell) and cell.value is None and cell.reason:
                label = text(row.get(name)) if row.get(name) is not None else layout.total_label
                found[f"{label}：{cell.reason}"] = None
    return list(found)


def _down(layout: Layout) -> Grid:
    """Draw one line for each row."""
    rows = list(layout.rows)
    depth = 2 if layout.is_grouped else 1
    first = layout.columns[0]
    head: list[list[Box]] = [[] for _ in range(depth)]
    extra = {first.key: "stick"}
    for group, columns in grouped(layout.columns):
        # A group is hidden as a whole or not at all: its heading spans all its columns.
        if all(column.hide_narrow for column in columns):
            extra |= {column.key: "hide-s" for column in columns}
        if group:
            hidden = extra.get(columns[0].key, "")
            head[0].append(Box(group, "colgroup", hidden, colspan=len(columns)))
        for column in columns:
            css = f"{'num ' if column.is_number else ''}{extra.get(column.key, '')}".strip()
            rowspan = 1 if group else depth
            head[1 if group else 0].append(Box(column.label, "col", css, rowspan=rowspan))

    def line(row, missing=None, is_total=False):
        return [
            _box(
                row.get(column.key, missing),
                column,
                scope="row" if column is first else "",
                css=extra.get(column.key, ""),
                is_total=is_total,
            )
            for column in layout.columns
        ]

    total = None
    if layout.total is not None:
        total = line({first.key: layout.total_label, **layout.total}, "", is_total=True)
    reasons = reasons_in(layout, rows + ([layout.total] if layout.total else []))
    return Grid(head, [line(row) for row in rows], total, reasons)


def _across(layout: Layout) -> Grid:
    """Draw one column for each row, as the bureau's own table does."""
    rows = list(layout.rows)
    first, *columns = layout.columns
    labels = 2 if layout.is_grouped else 1
    head = [Box(first.label, "col", colspan=labels)]
    head += [_box(row.get(first.key), first, scope="col", css="num") for row in rows]
    if layout.total is not None:
        head.append(Box(layout.total_label, "col", "num strong", is_total=True))
    body: list[list[Box]] = []
    for group, run in grouped(columns):
        for place, column in enumerate(run):
            line: list[Box] = []
            if group and place == 0:
                line.append(Box(group, "rowgroup", rowspan=len(run)))
            line.append(Box(column.label, "row", colspan=1 if group else labels))
            line += [_box(row.get(column.key), column, css="num") for row in rows]
            if layout.total is not None:
                value = layout.total.get(column.key, "")
                line.append(_box(value, column, css="num strong", is_total=True))
            body.append(line)
    reasons = reasons_in(layout, rows + ([layout.total] if layout.total else []))
    return Grid([head], body, None, reasons)
