"""Hold a record against the constraints of its model before the database does.

A page validates one record with a query for each constraint; a workbook has thousands of rows.
What the models declare is therefore read here as it stands: `broken` for the conditions of one
record, `Uniques` for what may be there only once.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q

_COMPARE = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def holds(condition: Any, record: models.Model) -> bool | None:
    """Return what SQL makes of a condition (Q) on one record: true, false, or None for unknown."""
    answers = [
        holds(child, record) if isinstance(child, Q) else _lookup(child[0], child[1], record)
        for child in condition.children
        if isinstance(child, tuple | Q)
    ]
    decides = condition.connector == Q.OR
    if decides in answers:
        answer: bool | None = decides
    else:
        answer = None if None in answers else not decides
    return None if answer is None else answer != condition.negated


def _lookup(lookup: str, wanted: Any, record: models.Model) -> bool | None:
    name, _, comparison = lookup.partition("__")
    value = _value(record, name)
    if comparison == "isnull" or (wanted is None and not comparison):
        return (value is None) == (wanted in (None, True))
    if isinstance(wanted, F):
        wanted = _value(record, str(wanted.name))  # type: ignore[attr-defined]
    if comparison == "in":
        return None if value is None else value in wanted
    # Sums and the like are left to the database and to the form.
    if value is None or wanted is None or hasattr(wanted, "resolve_expression"):
        return None
    return _COMPARE[comparison or "exact"](value, wanted)


def _value(record: models.Model, name: str) -> Any:
    field: Any = record._meta.get_field(name)
    return getattr(record, field.attname)


def names_in(condition: Any) -> Iterator[str]:
    """Return the fields a condition speaks of, in their order."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_in(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0]


def broken(record: models.Model) -> list[models.CheckConstraint]:
    """Return the conditions of its model a record does not keep."""
    return [
        one
        for one in record._meta.constraints
        if isinstance(one, models.CheckConstraint) and holds(one.condition, record) is False
    ]


class Uniques:
    """What stands only once in a table, among the records on hand and those that join them."""

    def __init__(self, model: type[models.Model], records: Iterable[models.Model]):
        self.constraints = [
            one
            for one in model._meta.constraints
            if isinstance(one, models.UniqueConstraint) and one.fields
        ]
        self._taken: dict[tuple, models.Model] = {}
        # Records that were taken in anew, changed, by their key.
        self._now: dict[int, models.Model] = {}
        for record in records:
            self.add(record)

    def add(self, record: models.Model) -> models.UniqueConstraint | None:
        """Take a record in; return the constraint by which another stands in its place."""
        signs = [
            (place, *values)
            for place, one in enumerate(self.constraints)
            if (values := self._values(one, record))
        ]
        for sign in signs:
            other = self._taken.get(sign, record)
            if other is record or (other.pk and other.pk == record.pk):
                continue
            # A row before may have moved it away.
            other, one = self._now.get(other.pk, other), self.constraints[sign[0]]
            if self._values(one, other) == sign[1:]:
                return one
        if record.pk:
            self._now[record.pk] = record
        self._taken |= dict.fromkeys(signs, record)
        return None

    @staticmethod
    def _values(one: models.UniqueConstraint, record: models.Model) -> tuple | None:
        """Return what a record takes by a constraint; None where it does not bind."""
        if one.condition is not None and not holds(one.condition, record):
            return None
        values = tuple(_value(record, name) for name in one.fields)
        return None if None in values else values
