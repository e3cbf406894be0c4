"""The page on which a bureau has its own workbook filled from a report."""

from __future__ import annotations

from io import BytesIO

from django import forms
from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.limits import EXPORTS
from reports.base import REPORTS
from reports.figures import FigureContext
from reports.filling import fill_template, record_filling
from reports.report_views import layout_of
from schools.access import needs
from schools.exporting import EXPORT
from sheets.safety import Refused
from sheets.writing import XLSX


class TemplateForm(forms.Form):
    """The workbook to be filled."""

    file = forms.FileField(
        label="本单位的模板",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="上级或本单位发的 .xlsx 正式表，10 MB 以内。文件不保存。",
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的（0 字节），请重新选择文件。",
            "invalid": "没有收到文件，请重新选择。",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EXPORT)
def fill_page(request, slug):
    """Ask for the template; show what would be filled in, or send it filled."""
    if slug not in REPORTS:
        raise Http404("no such report")
    report = REPORTS[slug]
    figures = FigureContext.from_request(request)
    options = report.form_class(request.GET)
    context = {"report": report, "figures": figures, "form": options}
    if not options.is_valid():
        return render(request, "reports/report_error.html", context, status=400)
    if report.needs_scores and not (figures.cycle and figures.cycle.scored_at):
        return render(request, "reports/report_empty.html", context)
    layout = layout_of(request.user, report, figures, options)
    form = TemplateForm(request.POST or None, request.FILES or None)
    filled = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            filled = fill_template(
                file.read(settings.UPLOAD_MAX_BYTES + 1),
                report,
                layout,
                user=request.user,
                scope=figures.scope,
                year=figures.year,
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if filled.count and request.POST.get("action") == "fill":
                EXPORTS.spend(request.user)
                query = {**request.GET.dict(), "file": file.name}
                record_filling(
                    report, layout, filled, user=request.user, scope=figures.scope, query=query
                )
                name = f"{file.name.rsplit('.', 1)[0]}（已填）.xlsx"
                return FileResponse(
                    BytesIO(filled.content), as_attachment=True, filename=name, content_type=XLSX
                )
            if not filled.count:
                form.add_error("file", "没有填上任何一格。请核对行名和表头，或加上占位符。")
    context |= {
        "form": form,
        "layout": layout,
        "filled": filled,
        "file_name": form.files["file"].name if filled else "",
        "back": f"{reverse('report', args=[slug])}?{request.GET.urlencode()}",
    }
    status = 400 if form.errors else 200
    return render(request, "reports/report_fill.html", context, status=status)
