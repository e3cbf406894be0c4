"""Lay the values of a row beside a record: what is new, what changes, what stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from sheets.forms import Change, Row, shown


def lay(
    row: Row,
    record: models.Model,
    values: Mapping[str, Any],
    *,
    clears: Collection[str] = (),
    masks: Mapping[str, Callable[[str], str]] | None = None,
) -> list[str]:
    """Set `values` on `record`, note each cell in `row.changes`, return what changed.

    None leaves the stored value alone, except for the fields in `clears`. `masks` says
    how a personal number is shown. The record is not saved.
    """
    changed = []
    is_new = record.pk is None
    for name, new in values.items():
        field = _facts(type(record), name)
        if new is None and name not in clears:
            continue
        if new is None and not field.null:
            new = ""
        old = getattr(record, name) if not (is_new and field.is_relation) else None
        if is_new or not _same(old, new):
            changed.append(name)
            setattr(record, name, new)
        if is_new and new in (None, ""):
            continue
        mask = (masks or {}).get(name)
        row.changes.append(
            Change(
                field.label,
                None if is_new else _text(field, old, mask),
                _text(field, new, mask),
            )
        )
    return changed


def note(row: Row, label: str, old: Any, new: Any, *, is_new: bool = False) -> bool:
    """Note a cell that is kept elsewhere than on the record; tell whether it changes."""
    if is_new and new in (None, "", ()):
        return False
    row.changes.append(Change(label, None if is_new else shown(old), shown(new)))
    return is_new or shown(old) != shown(new)


def _same(old: Any, new: Any) -> bool:
    if isinstance(new, models.Model) or isinstance(old, models.Model):
        return old is new or (old is not None and new is not None and old.pk == new.pk is not None)
    return old == new


@dataclass(frozen=True, slots=True)
class _Field:
    """What comparing needs to know of a model's field."""

    label: str
    null: bool
    is_relation: bool
    choices: dict[Any, str]


@cache
def _facts(model: type[models.Model], name: str) -> _Field:
    field: Any = model._meta.get_field(name)
    choices = {key: str(label) for key, label in getattr(field, "flatchoices", None) or ()}
    return _Field(str(field.verbose_name), field.null, bool(field.is_relation), choices)


def _text(field: _Field, value: Any, mask: Callable[[str], str] | None) -> str:
    if mask and value:
        return mask(str(value))
    if field.choices and value in field.choices:
        return field.choices[value]
    return shown(value)
