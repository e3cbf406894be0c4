"""Official tables as workbooks: a `Layout` in, an .xlsx out.

The sheet of the table comes first, 口径说明 second, then the detail sheets. Rows are
written as they come and not kept, so a list of any length needs the same memory.
Totals, ratios and counts are formulas that carry the value worked out here, so that a
reader who recalculates sees the same figures and a previewer that cannot shows them too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import IO, Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook

from sheets.layout import Layout
from sheets.writing.lines import LineSheet
from sheets.writing.notes import write_notes
from sheets.writing.styles import Styles
from sheets.writing.table import Table

__all__ = ["XLSX", "workbook_response", "write_workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(layout: Layout) -> HttpResponse:
    """Return the download of `layout` under its Chinese file name."""
    stream = BytesIO()
    write_workbook(layout, stream)
    return HttpResponse(
        stream.getvalue(),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, layout.file_name)},
    )


def write_workbook(layout: Layout, stream: IO[bytes]) -> None:
    """Write `layout` with its notes and details as one workbook into `stream`."""
    with open_book(stream, layout.title) as book:
        styles, names = Styles(book), SheetNames()
        sheet = book.add_worksheet(names.take(layout.sheet_name or layout.title))
        if layout.notes:
            write_notes(book.add_worksheet(names.take("口径说明")), styles, [layout])
        write_table(sheet, styles, layout, DetailSheets(book, styles, names))
        sheet.activate()


def open_book(stream: IO[bytes], title: str) -> Workbook:
    """Return a new workbook that keeps no row in memory; closing it writes it out."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(stream, options)
    book.worksheet_class = LineSheet
    book.set_properties({"title": title, "author": ""})
    return book


class DetailSheets:
    """The detail sheets of one workbook: one that several tables share is written once."""

    def __init__(self, book: Workbook, styles: Styles, names: SheetNames) -> None:
        self.book, self.styles, self.names = book, styles, names
        # Ranges of the columns by the key of the sheet, and the names of all sheets.
        self.shared: dict[str, dict[str, str]] = {}
        self.written: list[tuple[str, Layout]] = []

    def ranges(self, detail: Layout, table: Layout) -> dict[str, str]:
        """Return where the columns of `detail` stand; writes it unless that has been done."""
        if detail.key and detail.key in self.shared:
            return self.shared[detail.key]
        detail = replace(detail, exported=table.exported, seal=table.seal)
        name = self.names.take(detail.sheet_name or detail.title)
        written = Table(self.book.add_worksheet(name), self.styles, detail, {})
        written.write()
        self.written.append((name, detail))
        ranges = written.ranges(name)
        if detail.key:
            self.shared[detail.key] = ranges
        return ranges


def write_table(sheet: Any, styles: Styles, layout: Layout, details: DetailSheets) -> None:
    """Write one table after the detail sheets its formulas point to."""
    ranges = {
        "detail" if number == 1 else f"detail{number}": details.ranges(detail, layout)
        for number, detail in enumerate(layout.details, 1)
    }
    Table(sheet, styles, layout, ranges).write()


class SheetNames:
    """Names of sheets as Excel allows them: short, without its signs, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, wanted: str) -> str:
        base = re.sub(r"[\[\]:*?/\\]", "", wanted).strip("' ") or "表"
        name = base[:31]
        number = 2
        while name.lower() in self.taken:
            name = f"{base[:28]}{number}"
            number += 1
        self.taken.add(name.lower())
        return name
