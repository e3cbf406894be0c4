"""Sums of points by body, place and indicator, kept beside the scorecards (IndicatorTally)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from accounts.bulk import delete_rows, insert_rows
from assessments.models import Cycle, IndicatorTally, Scorecard
from assessments.rules import number
from assessments.scores import ScoreTexts, scores_of

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
    """Adds up the scorecards of counted organizations.

    Most scores occur many times: their texts are counted, and what they say is multiplied.
    """

    def __init__(self, texts: ScoreTexts):
        self.texts = texts
        self.found: dict[Key, Counter[str]] = defaultdict(Counter)

    def add(self, key: Key, parts: Iterable[str]) -> None:
        """Add one scorecard by the texts of its scores."""
        self.found[key].update(parts)

    def rows(self) -> Iterator[tuple]:
        """Yield the values of `_FIELDS` without the cycle."""
        for key, counts in self.found.items():
            lines: dict[str, list[int]] = {}
            for text, count in counts.items():
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
                yield (*key, code, *numbers, number(earned), number(full))


def stored_sums(cycle: Cycle, jurisdictions: Collection[int] | None = None) -> Sums:
    """Return the sums of the scorecards stored for some bodies (None: for all)."""
    at = "assessment__"
    cards = Scorecard.objects.order_by().filter(assessment__cycle=cycle, assessment__exclusion="")
    if jurisdictions is not None:
        cards = cards.filter(assessment__jurisdiction__in=jurisdictions)
    texts = ScoreTexts()
    sums = Sums(texts)
    for *key, results in cards.values_list(
        f"{at}jurisdiction", f"{at}unit", f"{at}place", "results"
    ):
        sums.add(tuple(key), texts.parts(scores_of(results)))
    return sums


def replace_tallies(cycle: Cycle, sums: Sums, jurisdictions: Collection[int] | None = None) -> None:
    """Store `sums` in place of the tallies of `jurisdictions` (None: of all bodies)."""
    old = IndicatorTally.objects.filter(cycle=cycle)
    delete_rows(old if jurisdictions is None else old.filter(jurisdiction__in=jurisdictions))
    insert_rows(IndicatorTally, _FIELDS, ((cycle.pk, *row) for row in sums.rows()))
