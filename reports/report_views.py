"""The index of reports and the one page that shows any of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, islice
from urllib.parse import urlencode

from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from reports import definitions  # noqa: F401 - registers the reports
from reports.base import ACROSS, ORIENTATIONS, REPORTS, OptionsForm, Report, listed
from reports.exports import ACTION, export_facts
from reports.figures import FigureContext
from schools.exporting import EXPORT, export, stamp
from sheets.layout import Layout, text

SHEET, XLSX = "sheet", "xlsx"


def report_index(request) -> HttpResponse:
    """List the reports."""
    figures = FigureContext.from_request(request)
    entries = [(report, figures.link("report", report.slug)) for report in listed()]
    return render(request, "reports/index.html", {"figures": figures, "entries": entries})


def report_page(request, slug: str) -> HttpResponse:
    """Show one report as a page or as the sheet for paper, or send its workbook."""
    if slug not in REPORTS:
        raise Http404("no such report")
    report = REPORTS[slug]
    figures = FigureContext.from_request(request)
    form = report.form_class(request.GET)
    context = {"report": report, "figures": figures, "form": form}
    if not form.is_valid():
        return render(request, "reports/report_error.html", context, status=400)
    if report.needs_scores and not (figures.cycle and figures.cycle.scored_at):
        return render(request, "reports/report_empty.html", context)

    transposed = report.is_transposed(form.cleaned_data["layout"])
    layout = layout_of(request.user, report, figures, form)
    if request.GET.get("format") == XLSX:
        facts = export_facts(report, layout, scope=figures.scope, query=request.GET.dict())
        return export(layout, user=request.user, action=ACTION, changes=facts)

    context |= {
        "layout": layout,
        "transposed": transposed,
        "orientations": _orientations(request, transposed),
        "export_url": _address(request, format=XLSX, view=None),
        "fill_url": f"{reverse('report_fill', args=[slug])}?{request.GET.urlencode()}",
        "sheet_url": _address(request, view=SHEET),
        "page_url": _address(request, view=None),
        "selects": _selects(request, form),
        "typed": _typed(form),
        "kept": [(k, v) for k, v in request.GET.items() if v and k not in _names(_typed(form))],
        "offers": [
            (label, _address(request, **{name: value}), str(form.cleaned_data[name]) == value)
            for name, value, label in report.offers(figures)
        ],
        "can_export": request.user.has_perm(EXPORT),
    }
    if request.GET.get("view") == SHEET:
        context["layout"] = replace(layout, exported=stamp(request.user))
        return render(request, "reports/report_sheet.html", context)
    place, count = report.shown_details
    if count and layout.details:
        shown = layout.details[place]
        listed_rows = replace(shown, rows=list(islice(shown.rows, count)))
        context["listed"] = listed_rows
        if report.folded_by:
            context["folds"] = _folds(listed_rows, report.folded_by)
    context["chart_data"] = report.chart_data(layout)
    context["chart_alt"] = f"{report.title}图，数字见上面的表"
    return render(request, "reports/report.html", context)


def layout_of(user: User, report: Report, figures: FigureContext, form: OptionsForm) -> Layout:
    """Return the table of a report as `user` asked for it."""
    return report.table(
        user,
        scope=figures.scope,
        year=figures.year,
        cycle=figures.cycle,
        by=figures.by,
        transposed=report.is_transposed(form.cleaned_data["layout"]),
        **form.options(),
    )


def _folds(layout: Layout, key: str) -> list[tuple[str, Layout]]:
    """Return the rows of a table as one table for each value of the column `key`."""
    columns = [column for column in layout.columns if column.key != key]
    groups = groupby(layout.rows, key=lambda row: text(row[key]))
    return [(name, replace(layout, columns=columns, rows=list(rows))) for name, rows in groups]


def _address(request: HttpRequest, **changes: str | None) -> str:
    """Return the address of this page with some parameters changed or (None) left out."""
    values = {key: value for key, value in request.GET.items() if key != "page"} | changes
    query = urlencode({key: value for key, value in values.items() if value})
    return f"{request.path}?{query}"


def _orientations(request: HttpRequest, transposed: bool) -> list[tuple[str, str, bool]]:
    """Return (label, address, current) of the two ways to lay the table out."""
    return [
        (label, _address(request, layout=key), (key == ACROSS) == transposed)
        for key, label in ORIENTATIONS.items()
    ]


def _typed(form: OptionsForm) -> list[BoundField]:
    """Return the options that are written, not picked."""
    return [form[name] for name, field in form.fields.items() if not hasattr(field, "choices")]


def _names(fields: list[BoundField]) -> set[str]:
    return {field.html_name for field in fields}


def _selects(request: HttpRequest, form: OptionsForm) -> list[tuple[str, list]]:
    """Return each option of the report as a row of links: (label, [(label, url, current)])."""
    return [
        (
            str(field.label),
            [
                (label, _address(request, **{name: str(value)}), form.cleaned_data[name] == value)
                for value, label in field.choices
            ],
        )
        for name, field in form.fields.items()
        if name != "layout" and hasattr(field, "choices")
    ]
