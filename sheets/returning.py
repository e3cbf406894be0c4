"""Give the refused rows of a workbook back, each with the reason (错误原因)."""

from __future__ import annotations

from typing import IO

import xlsxwriter

from sheets import importing
from sheets.forms import Row, Type
from sheets.models import ImportBatch
from sheets.normalise import plain

REASON = "错误原因"


def write_errors(batch: ImportBatch, stream: IO[bytes]) -> int:
    """Write the refused rows of a waiting batch as a workbook; return how many there are.

    One sheet per sheet of the file, the columns as the form calls them, cells as they
    were typed, the wrong ones marked. Corrected, it can be sent in again.
    """
    refused = importing.refused_rows(batch)
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    text = book.add_format({"num_format": "@", "border": 1, "text_wrap": True})
    wrong = book.add_format(
        {"num_format": "@", "border": 1, "text_wrap": True, "font_color": "#ae1218", "bold": True}
    )
    for rows in _by_sheet(refused):
        _write_sheet(book, rows, head, text, wrong)
    if not refused:
        book.add_worksheet("没有退回的行")
    book.close()
    return len(refused)


def _by_sheet(rows: list[Row]) -> list[list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(id(row.sheet), []).append(row)
    return list(groups.values())


def _write_sheet(book, rows: list[Row], head, text, wrong) -> None:
    facts = rows[0].sheet
    columns = [c for c in facts.table.columns if c.key in facts.headings and c.type != Type.SKIPPED]
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["原行号", *(c.label for c in columns), REASON], head)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, len(columns), 16)
    sheet.set_column(len(columns) + 1, len(columns) + 1, 60)
    for line, row in enumerate(rows, start=1):
        bad = {problem.column for problem in row.problems}
        sheet.write_number(line, 0, row.number, text)
        for index, column in enumerate(columns, start=1):
            style = wrong if facts.heading_of(column.key) in bad else text
            sheet.write_string(line, index, plain(row.raw[column.key]), style)
        reasons = "；".join(
            f"{p.column}：{p.reason}" + (f"（{p.fix}）" if p.fix else "") for p in row.problems
        )
        sheet.write_string(line, len(columns) + 1, reasons, text)
