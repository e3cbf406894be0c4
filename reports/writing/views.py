"""Pages of the written report: the document, its figures, and each figure by itself."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.history import revisions
from reports.figures import FigureContext
from reports.writing.blocks import Document
from reports.writing.cards import failed
from reports.writing.drafts import with_drafts
from reports.writing.figures import Query, Term
from reports.writing.material import ASSESSMENTS, BEFORE, FACT, Material
from reports.writing.notices import (
    TOGETHER,
    NothingToSay,
    rectification_files,
    rectification_notice,
    rectification_notices,
    results_notice,
)
from reports.writing.services import download, download_many
from reports.writing.sources import SOURCES
from reports.writing.telling import fact_of, told
from schools.access import EDIT
from schools.exporting import EXPORT
from schools.models import Jurisdiction

DOCX, PRINT = "docx", "print"


def material_of(figures: FigureContext) -> Material:
    """Return the material of the scope and year a page stands in."""
    return Material(figures.user, figures.scope, figures.year)


def may_edit(figures: FigureContext) -> bool:
    """Tell whether the reader may keep the texts of the scope of a page."""
    if not figures.user.has_perm(EDIT):
        return False
    bodies = Jurisdiction.objects.editable_by(figures.user)
    return bodies.filter(pk=figures.scope.pk).exists()


@require_safe
def report(request):
    """Show the report, the sheet for paper, or send it as .docx."""
    figures = FigureContext.from_request(request)
    found, kept = with_drafts(material_of(figures))
    if request.GET.get("format") == DOCX:
        return download(found, user=request.user, scope=figures.scope, year=figures.year)
    context = {
        "figures": figures,
        "document": found,
        "docx_url": figures.link("writing", format=DOCX),
        "print_url": figures.link("writing", view=PRINT),
        "page_url": figures.link("writing"),
        "figures_url": figures.link("writing_figures"),
        "may_export": request.user.has_perm(EXPORT),
        "may_edit": may_edit(figures),
        "kept": kept,
    }
    name = "print" if request.GET.get("view") == PRINT else "report"
    return render(request, f"writing/{name}.html", context)


@require_safe
def figure_list(request):
    """List every figure of the report in reading order: value, query, day and page."""
    figures = FigureContext.from_request(request)
    found, _ = with_drafts(material_of(figures))
    context = {
        "figures": figures,
        "document": found,
        "told": told(found),
        "report_url": figures.link("writing"),
    }
    return render(request, "writing/figures.html", context)


@require_safe
def figure(request):
    """Show one figure: its value, how it is found, and the records it counts."""
    figures = FigureContext.from_request(request)
    material = material_of(figures)
    name, form = request.GET.get("name", ""), request.GET.get("form", "")
    try:
        query = Query.parse(name)
        found = material.known_figure(name, form)
    except (ValueError, KeyError, TypeError) as error:
        raise Http404("no such figure") from error
    terms = [describe(material, term) for term in query.terms]
    context = {
        "figures": figures,
        "report_url": figures.link("writing"),
        "figure": found,
        "fact": fact_of(found),
        "terms": terms,
        "is_sum": len(terms) > 1,
    }
    if len(query.terms) == 1 and (source := SOURCES.get(query.terms[0].source)):
        rows = source.rows(material).filter(source.conditions(query.terms[0].where))
        columns = [lookup for _, lookup in source.shown]
        ordered = rows.order_by(*columns[:1], "pk").values_list(*columns)
        context["heads"] = [heading for heading, _ in source.shown]
        pages = Paginator(ordered, 50)
        page = pages.get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "numbers": pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "page_url": found.page,
        }
    return render(request, "writing/figure.html", context)


def describe(material: Material, term: Term) -> dict:
    """Return one term of a figure: its words, its value, and where it is seen."""
    context = material.context
    if term.source == FACT:
        url = material.fact(term).page(material, **dict(term.where))
    elif term.source in (ASSESSMENTS, BEFORE):
        year = material.year - (term.source == BEFORE)
        url = context.link("rates_organizations", year=year, **dict(term.where))
    else:
        url = material.page(term.name, "")
    value = material.ask(term)
    return {"words": material.term_words(term), "value": value, "url": url, "name": term.name}


# Notices -------------------------------------------------------------------------------


def _shown(request, figures: FigureContext, found: Document, label: str, **more) -> HttpResponse:
    """Show a notice as a page, the sheet for paper, or send it as .docx."""
    if request.GET.get("format") == DOCX:
        return download(found, user=request.user, scope=figures.scope, year=figures.year)
    context = {
        "figures": figures,
        "document": found,
        "page_label": label,
        "docx_url": figures.page_with(format=DOCX),
        "print_url": figures.page_with(view=PRINT),
        "page_url": figures.page_with(view=None),
        "may_export": request.user.has_perm(EXPORT),
        **more,
    }
    name = "print" if request.GET.get("view") == PRINT else "notice"
    return render(request, f"writing/{name}.html", context)


def _nothing(request, figures: FigureContext, label: str, reason: str) -> HttpResponse:
    context = {"figures": figures, "page_label": label, "reason": reason}
    return render(request, "writing/nothing.html", context)


@require_safe
def results(request):
    """Show the notice of the results of a year, with the number it is sent out under."""
    figures = FigureContext.from_request(request)
    material = material_of(figures)
    try:
        found = results_notice(material)
    except NothingToSay as nothing:
        return _nothing(request, figures, "考评结果通报", str(nothing))
    context: dict[str, Any] = {}
    if not figures.is_preview:
        number = material.notice_number
        context = {
            "has_number": True,
            "number": number,
            "written": revisions(number).first() if number else None,
            "may_edit": may_edit(figures),
            "new_number_url": figures.link("writing_number_new"),
        }
    return _shown(request, figures, found, "考评结果通报", **context)


@require_safe
def rectify_list(request):
    """List who gets a rectification notice, or send all notices in one file."""
    figures = FigureContext.from_request(request)
    material = material_of(figures)
    label = "整改通知书"
    if request.GET.get("format") == DOCX or request.GET.get("view") == PRINT:
        try:
            if (count := failed(material).count()) > TOGETHER:
                return download_many(
                    rectification_files(material),
                    title=f"{figures.scope.label}{figures.year}年度整改通知书",
                    count=count,
                    user=request.user,
                    scope=figures.scope,
                    year=figures.year,
                )
            found = rectification_notices(material)
        except NothingToSay as nothing:
            return _nothing(request, figures, label, str(nothing))
        return _shown(request, figures, found, label)
    if figures.cycle is None:
        reason = f"{figures.year} 年度还没有建立考评年度，没有要整改的党组织。"
        return _nothing(request, figures, label, reason)
    pages = Paginator(failed(material), 50)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "figures": figures,
        "page": page,
        "rows": [(row, figures.link("writing_rectify", row.organization_id)) for row in page],
        "numbers": pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "list_url": figures.link("writing_rectify_list"),
        "docx_url": figures.link("writing_rectify_list", format=DOCX),
        "together": TOGETHER,
        "may_export": request.user.has_perm(EXPORT),
    }
    return render(request, "writing/rectify_list.html", context)


@require_safe
def rectify(request, pk: int):
    """Show the rectification notice of one organization that did not pass."""
    figures = FigureContext.from_request(request)
    try:
        found = rectification_notice(material_of(figures), pk)
    except KeyError as error:
        raise Http404("no such notice") from error
    return _shown(request, figures, found, "整改通知书")
