"""The refused rows in a workbook of our own, for files that cannot be copied."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from sheets.forms import REASON
from sheets.normalise import plain
from sheets.returning.pages import Page
from sheets.writing.styles import Styles, height, set_page, wide

REASON_WIDTH = 60


def write(pages: Sequence[Page], stream: IO[bytes]) -> None:
    """Write title, header and refused rows of each page."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        styles = Styles(book)
        for page in pages:
            _write_page(book.add_worksheet(page.name), styles, page)
        if not pages:
            book.add_worksheet("没有退回的行")


def _write_page(sheet: Any, styles: Styles, page: Page) -> None:
    end = len(page.top)
    columns = page.reason_column + 1
    for column in range(columns):
        texts = [*page.top[page.header_row - 1 :], *(line.cells for line in page.rows)]
        longest = max((wide(plain(row[column])) for row in texts if column < len(row)), default=0)
        sheet.set_column(column, column, min(max(longest + 2, 8), 30))
    sheet.set_column(page.reason_column, page.reason_column, REASON_WIDTH)
    for number, cells in enumerate(page.top):
        is_header = number >= page.reason_top - 1
        style = styles.heading if is_header else styles.line()
        for column, value in enumerate(cells):
            _put(sheet, number, column, value, style)
    _put(sheet, page.reason_top - 1, page.reason_column, REASON.label, styles.heading)
    merges = [*page.merges]
    taken = any(left < columns <= right + 1 for (_, left), (_, right) in page.merges)
    if end > page.reason_top and not taken:
        merges.append(((page.reason_top - 1, columns - 1), (end - 1, columns - 1)))
    for (top, left), (bottom, right) in merges:
        if (top, left) != (bottom, right) and right < columns:
            sheet.merge.append([top, left, bottom, right])
    sheet.freeze_panes(end, 0)
    set_page(sheet)
    text = styles.get(num_format="@", border=1, text_wrap=True, valign="vcenter")
    number_style = styles.get(border=1, valign="vcenter")
    date = styles.get(border=1, valign="vcenter", num_format="yyyy-mm-dd")
    for place, line in enumerate(page.rows, start=end):
        sheet.set_row(place, height(line.reason, REASON_WIDTH))
        for column, value in enumerate(line.cells[: page.reason_column]):
            style = text if isinstance(value, str) else number_style
            if isinstance(value, datetime.date):
                style = date
            if column in line.wrong:
                style = styles.get(
                    num_format="yyyy-mm-dd" if isinstance(value, datetime.date) else "@",
                    border=1,
                    text_wrap=True,
                    valign="vcenter",
                    bold=True,
                    font_color="#ae1218",
                    bg_color="#fbeeec",
                )
            _put(sheet, place, column, value, style)
        _put(sheet, place, page.reason_column, line.reason, text)


def _put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime.datetime | datetime.date):
        sheet.write_datetime(row, column, value, style)
    elif plain(value):
        sheet.write_string(row, column, plain(value), style)
    else:
        sheet.write_blank(row, column, None, style)
