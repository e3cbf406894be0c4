"""Writing many rows at once: COPY on PostgreSQL, executemany elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# A character no text holds stands for NULL, so that only real backslashes are escaped.
_NULL = "\x02"
_BLOCK = 1 << 18


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_text(value: Any) -> str:
    """Return JSON as it is stored, Chinese left readable."""
    return _encode(value)


@lru_cache(maxsize=50_000)
def counts_text(items: tuple) -> str:
    """Return the JSON of a small dictionary given by its items; most organizations share it."""
    return _encode(dict(items))


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
            statement = f"COPY {table} ({columns}) FROM STDIN WITH (NULL '{_NULL}')"
            cursor.copy_expert(statement, _Lines(copy_lines(rows)), _BLOCK)
        else:
            marks = ", ".join(["%s"] * len(names))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, rows)


def copy_lines(rows: Iterable[tuple]) -> Iterator[str]:
    """Yield the rows in the text format of COPY, with `_NULL` for nothing."""
    tabs = -1
    for row in rows:
        line = "\t".join([v if v.__class__ is str else _plain(v) for v in row])
        if tabs < 0:
            tabs = len(row) - 1
        if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != tabs:
            line = "\t".join([_plain(v).translate(_ESCAPED) for v in row])
        yield line + "\n"


def _plain(value: Any) -> str:
    if value is None:
        return _NULL
    if value is True:
        return "t"
    return "f" if value is False else str(value)


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
