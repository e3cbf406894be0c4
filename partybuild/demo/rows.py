"""Write very many rows of one table: COPY on PostgreSQL, executemany elsewhere."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 20_000


def _copy_text(value: Any) -> str:
    """Return a value in PostgreSQL's COPY text format."""
    if value is None:
        return r"\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", r"\t").replace("\n", r"\n")
    return str(value)


def _sqlite_value(value: Any) -> Any:
    """Return a value as Django would hand it to SQLite."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bool | int | str) or value is None:
        return value
    return str(value)


def _batches(rows: Iterable[tuple]) -> Iterator[list[tuple]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


def write_rows(model: type[models.Model], fields: tuple[str, ...], rows: Iterable[tuple]) -> int:
    """Insert `rows` (tuples in the order of `fields`) and return how many they were.

    Every column without a database default must be named; nothing is derived or
    encrypted on the way, so models with such fields use `bulk_create` instead.
    """
    columns = ", ".join(
        connection.ops.quote_name(model._meta.get_field(name).column) for name in fields
    )
    table = connection.ops.quote_name(model._meta.db_table)
    written = 0
    with connection.cursor() as cursor:
        for batch in _batches(rows):
            if connection.vendor == "postgresql":
                text = "\n".join("\t".join(map(_copy_text, row)) for row in batch)
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.StringIO(text))
            else:
                marks = ", ".join(["%s"] * len(fields))
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
                    [tuple(map(_sqlite_value, row)) for row in batch],
                )
            written += len(batch)
    return written
