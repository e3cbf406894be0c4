"""What becomes of rows and sheets on their way in: values, changes, problems."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sheets.forms.columns import Table


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused, or what to look at: one cell, a code, the reason, the cure."""

    column: str
    value: Any
    code: str
    reason: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell before and after, as text; `old` is None for a new record."""

    label: str
    old: str | None
    new: str

    @property
    def changed(self) -> bool:
        return self.old is not None and self.old != self.new


@dataclass
class Row:
    """A data row on its way from the workbook to the database.

    `values` are normalised, by key; `raw` as they stand in the file. `judge` fills in
    the rest: problems, warnings, what it is called, what would change, and `plan`, which
    only the form itself reads when it stores the row.
    """

    sheet: SheetFacts
    number: int
    values: dict[str, Any]
    raw: dict[str, Any]
    hidden: bool = False
    label: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    is_new: bool = False
    plan: Any = None

    @property
    def place(self) -> tuple[str, int | None]:
        """Where the row stands in the file, as the history keeps it."""
        return self.sheet.name, self.number

    @property
    def refused(self) -> bool:
        return bool(self.problems)

    @property
    def differs(self) -> bool:
        """Whether storing the row would write anything."""
        return self.is_new or any(change.changed for change in self.changes)

    def get(self, key: str) -> Any:
        """Return the normalised value, None where the cell or the column is missing."""
        return self.values.get(key)

    def refuse(self, key: str, code: str, reason: str, fix: str = "") -> None:
        """Refuse the row because of the cell under `key`."""
        self.problems.append(self._problem(key, code, reason, fix))

    def warn(self, key: str, code: str, reason: str, fix: str = "") -> None:
        """Keep the row but say what to look at."""
        self.warnings.append(self._problem(key, code, reason, fix))

    def _problem(self, key, code, reason, fix):
        value = self.raw.get(key, "")
        return Problem(
            self.sheet.heading_of(key), "" if value is None else value, code, reason, fix
        )


class Understood(StrEnum):
    """What was made of a column of the file."""

    READ = "read"
    # A serial number, or what the system works out itself.
    SKIPPED = "skipped"
    # The user's word: do not import.
    DROPPED = "dropped"
    # The user is asked about it.
    ASKED = "asked"
    # Not known, and without a single value.
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file: its place from 0, its text, and the column of the form it is."""

    index: int
    text: str
    state: Understood
    label: str = ""


@dataclass
class SheetFacts:
    """What is known of the sheet a row stands on.

    `heading` is the text above the header, `headings` the header text of the file for
    each key, `columns` all columns of the file. The header takes the rows `header_row`
    to `header_end`, counted as in Excel.
    """

    name: str
    table: Table
    headings: dict[str, str] = field(default_factory=dict)
    heading: str = ""
    header_row: int = 0
    header_end: int = 0
    columns: list[Heading] = field(default_factory=list)
    file_name: str = ""
    date_1904: bool = False

    def heading_of(self, key: str) -> str:
        """Return the header text of the file for a column, else its official name."""
        return self.headings.get(key) or next(
            (column.label for column in self.table.columns if column.key == key), key
        )

    @property
    def unit_line(self) -> str:
        """The line above the table that tells the unit of its figures (单位：%)."""
        lines = self.heading.split("\n")
        return next((line for line in lines if re.match(r"单位[:：]", line)), "")

    @property
    def context(self) -> str:
        """Sheet name, title and file name in one text, most particular first."""
        return "\n".join((self.name, self.heading, self.file_name))


def shown(value: Any) -> str:
    """Return a value as it is shown in a preview; "空" for nothing."""
    if isinstance(value, str):
        return value or "空"
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return "、".join(map(str, value)) or "空"
    return str(value)
