"""One table of a template on its sheet, and the hidden sheet its lists come from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from sheets.forms import Column, Table, Type
from sheets.template.words import EXAMPLE, examples, options
from sheets.writing.styles import BODY_FONT, Styles, wide

# Title, header, then the two rows of examples.
TITLE, HEADER, FIRST_EXAMPLE = 0, 1, 2
FIRST = FIRST_EXAMPLE + 2
# Empty rows below the records that have formats and lists.
SPARE = 2_000
# The longest list Excel keeps in the cell's own rule.
INLINE = 250

_NUMBERS = (Type.INT, Type.YEARS, Type.YEAR, Type.SCORE, Type.AMOUNT)
_WIDTHS = {
    Type.INT: 10,
    Type.YEARS: 10,
    Type.YEAR: 10,
    Type.SCORE: 10,
    Type.AMOUNT: 10,
    Type.BOOL: 10,
    Type.DATE: 14,
}
_WIDTHS |= {Type.ID_NUMBER: 22, Type.NAMES: 30, Type.RATE: 10}
# Allowed although the sheet is protected (without a password).
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_GREY = "#f2f2f0"


class Lists:
    """Lists too long for a rule of their own: each a column of one hidden sheet."""

    def __init__(self, book: Workbook) -> None:
        self.sheet = book.add_worksheet("下拉选项")
        self.sheet.hide()
        self.columns: list[tuple[str, Sequence[str]]] = []

    def source(self, name: str, values: Sequence[str]) -> Sequence[str] | str:
        """Return what a rule takes its list from: the values, or their place."""
        if len(",".join(values)) <= INLINE and not any("," in value for value in values):
            return list(values)
        if (name, values) not in self.columns:
            self.columns.append((name, values))
        letter = xl_col_to_name(self.columns.index((name, values)))
        return f"='下拉选项'!${letter}$2:${letter}${len(values) + 1}"

    def write(self) -> None:
        """Write all lists, row by row."""
        self.sheet.write_row(0, 0, [name for name, _ in self.columns])
        for row in range(max((len(values) for _, values in self.columns), default=0)):
            for column, (_, values) in enumerate(self.columns):
                if row < len(values):
                    self.sheet.write_string(row + 1, column, values[row])


def write_table(
    sheet: Any,
    styles: Styles,
    lists: Lists,
    table: Table,
    title: str,
    rows: Iterable[Mapping[str, Any]],
    suggestions: Mapping[str, Sequence[str]],
) -> int:
    """Write the table with `rows`; return how many there were."""
    columns = [c for c in table.columns if c.type != Type.SKIPPED or c.key == "serial"]
    if columns[0].key != "serial":
        raise ValueError(f"{table.title}: the first column of a template is the serial number")
    # What the user fills in is unlocked, down to the end of the sheet.
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _width(column, suggestions), _cell(styles, column))
    _head(sheet, styles, columns, title)
    for number in range(2):
        line = FIRST_EXAMPLE + number
        style = _style(styles, italic=True, font_color="#5a626d", bg_color=_GREY)
        for index, column in enumerate(columns):
            shown = examples(column, suggestions)[number]
            _put(sheet, line, index, shown if index else f"{EXAMPLE}{number + 1}", style)
    count = 0
    serial = _cell(styles, columns[0])
    locked = _style(styles, num_format="@", locked=True, bg_color=_GREY)
    plans = [
        (column.key, index, _words(column), locked if column.identifies else _cell(styles, column))
        for index, column in enumerate(columns)
        if index
    ]
    for count, values in enumerate(rows, start=1):
        line = FIRST + count - 1
        sheet.write_number(line, 0, count, serial)
        for key, index, words, style in plans:
            # An empty cell has the format of its column.
            if (value := values.get(key)) is not None and value != "":
                _put(sheet, line, index, words(value), style)
    last = FIRST + count + SPARE
    for index, column in enumerate(columns):
        _rule(sheet, lists, index, column, suggestions, last)
    sheet.freeze_panes(FIRST_EXAMPLE, _frozen(columns))
    if count:
        sheet.autofilter(HEADER, 0, FIRST + count - 1, len(columns) - 1)
    sheet.protect("", _ALLOWED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER)
    return count


def _head(sheet: Any, styles: Styles, columns: Sequence[Column], title: str) -> None:
    sheet.set_default_row(20)
    sheet.set_row(TITLE, 36)
    # The year in it may be changed.
    big = styles.get(
        font_name="方正小标宋简体", font_size=18, align="center", valign="vcenter", locked=False
    )
    sheet.merge.append([TITLE, 0, TITLE, len(columns) - 1])
    sheet.write_string(TITLE, 0, title, big)
    for index in range(1, len(columns)):
        sheet.write_blank(TITLE, index, None, big)
    sheet.set_row(HEADER, 36)
    for index, column in enumerate(columns):
        text = f"{column.label}\n（必填）" if column.required else column.label
        sheet.write_string(HEADER, index, text, styles.heading)


def _frozen(columns: Sequence[Column]) -> int:
    """Return how many columns stay in view: up to the first that names the record."""
    keys = [index for index, column in enumerate(columns) if column.identifies]
    return min(keys[-1] + 1, 3) if keys and keys[-1] < 4 else 1


def _width(column: Column, suggestions: Mapping[str, Sequence[str]]) -> float:
    if column.key == "serial":
        return 8
    texts = [*options(column), *list(suggestions.get(column.key, ()))[:200]]
    longest = max(map(wide, [*texts, *examples(column, suggestions)]), default=0)
    least = max(_WIDTHS.get(column.type, 12), min(wide(column.label) + 2, 18))
    return max(least, min(longest + 2, 36))


def _style(styles: Styles, **more: Any) -> Any:
    return styles.get(font_name=BODY_FONT, font_size=11, border=1, valign="vcenter", **more)


def _cell(styles: Styles, column: Column) -> Any:
    """Return the format of what the user fills in: text unless it is a plain number."""
    if column.type in _NUMBERS or column.key == "serial" or column.type == Type.RATE:
        return _style(styles, locked=False, align="center")
    return _style(styles, locked=False, num_format="@", text_wrap=column.type == Type.NAMES)


def _rule(
    sheet: Any,
    lists: Lists,
    index: int,
    column: Column,
    suggestions: Mapping[str, Sequence[str]],
    last: int,
) -> None:
    """Give the cells of a column their list, and say what is written in them."""
    values = options(column)
    names = suggestions.get(column.key, ())
    rule: dict[str, Any] = {"validate": "any"}
    if values:
        rule = {
            "validate": "list",
            "source": lists.source(column.label, values),
            "error_title": "请从下拉中选",
            "error_message": f"“{column.label}”只能填下拉里的选项。",
        }
    elif names:
        rule = {
            "validate": "list",
            "source": lists.source(column.label, names),
            "error_type": "warning",
            "error_title": "不在名单里",
            "error_message": f"“{column.label}”不在您的名单里，导入时可能退回。仍然这样填吗？",
        }
        if column.type == Type.NAMES:
            rule |= {"show_error": False}
    if column.hint:
        rule |= {"input_title": column.label[:32], "input_message": column.hint[:255]}
    if len(rule) > 1:
        sheet.data_validation(FIRST, index, last, index, rule)


def _words(column: Column) -> Callable[[Any], Any]:
    """Return what turns a value of the register into what is typed into the column."""
    if column.choices:
        known: dict[Any, str] = {}
        for text, value in column.choices.items():
            known.setdefault(value, text)
        return lambda value: known.get(value, "")
    return _text


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list):
        return "、".join(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, int | float | Decimal) else str(value)


def _put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value, style)
        else:
            sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, float(value), style)
