"""What one indicator gives one organization, as rules return it and scorecards keep it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

ORIGINS = {"rule": "计算", "review": "审核", "rollup": "汇总"}


class Score(NamedTuple):
    """What one indicator gives one organization.

    `points` and `of` in hundredths; `points` None: not applicable, and `of` leaves
    the maximum. `reason` is the Chinese sentence shown to people; `inputs` the counts
    behind it, with the `missing` months, quarters or halves. `pending`: no record
    decides it and nobody has reviewed it yet (待评). `origin` is one of `ORIGINS`.

    Stored as a list in this order (`Scorecard.results`).
    """

    points: int | None
    of: int
    reason: str
    inputs: dict[str, Any] = {}  # noqa: RUF012  shared and never changed
    pending: bool = False
    origin: str = "rule"


def lost_codes(scores: Mapping[str, Score]) -> str:
    """Return the codes of the indicators that lost points, each between spaces: " C1 C5 "."""
    codes = [
        code for code, (points, of, *_) in scores.items() if points is not None and points < of
    ]
    return f" {' '.join(codes)} " if codes else ""


def in_points(hundredths: int) -> Decimal:
    """Return hundredths as points with two places: 333 is 3.33."""
    return Decimal(hundredths).scaleb(-2)
