"""Where the cells of a layout stand on its sheet, and the formulas between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from sheets.layout import NOTHING, Column, Layout, plain
from sheets.writing.styles import Styles

_PLACEHOLDER = re.compile(r"\{(?:(detail\d?)\.)?(\w+)\}")


@dataclass
class Places:
    """One layout on one worksheet: addresses of its cells, and its formulas."""

    sheet: Any
    styles: Styles
    layout: Layout
    # The ranges of the detail sheets, by sheet and column.
    details: Mapping[str, Mapping[str, str]]

    def __post_init__(self) -> None:
        layout = self.layout
        self.columns: Sequence[Column] = layout.columns
        self.index = {column.key: n for n, column in enumerate(layout.columns)}
        self.official = bool(layout.signed)
        self.head_rows = 1 if layout.transposed else 1 + layout.is_grouped
        # Row of the title, then the line of 填报单位, then the headings.
        self.head_top = 2 if self.has_line else 1
        self.body_top = self.head_top + self.head_rows
        # Number of body rows, known once they are written.
        self.count = 0

    @property
    def has_line(self) -> bool:
        return bool(self.layout.filler or self.layout.as_of or self.layout.unit_text)

    # Where things stand -----------------------------------------------------------

    @property
    def labels(self) -> int:
        """How many columns of labels a transposed table begins with."""
        return 2 if self.layout.is_grouped else 1

    def place(self, row: int, key: str) -> tuple[int, int]:
        """Return row and column, from 0, of the cell `key` of body row `row`."""
        if not self.layout.transposed:
            return self.body_top + row, self.index[key]
        # The values of the first column are the headings of a transposed table.
        return self.head_top + self.index[key], self.labels + row

    def address(self, row: int, key: str) -> str:
        return xl_rowcol_to_cell(*self.place(row, key))

    def span(self, key: str) -> str:
        """Return the range of a column of the layout over all body rows."""
        return xl_range(*self.place(0, key), *self.place(self.count - 1, key))

    def ranges(self, sheet_name: str) -> dict[str, str]:
        """Return each column's range with the sheet's name, for formulas elsewhere."""
        quoted = sheet_name.replace("'", "''")
        last = max(self.count - 1, 0)
        return {
            key: f"'{quoted}'!" + xl_range_abs(*self.place(0, key), *self.place(last, key))
            for key in self.index
        }

    def heading_address(self, column: Column) -> str:
        row, col = self.place(0, column.key)
        if self.layout.transposed:
            return xl_rowcol_to_cell(row, self.labels - 1, col_abs=True)
        return xl_rowcol_to_cell(self.body_top - 1, col, row_abs=True)

    # Formulas ---------------------------------------------------------------------

    def fill(self, formula: str, row: int, column: Column) -> str:
        """Return `formula` with addresses in the place of its names."""

        def found(match: re.Match) -> str:
            detail, key = match.groups()
            if detail:
                return self.details[detail][key]
            if key == "label":
                return self.heading_address(column)
            return self.address(row, key)

        return _PLACEHOLDER.sub(found, formula)

    def body_formula(self, row: int, values: Mapping[str, Any], column: Column) -> str:
        """Return the formula of a body cell, or "" where a plain value is written."""
        if column.formula:
            return self.fill(column.formula, row, column)
        if column.ratio and all(plain(values.get(key)) is not None for key in column.ratio):
            part, whole = (self.address(row, key) for key in column.ratio)
            return f'=IF({whole}=0,"{NOTHING}",{part}/{whole})'
        return ""

    def total_formula(self, column: Column) -> str:
        """Return the formula of a cell of 合计, or "" where a plain value is written."""
        total = self.layout.total or {}
        if not self.count or not column.total:
            return ""
        if column.total == "sum":
            known = plain(total.get(column.key)) is not None
            return f"=SUM({self.span(column.key)})" if known else ""
        if isinstance(column.total, str):
            return self.fill(column.total, self.count, column)
        if any(plain(total.get(key, 0)) is None for key in column.total):
            return ""
        part, whole = (f"SUM({self.span(key)})" for key in column.total)
        return f'=IF({whole}=0,"{NOTHING}",{part}/{whole})'

    # Writing ----------------------------------------------------------------------
