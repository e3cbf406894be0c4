"""The first page after signing in, for each role."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actions import action_name
from accounts.models import AuditEntry, User
from assessments.models import BEST_FIRST
from reports.agenda import agenda
from reports.board import Board
from reports.counts import Counts
from reports.describing import describe
from reports.figures import FigureContext
from reports.heat import Heat
from reports.narrative import difference, main_losses, overview
from reports.todo import panel
from reports.trend import trend, trend_words
from reports.views_school import school_home
from reports.year_steps import progress
from schools.access import READ, needs
from schools.models import JurisdictionKind
from schools.roles import Role, grants_of

# A body without bodies below shows its organizations instead, up to so many.
SHOWN_ORGANIZATIONS = 50


def home(request):
    """Show what the user's roles are about: figures, the log, the accounts, or neither."""
    roles = {grant.role for grant in grants_of(request.user)}
    if request.user.has_perm("schools.view_records"):
        context = FigureContext.from_request(request)
        if context.scope.kind == JurisdictionKind.SCHOOL:
            return school_home(request, context)
        return render(request, "reports/home.html", _figures(context))
    if Role.AUDITOR in roles:
        return _auditor(request)
    if Role.SYSTEM in roles:
        return _system(request)
    return render(request, "reports/home_no_grant.html")


@needs(READ)
@require_safe
def home_agenda(request):
    """Answer with the calendar of the first page, which asks for it when it is shown."""
    context = FigureContext.from_request(request)
    lines = agenda(context, timezone.localdate())
    return render(request, "reports/_agenda.html", {"context": context, "agenda": lines})


def _figures(context: FigureContext) -> dict:
    """Return what the home page of a data role draws."""
    board = Board(context)
    heat = Heat(board, with_cells=True)
    found = trend(board)
    is_wide = ("view", "wide") in context.rest
    values = {
        "context": context,
        "agenda_url": context.link("home_agenda"),
        "board": board,
        "words": overview(board),
        "losses": main_losses(heat),
        "deltas": deltas(board.total, board.total_before) if board.total_before else None,
        "heat": heat,
        "heat_url": context.link("report", "indicator-heat"),
        "export_url": context.link("report", "compliance", format="xlsx"),
        "display_url": context.link("display"),
        "trend": found,
        "trend_words": trend_words(found, board.whole_name),
        "trend_data": [point.chart for point in found],
        "bars": board.chart,
        "is_wide": is_wide,
        "views": [
            ("竖排", context.page_with(view=None), not is_wide),
            ("横排（正式表）", context.page_with(view="wide"), is_wide),
        ],
        "progress": progress(board),
        "preview_url": context.link("rates", year=board.open.year) if board.open else "",
        "todo_first": context.scope.depth > 1,
        "organizations": None,
    }
    if not board.has_bodies:
        values |= organizations(context, board)
    return values | panel(context)


def organizations(context: FigureContext, board: Board) -> dict:
    """Return the organizations of a body that has no bodies below it."""
    rows = []
    if context.cycle:
        rows = list(
            context.assessments()
            .select_related("organization")
            .order_by(BEST_FIRST, "organization__name", "pk")[:SHOWN_ORGANIZATIONS]
        )
    for row in rows:
        describe(row, context)
    return {
        "organizations": rows,
        "all_count": board.total.due + board.total.excluded,
        "all_url": context.link("rates_organizations"),
    }


@dataclass(frozen=True, slots=True)
class Delta:
    """A change of a count against last year; `good` tells which direction is welcome."""

    now: int
    before: int
    good: int = 1

    @property
    def css(self) -> str:
        if self.now == self.before:
            return "flat"
        return "up" if (self.now - self.before) * self.good > 0 else "down"

    @property
    def words(self) -> str:
        return difference(self.now, self.before)

    @property
    def text(self) -> str:
        if self.now == self.before:
            return "持平"
        return f"{'▲' if self.now > self.before else '▼'} {self.words}"


def deltas(now: Counts, before: Counts) -> dict[str, Delta | None] | None:
    """Return the changes of the key figures; None where last year has no counts."""
    if not before.due:
        return None
    return {
        "passed": Delta(now.passed, before.passed),
        "due": Delta(now.due, before.due),
        "vetoed": Delta(now.vetoed, before.vetoed, good=-1) if before.is_full else None,
    }


def _auditor(request):
    """Show the log in short."""
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    week = day - datetime.timedelta(days=6)
    counts = AuditEntry.objects.filter(at__gte=week).aggregate(
        today=Count("pk", filter=Q(at__gte=day)),
        week=Count("pk"),
        failed=Count("pk", filter=Q(action="accounts.sign_in_failed")),
        refused=Count("pk", filter=Q(success=False)),
    )
    entries = list(AuditEntry.objects.all()[:12])
    for entry in entries:
        entry.action_label = action_name(entry.action)
    return render(request, "reports/home_auditor.html", {"counts": counts, "entries": entries})


def _system(request):
    """Show the accounts in short."""
    month = timezone.now() - datetime.timedelta(days=90)
    counts = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        inactive=Count("pk", filter=Q(is_active=False)),
        fresh=Count("pk", filter=Q(is_active=True, must_change_password=True)),
        unused=Count(
            "pk", filter=Q(is_active=True) & (Q(last_login=None) | Q(last_login__lt=month))
        ),
    )
    held = User.objects.filter(is_active=True, grants__isnull=False).values("grants__role")
    by_role = dict(held.annotate(n=Count("pk", distinct=True)).values_list("grants__role", "n"))
    roles = [(role.label, by_role.get(role.value, 0)) for role in Role]
    without = User.objects.filter(is_active=True, grants=None).count()
    return render(
        request,
        "reports/home_system.html",
        {"counts": counts, "roles": roles, "without": without},
    )
