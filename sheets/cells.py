"""Normalise the cells of rows by the declared type of their column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sheets import normalise as n
from sheets.dates import parse_date
from sheets.forms import Column, Context, Row, SheetFacts, Type


def normalise(rows: list[Row], context: Context) -> None:
    """Fill in `values` of each row; what cannot be read becomes a problem of the row."""
    by_sheet: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_sheet[id(row.sheet)].append(row)
    for group in by_sheet.values():
        facts = group[0].sheet
        for column in facts.table.columns:
            if column.key in facts.headings and column.type != Type.SKIPPED:
                _normalise_column(column, group, facts, context)


def _normalise_column(column: Column, rows: list[Row], facts: SheetFacts, context: Context) -> None:
    parse = _parser(column, facts, context)
    # Counties and kinds repeat: read each distinct text once.
    seen: dict[str, Any] = {}
    for row in rows:
        value = row.raw[column.key]
        if column.sensitive and n.is_masked(value):
            _read_mask(column, row, value)
            continue
        try:
            if isinstance(value, str):
                if value not in seen:
                    seen[value] = parse(value)
                result = seen[value]
            else:
                result = parse(value)
        except n.CellError as error:
            tell = row.warn if column.lenient else row.refuse
            tell(column.key, error.code, error.reason, error.fix)
            continue
        if column.max_length and isinstance(result, str) and len(result) > column.max_length:
            row.refuse(
                column.key,
                "TEXT_TOO_LONG",
                f"“{column.label}”有 {len(result)} 个字，超过 {column.max_length} 个字",
                "请精简后再填",
            )
            continue
        row.values[column.key] = result
    if column.tick:
        _read_ticks(column, rows)
    if column.required:
        for row in rows:
            if row.values.get(column.key, "") in (None, ()):
                row.refuse(column.key, "REQUIRED_MISSING", f"没有填“{column.label}”", "请补填")


def _read_mask(column: Column, row: Row, value: str) -> None:
    """Pass a masked number on to a form that knows whose it is; refuse it elsewhere."""
    if column.takes_masks:
        row.values[column.key] = n.Masked(n.fold(value))
    else:
        row.refuse(
            column.key, "MASKED", f"“{column.label}”是遮挡过的，不能当作号码", "请填完整的号码"
        )


def _read_ticks(column: Column, rows: list[Row]) -> None:
    """Take empty cells for 否 where everything filled in means 是."""
    filled = [row.values.get(column.key) for row in rows]
    if any(filled) and False not in filled:
        for row in rows:
            if row.values.get(column.key) is None and n.is_empty(row.raw[column.key]):
                row.values[column.key] = False


def only_ticks(column: Column, rows: Iterable[Row]) -> bool:
    """Tell whether in a `tick` column of a file an empty cell means 否."""
    parse = _parser(column)
    found = set()
    for value in {str(row.raw[column.key]) for row in rows}:
        with suppress(n.CellError):
            found.add(parse(value))
    return True in found and False not in found


def _parser(column: Column, facts: SheetFacts | None = None, context: Context | None = None):
    """Return the function that reads one cell of `column`.

    Only dates and ID numbers are read with regard to their sheet and the day.
    """
    if facts and context and column.type == Type.DATE:
        return lambda value: parse_date(
            value,
            today=context.today,
            past=column.past,
            year=context.year,
            date_1904=facts.date_1904,
        )
    if context and column.type == Type.ID_NUMBER:
        return lambda value: n.parse_id_number(value, today=context.today)
    match column.type:
        case Type.NAME:
            return n.parse_name
        case Type.NAMES:
            return n.parse_names
        case Type.INT:
            return n.parse_int
        case Type.YEARS:
            return n.parse_years
        case Type.YEAR:
            return n.parse_year
        case Type.SCORE:
            return n.parse_score
        case Type.AMOUNT:
            return n.parse_amount
        case Type.BOOL:
            return n.parse_bool
        case Type.CHOICE:
            return lambda value: n.parse_choice(value, column.choices or {})
        case Type.RATE:
            # Read by the form, which knows the counts beside it.
            return lambda value: None if n.is_empty(value) else value
        case _:
            return n.parse_text
