"""Supervision: what is found, what is put right, what people say, and who leads the work."""

from supervision.models.rectification import (
    Category,
    ItemState,
    RectificationItem,
    RectificationNote,
    Severity,
    Source,
)

__all__ = [
    "Category",
    "ItemState",
    "RectificationItem",
    "RectificationNote",
    "Severity",
    "Source",
]
