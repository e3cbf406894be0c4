"""The first page after signing in, for each role."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.actions import action_name
from accounts.models import AuditEntry, User
from assessments.models import BEST_FIRST
from orgs.models import Organization
from reports import todo as todos
from reports.board import Board
from reports.counts import Counts
from reports.describing import describe
from reports.figures import FigureContext
from reports.heat import Heat
from reports.narrative import difference, main_losses, overview
from reports.trend import trend, trend_words
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
            return _school(request, context)
        return render(request, "reports/home.html", _figures(context))
    if Role.AUDITOR in roles:
        return _auditor(request)
    if Role.SYSTEM in roles:
        return _system(request)
    return render(request, "reports/home_no_grant.html")


def _figures(context: FigureContext) -> dict:
    """Return what the home page of a data role draws."""
    board = Board(context)
    heat = Heat(board, with_cells=True)
    found = trend(board)
    is_wide = ("view", "wide") in context.rest
    values = {
        "context": context,
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
    return values | todo(context)


def todo(context: FigureContext) -> dict:
    """Return 等我办理 for those who have something to do here."""
    user = context.user
    may_act = user.has_perm("schools.edit_records") or user.has_perm("assessments.review")
    matters = todos.lines(context) if may_act else []
    return {
        "may_act": may_act,
        "matters": matters,
        "todo_count": len(matters) if may_act else None,
    }


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a year: done, current or later."""

    label: str
    note: str
    state: str


def progress(board: Board) -> dict | None:
    """Return the side panel of the year in progress; None where no year is."""
    context = board.context
    cycle = context.cycle if context.is_preview else board.open
    if cycle is None:
        return None
    day = timezone.localdate()
    steps = [
        (
            "平时记录",
            f"已测算到 {cycle.scored_as_of:%Y-%m-%d}" if cycle.scored_as_of else "还没有测算",
            cycle.check_date < day,
        ),
        ("考核日", f"{cycle.check_date:%Y-%m-%d}", cycle.check_date < day),
        ("年度类记录截止", f"{cycle.records_until:%Y-%m-%d}", cycle.records_until < day),
        ("认定、公示、确认", "确认后计入正式达标率", False),
    ]
    current = next(index for index, step in enumerate(steps) if not step[2])
    rows = [
        (
            row.name if board.has_bodies else board.whole_name,
            row.now if context.is_preview else row.preview,
        )
        for row in board.rows
        if row.slot.key is not None
    ]
    return {
        "cycle": cycle,
        "steps": [
            Step(label, note, "done" if done else "current" if i == current else "")
            for i, (label, note, done) in enumerate(steps)
        ],
        "rows": [(name, counts) for name, counts in rows if counts.due][:12],
        "url": context.link("rates", year=cycle.year),
    }


def _school(request, context: FigureContext):
    """Lead a school's account to its scorecard; with several organizations, list them."""
    found = list(
        Organization.objects.visible_to(request.user)
        .inside(context.scope)
        .active_on(timezone.localdate())
        .order_by("name")[:20]
    )
    if len(found) == 1:
        return redirect(f"{_scorecard(found[0])}?year={context.year}")
    results = {}
    if context.cycle:
        rows = context.assessments().filter(organization__in=found)
        results = {row.organization_id: row for row in rows.select_related("organization")}
    for organization in found:
        organization.result = results.get(organization.pk)
        if organization.result:
            describe(organization.result, context)
    return render(
        request,
        "reports/home_school.html",
        {"context": context, "found": found, **todo(context)},
    )


def _scorecard(organization: Organization) -> str:
    return reverse("scorecard", args=[organization.pk])


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
