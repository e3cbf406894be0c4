"""Finding records by what a person types: part of a name, 拼音, or the beginning of a code."""

from __future__ import annotations

from django.db.models import Case, Q, Value, When

from schools.naming import fold
from schools.pinyin import typed

# The least that is looked for: one Chinese character, two letters or digits.
LEAST_SIGNS = 2


def enough(text: str) -> bool:
    """Tell whether `text` is worth looking for; a single letter is part of nearly every name."""
    text = fold(text)
    return bool(text) and (not text.isascii() or len(text) >= LEAST_SIGNS)


def named(text: str, *, code: str = "", **names: str) -> Q:
    """Return the condition that a record is meant by `text`.

    `names` maps each name column to the form of `text` that would stand in it; `code` is
    the column of a code, known by its beginning. Letters are looked for in the column
    `pinyin` (schools/pinyin.py), which holds the letters of the name itself as well.
    """
    condition = Q()
    if letters := typed(text):
        condition |= Q(pinyin__contains=letters)
    else:
        for column, form in names.items():
            condition |= Q(**{f"{column}__contains": form})
    if code:
        condition |= Q(**{f"{code}__startswith": fold(text)})
    return condition


def closeness(text: str, column: str, form: str) -> Case:
    """Return what orders the records found: the very name, its beginning, anywhere in it."""
    begins = Q(**{f"{column}__startswith": form})
    if letters := typed(text):
        begins |= Q(pinyin__contains=f" {letters}")
    return Case(
        When(**{column: form}, then=Value(0)), When(begins, then=Value(1)), default=Value(2)
    )
