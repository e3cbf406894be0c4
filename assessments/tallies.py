"""Sums of points by body, place and indicator, kept beside the scorecards (IndicatorTally)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from accounts.bulk import delete_rows, insert_rows
from assessments.models import Cycle, IndicatorTally, Scorecard
from assessments.rules import number
from assessments.scores import Score

_FIELDS = (
    "cycle",
    "jurisdiction",
    "unit",
    "place",
    "code",
    "due",
    "organizations",
    "losing",
    "pending",
    "earned",
    "full",
)
# Body, reporting unit and place.
Key = tuple[int, int | None, str | None]


class Sums:
    """Adds up the scorecards of counted organizations."""

    def __init__(self) -> None:
        self.found: dict[Key, dict[str, list[Score]]] = {}

    def add(self, key: Key, scores: Mapping[str, Score]) -> None:
        """Add one scorecard."""
        found = self.found.setdefault(key, {})
        for code, score in scores.items():
            found.setdefault(code, []).append(score)

    def rows(self) -> Iterator[tuple]:
        """Yield the values of `_FIELDS` without the cycle."""
        for key, by_code in self.found.items():
            for code, scores in by_code.items():
                rated = [(one.points, one.of) for one in scores if one.points is not None]
                yield (
                    *key,
                    code,
                    len(scores),
                    len(rated),
                    sum(points < of for points, of in rated),
                    sum(one.pending for one in scores),
                    number(sum(points for points, _ in rated)),
                    number(sum(of for _, of in rated)),
                )


def stored_sums(cycle: Cycle, jurisdictions: Collection[int] | None = None) -> Sums:
    """Return the sums of the scorecards stored for some bodies (None: for all)."""
    at = "assessment__"
    cards = Scorecard.objects.order_by().filter(assessment__cycle=cycle, assessment__exclusion="")
    if jurisdictions is not None:
        cards = cards.filter(assessment__jurisdiction__in=jurisdictions)
    sums = Sums()
    for *key, results in cards.values_list(
        f"{at}jurisdiction", f"{at}unit", f"{at}place", "results"
    ):
        sums.add(tuple(key), {code: Score(*values) for code, values in results.items()})
    return sums


def replace_tallies(cycle: Cycle, sums: Sums, jurisdictions: Collection[int] | None = None) -> None:
    """Store `sums` in place of the tallies of `jurisdictions` (None: of all bodies)."""
    old = IndicatorTally.objects.filter(cycle=cycle)
    delete_rows(old if jurisdictions is None else old.filter(jurisdiction__in=jurisdictions))
    insert_rows(IndicatorTally, _FIELDS, ((cycle.pk, *row) for row in sums.rows()))
