"""Bring a workbook in: preview what it would change, then save it in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

from sheets.forms import Change, Problem

if TYPE_CHECKING:
    from accounts.models import User
    from sheets.models import ImportBatch

Action = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one data row."""

    sheet: str
    number: int
    action: Action
    label: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row of the file that holds no data, and why it was passed over."""

    sheet: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A column the form does not know: the user decides what becomes of it."""

    sheet: str
    column: str
    samples: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Everything found in a workbook, and what was saved of it."""

    kind: str
    title: str
    file_name: str
    year: int | None
    rows: tuple[RowOutcome, ...]
    ignored: tuple[Ignored, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[str, ...] = ()
    created_bodies: tuple[str, ...] = ()
    hidden_rows: int = 0
    saved: bool = False
    batch: ImportBatch | None = None


def preview(
    kind: str, stream: IO[bytes], file_name: str, *, user: User, year: int | None, **more: Any
) -> Outcome:
    """Judge a workbook without saving anything."""
    raise NotImplementedError


def save(
    kind: str, stream: IO[bytes], file_name: str, *, user: User, year: int | None, **more: Any
) -> Outcome:
    """Judge a workbook and save its good rows in one transaction."""
    raise NotImplementedError
