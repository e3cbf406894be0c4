"""What a document is written from: the scope, the year, and the answer to every question."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Cycle, Standard
from assessments.workflow.models import Schedule
from reports.base import filler, register_day
from reports.board import Board, BoardRow
from reports.counts import Counts
from reports.figures import AFFILIATION, FigureContext
from reports.groups import Groups
from reports.heat import Heat
from reports.losses import main_losses
from reports.picks import RESULTS, VETOED
from reports.planner.report import Planner
from reports.writing import cards, facts, managing
from reports.writing.cards import Card
from reports.writing.facts import Fact
from reports.writing.figures import Figure, Query, Term
from reports.writing.managing import Managing
from reports.writing.models import NoticeNumber
from reports.writing.sources import SOURCES
from schools.models import Jurisdiction
from supervision.models import ActionPlan, GroupLevel, LeadingGroup

ASSESSMENTS, BEFORE, FACT = "assessments", "assessments_before", "fact"
# Conditions that narrow the assessments to one row of the table.
ROW = ("unit", "scope", "direct")


class Material:
    """The data of one document: for one reader, one scope and one year.

    Each source is read at most once, when the first figure asks it.
    """

    def __init__(self, user: User, scope: Jurisdiction, year: int) -> None:
        self.user: User = user
        self.scope: Jurisdiction = scope
        self.year: int = year
        self.day: datetime.date = register_day(year)
        self._cubes: dict[str, list[dict]] = {}
        self._facts: dict[Term, Any] = {}
        # What notices are written from, by organization (cards.py).
        self.cards: dict[int, Card] = {}
        self.deadlines: dict[int, datetime.date] | None = None

    @property
    def through(self) -> datetime.date:
        """The last day of records that count for the year: yearly types come after it."""
        return timezone.localdate()

    @cached_property
    def cycles(self) -> tuple[Cycle, ...]:
        return tuple(Cycle.objects.select_related("standard"))

    @cached_property
    def cycle(self) -> Cycle | None:
        """The cycle of the year, if there is one."""
        return next((cycle for cycle in self.cycles if cycle.year == self.year), None)

    @property
    def standard(self) -> Standard | None:
        return self.cycle.standard if self.cycle else None

    @cached_property
    def schedules(self) -> dict[int, Schedule]:
        """The dates of the stages, by year."""
        return {one.cycle.year: one for one in Schedule.objects.select_related("cycle")}

    @cached_property
    def context(self) -> FigureContext:
        return FigureContext(
            self.user, self.scope, self.year, self.cycle, AFFILIATION, cycles=self.cycles
        )

    @cached_property
    def board(self) -> Board:
        return Board(self.context)

    @cached_property
    def heat(self) -> Heat:
        return Heat(self.board)

    @cached_property
    def whole(self) -> str:
        """The word for everything inside the scope: 全市, 全县."""
        return self.board.whole_name

    @cached_property
    def signer(self) -> str:
        """Who signs a document of the scope."""
        return filler(self.scope)

    @cached_property
    def managing(self) -> Managing:
        return managing.read(self)

    @cached_property
    def group(self) -> LeadingGroup | None:
        """The leading group of the scope itself: the highest one inside it."""
        groups = LeadingGroup.objects.visible_to(self.user).inside(self.scope)
        groups = groups.exclude(level=GroupLevel.SCHOOL)
        groups = groups.filter(ended_on=None, set_up_on__lte=self.day)
        return groups.order_by("jurisdiction__depth", "jurisdiction__path", "pk").first()

    @cached_property
    def notice_number(self) -> NoticeNumber | None:
        """The number of the notice of results of the scope itself, if it has one."""
        numbers = NoticeNumber.objects.visible_to(self.user)
        return numbers.filter(jurisdiction=self.scope, year=self.year).first()

    @cached_property
    def plan(self) -> ActionPlan | None:
        """The plan of the scope itself that covers the year: the highest one inside it."""
        plans = ActionPlan.objects.visible_to(self.user).inside(self.scope)
        plans = plans.filter(first_year__range=(self.year - 2, self.year))
        return plans.order_by("jurisdiction__depth", "jurisdiction__path", "-first_year").first()

    @cached_property
    def vetoes(self) -> list[tuple[str, int]]:
        """The vetoes of the due with their organizations, the most frequent first."""
        if self.cycle is None:
            return []
        hits: Counter[str] = Counter()
        vetoed = self.context.assessments().filter(VETOED)
        for vetoes in vetoed.values_list("vetoes", flat=True):
            hits.update({veto["code"] for veto in vetoes})
        names = self.context.veto_names
        order = list(names)
        # The standard of the year may have been exchanged since the results were made.
        hits = Counter({code: hits[code] for code in order if code in hits})
        found = sorted(hits.items(), key=lambda hit: (-hit[1], order.index(hit[0])))
        return [(names[code], count) for code, count in found]

    @cached_property
    def losses_by_row(self) -> dict[str, str]:
        """The indicators that lose most, in words, by the name of a row."""
        if self.cycle is None:
            return {}
        groups = Groups(self.user, self.scope, AFFILIATION)
        return main_losses(self.user, self.cycle, self.scope, groups)

    @cached_property
    def reaching(self) -> Mapping[str, Any]:
        """What the planner says of the whole scope; empty where nothing is due."""
        total = self.board.total
        if self.cycle is None or total.rate is None:
            return {}
        wanted = [
            int(goal)
            for target, goal in facts.plans.goals(self)
            if target.unit == "%" and target.name.endswith("达标率") and goal <= 100
        ]
        layout = Planner().layout(
            self.user,
            scope=self.scope,
            year=self.year,
            cycle=self.cycle,
            by=AFFILIATION,
            target=next((goal for goal in wanted if goal > total.rate * 100), None),
        )
        return layout.total or {}

    # -- questions ----------------------------------------------------------------------

    def ask(self, term: Term) -> Any:
        """Return the value of one term; raises KeyError where nobody knows what is asked."""
        if term.source == FACT:
            if term not in self._facts:
                self._facts[term] = self.fact(term).value(self, **dict(term.where))
            return self._facts[term]
        if term.source in (ASSESSMENTS, BEFORE):
            return self._assessed(term)
        source = SOURCES[term.source]
        if term.source not in self._cubes:
            self._cubes[term.source] = source.read(self)
        return source.answer(self._cubes[term.source], term.measure, term.where)

    def forget(self) -> None:
        """Drop what was read of single organizations, so that thousands can be gone through."""
        self.cards.clear()
        self._facts.clear()

    def value(self, name: str) -> Any:
        """Return the value of a query by its name."""
        return Query.parse(name).value(self.ask)

    def figure(self, name: str, form: str) -> Figure:
        """Return the bound figure of a query, written in `form`."""
        query = Query.parse(name)
        return Figure(name, form, query.value(self.ask), self.day_of(query), self)

    def known_figure(self, name: str, form: str) -> Figure:
        """Return the figure of a query that came from outside; raises KeyError, ValueError or
        TypeError where it asks for what nobody knows.
        """
        found = self.figure(name, form)
        self.words(Query.parse(name))
        return found

    def page(self, name: str, form: str) -> str:
        """Return the address of the page that shows a figure."""
        return f"{self._page}&{urlencode({'name': name, 'form': form})}"

    @cached_property
    def _page(self) -> str:
        asked = {"scope": self.scope.pk, "year": self.year}
        return f"{reverse('writing_figure')}?{urlencode(asked)}"

    def words(self, query: Query) -> str:
        """Return a query in words."""
        upper = " + ".join(map(self.term_words, query.plus))
        upper += "".join(f" − {self.term_words(term)}" for term in query.minus)
        lower = " + ".join(map(self.term_words, query.over))
        return f"{upper} ÷ {lower}" if lower else upper

    def term_words(self, term: Term) -> str:
        """Return one term in words."""
        if term.source == FACT:
            asked = facts.in_words(dict(term.where))
            if "organization" in asked:
                filed = cards.card(self, int(asked["organization"]))
                asked["organization"] = filed.assessment.organization.short_name
            return self.fact(term).words.format(**asked)
        if term.source in SOURCES:
            return SOURCES[term.source].words(term.measure, term.where)
        where = dict(term.where)
        row = self.row(where)
        year = self.year - (term.source == BEFORE)
        name = row.name if row else self.whole
        result = RESULTS[where.get("result", "due")][0]
        lost = f"、{self.indicator_name(where['code'])}失分" if "code" in where else ""
        return f"{name}{year}年度{result}{lost}的党组织数"

    def day_of(self, query: Query) -> datetime.date:
        """Return the day of the data behind a query."""
        judged = any(term.source == ASSESSMENTS for term in query.terms)
        if judged and self.cycle:
            return self.cycle.scored_as_of or self.cycle.check_date
        return self.day

    def fact(self, term: Term) -> Fact:
        """Return the declaration of a derived value."""
        return facts.FACTS[term.measure]

    # -- assessments --------------------------------------------------------------------

    def row(self, where: dict[str, str]) -> BoardRow | None:
        """Return the row of the table the conditions narrow to; None for all of them."""
        asked = {key: where[key] for key in ROW if key in where}
        if not asked:
            return None
        for row in self.board.rows:
            if {key: str(value) for key, value in row.params.items()} == asked:
                return row
        raise KeyError(f"no row {asked}")

    def _assessed(self, term: Term) -> int:
        where = dict(term.where)
        row = self.row(where)
        if "code" in where:
            return self.losses.get(where["code"], 0)
        if term.source == BEFORE:
            counts: Counts = row.before if row else self.board.total_before
        else:
            counts = row.now if row else self.board.total
        return getattr(counts, where["result"])

    @cached_property
    def losses(self) -> dict[str, int]:
        """How many due organizations lost points for each indicator."""
        return {row.indicator.code: row.total.losing for row in self.heat.rows}

    @cached_property
    def indicator_names(self) -> dict[str, str]:
        """The names of the indicators by code, in order."""
        return {one.code: one.name for one in self.context.indicators}

    def indicator_name(self, code: str) -> str:
        return self.indicator_names.get(code, code)
