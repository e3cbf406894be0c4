"""The standard read as a document, and one indicator of it with what it cost in a scope."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.db.models import Sum
from django.http import Http404
from django.shortcuts import render

from accounts.models import User
from assessments import layouts
from assessments.card import Line
from assessments.models import Assessment, Cycle, Indicator, IndicatorTally, Standard
from assessments.services_cycles import manages_cycles
from assessments.standard_text import (
    FULL_MARKS,
    applies_text,
    categories,
    manual_points,
    parameter_rows,
    total_points,
)
from assessments.views.years import pick_cycle, year_choices
from schools.access import READ, needs
from schools.asked import named, number
from schools.exporting import export
from schools.models import Jurisdiction
from schools.scoping import granted_paths


@needs(READ)
def standard(request):
    """Show a standard: that of `?year=`, or `?version=` (its pk), else the newest."""
    standards = list(Standard.objects.order_by("-pk"))
    cycles = list(Cycle.objects.select_related("standard"))
    wanted = request.GET.get("version", "")
    if wanted:
        shown = next((one for one in standards if str(one.pk) == wanted), None)
        if shown is None:
            raise Http404("no such standard")
    else:
        cycle = pick_cycle(request.GET.get("year", ""), cycles)
        shown = cycle.standard if cycle else (standards[0] if standards else None)
    if request.GET.get("format") == "xlsx":
        if shown is None:
            raise Http404("nothing to export")
        layout = layouts.standard_layout(shown)
        return export(layout, user=request.user, action="assessments.export", obj=shown)
    groups = categories(shown) if shown else []
    for group in groups:
        for entry in group.indicators:
            entry.applies_text = applies_text(entry)
    total = total_points(groups)
    listed = [entry.code for group in groups for entry in group.indicators]
    return render(
        request,
        "assessments/standard.html",
        {
            "standard": shown,
            "standards": standards,
            "manages": manages_cycles(request.user),
            "categories": groups,
            "count": len(listed),
            "total": total,
            "sums_agree": total == FULL_MARKS,
            "manual": manual_points(groups),
            "vetoes": list(shown.vetoes.all()) if shown else [],
            "parameters": parameter_rows(shown, listed) if shown else [],
            "years": [cycle.year for cycle in cycles if shown and cycle.standard_id == shown.pk],
        },
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """What one indicator cost the counted organizations of one unit or of a scope.

    `due` are those counted in the rate with a score, `applies` those it applies to,
    `losing` those that lost points on it, `lost` the sum of their points.
    """

    name: str
    unit: Jurisdiction | None
    due: int
    applies: int
    losing: int
    pending: int
    lost: Decimal

    @property
    def mean(self) -> Decimal | None:
        """The mean loss over those it applies to; None where it applies to nobody."""
        if not self.applies:
            return None
        return (self.lost / self.applies).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def not_applicable(self) -> int:
        return self.due - self.applies

    @property
    def text(self) -> str:
        """The bar as it is read out."""
        return f"{self.name} {self.applies} 个中 {self.losing} 个失分"

    @property
    def losing_percent(self) -> Decimal:
        """How many in a hundred of those it applies to lost points, for the bar."""
        return Decimal(100 * self.losing) / self.applies if self.applies else Decimal(0)


@needs(READ)
def indicator(request, code: str):
    """Show one indicator: its rule, and what it cost in a year inside a scope.

    `?year=` chooses the cycle, `?scope=` a body inside the user's subtrees (else all of
    them), `?organization=` puts that organization's own result on top.
    """
    user = request.user
    cycles = list(Cycle.objects.select_related("standard"))
    cycle = pick_cycle(request.GET.get("year", ""), cycles)
    shown = cycle.standard if cycle else Standard.objects.order_by("-pk").first()
    entry = Indicator.objects.filter(standard=shown, code=code).first() if shown else None
    if shown is None or entry is None:
        raise Http404("no such indicator")
    scope = _scope(user, request.GET.get("scope", ""))
    own = _own_result(user, cycle, entry, request.GET.get("organization", ""))
    losses = unit_losses(user, cycle, code, scope) if cycle else []
    total = _sum(losses) if losses else None
    context = {"year": cycle.year if cycle else "", "scope": scope.pk if scope else ""}
    return render(
        request,
        "assessments/indicator.html",
        {
            "standard": shown,
            "indicator": entry,
            "applies": applies_text(entry),
            "parameters": [row for row in parameter_rows(shown) if row.belongs_to(entry)],
            "cycle": cycle,
            "scope": scope,
            "own": own,
            "losses": losses if len(losses) > 1 else [],
            "total": total,
            "query": urlencode({key: value for key, value in context.items() if value}),
            "years": year_choices(cycles, cycle, request.GET),
            "neighbours": _neighbours(shown, entry),
        },
    )


def _scope(user: User, wanted: str) -> Jurisdiction | None:
    """Return the body asked for; without a wish the only granted one, or None for all."""
    bodies = Jurisdiction.objects.visible_to(user)
    if not wanted:
        paths = granted_paths(user)
        return bodies.filter(path=paths[0]).first() if len(paths) == 1 else None
    body = named(bodies, wanted)
    if body is None:
        raise Http404("no such scope")
    return body


def _own_result(user: User, cycle: Cycle | None, entry: Indicator, wanted: str):
    """Return (assessment, line) of the organization asked for, or None without a wish."""
    if not wanted or cycle is None:
        return None
    results = Assessment.objects.visible_to(user).filter(cycle=cycle)
    found = None
    if organization := number(wanted):
        results = results.select_related("organization", "scorecard")
        found = results.filter(organization=organization).first()
    if found is None:
        raise Http404("no such organization")
    return found, Line(entry, found.scores.get(entry.code))


def unit_losses(user: User, cycle: Cycle, code: str, scope: Jurisdiction | None) -> list[Loss]:
    """Return what an indicator cost each reporting unit, in official order; two queries."""
    tallies = IndicatorTally.objects.visible_to(user).filter(cycle=cycle, code=code)
    if scope is not None:
        tallies = tallies.inside(scope)
    rows = (
        tallies.order_by()
        .values("unit")
        .annotate(
            due=Sum("due"),
            applies=Sum("organizations"),
            losing=Sum("losing"),
            pending=Sum("pending"),
            lost=Sum("full") - Sum("earned"),
        )
        .values_list("unit", "due", "applies", "losing", "pending", "lost")
    )
    units = {unit.pk: unit for unit in Jurisdiction.objects.reporting_units()}
    order = {pk: number for number, pk in enumerate(units)}
    found = [
        Loss(units[pk].label if pk in units else "未归入统计单元", units.get(pk), *sums)
        for pk, *sums in rows
    ]
    return sorted(found, key=lambda loss: order.get(loss.unit.pk if loss.unit else None, 999))


def _sum(losses: list[Loss]) -> Loss:
    """Return the sums over all units; the mean is divided once."""
    return Loss(
        name="合计",
        unit=None,
        due=sum(loss.due for loss in losses),
        applies=sum(loss.applies for loss in losses),
        losing=sum(loss.losing for loss in losses),
        pending=sum(loss.pending for loss in losses),
        lost=sum((loss.lost for loss in losses), Decimal(0)),
    )


def _neighbours(shown: Standard, entry: Indicator) -> tuple[Indicator | None, Indicator | None]:
    """Return the indicators before and after one, for turning the pages."""
    around = shown.indicators.filter(order__in=[entry.order - 1, entry.order + 1])
    by_order = {other.order: other for other in around}
    return by_order.get(entry.order - 1), by_order.get(entry.order + 1)
