"""What an official table looks like, told once for the page and the workbook.

A `Layout` holds headings, typed cells and the lines around the table. The template
`sheets/table.html` draws it as HTML, `sheets.writing` as a workbook; neither adds
figures of its own, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal["text", "int", "score", "percent", "date", "points"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its value in a row, its heading, and how it is written.

    `format`: "percent" is a fraction shown as whole per cent; "score" has two decimals;
    "points" is a difference of rates in percentage points with one decimal.
    `group` is the upper heading that neighbouring columns of the same group share.
    `total` tells the 合计 row: "sum" adds the column by a live formula; a pair
    `(numerator key, denominator key)` divides the two sums once; "" leaves it empty.
    `ratio` makes the body cell itself a live division of two keys of its row.
    `width` is in characters of the workbook's column.
    """

    key: str
    label: str
    format: Format = "text"
    group: str = ""
    total: Literal["", "sum"] | tuple[str, str] = ""
    ratio: tuple[str, str] | None = None
    width: int | None = None
    hide_narrow: bool = False


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
    `filler` is 填报单位, `as_of` the text after 截止时间, `unit_text` the text after 单位.
    `transposed` draws one column for each row, 合计 as the last (横排). `details` are
    further sheets that the formulas and the reader can go back to; the sheet 口径说明
    is made of `notes`.
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
    notes: Sequence[str] = ()
    signed: bool = True
    transposed: bool = False
    details: Sequence[Layout] = field(default_factory=tuple)

    @property
    def file_name(self) -> str:
        """The name of the workbook: the title, safe for every file system."""
        return "".join(c for c in self.title if c not in '\\/:*?"<>|') + ".xlsx"


def plain(value: Any) -> Any:
    """Return the bare value of a cell."""
    return value.value if isinstance(value, Cell) else value
