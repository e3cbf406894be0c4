"""Sums of points by body, place and indicator, kept beside the scores (IndicatorTally)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Count, Sum

from assessments.models import Cycle, IndicatorScore, IndicatorTally
from assessments.rules import Score, number
from assessments.storing import delete_rows, insert_rows

_FIELDS = ("cycle", "jurisdiction", "unit", "place", "code", "organizations", "earned", "full")
# Body, reporting unit and place.
Key = tuple[int, int | None, str | None]


class Sums:
    """Adds up scorecards as they are written."""

    def __init__(self, codes: Sequence[str]):
        self.codes = codes
        self.found: dict[Key, list[list[int]]] = {}

    def add(self, key: Key, scores: Iterable[Score]) -> None:
        """Add the applicable scores of one counted organization."""
        lines = self.found.get(key)
        if lines is None:
            lines = self.found[key] = [[0, 0, 0] for _ in self.codes]
        for line, score in zip(lines, scores, strict=True):
            if score[0] is not None:
                line[0] += 1
                line[1] += score[0]
                line[2] += score[1]

    def rows(self) -> Iterator[tuple]:
        """Yield body, unit, place, code, organizations, earned and full."""
        for key, lines in self.found.items():
            for code, (count, earned, full) in zip(self.codes, lines, strict=True):
                if count:
                    yield (*key, code, count, number(earned), number(full))


def stored_sums(cycle: Cycle, jurisdictions: Collection[int]) -> Iterator[tuple]:
    """Yield the same rows for some bodies from the scores in the database."""
    at = "assessment__"
    rows = (
        IndicatorScore.objects.order_by()
        .filter(
            assessment__cycle=cycle,
            assessment__exclusion="",
            assessment__jurisdiction__in=jurisdictions,
            points__isnull=False,
        )
        .values(f"{at}jurisdiction", f"{at}unit", f"{at}place", "code")
        .annotate(n=Count("pk"), earned=Sum("points"), full=Sum("of"))
        .values_list(f"{at}jurisdiction", f"{at}unit", f"{at}place", "code", "n", "earned", "full")
    )
    for *key, earned, full in rows:
        yield (*key, str(earned), str(full))


def replace_tallies(
    cycle: Cycle, rows: Iterable[tuple], jurisdictions: Collection[int] | None = None
) -> None:
    """Store `rows` in place of the tallies of `jurisdictions` (None: of all bodies)."""
    rows = list(rows)
    old = IndicatorTally.objects.filter(cycle=cycle)
    delete_rows(old if jurisdictions is None else old.filter(jurisdiction__in=jurisdictions))
    insert_rows(IndicatorTally, _FIELDS, ((cycle.pk, *row) for row in rows))
