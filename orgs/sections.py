"""What the apps above show on the page of an organization or of a school.

An app appends a function to `of_organization` or `of_school` (in its `AppConfig.ready`); it
is called with the record, the user and the day, and returns a section, or None for nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading. `rows` hold cells as text or safe HTML, the first is the name;
    `links` are (label, address) for those who may; `empty` is said where there is no row.
    """

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    links: Sequence[tuple[str, str]] = ()
    empty: str = "还没有记录。"

    @property
    def lines(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """For each row its first cell, and the others with their headings."""
        return [(row[0], list(zip(self.heads[1:], row[1:], strict=True))) for row in self.rows]


Maker = Callable[[Any, Any, datetime.date], Section | None]
of_organization: list[Maker] = []
of_school: list[Maker] = []


def sections(makers: list[Maker], record: Any, user: Any, day: datetime.date) -> list[Section]:
    """Return the sections `makers` have for `record`, in their order."""
    found = (make(record, user, day) for make in makers)
    return [section for section in found if section is not None]
