"""A side of a comparison: a year, a past day of a year, or a sealed edition."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Cycle, Standard, Verdict
from assessments.past.log import days_of_change, is_known, results_on
from reports.base import day_text
from reports.groups import Groups
from reports.movement.parts import State, States
from schools.form_fields import past_day
from schools.models import Jurisdiction


class Unknown(ValueError):
    """There is no such side; the message says in Chinese why and what to write instead."""


class Side(Protocol):
    """Results to compare. `token` is what the address says, `label` what a heading does."""

    token: str
    label: str
    standard: Standard
    year: int

    def rows(self) -> list[QuerySet]:
        """Return all results as querysets with the fields of `assessments.past.log.FIGURES`.

        They are not narrowed: that is the business of the reader.
        """


@dataclass(frozen=True)
class YearSide:
    """The results of a year as they stand."""

    cycle: Cycle

    @property
    def token(self) -> str:
        return str(self.cycle.year)

    @property
    def label(self) -> str:
        return f"{self.cycle.year} 年"

    @property
    def year(self) -> int:
        return self.cycle.year

    @property
    def standard(self) -> Standard:
        return self.cycle.standard

    def rows(self) -> list[QuerySet]:
        return [Assessment.objects.filter(cycle=self.cycle)]


@dataclass(frozen=True)
class DaySide:
    """The results of a year as they stood at the end of a day."""

    cycle: Cycle
    day: datetime.date

    @property
    def token(self) -> str:
        return self.day.isoformat()

    @property
    def label(self) -> str:
        return day_text(self.day)

    @property
    def year(self) -> int:
        return self.cycle.year

    @property
    def standard(self) -> Standard:
        return self.cycle.standard

    def rows(self) -> list[QuerySet]:
        return list(results_on(self.cycle, self.day))


def side(token: str, *, year: int, cycles: dict[int, Cycle]) -> Side:
    """Return the side a text means; `year` is the one a day is asked of.

    Raises Unknown with a sentence.
    """
    text = token.strip()
    if text.isdecimal() and len(text) == 4:
        cycle = cycles.get(int(text))
        if cycle is None or cycle.scored_at is None:
            raise Unknown(f"{text} 年没有测算过的考评年度，不能比较。")
        return YearSide(cycle)
    day = past_day(text)
    if day is None or day > timezone.localdate():
        raise Unknown(f"“{text}”看不明白：请写年度（2024）或今天以前的日期（2026-03-31）。")
    cycle = cycles.get(year)
    if cycle is None or cycle.scored_at is None:
        raise Unknown(f"{year} 年还没有测算，没有 {text} 的结果。")
    if not is_known(cycle, day):
        since = cycle.results_since and timezone.localdate(cycle.results_since)
        told = f"从 {since:%Y-%m-%d} 起" if since else "还没有"
        raise Unknown(f"{year} 年的结果{told}留痕，没有 {text} 的结果。")
    return DaySide(cycle, day)


def offers(year: int, cycles: dict[int, Cycle]) -> list[tuple[str, str]]:
    """Return what can be compared with the results of `year`: (token, label), nearest first."""
    found = [
        (str(other), f"{other} 年")
        for other in sorted(cycles, reverse=True)
        if other < year and cycles[other].scored_at
    ]
    if (cycle := cycles.get(year)) and cycle.scored_at:
        days = (day - datetime.timedelta(days=1) for day in days_of_change(cycle)[:3])
        found += [(f"{day}", f"{day}") for day in days if is_known(cycle, day)]
    return found


def states(its: Side, user: User, scope: Jurisdiction, groups: Groups) -> States:
    """Return the counted organizations of a side that `user` sees inside `scope`."""
    fields = groups.grouping.fields
    found = {}
    for rows in its.rows():
        counted = rows.visible_to(user).inside(scope).filter(exclusion="").order_by()
        for organization, verdict, final, vetoed, *values in counted.values_list(
            "organization_id", "verdict", "final", "is_vetoed", *fields
        ):
            row = groups.name_of(dict(zip(fields, values, strict=True)))
            found[organization] = State(row, verdict == Verdict.COMPLIANT, final, vetoed)
    return found


def counted_anywhere(its: Side, organizations: Collection[int]) -> set[int]:
    """Return those of `organizations` that are counted on a side, wherever they stood.

    Not narrowed to what anybody may see: it only tells of an organization of the scope
    whether it came, or went, by a move. How it stands elsewhere is not read.
    """
    if not organizations:
        return set()
    return {
        pk
        for rows in its.rows()
        for pk in rows.filter(exclusion="", organization__in=organizations).values_list(
            "organization_id", flat=True
        )
    }


def results(its: Side, user: User, organizations: Collection[int]) -> Iterator[dict[str, Any]]:
    """Yield what `user` sees of the results of some organizations on a side, counted or not."""
    for rows in its.rows():
        yield from (
            rows.visible_to(user)
            .filter(organization__in=organizations)
            .values(
                "organization_id",
                "jurisdiction__short_name",
                "verdict",
                "final",
                "is_vetoed",
                "exclusion",
                "vetoes",
                "lost",
            )
        )
