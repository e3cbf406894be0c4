"""Which figure is this: the scope, year and grouping a page of figures stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Cycle, Indicator, IndicatorTally
from schools.asked import named
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import grants_of
from schools.scoping import granted_paths

AFFILIATION, PLACE = "affiliation", "place"
GROUPINGS = {AFFILIATION: "隶属关系", PLACE: "行政区划"}
# Parameters the strip itself sets; every other one is a filter of the page.
OWN = ("scope", "year", "by")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a picker: what it says, where it leads, whether it is the current one."""

    label: str
    url: str
    current: bool = False
    level: int = 0


@dataclass(frozen=True)
class FigureContext:
    """The context of a figure page, read from its address.

    `cycle` is None in a year that has none; a page then says so instead of a figure.
    `cycles` are all cycles, newest first. `page` is the name of the address at `path`, and
    `rest` the filters of the page; they are kept when the context changes.
    """

    user: User
    scope: Jurisdiction
    year: int
    cycle: Cycle | None
    by: str
    cycles: tuple[Cycle, ...] = ()
    page: str = ""
    path: str = "/"
    rest: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def from_request(cls, request, *, scope: int | None = None) -> FigureContext:
        """Return the context `request` asks for.

        `scope` overrides the parameter of that name (the page of one jurisdiction).
        Nobody without a data role comes in (403); a scope outside the user's subtree,
        an unknown year or grouping is 404.
        """
        user = request.user
        if not user.has_perm("schools.view_records"):
            raise PermissionDenied("您的角色不查看业务数据。")
        cycles = tuple(Cycle.objects.select_related("standard"))
        year, cycle = _cycle(cycles, request.GET.get("year", ""))
        by = request.GET.get("by") or AFFILIATION
        if by not in GROUPINGS:
            raise Http404("no such grouping")
        return cls(
            user=user,
            scope=_scope(user, scope if scope is not None else request.GET.get("scope", "")),
            year=year,
            cycle=cycle,
            by=by,
            cycles=cycles,
            page=request.resolver_match.url_name if request.resolver_match else "",
            path=request.path,
            rest=tuple(
                (key, value)
                for key, values in request.GET.lists()
                if key not in OWN and key != "page"
                for value in values
                if value
            ),
        )

    @property
    def known_cycle(self) -> Cycle:
        """The cycle, for what a page only shows of a year that has one."""
        if self.cycle is None:
            raise LookupError(f"{self.year} has no cycle")
        return self.cycle

    @property
    def is_preview(self) -> bool:
        """Tell whether the figures are computed (系统测算) rather than confirmed."""
        return self.cycle is not None and not self.cycle.is_confirmed

    @cached_property
    def query(self) -> str:
        """The context as a query string, for links to other figure pages."""
        return self.query_with()

    def query_with(self, **more) -> str:
        """Return the context and `more` as a query string; a value of None is left out."""
        return _query({"scope": self.scope.pk, "year": self.year, "by": self.by} | more)

    def link(self, name: str, *args, **more) -> str:
        """Return the address of another page in this context, with `more` parameters."""
        path = _address(name, args)
        if not more:
            return f"{path}?{self.query}"
        if more.keys() & set(OWN):
            return f"{path}?{self.query_with(**more)}"
        # A page has some hundred links: what they share is written once.
        return f"{path}?{self.query}&{_query(more)}"

    def same_page(self, **changes) -> str:
        """Return the address of this page with a changed context and the same filters."""
        values = {"scope": self.scope.pk, "year": self.year, "by": self.by} | changes
        path = _address("unit", (values.pop("scope"),)) if self.page == "unit" else self.path
        rest = f"&{urlencode(self.rest)}" if self.rest else ""
        return f"{path}?{_query(values)}{rest}"

    def page_with(self, **filters) -> str:
        """Return the address of this page with some filters set, or dropped by None."""
        kept = tuple((key, value) for key, value in self.rest if key not in filters)
        new = tuple((key, value) for key, value in filters.items() if value is not None)
        return replace(self, rest=kept + new).same_page()

    def with_grouping(self, by: str) -> FigureContext:
        """Return the same scope and year in another grouping."""
        return replace(self, by=by)

    def with_scope(self, scope: Jurisdiction) -> FigureContext:
        """Return the same year and grouping in another scope."""
        return replace(self, scope=scope)

    def assessments(self, cycle: Cycle | None = None):
        """Return the assessments of a cycle inside the scope that the user may see."""
        rows = Assessment.objects.visible_to(self.user).inside(self.scope)
        return rows.filter(cycle=cycle or self.cycle)

    def tallies(self):
        """Return the points by indicator inside the scope that the user may see."""
        rows = IndicatorTally.objects.visible_to(self.user).inside(self.scope)
        return rows.filter(cycle=self.cycle)

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators of the cycle's standard, in order."""
        if self.cycle is None:
            return []
        # Kept on the standard, which the contexts of one page share.
        short = Indicator.objects.only("standard", "code", "name", "points", "order")
        prefetch_related_objects([self.cycle.standard], Prefetch("indicators", short))
        return list(self.cycle.standard.indicators.all())

    @cached_property
    def veto_names(self) -> dict[str, str]:
        """The names of the vetoes of the cycle's standard by code."""
        if self.cycle is None:
            return {}
        return dict(self.cycle.standard.vetoes.values_list("code", "name"))

    # What the strip shows (templates/reports/_context.html).

    @property
    def year_choices(self) -> list[Choice]:
        """The years with a cycle, newest first, and the year shown where it has none."""
        years = sorted({cycle.year for cycle in self.cycles} | {self.year}, reverse=True)
        return [Choice(f"{y} 年", self.same_page(year=y), y == self.year) for y in years]

    @property
    def by_choices(self) -> list[Choice]:
        """The two groupings."""
        return [
            Choice(label, self.same_page(by=by), by == self.by) for by, label in GROUPINGS.items()
        ]

    @property
    def scope_choices(self) -> list[Choice]:
        """The way down from the user's own scope, with what lies beside and below."""
        step = Jurisdiction.steplen
        path = self.scope.path
        ancestors = [path[:end] for end in range(step, len(path) + 1, step)]
        nodes = [
            node
            for node in Jurisdiction.objects.visible_to(self.user)
            .filter(depth__lte=self.scope.depth + 1)
            .exclude(kind=JurisdictionKind.SCHOOL)
            .only("path", "depth", "short_name", "unit_name", "name")
            if node.path in ancestors or node.path[:-step] in (path, path[:-step], "")
        ]
        if not any(node.pk == self.scope.pk for node in nodes):
            nodes.append(self.scope)
        top = min(node.depth for node in nodes)
        return [
            Choice(
                node.label,
                self.same_page(scope=node.pk),
                node.pk == self.scope.pk,
                min(node.depth - top, 3),
            )
            for node in nodes
        ]

    @property
    def as_of(self):
        """The time of the figures: when the cycle was scored last (None: never)."""
        if not self.cycle or not self.cycle.scored_at:
            return None
        return timezone.localtime(self.cycle.scored_at)


def _query(values: Mapping[str, Any]) -> str:
    """Return a query string; a value of None is left out. Most values need no quoting."""
    found = ((key, str(value)) for key, value in values.items() if value is not None)
    return "&".join(f"{k}={v if v.isascii() and v.isalnum() else quote_plus(v)}" for k, v in found)


@cache
def _address(name: str, args: tuple) -> str:
    return reverse(name, args=args)


def _cycle(cycles: tuple[Cycle, ...], wanted: str) -> tuple[int, Cycle | None]:
    """Return the year asked for and its cycle; by default the newest confirmed one."""
    this_year = timezone.localdate().year
    if not wanted:
        cycle = next((c for c in cycles if c.is_confirmed), cycles[0] if cycles else None)
        return (cycle.year, cycle) if cycle else (this_year, None)
    by_year = {str(cycle.year): cycle for cycle in cycles}
    if wanted in by_year:
        return by_year[wanted].year, by_year[wanted]
    if wanted == str(this_year):
        return this_year, None
    raise Http404("no such year")


def granted_bodies(user: User) -> list[Jurisdiction]:
    """Return the bodies of the user's grants, the widest first.

    Such a body knows when it is the only root (`holds_all`); one that is read again does not.
    """
    bodies = {grant.jurisdiction.path: grant.jurisdiction for grant in grants_of(user)}
    paths = sorted(granted_paths(user), key=lambda path: (len(path), path))
    return [bodies[path] for path in paths]


def _scope(user: User, wanted: int | str) -> Jurisdiction:
    """Return the body asked for, which must be the user's; by default his widest grant."""
    granted = granted_bodies(user)
    if wanted == "":
        node = next(iter(granted), None)
    else:
        node = next((body for body in granted if str(body.pk) == str(wanted)), None)
        if node is None:
            node = named(Jurisdiction.objects.visible_to(user), str(wanted))
    if node is None:
        raise Http404("no such scope")
    return node
