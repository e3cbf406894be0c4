"""我的工作 and the hand-over list."""

from __future__ import annotations

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.duties.lists import recent
from reports.duties.services import see
from reports.duties.work import Work
from schools.access import READ, needs
from schools.roles import grants_of


@needs(READ)
@require_safe
def work(request):
    """Show what waits for the user; opening it is what counts as having seen the reminder."""
    day = timezone.localdate()
    reminders = recent(request.user, day)
    see(user=request.user, day=day)
    return render(
        request,
        "reports/work.html",
        {"work": Work(request.user, day), "day": day, "reminders": reminders},
    )


@needs(READ)
@require_safe
def handover(request):
    """Show the list the user hands over when he changes his post, to be signed."""
    day = timezone.localdate()
    return render(
        request,
        "reports/handover.html",
        {"work": Work(request.user, day), "day": day, "grants": grants_of(request.user)},
    )
