"""Reviewed scores, read for many organizations at once."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import lru_cache

from django.db.models import Aggregate, TextField
from django.db.models.functions import Cast, JSONArray

from assessments.facts.scope import limited
from assessments.models import Cycle, ReviewedScore

# A score in hundredths (None: not applicable) and the reason.
Reviewed = tuple[int | None, str]


class JsonObject(Aggregate):
    """Keys and values of a group as one JSON object."""

    function = "json_group_object"
    output_field = TextField()

    def as_postgresql(self, compiler, connection):
        """Call it by its name there."""
        return self.as_sql(compiler, connection, function="json_object_agg")


def reviewed_scores(cycle: Cycle, ids: Collection[int] | None) -> dict[int, dict[str, Reviewed]]:
    """Return the reviewed scores by organization and code; one query, a row for each."""
    rows = (
        limited(ReviewedScore.objects.order_by(), ids)
        .filter(cycle=cycle)
        .values("organization")
        .annotate(given=Cast(JsonObject("code", JSONArray("points", "reason")), TextField()))
        .values_list("organization", "given")
    )
    return {
        organization: {code: _reviewed(*one) for code, one in json.loads(given).items()}
        for organization, given in rows
    }


@lru_cache(maxsize=50_000)
def _reviewed(points: float | None, reason: str) -> Reviewed:
    """Return a reviewed score; equal ones share one object."""
    return (None if points is None else round(points * 100), reason.rstrip("。"))
