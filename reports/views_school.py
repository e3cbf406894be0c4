"""The first page of a school: its result, what it has to do, its year, its earlier results."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments import card as cards
from assessments.models import Assessment
from assessments.views.scorecard import grid
from orgs.models import Organization
from reports.board import Board
from reports.describing import describe
from reports.figures import FigureContext
from reports.todo import panel
from reports.year_steps import progress

# A school has a handful of organizations.
SHOWN = 20


def school_home(request: HttpRequest, context: FigureContext) -> HttpResponse:
    """Show the organization of a school; where it has several, their list."""
    found = list(
        Organization.objects.visible_to(context.user)
        .inside(context.scope)
        .active_on(timezone.localdate())
        .select_related("jurisdiction")
        .order_by("name")[:SHOWN]
    )
    values: dict[str, Any] = {"context": context, "found": found, **panel(context)}
    values["progress"] = progress(Board(context))
    if len(found) == 1:
        values |= _one(context, found[0])
    elif context.cycle:
        rows = context.assessments().filter(organization__in=found)
        results = {row.organization_id: row for row in rows.select_related("organization")}
        for organization in found:
            if result := results.get(organization.pk):
                describe(result, context)
                organization.result = result
    return render(request, "reports/home_school.html", values)


def _one(context: FigureContext, organization: Organization) -> dict[str, Any]:
    """Return the result of the year, the months of the running one, and all results."""
    results = list(
        Assessment.objects.visible_to(context.user)
        .filter(organization=organization, cycle__scored_at__isnull=False)
        .select_related("cycle__standard", "jurisdiction", "unit", "scorecard", "organization")
        .order_by("-cycle__year")
    )
    now = next((one for one in results if one.cycle == context.cycle), None)
    running = next((cycle for cycle in context.cycles if not cycle.is_confirmed), context.cycle)
    return {
        "organization": organization,
        "is_ours": True,
        "assessment": now,
        "card": cards.load(now) if now else None,
        "results": results,
        "cycle": context.cycle,
        "running": running,
        "grid": grid(context.user, organization, running, None) if running else [],
    }
