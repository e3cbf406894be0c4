"""The consistency page: all records looked through anew, and the counts that are kept."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from assessments.consistency import summary
from assessments.consistency.base import Look
from benchmarks.city import bureau, user
from benchmarks.measuring import Figure, seconds
from benchmarks.pages import read


def checks(options) -> list[Figure]:
    """The whole city counted once, and the page that shows the counts."""
    look = Look(user(), timezone.localdate())
    counting = seconds(lambda: summary.count(look, set()))
    return [
        Figure("consistency of the whole city counted anew", f"{counting:.1f} s"),
        Figure("page of the consistency checks", read(bureau(), reverse("consistency")), "300 ms"),
    ]
