"""A standard read as a document: categories, sums that are checked, parameters in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.models import Indicator, Standard
from assessments.standards import parameter_notes
from assessments.standards.parameters import parameters
from orgs.models import ASSESSED_KINDS, OrgKind

FULL_MARKS = Decimal(100)


@dataclass(frozen=True, slots=True)
class Category:
    """One category with its indicators in order."""

    code: str
    name: str
    indicators: list[Indicator]

    @property
    def points(self) -> Decimal:
        return sum((indicator.points for indicator in self.indicators), Decimal(0))


def categories(standard: Standard) -> list[Category]:
    """Return the categories of a standard in order; one query."""
    found: dict[str, Category] = {}
    for indicator in standard.indicators.all():
        found.setdefault(
            indicator.category, Category(indicator.category, indicator.category_name, [])
        ).indicators.append(indicator)
    return list(found.values())


def total_points(standard_categories: Sequence[Category]) -> Decimal:
    """Return the sum of all points; a sound standard has exactly 100."""
    return sum((category.points for category in standard_categories), Decimal(0))


def manual_points(standard_categories: Sequence[Category]) -> Decimal:
    """Return the points that reviewers give."""
    return sum(
        (
            indicator.points
            for category in standard_categories
            for indicator in category.indicators
            if indicator.kind == Indicator.Kind.MANUAL
        ),
        Decimal(0),
    )


def kinds_text(kinds: Sequence[str]) -> str:
    """Return kinds of organization in words; all assessed kinds are 各类党组织."""
    if set(kinds) >= set(ASSESSED_KINDS):
        return "各类党组织"
    labels = dict(OrgKind.choices)
    return "、".join(labels.get(kind, kind) for kind in kinds)


def applies_text(indicator: Indicator) -> str:
    """Return whom an indicator applies to, with those that take the mean of their branches."""
    text = kinds_text(indicator.applies)
    if indicator.rolls_up:
        text += f"；{kinds_text(indicator.rolls_up)}由所属党支部汇总"
    return text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number of the standard: what it means and which indicators use it."""

    name: str
    value: Any
    meaning: str = ""
    codes: Sequence[str] = ()
    # The codes among them that are indicators of this version.
    listed: frozenset[str] = frozenset()

    def belongs_to(self, indicator: Indicator) -> bool:
        return indicator.code in self.codes

    @property
    def text(self) -> str:
        """The value as people read it, with its unit."""
        known = parameters().get(self.name)
        return known.text(self.value) if known else str(self.value)

    @property
    def links(self) -> list[tuple[str, bool]]:
        """The codes that use it, with whether each has a page of its own."""
        return [(code, code in self.listed) for code in self.codes]


def parameter_rows(standard: Standard, listed: Iterable[str] = ()) -> list[Parameter]:
    """Return the parameters of a standard with their meaning."""
    notes, codes = parameter_notes(), frozenset(listed)
    return [
        Parameter(name, value, *notes.get(name, ("", ())), codes)
        for name, value in standard.parameters.items()
    ]
