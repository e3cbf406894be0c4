"""Columns and tables of a form, as they are declared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sheets.normalise import fold


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


def choices_by_label(choices: Any, **synonyms: str) -> dict[str, Any]:
    """Return a mapping from folded labels of a TextChoices class to its values.

    Keyword arguments give more spellings: the name of a member = "甲、乙、丙".
    """
    mapping = {fold(label): value for value, label in choices.choices}
    for name, spellings in synonyms.items():
        mapping |= dict.fromkeys(map(fold, spellings.split("、")), choices[name].value)
    return mapping
