"""The year in progress as it was scored month by month, so that its past days can be asked."""

from __future__ import annotations

import datetime

from django.utils import timezone

from assessments.models import Cycle, ResultChange
from assessments.scoring import score_cycle


def score_before(cycle: Cycle, today: datetime.date) -> None:
    """Score `cycle` as it stood a month ago, where its year had begun by then."""
    month = today.replace(day=1) - datetime.timedelta(days=1)
    before = month.replace(day=1) - datetime.timedelta(days=1)
    if before.year != cycle.year:
        return
    score_cycle(cycle, as_of=before)
    cycle.refresh_from_db()
    cycle.results_since = _morning(month.replace(day=1))
    cycle.save(update_fields=["results_since"])


def date_changes(cycle: Cycle, today: datetime.date) -> None:
    """Date what has changed since to the first of this month, when it was scored again."""
    ResultChange.objects.filter(cycle=cycle).update(changed_at=_morning(today.replace(day=1)))


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(2)))
