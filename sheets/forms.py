"""Declarations of the workbooks the system reads.

An app declares in its `sheets.py` what a form is called, which columns it has and by
what other names offices write them, and how its rows are judged and stored. Reading
and normalising is done here in `sheets` for all forms alike.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps

from accounts.history import Act
from sheets.normalise import fold

if TYPE_CHECKING:
    from accounts.models import User


class Type(StrEnum):
    """What a column holds; decides how its cells are normalised."""

    TEXT = "text"
    NAME = "name"
    NAMES = "names"
    INT = "int"
    YEARS = "years"
    # A calendar year.
    YEAR = "year"
    SCORE = "score"
    # Yuan with two decimals.
    AMOUNT = "amount"
    RATE = "rate"
    BOOL = "bool"
    CHOICE = "choice"
    DATE = "date"
    ID_NUMBER = "id_number"
    # Known and not read: a serial number, or what the system works out itself.
    SKIPPED = "skipped"


@lru_cache(maxsize=10_000)
def header_key(text: Any) -> str:
    """Return the form in which headings are compared: no spaces, marks or brackets."""
    text = re.sub(r"[(（\[【](必填|选填|可不填|不填)[)）\]】]|必填", "", fold(text))
    return re.sub(r"[*※★☆:：、,，;；.·/()（）\[\]【】“”\"'‘’<>《》_—\-]", "", text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a form.

    `required` rows without it are refused; `in_header` the form is recognised only
    where the column is found (by default for required columns). `sensitive` values are
    masked wherever they are kept or shown. `past` dates may not lie ahead. `tick`:
    where everything filled in is √, an empty cell means 否. `lenient`: a cell that
    cannot be read is left out with a warning; the row is kept. `takes_masks`: the form
    itself knows what a masked number stands for; elsewhere one is refused.

    For templates: `identifies` columns tell which record a row is and are locked where
    they are filled in already; `hint` says what to write beside what the type says;
    `examples` stand in the rows of examples.
    """

    key: str
    label: str
    type: Type = Type.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    in_header: bool | None = None
    choices: Mapping[str, Any] | None = None
    max_length: int | None = None
    past: bool = True
    sensitive: bool = False
    tick: bool = False
    lenient: bool = False
    takes_masks: bool = False
    identifies: bool = False
    hint: str = ""
    examples: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The headings it is recognised by."""
        return {header_key(name) for name in (self.label, *self.synonyms)}

    @property
    def must_be_in_header(self) -> bool:
        return self.required if self.in_header is None else self.in_header


SERIAL = Column("serial", "序号", Type.SKIPPED, ("编号", "顺序号", "行号", "原行号"))
# In the workbook of refused rows that comes back.
REASON = Column("reason", "错误原因", Type.SKIPPED)


@dataclass(frozen=True)
class Table:
    """One kind of table of a form: its columns, in the order of the official form."""

    key: str
    title: str
    columns: Sequence[Column]
    # Whether a template offers it.
    has_template: bool = True

    def column(self, key: str) -> Column:
        """Return the column with this key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Cross(Table):
    """A table of things by years, either way round (`sheets.crossing`).

    Its columns are those of the rows it is read as: the thing, the year, the measures.
    A heading that is a year alone stands for the first measure.
    """

    has_template: bool = False

    @property
    def thing(self) -> Column:
        return self.columns[0]

    @property
    def year(self) -> Column:
        return self.columns[1]

    @property
    def measures(self) -> Sequence[Column]:
        return self.columns[2:]


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


_forms: dict[str, Form] = {}
# Each needs what those before it have brought in.
_ORDER = (
    "schools",
    "organizations",
    "terms",
    "members",
    "development",
    "transfers",
    "meetings",
    "dues",
    "trainings",
    "volunteering",
    "rectification",
    "surveys",
    "weak_listings",
    "results",
)


def register(form: type[Form]) -> type[Form]:
    """Make a form known under its `kind` (class decorator)."""
    if form.kind in _forms:
        raise ValueError(f"Two forms named {form.kind}")
    _forms[form.kind] = form()
    return form


def get_form(kind: str) -> Form:
    """Return the form registered as `kind`; KeyError where there is none."""
    return _forms[kind]


def all_forms() -> list[Form]:
    """Return all forms in the order they are usually brought in."""
    return sorted(
        _forms.values(), key=lambda f: _ORDER.index(f.kind) if f.kind in _ORDER else len(_ORDER)
    )


def grouped_forms() -> list[tuple[str, list[Form]]]:
    """Return all forms under the names of the parts of the register they belong to."""
    found: dict[str, list[Form]] = {}
    for form in all_forms():
        app = apps.get_app_config(type(form).__module__.partition(".")[0])
        found.setdefault(str(app.verbose_name), []).append(form)
    return list(found.items())


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


def choices_by_label(choices: Any, **synonyms: str) -> dict[str, Any]:
    """Return a mapping from folded labels of a TextChoices class to its values.

    Keyword arguments give more spellings: the name of a member = "甲、乙、丙".
    """
    mapping = {fold(label): value for value, label in choices.choices}
    for name, spellings in synonyms.items():
        mapping |= dict.fromkeys(map(fold, spellings.split("、")), choices[name].value)
    return mapping


# Set by an app that has more to do once rows are stored (assessments scores anew). Each
# is called inside the transaction of the import, with the user who brought the file in.
after_save: list[Callable[[Stored, User | None], None]] = []


# Set by an app that closes years. Told what each row of a workbook touches, it answers for each
# with reason and cure where the row may not be stored, else None.
closing: list[Callable[[Sequence[Stored], User], Sequence[tuple[str, str] | None]]] = []


def refuse_closed(form: Form, rows: list[Row], context: Context) -> None:
    """Refuse the rows that touch a closed year; the others of the workbook come in."""
    told = [
        (row, touched)
        for row in rows
        if not row.refused and row.differs and (touched := form.touched([row], context))
    ]
    for hook in closing if told else ():
        answers = hook([touched for _, touched in told], context.user)
        for (row, _), answer in zip(told, answers, strict=True):
            if answer:
                row.refuse("branch", "YEAR_CLOSED", *answer)


def tell(stored: Stored, actor: User | None) -> None:
    """Tell the apps above what has been written; called inside the transaction."""
    for hook in after_save:
        hook(stored, actor)
