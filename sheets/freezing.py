"""A `Layout` as text and back: how a sealed edition keeps a table.

The text is canonical (one way to write it), so that its digest proves the figures.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from sheets.layout import Cell, Column, Layout

# Fields of a layout that are kept as they are.
_PLAIN = [
    field.name
    for field in fields(Layout)
    if field.name not in ("columns", "rows", "total", "details", "exported", "seal")
]


def canonical(value: Any) -> str:
    """Return `value` as JSON in the one way it is written here."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(layout: Layout) -> str:
    """Return `layout` as text, without its detail sheets and the stamps of an export."""
    return canonical(
        {
            **{name: getattr(layout, name) for name in _PLAIN},
            "columns": [asdict(column) for column in layout.columns],
            "rows": [_packed_row(row) for row in layout.rows],
            "total": None if layout.total is None else _packed_row(layout.total),
        }
    )


def thaw(text: str, *, details: Sequence[Layout] = (), seal: str = "") -> Layout:
    """Return the layout of such a text."""
    told = json.loads(text)
    columns = [
        Column(**{name: _tupled(value) for name, value in column.items()})
        for column in told.pop("columns")
    ]
    rows = [_row(row) for row in told.pop("rows")]
    total = told.pop("total")
    return Layout(
        columns=columns,
        rows=rows,
        total=None if total is None else _row(total),
        details=details,
        seal=seal,
        **told,
    )


def _packed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): pack(value) for key, value in row.items()}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _unpack(value) if type(value) is dict else value for key, value in row.items()}


def pack(value: Any) -> Any:
    """Return a value of a cell as JSON holds it: what JSON does not know is marked."""
    kind = type(value)
    if value is None or kind in (str, int, float, bool):
        return value
    if kind is Cell:
        return {"cell": [pack(value.value), value.url, value.css, value.reason]}
    if kind is Decimal:
        return {"decimal": str(value)}
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    return str(value)


def _unpack(value: dict[str, Any]) -> Any:
    ((kind, held),) = value.items()
    if kind == "cell":
        inner, *rest = held
        return Cell(_unpack(inner) if type(inner) is dict else inner, *rest)
    if kind == "decimal":
        return Decimal(held)
    if kind == "moment":
        return datetime.datetime.fromisoformat(held)
    return datetime.date.fromisoformat(held)


def _tupled(value: Any) -> Any:
    """Return a list of JSON as the tuple it was."""
    return tuple(value) if isinstance(value, list) else value
