"""The years: how far each is, and for the city's manager scoring and confirming them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments import services_cycles as services
from assessments.compliance import percent_text
from assessments.models import Assessment, Cycle, Standard
from schools.access import READ, needs


@needs(READ)
def cycles(request):
    """List the years with their standard, dates and, within the user's scope, counts."""
    tallies = {
        row["cycle"]: row for row in Assessment.objects.visible_to(request.user).tally("cycle")
    }
    rows, today = [], timezone.localdate()
    for cycle in Cycle.objects.select_related("standard"):
        tally = tallies.get(cycle.pk)
        rate = percent_text(tally["passed"], tally["due"]) if tally else "—"
        rows.append({"cycle": cycle, "tally": tally, "rate": rate})
    return render(
        request,
        "assessments/cycles.html",
        {
            "rows": rows,
            "manages": services.manages_cycles(request.user),
            "several": Standard.objects.count() > 1,
            "today": today,
            "has_this_year": any(row["cycle"].year == today.year for row in rows),
        },
    )


@needs(services.MANAGE_CYCLE)
@require_POST
def score_cycle(request, year: int):
    """Score an open year, or begin the current one."""
    if year != timezone.localdate().year:
        get_object_or_404(Cycle, year=year)
    try:
        count = services.recompute(actor=request.user, year=year)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{year} 年度测算完毕，共 {count:,} 个组织。")
    return redirect("cycles")


class ConfirmForm(forms.Form):
    """What the decision meeting decided: on which day, by which document."""

    confirmed_on = forms.DateField(
        label="确认日期",
        widget=forms.DateInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d"],
        help_text="认定会议的日期，例如 2026-04-18",
        error_messages={"invalid": "看不懂这个日期，请写成 2026-04-18 的样子。"},
    )
    document = forms.CharField(
        label="认定文号", max_length=60, help_text="认定会议印发的文件，例如 云教党认〔2026〕3 号"
    )


@needs(services.MANAGE_CYCLE)
def confirm_cycle(request, year: int):
    """Ask for date and document with the counts in view, then confirm the year."""
    if not services.manages_cycles(request.user):
        raise PermissionDenied("确认年度由全市的业务管理办理。")
    cycle = get_object_or_404(Cycle.objects.select_related("standard"), year=year)
    if cycle.is_confirmed:
        messages.info(request, f"{year} 年度已经确认，没有再次确认。")
        return redirect("cycles")
    form = ConfirmForm(request.POST or None, initial={"confirmed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.confirm(actor=request.user, cycle=cycle, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                f"{year} 年度已确认。各页面的 {year} 年结果从现在起标为“已确认”。",
            )
            return redirect("cycles")
    tally = services.counts(cycle)
    return render(
        request,
        "assessments/cycle_confirm.html",
        {
            "cycle": cycle,
            "form": form,
            "tally": tally,
            "rate": percent_text(tally["passed"], tally["due"]),
            "before_deadline": timezone.localdate() <= cycle.records_until,
        },
    )
