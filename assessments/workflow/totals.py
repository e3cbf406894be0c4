"""What the scores of a stage come to; pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assessments.rules.base import share
from assessments.scores import Score

# Hundredths of a point; None: not applicable.
Opinion = int | None


def final_of(scores: Mapping[str, Score], opinions: Mapping[str, Opinion]) -> Decimal | None:
    """Return 100 × earned ÷ full with `opinions` in the place of the scores they are about.

    `scores` are those of the scorecard; None where nothing applies.
    """
    earned = full = 0
    for code, score in scores.items():
        points = opinions.get(code, score.points)
        if points is None:
            continue
        # Full points are known from the card, also of what was not applicable before.
        earned += min(points, score.of)
        full += score.of
    return None if not full else Decimal(share(10_000, earned, full)) / 100
