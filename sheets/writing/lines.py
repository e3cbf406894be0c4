"""A worksheet that takes a row of plain cells at once, for tables of many thousand rows.

The library looks at each cell four times before it is written; a roster has seven
hundred thousand of them. Here a cell is one piece of text, made by the caller's column.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import _preserve_whitespace
from xlsxwriter.worksheet import Worksheet

# What must not stand in the file as it is, and blanks at either end.
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x|\A\s|\s\Z")


class LineSheet(Worksheet):
    """A worksheet whose rows can be written whole; for books made with `constant_memory`."""

    def write_line(self, row: int, cells: Sequence[str], height: float) -> None:
        """Write the cells of `row`, made by `text_cell` and `number_cell`, first to last."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        # Writes the row before, if that was given cell by cell.
        self._write_single_row(row)
        self.fh.write(f'<row r="{row + 1}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>')

    def text_cell(self, address: str, value: str, style: Any) -> str:
        """Return the cell of a text; an empty one has its style only."""
        index = style._get_xf_index()
        if not value:
            return f'<c r="{address}" s="{index}"/>'
        space = ""
        if _ODD.search(value):
            space = ' xml:space="preserve"' if _preserve_whitespace(value) else ""
            value = self._escape_data(self._escape_control_characters(value))
        return f'<c r="{address}" s="{index}" t="inlineStr"><is><t{space}>{value}</t></is></c>'

    def number_cell(self, address: str, value: float, style: Any) -> str:
        """Return the cell of a number."""
        return f'<c r="{address}" s="{style._get_xf_index()}"><v>{value:.16G}</v></c>'

    def day_number(self, value: datetime.date) -> float:
        """Return a day or moment as the number a workbook keeps it by."""
        return self._convert_date_time(value)
