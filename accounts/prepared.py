"""Queries whose statement is written once and asked again for other keys.

Writing the SQL of a grouped query takes Django longer than the database takes to answer it
for a few rows; whoever asks fifty of them after each correction keeps the statements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import F, Lookup, QuerySet
from django.db.models.query import FlatValuesListIterable

Keys = Collection[int] | None
Rows = TypeVar("Rows", bound=QuerySet)
# Stands in a statement for keys that are told when it is asked.
_LATER: Any = object()
# Statements kept for each query: one for the arguments it was asked with last.
_KEPT = 32


class Among(Lookup):
    """Whether a value is one of many keys, all of them one parameter."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        """Give the keys as one JSON array."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} IN (SELECT value FROM json_each(%s))", [*params, _parameter(self.rhs)]  # noqa: S608

    def as_postgresql(self, compiler, connection):
        """Give the keys as one array."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, _parameter(self.rhs)]


def limited(queryset: Rows, keys: Keys, field: str = "organization") -> Rows:
    """Return `queryset` where `field` is among `keys`; None means all of them."""
    return queryset if keys is None else queryset.filter(Among(F(field), keys))


def _parameter(keys: Any) -> Any:
    """Return the keys as the database at hand takes them."""
    if keys is _LATER:
        return keys
    keys = list(keys)
    return keys if connection.vendor == "postgresql" else json.dumps(keys)


class _Statement(NamedTuple):
    """The SQL of a query, and how its values are read."""

    sql: str
    parameters: tuple
    # Place of a column, what makes its values, and the expression they are of.
    converters: tuple[tuple[int, list[Callable], Any], ...]
    is_flat: bool

    @classmethod
    def of(cls, queryset: QuerySet) -> _Statement:
        """Write the SQL of a `values_list`."""
        compiler = queryset.query.get_compiler(queryset.db)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        found = compiler.get_converters(columns)
        converters = tuple((place, *how) for place, how in found.items())
        is_flat = issubclass(queryset._iterable_class, FlatValuesListIterable)
        return cls(sql, tuple(parameters), converters, is_flat)

    def rows(self, keys: Collection[int]) -> Iterator[Any]:
        """Ask it for `keys`."""
        asked = _parameter(keys)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [asked if p is _LATER else p for p in self.parameters])
            rows: Iterable[Any] = cursor.fetchall()
        if self.converters:
            rows = map(self._converted, rows)
        return (row[0] for row in rows) if self.is_flat else iter(rows)

    def _converted(self, row: tuple) -> tuple:
        values = list(row)
        for place, makers, expression in self.converters:
            for make in makers:
                values[place] = make(values[place], expression, connection)
        return tuple(values)


def prepared(build: Callable[..., QuerySet]) -> Callable[..., Iterable[Any]]:
    """Return the rows of what `build` returns, its SQL kept for the arguments before the last.

    `build(*arguments, keys)` returns a `values_list` that is limited to `keys` by `limited`
    only and asks the database nothing itself; the arguments are hashable. Without keys
    (None) the query is rare and long, and nothing is kept.
    """

    @lru_cache(_KEPT)
    def statement(vendor: str, *arguments: Any) -> _Statement:
        return _Statement.of(build(*arguments, _LATER))

    @wraps(build)
    def rows(*arguments: Any) -> Iterable[Any]:
        *known, keys = arguments
        if keys is None:
            return build(*known, None)
        return statement(connection.vendor, *known).rows(keys)

    return rows


__all__ = ["Among", "Keys", "limited", "prepared"]
