"""Columns of lists: each is declared once and serves the page and the workbook.

The columns are those of django-tables2, with their `render_<name>` and `value_<name>`
methods, which may ask for `value` and `record`. How the cells of a column are worked
out is found once for a table, not for each cell: a workbook has half a million of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2.utils import signature

from sheets.layout import Column, Format, text


class ListColumn(tables.Column):
    """Text.

    `sort` names the lookups the list is ordered by when this column is chosen; a column
    without it cannot be sorted by, unless the page tells an expression for it.
    `url` names the page a cell links to, whose only argument is the attribute `key` of
    the record. `wide` gives the cell a line of its own on narrow screens; `whole` text is
    not broken into lines; `sheet_only` columns stand in the workbook alone unless a user
    chooses them; an `always` column, like the first, cannot be left out; `width` is in
    characters of the workbook's column.
    """

    format: Format = "text"
    css = ""

    def __init__(
        self,
        label: str,
        *,
        sort: str | tuple[str, ...] | None = None,
        url: str = "",
        key: str = "pk",
        wide: bool = False,
        whole: bool = False,
        sheet_only: bool = False,
        always: bool = False,
        width: int | None = None,
        **kwargs,
    ):
        super().__init__(
            verbose_name=label, orderable=sort is not None, visible=not sheet_only, **kwargs
        )
        self.sort = (sort,) if isinstance(sort, str) else sort
        self.url, self.key = url, key
        self.sheet_only, self.always = sheet_only, always
        self.width = width
        self.css = " ".join(filter(None, [self.css, "w" if wide else "", "nb" if whole else ""]))

    def render(self, value):
        """Return the value as the page shows it."""
        return value

    def value(self, value):
        """Return the value as the workbook holds it."""
        return value


class NumberColumn(ListColumn):
    """A whole number."""

    format: Format = "int"
    css = "num"

    def render(self, value):
        return f"{value:,}"


class ScoreColumn(ListColumn):
    """Points with two decimals."""

    format: Format = "score"
    css = "num"

    def render(self, value):
        return f"{value:.2f}"


class DateColumn(ListColumn):
    """A day, written 2026-11-12."""

    format: Format = "date"
    css = "nb"

    def render(self, value):
        return f"{value:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its text and class, the present direction, and what its button asks for."""

    label: str
    css: str
    direction: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class ColumnOption:
    """A column to choose: whether it is shown now, and whether it always is."""

    name: str
    label: str
    shown: bool
    fixed: bool


class ListTable(tables.Table):
    """The base of every list's table. `sort` is the present order, as in the address."""

    sort = ""
    # Whether a user chose the columns; without a choice the workbook holds all of them.
    is_chosen = False
    # Columns sorted by an expression of the page instead of a lookup.
    expressions: frozenset[str] = frozenset()

    class Meta:
        template_name = "tables/table.html"
        orderable = False
        default = "—"

    @classmethod
    def can_sort(cls, name: str) -> bool:
        """Tell whether the list may be ordered by the column called `name`."""
        column = cls.base_columns.get(name)
        return column is not None and (bool(column.sort) or name in cls.expressions)

    def choose(self, names: Collection[str]) -> None:
        """Show the columns `names` on the page and in the workbook, and those always shown."""
        self.is_chosen = True
        for option in self.options:
            if not option.fixed:
                self.columns[option.name].column.visible = option.name in names

    @property
    def options(self) -> list[ColumnOption]:
        """The columns to choose from, in order; the first and the states are fixed."""
        return [
            ColumnOption(one.name, one.header, one.visible, number == 0 or one.column.always)
            for number, one in enumerate(self.columns.iterall())
            if not one.column.exclude_from_export
        ]

    @property
    def heads(self) -> Iterator[Head]:
        """The headings of the columns on screen."""
        for bound in self.columns:
            direction = next_ = ""
            if self.can_sort(bound.name):
                if self.sort.removeprefix("-") == bound.name:
                    direction = "descending" if self.sort.startswith("-") else "ascending"
                next_ = f"-{bound.name}" if direction == "ascending" else bound.name
            yield Head(bound.header, bound.column.css, direction, next_)

    @property
    def lines(self) -> Iterator[tuple[Any, list[tuple[SafeString, Any]]]]:
        """For each row its header cell, and the other cells with their attributes."""
        shown = list(self.columns)
        attributes = [
            format_html(' data-l="{}"{}', bound.header, _class(bound.column.css)) for bound in shown
        ]
        for cells in self._cells(shown, "render", "—"):
            yield cells[0], list(zip(attributes[1:], cells[1:], strict=True))

    @property
    def drawn(self) -> Iterator[tuple[Any, Any, SafeString]]:
        """For each row the key of its record, its header cell, and its other cells as HTML.

        Written in one go: a template takes five times as long for some hundred cells.
        """
        for record, (name, cells) in zip(self.data, self.lines, strict=True):
            html = [
                f"<td{attributes}>{conditional_escape(cell)}</td>" for attributes, cell in cells
            ]
            yield record.pk, name, mark_safe("".join(html))

    def sheet_columns(self) -> list[Column]:
        """Return the columns of the workbook: the chosen ones, else all there are."""
        return [
            Column(bound.name, bound.header, format=bound.column.format, width=bound.column.width)
            for bound in self._sheet_bound()
        ]

    def sheet_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the values of each row as the workbook holds them."""
        bound = self._sheet_bound()
        names = [one.name for one in bound]
        for cells in self._cells(bound, "value", None):
            yield dict(zip(names, map(sheet_value, cells), strict=True))

    def _sheet_bound(self) -> list:
        bound = self.columns if self.is_chosen else self.columns.iterall()
        return [one for one in bound if not one.column.exclude_from_export]

    def _cells(self, columns: list, kind: str, empty) -> Iterator[list]:
        """Yield for each record the cells of `columns`, by their method `kind`."""
        plans: list[Callable] = []
        for record in self.data:
            plans = plans or [_plan(one, record, kind, empty) for one in columns]
            yield [plan(record) for plan in plans]


def _plan(bound, sample, kind: str, empty) -> Callable[[Any], Any]:
    """Return the function from a record to its cell in the column `bound`."""
    read = _reader(bound.accessor, sample)
    table, column, name = bound._table, bound.column, bound.name
    write = getattr(table, f"{kind}_{name}", getattr(column, kind))
    as_sheet = kind == "render" and column.sheet_only and not hasattr(table, f"render_{name}")
    if as_sheet:
        # Written for the workbook: the page shows the text of what stands there.
        write = getattr(table, f"value_{name}", column.value)
    call = _caller(write)
    blank = column.empty_values
    link = _linker(column) if kind == "render" and column.url else None

    def cell(record):
        value = read(record)
        if value in blank:
            return empty
        content = call(value, record)
        if as_sheet:
            content = text(sheet_value(content), column.format)
        return link(record, content) if link else content

    return cell


def _caller(write: Callable) -> Callable[[Any, Any], Any]:
    """Return `write` as a function of value and record, of which it wants one or both."""
    wanted, _ = signature(write)
    if "record" not in wanted:
        return lambda value, record: write(value=value)
    if "value" not in wanted:
        return lambda value, record: write(record=record)
    return lambda value, record: write(value=value, record=record)


def _reader(accessor: str, sample) -> Callable[[Any], Any]:
    """Return the function that reads `accessor` ("a__b") of records like `sample`.

    A choice is read as its label; None on the way gives None.
    """
    parts = str(accessor).split("__")
    simple = attrgetter(parts[0])

    def walk(record):
        for part in parts:
            if record is None:
                return None
            record = getattr(record, part)
        return record

    read = walk if len(parts) > 1 else simple
    if isinstance(sample, Model):
        try:
            labels = dict(tables.A(accessor).get_field(sample).flatchoices)
        except (FieldDoesNotExist, AttributeError):
            labels = {}
        if labels:
            return lambda record: labels.get(value := read(record), value)
    return read


def _linker(column: ListColumn) -> Callable[[Any, Any], SafeString]:
    """Return the function that wraps the content of a cell in its link."""
    # The address is worked out once; only its number changes from row to row.
    before, after = reverse(column.url, args=[0]).rsplit("0", 1)
    key = attrgetter(column.key)

    def link(record, content):
        return mark_safe(
            f'<a href="{before}{key(record)}{after}">{conditional_escape(content)}</a>'  # noqa: S308
        )

    return link


def _class(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else SafeString()


def sheet_value(value):
    """Return `value` as a workbook can hold it: records and labels become text."""
    if value == "":
        return None
    return str(value) if isinstance(value, Model | Promise) else value


def with_note(value, note: str):
    """Return `value` with a small remark under it."""
    return format_html('{}<br><span class="note">{}</span>', value, note) if note else value
