"""The refused rows in a copy of the sender's own workbook."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from copy import copy
from io import BytesIO
from typing import IO, Any

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from sheets.forms import REASON
from sheets.opening import Workbook, sheet_parts
from sheets.returning.pages import Line, Page
from sheets.returning.pruning import keep_rows
from sheets.writing.styles import height

REASON_WIDTH = 60
RED = "FFAE1218"
WASH = PatternFill("solid", fgColor="FFFBEEEC")


def write(content: bytes, workbook: Workbook, pages: Sequence[Page], stream: IO[bytes]) -> bool:
    """Write the copy; False where the file cannot be copied and nothing was written."""
    if not pages or not content.startswith(b"PK"):
        return False
    try:
        book = _copied(content, workbook, pages)
        # In memory first: a failure in the middle leaves the stream untouched.
        copy_ = BytesIO()
        book.save(copy_)
    except Exception:  # whatever openpyxl makes of the file of some other program
        return False
    stream.write(copy_.getbuffer())
    return True


def _copied(content: bytes, workbook: Workbook, pages: Sequence[Page]) -> openpyxl.Workbook:
    parts = sheet_parts(content)
    # Of other tables nothing is opened, of explanations and lists no more than anyone reads.
    kept: dict[str, Collection[int]] = {
        parts[sheet.name]: () if sheet.is_table else range(1, 2001)
        for sheet in workbook.sheets
        if sheet.name in parts
    }
    for page in pages:
        numbers = (line.number for line in page.rows)
        kept[parts[page.name]] = {*range(1, len(page.top) + 1), *numbers}
    # Values in the place of formulas: their rows move, and others are gone.
    book = openpyxl.load_workbook(BytesIO(keep_rows(content, kept)), data_only=True)
    wanted = {page.name for page in pages}
    explaining = {sheet.name for sheet in workbook.sheets if not sheet.is_table and sheet.grid}
    for name in book.sheetnames:
        if name not in wanted | explaining:
            del book[name]
    book.active = book.sheetnames.index(pages[0].name)
    for page in pages:
        _write_page(book[page.name], page)
    return book


def _write_page(sheet: Worksheet, page: Page) -> None:
    end = len(page.top)
    merges = [copy(merged) for merged in sheet.merged_cells.ranges if merged.max_row > end]
    for merged in merges:
        sheet.unmerge_cells(merged.coord)
    _loosen(sheet, end)
    _head(sheet, page, end)
    width = max(sheet.max_column, page.reason_column + 1)
    for place, line in enumerate(page.rows, start=end + 1):
        _move(sheet, line.number, place, width)
        for merged in merges:
            if merged.min_row == merged.max_row == line.number and merged.size["columns"] > 1:
                sheet.merge_cells(
                    CellRange(
                        min_row=place,
                        max_row=place,
                        min_col=merged.min_col,
                        max_col=merged.max_col,
                    ).coord
                )
        _write_line(sheet, page, line, place)


def _loosen(sheet: Worksheet, end: int) -> None:
    """Take away what belongs to the whole table: filters, its print area, protection."""
    sheet.auto_filter.ref = None
    sheet.protection.disable()
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.print_area = None
    for number in list(sheet.row_dimensions):
        if number > end:
            sheet.row_dimensions[number].hidden = False
    for table in list(sheet.tables):
        del sheet.tables[table]


def _head(sheet: Worksheet, page: Page, end: int) -> None:
    """Write the heading 错误原因 beside the others, over all rows of the header."""
    letter = get_column_letter(page.reason_column + 1)
    sheet.column_dimensions[letter].width = REASON_WIDTH
    sheet.column_dimensions[letter].hidden = False
    cells = [sheet.cell(row, page.reason_column + 1) for row in range(page.reason_top, end + 1)]
    if any(cell.value or not isinstance(cell, Cell) for cell in cells):
        return
    if page.reason_column:
        for cell in cells:
            cell._style = copy(sheet.cell(cell.row, page.reason_column)._style)
    cells[0].value = REASON.label
    if len(cells) > 1:
        sheet.merge_cells(f"{letter}{page.reason_top}:{letter}{end}")


def _move(sheet: Worksheet, number: int, place: int, width: int) -> None:
    if number == place:
        return
    sheet.move_range(f"A{number}:{get_column_letter(width)}{number}", rows=place - number)
    sheet.row_dimensions[place].height = sheet.row_dimensions[number].height
    sheet.row_dimensions[number].height = None


def _write_line(sheet: Worksheet, page: Page, line: Line, place: int) -> None:
    for column in sorted(line.filled):
        _put(sheet.cell(place, column + 1), line.cells[column])
    for column in sorted(line.wrong):
        cell = sheet.cell(place, column + 1)
        font: Any = copy(cell.font)
        cell.font = Font(
            name=font.name, sz=font.sz, family=font.family, scheme=font.scheme, b=True, color=RED
        )
        cell.fill = WASH
        sheet.column_dimensions[get_column_letter(column + 1)].hidden = False
    reason = sheet.cell(place, page.reason_column + 1)
    if page.reason_column:
        reason._style = copy(sheet.cell(place, page.reason_column)._style)
    reason.number_format = "@"
    reason.font = Font(name=reason.font.name, sz=reason.font.sz, color=RED)
    reason.fill = PatternFill()
    reason.alignment = Alignment(wrap_text=True, vertical="center")
    _put(reason, line.reason)
    own = sheet.row_dimensions[place]
    own.height = max(own.height or 0, height(line.reason, REASON_WIDTH, least=18))


def _put(cell: Any, value: Any) -> None:
    """Write a value as what it is; text stays text whatever it begins with."""
    cell.value = value if isinstance(value, str | int | float | bool | datetime.date) else None
    if isinstance(value, str):
        cell.data_type = "s"
