"""The board of a year: per body how many wait where, and urging those not done."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.history import Act
from assessments.models import Cycle
from assessments.workflow import progress as services
from assessments.workflow import rights
from assessments.workflow.models import Schedule, Urging
from assessments.workflow.states import Stage
from schools.access import READ, needs
from schools.models import Jurisdiction


def pick(request) -> tuple[list[Cycle], Cycle | None]:
    """Return the years with filings, newest first, and the one asked for; 404 for no such."""
    cycles = list(services.years_with_filings().select_related("standard"))
    asked = request.GET.get("year", "")
    if not asked:
        return cycles, next(iter(cycles), None)
    found = next((cycle for cycle in cycles if str(cycle.year) == asked), None)
    if found is None:
        raise Http404
    return cycles, found


@needs(READ)
@require_safe
def progress(request):
    """Show where the filings of a year wait, per body of the user's scope."""
    cycles, cycle = pick(request)
    today = timezone.localdate()
    rows, total, urged = [], None, []
    schedule = None
    if cycle:
        rows, total = services.board(request.user, cycle, today)
        schedule = Schedule.of(cycle)
        urged = (
            Urging.objects.visible_to(request.user)
            .filter(filing__cycle=cycle)
            .select_related("filing__organization", "by")[:10]
        )
    return render(
        request,
        "assessments/progress.html",
        {
            "cycles": cycles,
            "cycle": cycle,
            "schedule": schedule,
            "rows": rows,
            "total": total,
            "stages": [(stage.label, stage_note(schedule, stage)) for stage in Stage],
            "urged": urged,
            "may_urge": request.user.has_perm(rights.REVIEW),
            "today": today,
        },
    )


def stage_note(schedule, stage: Stage) -> str:
    """Return until when a stage lasts, in short; "" where nothing is set."""
    day = schedule.deadline(stage) if schedule else None
    return f"{day:%m-%d} 前" if day else ""


@needs(rights.REVIEW)
@require_POST
def urge(request, year: int):
    """Remind those who are not done, of one body or of all."""
    cycle = get_object_or_404(Cycle, year=year)
    body = None
    if wanted := request.POST.get("body", ""):
        if not wanted.isdecimal():
            raise Http404
        body = get_object_or_404(Jurisdiction.objects.visible_to(request.user), pk=wanted)
    try:
        count = services.urge(cycle=cycle, body=body, act=Act(request.user, source="催办"))
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    else:
        messages.success(request, f"已催办 {count} 个没有办完的党组织，他们在首页会看到。")
    return redirect(f"{reverse('progress')}?year={year}")
