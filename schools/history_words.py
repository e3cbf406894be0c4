"""The revisions of a record in words: old → new, with names for keys and masks for numbers."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts import history
from accounts.documents import MARK, DocumentField
from accounts.models import Record, Revision


@dataclass(frozen=True, slots=True)
class Line:
    """One changed field; `name` is its attribute name."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """A revision with its changed fields in words."""

    revision: Revision
    lines: list[Line]


def in_words(record: Record, revisions: Sequence[Revision]) -> list[Told]:
    """Return the revisions with readable changes, in a fixed number of queries."""
    fields: dict[str, Any] = {field.attname: field for field in history.tracked(type(record))}
    fields |= {field.name: field for field in type(record)._meta.many_to_many}
    names = _names_of_related(fields, revisions)
    told = []
    for revision in revisions:
        lines = []
        for name, (old, new) in revision.changes.items():
            column, _, path = name.partition(MARK)
            field = fields.get(column)
            if path and isinstance(field, DocumentField):
                if label := field.path_label(path):
                    texts = (field.path_text(path, value) for value in (old, new))
                    lines.append(Line(name, label, *texts))
                continue
            # What is kept beside the columns under a Chinese name is told by that name.
            label = ("" if name.isascii() else name) if field is None else _label(field)
            if label:
                lines.append(Line(name, label, _text(field, old, names), _text(field, new, names)))
        told.append(Told(revision, lines))
    return told


def _label(field: models.Field) -> str:
    """Return the Chinese name of a field; "" for one that is not shown by itself."""
    name = str(field.verbose_name)
    return "" if name.isascii() or not field.editable else name


def _names_of_related(fields, revisions) -> dict[tuple[type[models.Model], Any], str]:
    keys: dict[type[models.Model], set] = defaultdict(set)
    for revision in revisions:
        for name, pair in revision.changes.items():
            field = fields.get(name)
            if field is not None and field.is_relation:
                for value in pair:
                    several = value if isinstance(value, list) else [value]
                    keys[field.related_model] |= {key for key in several if key is not None}
    return {
        (model, key): str(found)
        for model, wanted in keys.items()
        for key, found in model._base_manager.in_bulk(list(wanted)).items()
    }


def _text(field: models.Field | None, value: Any, names) -> str:
    if value in (None, "", []):
        return "空"
    if isinstance(value, list) and field is not None:
        return "、".join(_text(field, one, names) for one in value)
    if field is None:
        return str(value)
    if hasattr(field, "mask"):
        return field.mask(history.unpack(field, value))
    if field.is_relation:
        return names.get((field.related_model, value), f"编号 {value}")
    choices = dict(field.flatchoices or ())
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return "是" if value else "否"
    value = history.unpack(field, value)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
