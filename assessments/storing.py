"""Writing many rows at once: COPY on PostgreSQL, executemany elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BLOCK = 1 << 18


def json_text(value: Any) -> str:
    """Return JSON as it is stored, Chinese left readable."""
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if value
        else ("[]" if isinstance(value, list | tuple) else "{}")
    )


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple]) -> None:
    """Insert `rows` of plain values (text, numbers, None, bool) into the fields named.

    One statement on PostgreSQL, read by the server while the rows are still being made;
    values must already be what the column holds (JSON as text). An omitted primary key
    is given by the database.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = [model._meta.get_field(name).column for name in fields]
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({columns}) FROM STDIN"
            cursor.copy_expert(statement, _Lines(copy_lines(rows)), _BLOCK)
        else:
            marks = ", ".join(["%s"] * len(names))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, rows)


def copy_lines(rows: Iterable[tuple]) -> Iterator[str]:
    """Yield the rows in the text format of COPY."""
    for row in rows:
        yield "\t".join([_text(value) for value in row]) + "\n"


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if type(value) is str or isinstance(value, str):
        if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
            return value.translate(_ESCAPED)
        return value
    if value is True:
        return "t"
    if value is False:
        return "f"
    return str(value)


class _Lines:
    """A file of text lines made on the way, as psycopg2 reads it."""

    def __init__(self, lines: Iterator[str]):
        self.lines = lines

    def read(self, size: int = _BLOCK) -> str:
        """Return about `size` characters, nothing at the end."""
        block: list[str] = []
        length = 0
        for line in self.lines:
            block.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(block)
