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
from typing import IO

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
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        book.worksheet_class = LineSheet
        book.set_properties({"title": layout.title, "author": ""})
        styles = Styles(book)
        names = SheetNames()
        sheet = book.add_worksheet(names.take(layout.sheet_name or layout.title))
        if layout.notes:
            notes_sheet = book.add_worksheet(names.take("口径说明"))
            write_notes(notes_sheet, styles, layout)
        details: dict[str, dict[str, str]] = {}
        for number, detail in enumerate(layout.details, 1):
            name = names.take(detail.sheet_name or detail.title)
            detail = replace(detail, exported=layout.exported)
            table = Table(book.add_worksheet(name), styles, detail, {})
            table.write()
            details["detail" if number == 1 else f"detail{number}"] = table.ranges(name)
        Table(sheet, styles, layout, details).write()
        sheet.activate()


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
