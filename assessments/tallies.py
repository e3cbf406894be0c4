"""Sums of points by body, place and indicator, kept beside the scorecards (IndicatorTally)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from operator import add

from django.db.models import QuerySet

from accounts.bulk import delete_rows, insert_rows
from assessments.models import Cycle, IndicatorTally, Scorecard
from assessments.scores import ScoreTexts, in_points, scores_of

_FIELDS = (
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
# The first of them say whose sums they are; the rest are added up.
_KEYS = 4
# Body, reporting unit and place.
Key = tuple[int, int | None, str | None]


class Sums:
    """Adds up the scorecards of counted organizations.

    Most scores occur many times: their texts are counted, and what they say is multiplied.
    """

    def __init__(self, texts: ScoreTexts):
        self.texts = texts
        self.found: dict[Key, Counter[str]] = defaultdict(Counter)

    def add(self, key: Key, parts: Iterable[str]) -> None:
        """Add one scorecard by the texts of its scores."""
        self.found[key].update(parts)

    def take(self, stored: QuerySet) -> None:
        """Take away what the scorecards of the assessments `stored` gave."""
        at = "assessment__"
        cards = Scorecard.objects.order_by().filter(
            assessment__in=stored.values("pk"), assessment__exclusion=""
        )
        rows = cards.values_list(f"{at}jurisdiction", f"{at}unit", f"{at}place", "results")
        for *key, results in rows:
            self.found[tuple(key)].subtract(self.texts.parts(scores_of(results)))

    def rows(self) -> Iterator[tuple]:
        """Yield the values of `_FIELDS`; those of equal sums taken and given add nothing."""
        for key, counts in self.found.items():
            lines: dict[str, list[int]] = {}
            for text, count in counts.items():
                if not count:
                    continue
                code, score = self.texts.scores[text]
                line = lines.setdefault(code, [0, 0, 0, 0, 0, 0])
                line[0] += count
                if score.points is not None:
                    line[1] += count
                    line[2] += count * (score.points < score.of)
                    line[3] += count * score.pending
                    line[4] += count * score.points
                    line[5] += count * score.of
            for code, (*numbers, earned, full) in lines.items():
                yield (*key, code, *numbers, in_points(earned), in_points(full))


def replace_tallies(cycle: Cycle, sums: Sums) -> None:
    """Store `sums` in place of all tallies of `cycle`."""
    delete_rows(IndicatorTally.objects.filter(cycle=cycle))
    _insert(cycle, sums.rows())


def change_tallies(cycle: Cycle, sums: Sums) -> None:
    """Add `sums`, which may be below zero, to the tallies of `cycle`."""
    changes = {row[:_KEYS]: row[_KEYS:] for row in sums.rows()}
    if not changes:
        return
    bodies = {key[0] for key in changes}
    stored = IndicatorTally.objects.filter(cycle=cycle, jurisdiction__in=bodies)
    lines = {row[:_KEYS]: row[_KEYS:] for row in stored.values_list(*_FIELDS)}
    for key, change in changes.items():
        lines[key] = tuple(map(add, lines[key], change)) if key in lines else change
    delete_rows(stored)
    # Where no organization is left there is no tally either.
    _insert(cycle, ((*key, *line) for key, line in lines.items() if line[0]))


def _insert(cycle: Cycle, rows: Iterable[tuple]) -> None:
    insert_rows(IndicatorTally, ("cycle", *_FIELDS), ((cycle.pk, *row) for row in rows))
