"""A side of a comparison: a year, a past day of a year, or a sealed edition."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Cycle, Standard, Verdict
from assessments.past.log import days_of_change, is_known, results_on
from reports.base import as_of_text, day_text
from reports.groups import Groups
from reports.models import Edition, EditionRow
from reports.movement.parts import State, States
from schools.form_fields import past_day
from schools.models import Jurisdiction
from schools.scoping import ScopedQuerySet, within


class Unknown(ValueError):
    """There is no such side; the message says in Chinese why and what to write instead."""


class Side(ABC):
    """Results to compare: `token` is what the address says, `label` what a heading does."""

    token: str
    label: str
    standard: Standard
    year: int
    # 截止时间 of its figures, and the cycle where it still stands in one.
    as_of: str
    cycle: Cycle | None = None
    # What the results call the fields of assessments.past.log.FIGURES otherwise.
    names: ClassVar[Mapping[str, str]] = {}
    # The field that says why: the vetoes found, or words.
    reasons: ClassVar[str] = "vetoes"

    @abstractmethod
    def rows(self) -> list[ScopedQuerySet]:
        """Return all results, whoever may see them: narrowing is the business of `seen`."""

    def seen(self, user: User, scope: Jurisdiction | None = None) -> list[ScopedQuerySet]:
        """Return the results `user` sees, inside `scope` where one is given."""
        found = [rows.visible_to(user) for rows in self.rows()]
        return [rows.inside(scope) for rows in found] if scope else found

    def field(self, name: str) -> str:
        """Return what the results call a field."""
        return self.names.get(name, name)


class CycleSide(Side):
    """Results of a year."""

    cycle: Cycle

    def __init__(self, cycle: Cycle):
        self.cycle, self.year, self.standard = cycle, cycle.year, cycle.standard
        self.as_of = as_of_text(cycle)


class YearSide(CycleSide):
    """The results of a year as they stand."""

    def __init__(self, cycle: Cycle):
        super().__init__(cycle)
        self.token = str(cycle.year)
        self.label = f"{cycle.year} 年{'' if cycle.is_confirmed else '（系统测算）'}"

    def rows(self) -> list[ScopedQuerySet]:
        return [Assessment.objects.filter(cycle=self.cycle)]


class DaySide(CycleSide):
    """The results of a year as they stood at the end of a day."""

    def __init__(self, cycle: Cycle, day: datetime.date):
        super().__init__(cycle)
        self.day, self.token = day, day.isoformat()
        self.label = self.as_of = day_text(day)

    def rows(self) -> list[ScopedQuerySet]:
        return list(results_on(self.cycle, self.day))


class EditionSide(Side):
    """The results as an edition holds them."""

    names: ClassVar[Mapping[str, str]] = {
        "jurisdiction__path": "jurisdiction_path",
        "jurisdiction__short_name": "jurisdiction_name",
        "unit": "unit_id",
        "place": "place_id",
    }
    reasons: ClassVar[str] = "words"

    def __init__(self, edition: Edition, standard: Standard):
        self.edition, self.year, self.standard = edition, edition.year, standard
        self.token, self.label = edition.code, f"定稿 {edition.code}"
        self.as_of = day_text(edition.as_of) if edition.as_of else ""

    def rows(self) -> list[ScopedQuerySet]:
        return [EditionRow.objects.filter(edition=self.edition)]

    def seen(self, user: User, scope: Jurisdiction | None = None) -> list[ScopedQuerySet]:
        # The row tells where its organization stood; the edition who may see it.
        found = super().seen(user)
        if scope is None:
            return found
        return [rows.filter(within([scope.path], "jurisdiction_path")) for rows in found]


@dataclass(frozen=True)
class Asking:
    """Who asks for sides: the scope and the year his page stands in, and all cycles."""

    user: User
    scope: Jurisdiction
    year: int

    @cached_property
    def cycles(self) -> dict[int, Cycle]:
        """The cycles with results by year."""
        scored = Cycle.objects.exclude(scored_at=None).select_related("standard")
        return {cycle.year: cycle for cycle in scored}

    def side(self, token: str, year: int) -> Side:
        """Return the side a text means; `year` is the one a day is asked of.

        Raises Unknown with a sentence.
        """
        text = token.strip()
        if text.isdecimal() and len(text) == 4:
            return YearSide(self._cycle(int(text)))
        day = past_day(text)
        if day is not None and day <= timezone.localdate():
            return self._day(day, self._cycle(year))
        if edition := Edition.objects.visible_to(self.user).filter(code__iexact=text).first():
            return self._edition(edition)
        raise Unknown(
            f"“{text}”看不明白：请写年度（2024）、今天以前的日期（2026-03-31），或定稿编号。"
        )

    def sides(self, before: str, now: str) -> tuple[Side, Side]:
        """Return both sides asked for; left out, the year shown and the one before it.

        The first year there is stands beside the next one. Raises Unknown with a sentence.
        """
        years = sorted(self.cycles)
        if now:
            later = self.side(now, self.year)
        else:
            later = YearSide(self._cycle(self.year))
        if before:
            return self.side(before, later.year), later
        earlier = [year for year in years if year < later.year]
        following = [year for year in years if year > later.year]
        if earlier:
            return YearSide(self.cycles[earlier[-1]]), later
        if following and not now:
            return later, YearSide(self.cycles[following[0]])
        raise Unknown(
            f"{later.year} 年以前没有测算过的年度，不能与上年比较。"
            f"可以填写 {later.year} 年结果留痕以后的日期。"
        )

    def offers(self) -> list[tuple[str, str]]:
        """Return what can be compared with the year shown: (token, label), nearest first."""
        found = [(str(year), f"{year} 年") for year in sorted(self.cycles) if year < self.year]
        if cycle := self.cycles.get(self.year):
            days = (day - datetime.timedelta(days=1) for day in days_of_change(cycle)[:3])
            found += [(f"{day}", f"{day}") for day in days if is_known(cycle, day)]
        editions = Edition.objects.visible_to(self.user).standing().filter(year=self.year)
        codes = [edition.code for edition in editions.select_related("scope")[:3]]
        return found[::-1] + [(code, f"定稿 {code}") for code in codes]

    def _cycle(self, year: int) -> Cycle:
        if year not in self.cycles:
            raise Unknown(f"{year} 年没有测算过的考评年度，不能比较。")
        return self.cycles[year]

    def _day(self, day: datetime.date, cycle: Cycle) -> DaySide:
        if is_known(cycle, day):
            return DaySide(cycle, day)
        since = cycle.results_since and timezone.localdate(cycle.results_since)
        told = f"从 {since:%Y-%m-%d} 起留痕" if since else "没有留痕"
        raise Unknown(f"{cycle.year} 年的结果{told}，不知道 {day:%Y-%m-%d} 的结果。")

    def _edition(self, edition: Edition) -> EditionSide:
        if not self.scope.path.startswith(edition.scope.path):
            raise Unknown(
                f"定稿 {edition.code} 是{edition.scope_name}的，不含{self.scope.label}的全部组织。"
            )
        if edition.standard is None:
            raise Unknown(f"定稿 {edition.code} 没有考评结果，不能比较。")
        return EditionSide(edition, edition.standard)


def states(its: Side, user: User, scope: Jurisdiction, groups: Groups) -> States:
    """Return the counted organizations of a side that `user` sees inside `scope`."""
    fields = groups.grouping.fields
    columns = ("organization_id", "verdict", "final", "is_vetoed", *map(its.field, fields))
    assert len(fields) == 1  # noqa: S101 - every grouping goes by one field
    name_of = cache(lambda value: groups.name_of({fields[0]: value}))
    found = {}
    for rows in its.seen(user, scope):
        counted = rows.filter(exclusion="").order_by()
        for organization, verdict, final, vetoed, value in counted.values_list(*columns):
            found[organization] = State(name_of(value), verdict == Verdict.COMPLIANT, final, vetoed)
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
        for pk in rows.filter(exclusion="", organization_id__in=organizations).values_list(
            "organization_id", flat=True
        )
    }


def results(its: Side, user: User, organizations: Collection[int]) -> Iterator[dict[str, Any]]:
    """Yield what `user` sees of the results of some organizations on a side, counted or not."""
    for rows in its.seen(user):
        yield from (
            rows.filter(organization_id__in=organizations)
            .order_by()
            .values(
                "organization_id",
                "verdict",
                "final",
                "is_vetoed",
                "exclusion",
                "lost",
                body=F(its.field("jurisdiction__short_name")),
                told=F(its.reasons),
            )
        )
