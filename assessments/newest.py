"""What the records are like now, in one text: it changes with every write.

What was counted from the records and kept with this text can be read instead of being
counted again, as long as the text is the same (and the day, where the counts look at it).
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Subquery

from accounts.models import Revision
from assessments.models import Cycle
from sheets.models import ImportBatch

_NEWEST: dict[str, QuerySet[Any, Any]] = {
    "revision": Revision.objects.order_by("-pk").values("pk"),
    "scored": Cycle.objects.exclude(scored_at=None).order_by("-scored_at").values("scored_at"),
    "batch": ImportBatch.objects.exclude(saved_at=None).order_by("-saved_at").values("saved_at"),
}


def newest() -> dict[str, Subquery]:
    """Return the annotations that tell the newest of each, beside a row that is read anyway."""
    return {name: Subquery(rows[:1]) for name, rows in _NEWEST.items()}


def state_of(row: Any) -> str:
    """Return what the records were like when `row` was read with `newest`."""
    return "/".join(str(getattr(row, name)) for name in _NEWEST)
