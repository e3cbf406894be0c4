"""The list of sealed editions, one of them with its tables, and what has changed since."""

from __future__ import annotations

from collections import Counter
from functools import wraps

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.compliance import percent_text
from assessments.models import Cycle
from reports.editions.comparing import (
    KINDS,
    organization_changes,
    standards_warning,
    states_today,
    table_changes,
)
from reports.editions.links import relinked
from reports.editions.reading import Damaged, Opened, find
from reports.editions.services import MANAGE, may_seal
from reports.models import Edition
from reports.pack.contents import part
from schools.access import READ, needs
from schools.exporting import EXPORT, export
from sheets.layout import Layout

# Lines of a list of differences on one page.
PAGE = 50


def opened(view):
    """Let a view of one edition have it opened; where it is damaged, the page says so."""

    @needs(READ)
    @require_safe
    @wraps(view)
    def shown(request, code: str, **kwargs) -> HttpResponse:
        edition = find(request.user, code)
        try:
            return view(request, Opened(edition), **kwargs)
        except Damaged as damage:
            context = {"edition": edition, "damage": str(damage)}
            return render(request, "reports/editions/damaged.html", context, status=409)

    return shown


@needs(READ)
@require_safe
def editions(request) -> HttpResponse:
    """List the editions of the user's scope, newest first."""
    found = Edition.objects.visible_to(request.user).select_related("withdrawal")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(edition, percent_text(edition.passed, edition.due)) for edition in page]
    context = {"page": page, "rows": rows, "may_seal": request.user.has_perm(MANAGE)}
    return render(request, "reports/editions/list.html", context)


@opened
def edition(request, its: Opened) -> HttpResponse:
    """Show an edition: what it is, its first table, and what differs from today."""
    sealed = its.edition
    first = its.tables[0]
    layout = its.layout(first.key)
    others = Edition.objects.visible_to(request.user).filter(scope=sealed.scope)
    context = {
        "edition": sealed,
        "rate": percent_text(sealed.passed, sealed.due),
        "tables": its.tables,
        "documents": its.documents,
        "first": first,
        "layout": relinked(layout, sealed),
        "others": others.exclude(pk=sealed.pk)[:20],
        "checked": "checked" in request.GET,
        "may_withdraw": not sealed.is_withdrawn and may_seal(request.user, sealed.scope),
        "can_export": request.user.has_perm(EXPORT),
        **_since(request.user, sealed, first.key, layout),
    }
    return render(request, "reports/editions/edition.html", context)


@opened
def table(request, its: Opened, key: str) -> HttpResponse:
    """Show one table as it was sealed with what differs today, or send its workbook."""
    sealed = its.edition
    entry = its.table(key)
    if request.GET.get("format") == "xlsx":
        layout = its.layout(key, with_details=True)
        facts = {"edition": sealed.code, "table": key}
        return export(layout, user=request.user, action="reports.edition_export", changes=facts)
    layout = its.layout(key)
    context = {
        "edition": sealed,
        "entry": entry,
        "layout": relinked(layout, sealed),
        "can_export": request.user.has_perm(EXPORT),
        "xlsx_url": f"{reverse('edition_table', args=[sealed.code, key])}?format=xlsx",
        **_since(request.user, sealed, key, layout),
    }
    return render(request, "reports/editions/table.html", context)


@opened
def changes(request, its: Opened) -> HttpResponse:
    """Show which organizations differ today from what was sealed."""
    sealed = its.edition
    found = organization_changes(its.rows, states_today(request.user, sealed))
    context = {"edition": sealed, **_listed(request, found)}
    return render(request, "reports/editions/changes.html", context)


@opened
def compare(request, its: Opened) -> HttpResponse:
    """Show what differs from this edition to another one of the same user's scope."""
    other = Opened(find(request.user, request.GET.get("with", "")))
    one, two = sorted((its, other), key=lambda opened: opened.edition.made_at)
    if one.edition.pk == two.edition.pk:
        raise Http404("nothing to compare")
    keys = {table.key for table in two.tables}
    shared = [table for table in one.tables if table.key in keys]
    wanted = request.GET.get("table", shared[0].key if shared else "")
    context = {
        "edition": two.edition,
        "one": one.edition,
        "two": two.edition,
        "rates": [percent_text(e.passed, e.due) for e in (one.edition, two.edition)],
        "warning": standards_warning(one.edition, two.edition),
        "other_scope": one.edition.scope_id != two.edition.scope_id,
        "shared": shared,
        "table": next((table for table in shared if table.key == wanted), None),
        **_listed(request, organization_changes(one.rows, two.rows)),
    }
    if context["table"]:
        context["cells"] = table_changes(one.layout(wanted), two.layout(wanted))
    return render(request, "reports/editions/compare.html", context)


def _since(user, sealed: Edition, key: str, old: Layout) -> dict:
    """Return what of a table differs today, or why it cannot be told."""
    its_part = part(key)
    cycle = Cycle.objects.select_related("standard").filter(year=sealed.year).first()
    if its_part is None:
        return {"lack": "这张表现在没有了，不能比较。"}
    if its_part.report.needs_scores and (cycle is None or cycle.scored_at is None):
        return {"lack": f"{sealed.year} 年度现在没有测算结果，不能比较。"}
    new = its_part.layout(user, scope=sealed.scope, year=sealed.year, cycle=cycle)
    warning = ""
    if cycle and sealed.standard_id and cycle.standard_id != sealed.standard_id:
        warning = f"现在的结果依据另一个标准（{cycle.standard}），变化包含标准变化的影响。"
    return {"cells": table_changes(old, new), "warning": warning}


def _listed(request, found: list) -> dict:
    """Return one page of the organizations that differ, with the count of each kind."""
    counts = Counter(change.kind for change in found)
    wanted = request.GET.get("kind", "")
    if wanted in KINDS:
        found = [change for change in found if change.kind == wanted]
    query = request.GET.copy()
    for name in ("page", "kind"):
        query.pop(name, None)
    return {
        "kinds": [(kind, counts[kind]) for kind in KINDS if counts[kind]],
        "kind": wanted,
        "all": sum(counts.values()),
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
