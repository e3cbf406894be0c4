"""What the columns of a ledger are made of: cells of a model, whose records they are, and the
record they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.db.models.constants import LOOKUP_SEP

from orgs.models import Member
from sheets.forms import Column, Type, header_key
from sheets.normalise import fold

_TYPES: Mapping[type[models.Field], Type] = {
    models.DateField: Type.DATE,
    models.BooleanField: Type.BOOL,
    models.IntegerField: Type.INT,
    models.DecimalField: Type.AMOUNT,
    models.ForeignKey: Type.NAME,
}


@dataclass(frozen=True)
class Cell:
    """A column that fills a field: its label, type, choices and length are the field's.

    The name of a cell of a parent may lead on to a record above it ("inspection__title").

    `label` names it where the name of the field says too little beside others. `spellings` are further words for choices; `more` what else a `Column` takes.
    """

    name: str
    synonyms: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    hint: str = ""
    label: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def column(self, model: type[models.Model], *, key: str = "", identifies: bool) -> Column:
        """Return the column for the field of `model`."""
        facts: Any = field_at(model, self.name)
        choices = None
        if facts.choices:
            kind, listed = Type.CHOICE, facts.choices
            choices = {fold(str(label)): value for value, label in listed}
            values = {str(value): value for value, _ in listed}
            for value, words in self.spellings.items():
                choices |= dict.fromkeys(map(fold, words.split("、")), values[value])
        elif self.name.endswith("year"):
            kind = Type.YEAR
        else:
            kind = next((t for f, t in _TYPES.items() if isinstance(facts, f)), Type.TEXT)
        told: dict[str, Any] = {
            "required": not (facts.blank or facts.null or facts.has_default()),
            "choices": choices,
            "max_length": 50 if facts.is_relation else facts.max_length,
            "tick": kind == Type.BOOL,
            "identifies": identifies,
            "hint": self.hint,
            "examples": self.examples,
        }
        own = str(facts.verbose_name)
        synonyms = self.synonyms + ((own,) if self.label and not key else ())
        return Column(key or self.name, self.label or own, kind, synonyms, **told | dict(self.more))


@dataclass(frozen=True)
class Subject:
    """Whom a record can be of: the relation, the column that names it, the code of a refusal."""

    relation: str
    column: Column
    code: str


ORGANIZATION = Subject(
    "organization",
    Column(
        "branch",
        "党组织名称",
        Type.NAME,
        (
            "党组织",
            "支部",
            "党支部名称",
            "所在党组织",
            "组织名称",
            "支部名称",
            "责任党组织",
            "所在党支部",
            "党支部",
        ),
        required=True,
        max_length=120,
        identifies=True,
        hint="全称或简称",
    ),
    "ORG_UNKNOWN",
)
SCHOOL = Subject(
    "school",
    Column(
        "school",
        "学校名称",
        Type.NAME,
        ("学校", "单位名称", "校名"),
        required=True,
        max_length=100,
        identifies=True,
        hint="全称或简称",
    ),
    "SCHOOL_UNKNOWN",
)
BODY = Subject(
    "jurisdiction",
    Column(
        "body",
        "管理主体",
        Type.NAME,
        ("主管单位", "主管党委", "上级党组织", "填报单位"),
        required=True,
        max_length=100,
        identifies=True,
        hint="县（市、区）、教育局党委或乡镇党委",
    ),
    "BODY_UNKNOWN",
)


@dataclass(frozen=True)
class Parent:
    """The record the rows belong to, which belongs to the subject: told by `cells`.

    `via` leads from it to the record that is the subject's, where it is not its own.
    """

    relation: str
    model: Any
    cells: tuple[Cell, ...]
    code: str
    # What to do where there is none.
    fix: str
    via: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """The cells that name a member."""
        return tuple(cell.name for cell in self.cells if is_member(self.model, cell.name))

    @property
    def names_member(self) -> bool:
        """Whether a day of birth may be needed to tell it."""
        return self.model is Member or bool(self.people)

    def key(self, cell: Cell) -> str:
        """Return the key of the column for a cell of the parent."""
        return f"{self.relation}_{cell.name}"


def told_apart(columns: Iterable[Column]) -> Iterator[Column]:
    """Take from each column the names that already mean one before it."""
    taken: set[str] = set()
    for column in columns:
        own = tuple(one for one in column.synonyms if header_key(one) not in taken)
        taken |= column.keys
        yield replace(column, synonyms=own)


def is_member(model: type[models.Model], name: str) -> bool:
    """Tell whether a field of the model names a member."""
    return field_at(model, name).related_model is Member


def field_at(model: type[models.Model], path: str) -> Any:
    """Return the field a name leads to."""
    *steps, name = path.split(LOOKUP_SEP)
    at: Any = model
    for step in steps:
        at = at._meta.get_field(step).related_model
    return at._meta.get_field(name)


def value_at(record: Any, path: str) -> Any:
    """Return the value a name leads to."""
    for step in path.split(LOOKUP_SEP):
        record = getattr(record, step)
    return record
