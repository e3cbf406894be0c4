"""Writing many rows at once: COPY on PostgreSQL, executemany elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, models

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# A character no text holds stands for NULL, so that only real backslashes are escaped.
_NULL = "\x02"
# Rows joined into one block of COPY.
_ROWS = 1000


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_text(value: Any) -> str:
    """Return JSON as it is stored, Chinese left readable."""
    return _encode(value)


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple]) -> None:
    """Insert `rows` of plain values (text, numbers, None, bool) into the fields named.

    One statement on PostgreSQL, read by the server while the rows are still being made;
    values must already be what the column holds (JSON as text). An omitted primary key
    is given by the database.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns_by_name = {field.name: field.column for field in model._meta.concrete_fields}
    names = [columns_by_name[name] or name for name in fields]
    columns = ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {table} ({columns}) FROM STDIN WITH (NULL '{_NULL}')"
            cursor.copy_expert(statement, _Blocks(copy_blocks(rows)))
        else:
            marks = ", ".join(["%s"] * len(names))
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(statement, rows)  # type: ignore[arg-type]  # an iterator will do


def new_keys(model: type[models.Model], count: int) -> Sequence[int]:
    """Return `count` primary keys for new rows of `model`."""
    if not count:
        return ()
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return [row[0] for row in cursor.fetchall()]
    last = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
    return range(last + 1, last + count + 1)


def insert_records(records: Sequence[models.Model]) -> None:
    """Insert new records of one model in one statement and give them their keys."""
    model = type(records[0])
    for record, key in zip(records, new_keys(model, len(records)), strict=True):
        record.pk = key
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    readers = [_reader(field, adding=True) for field in fields]
    rows = (tuple([read(record) for read in readers]) for record in records)
    insert_rows(model, [field.name for field in fields], rows)
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def update_records(records: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write the fields `names` of records of one model, derived ones included.

    Two statements on PostgreSQL: the new values go into a temporary table and from there
    into the rows; one statement for each record elsewhere.
    """
    model = type(records[0])
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    readers = [_reader(field, adding=False) for field in fields]
    rows = ((*[read(record) for read in readers], record.pk) for record in records)
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), [quote(f.column) for f in fields]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            parts = ", ".join(f"{column} = %s" for column in columns)
            statement = f"UPDATE {table} SET {parts} WHERE {quote(key.column)} = %s"  # noqa: S608
            cursor.executemany(statement, list(rows))
            return
        listed = ", ".join([*columns, quote(key.column)])
        parts = ", ".join(f"{column} = fresh.{column}" for column in columns)
        where = f"{table}.{quote(key.column)} = fresh.{quote(key.column)}"
        cursor.execute(
            f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0"  # noqa: S608
        )
        copy = f"COPY fresh ({listed}) FROM STDIN WITH (NULL '{_NULL}')"
        cursor.copy_expert(copy, _Blocks(copy_blocks(rows)))
        cursor.execute(f"UPDATE {table} SET {parts} FROM fresh WHERE {where}")  # noqa: S608
        cursor.execute("DROP TABLE fresh")


def _reader(field: Any, *, adding: bool) -> Callable[[models.Model], Any]:
    """Return what reads a field of a record as `insert_rows` takes it.

    How is found once for a column, not for each of its values.
    """
    value_of: Callable[[models.Model], Any] = partial(field.pre_save, add=adding)
    if type(field).pre_save is models.Field.pre_save:
        value_of = attrgetter(field.attname)
    if isinstance(field, models.JSONField):
        return lambda record: json_text(value_of(record))
    # Personal numbers are stored encrypted, whatever they look like.
    plain = () if hasattr(field, "mask") else (str, int, bool)

    def read(record: models.Model) -> Any:
        value = value_of(record)
        if value is None or value.__class__ in plain:
            return value
        return field.get_db_prep_save(value, connection)

    return read


def delete_rows(queryset: models.QuerySet) -> None:
    """Delete rows nothing else depends on, in one statement and without reading them."""
    queryset._raw_delete(queryset.db)


def copy_blocks(rows: Iterable[tuple]) -> Iterator[str]:
    """Yield the rows in the text format of COPY, many in one block.

    Blocks are joined first and looked at once; only one that holds a character with a
    meaning to COPY is written again, value by value.
    """
    rows = iter(rows)
    while block := list(islice(rows, _ROWS)):
        lines = ["\t".join([v if v.__class__ is str else _plain(v) for v in row]) for row in block]
        text = "\n".join(lines)
        tabs = (len(block[0]) - 1) * len(block)
        if (
            "\\" in text
            or "\r" in text
            or text.count("\t") != tabs
            or text.count("\n") != len(block) - 1
        ):
            text = "\n".join(
                "\t".join([_plain(v).translate(_ESCAPED) for v in row]) for row in block
            )
        yield text + "\n"


def _plain(value: Any) -> str:
    if value is None:
        return _NULL
    if value is True:
        return "t"
    return "f" if value is False else str(value)


class _Blocks:
    """A file of blocks of text made on the way, as psycopg2 reads it."""

    def __init__(self, blocks: Iterator[str]):
        self.blocks = blocks

    def read(self, size: int = 0) -> str:
        """Return the next block, whatever its size; nothing at the end."""
        return next(self.blocks, "")
