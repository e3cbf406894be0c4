"""Columns of lists: each is declared once and serves the page and the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import django_tables2 as tables
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sheets.layout import Column, Format


class ListColumn(tables.Column):
    """Text.

    `sort` names the lookups the list is ordered by when this column is chosen; a column
    without it cannot be sorted by, unless the page tells an expression for it.
    `wide` gives the cell a line of its own on narrow screens; `whole` text is not broken
    into lines; `sheet_only` columns stand in
    the workbook alone; `width` is in characters of the workbook's column.
    """

    format: Format = "text"
    css = ""

    def __init__(
        self,
        label: str,
        *,
        sort: str | tuple[str, ...] | None = None,
        wide: bool = False,
        whole: bool = False,
        sheet_only: bool = False,
        width: int | None = None,
        **kwargs,
    ):
        super().__init__(
            verbose_name=label, orderable=sort is not None, visible=not sheet_only, **kwargs
        )
        self.sort = (sort,) if isinstance(sort, str) else sort
        self.width = width
        self.css = " ".join(filter(None, [self.css, wide and "w", whole and "nb"]))


class NameColumn(ListColumn):
    """The row header, linked to the page of the record."""

    css = "name"

    def __init__(self, label: str, *, url: str, **kwargs):
        kwargs.setdefault("linkify", (url, [tables.A("pk")]))
        super().__init__(label, **kwargs)

    def value(self, value):
        return value


class NumberColumn(ListColumn):
    """A whole number."""

    format: Format = "int"
    css = "num"

    def render(self, value):
        return f"{value:,}"

    def value(self, value):
        return value


class ScoreColumn(ListColumn):
    """Points with two decimals."""

    format: Format = "score"
    css = "num"

    def render(self, value):
        return f"{value:.2f}"

    def value(self, value):
        return value


class DateColumn(ListColumn):
    """A day, written 2026-11-12."""

    format: Format = "date"
    css = "nb"

    def render(self, value):
        return f"{value:%Y-%m-%d}"

    def value(self, value):
        return value


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its text and class, the present direction, and what its button asks for."""

    label: str
    css: str
    direction: str = ""
    next: str = ""


class ListTable(tables.Table):
    """The base of every list's table. `sort` is the present order, as in the address."""

    sort = ""
    # Columns sorted by an expression of the page instead of a lookup.
    expressions: frozenset[str] = frozenset()

    class Meta:
        template_name = "tables/table.html"
        orderable = False
        default = "—"
        empty_text = ""

    @property
    def heads(self) -> Iterable[Head]:
        """Return the headings of the columns on screen."""
        for bound in self.columns:
            direction = next_ = ""
            if self.can_sort(bound.name):
                current = self.sort.removeprefix("-") == bound.name
                if current:
                    direction = "descending" if self.sort.startswith("-") else "ascending"
                next_ = f"-{bound.name}" if direction == "ascending" else bound.name
            yield Head(bound.header, bound.column.css, direction, next_)

    @property
    def lines(self) -> Iterable[tuple[SafeString, list[tuple[SafeString, SafeString]]]]:
        """Yield for each row its header cell, and the other cells with their attributes."""
        shown = list(self.columns)
        attributes = [
            format_html(' data-l="{}"{}', bound.header, _class(bound.column.css)) for bound in shown
        ]
        for row in self.rows:
            cells = [row.get_cell(bound.name) for bound in shown]
            yield cells[0], list(zip(attributes[1:], cells[1:], strict=True))

    @classmethod
    def can_sort(cls, name: str) -> bool:
        """Tell whether the list may be ordered by the column called `name`."""
        column = cls.base_columns.get(name)
        return column is not None and (bool(column.sort) or name in cls.expressions)

    def sheet_columns(self) -> list[Column]:
        """Return the columns of the workbook: all that are not left out of exports."""
        return [
            Column(bound.name, bound.header, format=bound.column.format, width=bound.column.width)
            for bound in self.columns.iterall()
            if not bound.column.exclude_from_export
        ]

    def sheet_rows(self) -> Iterable[dict]:
        """Yield the values of each row as the workbook holds them."""
        names = [column.key for column in self.sheet_columns()]
        for row in self.rows:
            yield {name: sheet_value(row.get_cell_value(name)) for name in names}


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else SafeString()


def sheet_value(value):
    """Return `value` as a workbook can hold it: records and labels become text."""
    if value == "":
        return None
    if isinstance(value, Model | Promise):
        return str(value)
    return value


def with_note(value, note: str):
    """Return `value` with a small remark under it."""
    return format_html('{}<br><span class="note">{}</span>', value, note) if note else value
