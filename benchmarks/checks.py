"""What is looked through every day: the consistency checks, and what each has to do."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.consistency import summary
from assessments.consistency.base import Look
from benchmarks.city import bureau, user
from benchmarks.measuring import Figure, seconds
from benchmarks.pages import read
from reports.duties.models import Reminder
from reports.duties.services import remind


def checks(options) -> list[Figure]:
    """The whole city counted once, and the page that shows the counts."""
    look = Look(user(), timezone.localdate())
    counting = seconds(lambda: summary.count(look, set()))
    return [
        Figure("consistency of the whole city counted anew", f"{counting:.1f} s"),
        Figure("page of the consistency checks", read(bureau(), reverse("consistency")), "300 ms"),
    ]


def reminders(options) -> list[Figure]:
    """The reminders of a day for everybody, as if none had been made; nothing is kept."""
    today = timezone.localdate()
    with transaction.atomic():
        Reminder.objects.filter(day=today).delete()
        taken = seconds(lambda: remind(day=today))
        made = Reminder.objects.filter(day=today).count()
        transaction.set_rollback(True)
    return [Figure(f"reminders of a day, {made} people", f"{taken:.1f} s", "10 s")]
