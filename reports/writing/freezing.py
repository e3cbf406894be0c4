"""A `Document` as text and back: how a sealed edition keeps a document.

The text is canonical, so that its digest proves every word. A figure is kept as it was
written, with its query; `Bind` decides what it is bound to when it is read again.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from reports.writing import blocks
from reports.writing.blocks import Document
from reports.writing.figures import Figure
from sheets.freezing import canonical

KINDS = {
    kind.__name__: kind
    for kind in (
        blocks.Document,
        blocks.Heading,
        blocks.PageBreak,
        blocks.Paragraph,
        blocks.Section,
        blocks.Signature,
        blocks.Table,
        blocks.Title,
    )
}

# Gives the figure of a kept one.
Bind = Callable[[Figure], Figure]


def freeze(document: Document) -> str:
    """Return `document` as text."""
    return canonical(_packed(document))


def thaw(text: str, bind: Bind = lambda figure: figure) -> Document:
    """Return the document of such a text, each figure as `bind` gives it."""
    return _unpacked(json.loads(text), bind)


def _packed(value: Any) -> Any:
    if isinstance(value, Figure):
        facts = [value.name, value.form, value.words, value.day.isoformat(), value.text]
        return {"figure": facts}
    if is_dataclass(value):
        held = {field.name: _packed(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__, **held}
    if isinstance(value, list | tuple):
        return [_packed(one) for one in value]
    return value


def _unpacked(value: Any, bind: Bind) -> Any:
    if isinstance(value, list):
        return tuple(_unpacked(one, bind) for one in value)
    if not isinstance(value, dict):
        return value
    if "figure" in value:
        name, form, words, day, text = value["figure"]
        on = datetime.date.fromisoformat(day)
        return bind(Figure(name, form, None, on, kept=text, said=words))
    kind = KINDS[value["is"]]
    return kind(**{key: _unpacked(one, bind) for key, one in value.items() if key != "is"})
