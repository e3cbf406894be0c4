"""Reviewed scores, and self-scores nobody has reviewed yet, for many organizations at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from django.db.models import Aggregate, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from accounts.prepared import Keys, limited, prepared
from assessments.facts.model import Reviewed
from assessments.models import Cycle, Indicator, ReviewedScore
from assessments.workflow.models import Decision, FilingItem
from assessments.workflow.states import STAGE_OF, Stage


class JsonObject(Aggregate):
    """Keys and values of a group as one JSON object."""

    function = "json_group_object"
    output_field = TextField()

    def as_postgresql(self, compiler, connection):
        """Call it by its name there."""
        return self.as_sql(compiler, connection, function="json_object_agg")


@prepared
def _reviews(cycle: int, ids: Keys) -> QuerySet:
    return (
        limited(ReviewedScore.objects.order_by(), ids)
        .filter(cycle=cycle)
        .values("organization")
        .annotate(given=Cast(JsonObject("code", JSONArray("points", "reason")), TextField()))
        .values_list("organization", "given")
    )


def reviewed_scores(cycle: Cycle, ids: Keys) -> dict[int, dict[str, Reviewed]]:
    """Return the reviewed scores by organization and code; one query, a row for each."""
    found = {
        organization: {code: _reviewed(*one) for code, one in json.loads(given).items()}
        for organization, given in _reviews(cycle.pk, ids)
    }
    for organization, code, points, note in _self_scores(cycle, ids):
        given_to = found.setdefault(organization, {})
        given_to.setdefault(code, _reviewed(points, note, by_self=True))
    return found


def _self_scores(cycle: Cycle, ids: Keys) -> Iterable[tuple[int, str, Decimal, str]]:
    """Return (organization, code, points, note) of the self-scores a preview counts.

    Those of manual indicators, until the first review is finished or the year is decided;
    an official score never holds one (standard D.5: unreviewed manual items count as the
    self-score in the preview and 0 in the official score).
    """
    if cycle.is_confirmed or Decision.objects.filter(cycle=cycle).exists():
        return []
    return _items(cycle.pk, ids)


@prepared
def _items(cycle: int, ids: Keys) -> QuerySet:
    waiting = [state for state, stage in STAGE_OF.items() if stage in (Stage.SELF, Stage.FIRST)]
    # By the standard of the stored year: the one of a trial is not stored.
    manual = Indicator.objects.filter(standard__cycle=cycle, kind=Indicator.Kind.MANUAL).values(
        "code"
    )
    items = limited(FilingItem.objects.order_by(), ids, "filing__organization").filter(
        filing__cycle=cycle, filing__state__in=waiting, code__in=manual, self_points__isnull=False
    )
    return items.values_list("filing__organization", "code", "self_points", "self_note")


@lru_cache(maxsize=50_000)
def _reviewed(points: float | None, reason: str, *, by_self: bool = False) -> Reviewed:
    """Return a reviewed score; equal ones share one object."""
    return Reviewed(None if points is None else round(points * 100), reason.rstrip("。"), by_self)
