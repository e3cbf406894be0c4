"""A column that holds a document as paths and values; its history is kept path by path."""

from __future__ import annotations

from typing import Any

from django.db import models

# Between the column and the path in the changes of a revision: "content:pass_line".
MARK = ":"


class DocumentField(models.JSONField):
    """A flat document: {path: value}. A subclass tells what its paths and values mean."""

    def path_label(self, path: str) -> str:
        """Return what a path is called; "" for one that is not shown."""
        return path

    def path_text(self, path: str, value: Any) -> str:
        """Return the value of a path as people read it."""
        return str(value)

    def path_changes(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[Any]]:
        """Return [old, new] of every path that differs, by the name a revision keeps."""
        return {
            f"{self.attname}{MARK}{path}": [old.get(path), new.get(path)]
            for path in {**old, **new}
            if old.get(path) != new.get(path)
        }
