"""A form: what it declares, how its rows are judged and stored."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts.history import Act
from sheets.forms.columns import Table
from sheets.forms.rows import Row

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Context:
    """Who brings a workbook in, for which year, and what day it is."""

    user: User
    year: int | None
    today: datetime.date
    file_name: str = ""
    # Set while rows are stored: who brings them in, with the batch they belong to.
    act: Act = Act(None)


@dataclass
class Judgement:
    """What a form found out about all rows together."""

    # Names of managing bodies that will be created.
    created_bodies: list[str] = field(default_factory=list)
    # Sentences about the file as a whole.
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stored:
    """What storing changed: the organizations concerned and the years they touch.

    `years` None: whatever years are open.
    """

    kind: str
    organization_ids: frozenset[int] = frozenset()
    years: frozenset[int] | None = None
    school_ids: frozenset[int] = frozenset()

    def __or__(self, other: Stored) -> Stored:
        """Return what two states of a record concern together."""
        both = None if self.years is None or other.years is None else self.years | other.years
        return Stored(
            self.kind,
            self.organization_ids | other.organization_ids,
            both,
            self.school_ids | other.school_ids,
        )


class Form:
    """A workbook the system reads. Subclasses declare tables and judge and store rows."""

    kind: str
    title: str
    # Words in a title or a file name that tell the form, beside its own title.
    also_called: Sequence[str] = ()
    tables: Sequence[Table]
    # A form about one year takes it from the user, the title or the file name.
    needs_year = False
    # Whether `prefill` has anything to give.
    prefills = False

    @property
    def names(self) -> tuple[str, ...]:
        """What offices call the form."""
        return (self.title, *self.also_called)

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        """Compare rows with the register in a fixed number of queries.

        Sets `label`, `problems`, `warnings`, `is_new`, `changes` and `plan` of each row.
        Rows that are already refused may come with values missing.
        """
        raise NotImplementedError

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        """Write the rows that differ, with bulk statements, inside a transaction; return what
        that concerns.
        """
        raise NotImplementedError

    def touched(self, rows: list[Row], context: Context) -> Stored | None:
        """Return what storing `rows` concerns, where the form keeps records of a year."""
        return None

    def told_of(self, records: Sequence[Any]) -> Stored | None:
        """Return what a change of stored records of one model concerns; None where only their
        organizations tell.
        """
        return None

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        """Return names to choose from in a template, by key of the column."""
        return {}

    def prefill(self, table: Table, context: Context) -> Iterable[Mapping[str, Any]]:
        """Return the records the user may change as rows of `table`, values by key.

        Brought in unchanged, they change nothing. Personal numbers come masked.
        """
        return ()
