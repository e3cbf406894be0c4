"""Writing many rows at once: COPY on PostgreSQL, executemany elsewhere."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
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
    insert_rows(model, [field.name for field in fields], _values(records, fields, adding=True))
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
    rows = _values(records, [*fields, key], adding=False)
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


def _values(
    records: Iterable[models.Model], fields: Sequence[Any], *, adding: bool
) -> Iterator[list]:
    """Yield the values of each record as `insert_rows` takes them.

    All are read in one go; how a column is worked out is found once for it, and most values
    need no working out.
    """
    read = attrgetter(*[field.attname for field in fields])
    made = [
        (place, maker)
        for place, field in enumerate(fields)
        if (maker := _maker(field, adding=adding))
    ]
    makers = dict(made)
    checked = [
        (place, field)
        for place, field in enumerate(fields)
        if place not in makers and not isinstance(field, _AS_THEY_ARE)
    ]
    for record in records:
        values = list(read(record))
        for place, make in made:
            values[place] = make(record, values[place])
        for place, field in checked:
            value = values[place]
            kind = value.__class__
            if kind is datetime.date:
                values[place] = value.isoformat()
            elif kind not in _PLAIN:
                values[place] = field.get_db_prep_save(value, connection)
        yield values


# Columns whose values need no working out, and values that need none in other columns.
_AS_THEY_ARE = (models.ForeignKey, models.AutoField, models.BooleanField)
_PLAIN = (str, int, bool, type(None))
# What a field has from Django itself: the day of writing, for those that keep it.
_USUAL = (models.Field.pre_save, models.DateField.pre_save, models.DateTimeField.pre_save)


def _maker(field: Any, *, adding: bool) -> Callable[[models.Model, Any], Any] | None:
    """Return what makes each stored value of a field from a record and its value, if need be."""
    keeps_day = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    if keeps_day or type(field).pre_save not in _USUAL:
        return lambda record, _: field.get_db_prep_save(field.pre_save(record, adding), connection)
    if isinstance(field, models.JSONField):
        return lambda _, value: json_text(value)
    # Personal numbers are stored encrypted, whatever they look like.
    if hasattr(field, "mask"):
        return lambda _, value: field.get_db_prep_save(value, connection)
    return None


def delete_rows(queryset: models.QuerySet) -> None:
    """Delete rows nothing else depends on, in one statement and without reading them."""
    queryset._raw_delete(queryset.db)


def copy_blocks(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
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
