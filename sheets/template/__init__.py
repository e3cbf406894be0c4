"""Workbooks to be filled in: blank, or with the records the user already keeps.

Everything in them follows from the declarations of the form: the columns, their formats,
the drop-down lists, what is locked, the explanations. What is written here is read by
`sheets.reading` like any other workbook; the rows of examples are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook

from accounts import audit
from accounts.models import User
from sheets.forms import Context, Form
from sheets.template.book import Lists, write_table
from sheets.template.notes import write_notes
from sheets.writing.styles import Styles

__all__ = ["file_name", "record", "write_template"]


def write_template(
    form: Form, stream: IO[bytes], *, user: User, year: int | None = None, filled: bool = False
) -> int:
    """Write the template of `form` as `user` needs it; return how many records it holds.

    `year` is that of the title and of the records; None is this year where the form is about one.
    """
    today = timezone.localdate()
    context = Context(user, year or (today.year if form.needs_year else None), today)
    suggestions = form.suggestions(context)
    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        book.set_properties({"title": form.title, "author": ""})
        styles = Styles(book)
        tables = [table for table in form.tables if table.has_template]
        sheets = [book.add_worksheet(_sheet_name(table.title)) for table in tables]
        notes = book.add_worksheet("填表说明")
        lists = Lists(book)
        for sheet, table in zip(sheets, tables, strict=True):
            rows: Iterable[Mapping[str, Any]] = form.prefill(table, context) if filled else ()
            title = f"{context.year}年{table.title}" if context.year else table.title
            count += write_table(sheet, styles, lists, table, title, rows, suggestions)
        write_notes(notes, styles, form, tables, context, suggestions, filled=filled)
        lists.write()
        sheets[0].activate()
    return count


def record(form: Form, *, user: User, filled: bool, rows: int) -> None:
    """Write the log entry of a template that was handed out."""
    label = f"{form.title}（{'已填' if filled else '空白'}）"
    audit.record("sheets.template", actor=user, label=label, changes={"rows": rows})


def file_name(form: Form, *, filled: bool) -> str:
    """Return the name of the workbook."""
    return f"{form.title}{'（已填）' if filled else '（空白模板）'}.xlsx"


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31]
