"""What one indicator gives one organization, as rules return it and scorecards keep it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.bulk import json_text

ORIGINS = {"rule": "计算", "review": "审核", "self": "自评", "rollup": "汇总"}


class Score(NamedTuple):
    """What one indicator gives one organization.

    `points` and `of` in hundredths; `points` None: not applicable, and `of` leaves
    the maximum. `reason` is the Chinese sentence shown to people; `inputs` the counts
    behind it, with the `missing` months, quarters or halves. `pending`: no record
    decides it and nobody has reviewed it yet (待评). `origin` is one of `ORIGINS`.

    Stored as a JSON list in this order (`scorecard_text`, `scores_of`).
    """

    points: int | None
    of: int
    reason: str
    inputs: dict[str, Any] = {}  # noqa: RUF012  shared and never changed
    pending: bool = False
    origin: str = "rule"


class ScoreTexts:
    """Scores written as JSON. Organizations share most of them: each is written once."""

    def __init__(self) -> None:
        # By indicator and reason; and back from the text.
        self._known: dict[str, dict[str, tuple[Score, str]]] = defaultdict(dict)
        self.scores: dict[str, tuple[str, Score]] = {}

    def parts(self, scores: Mapping[str, Score]) -> list[str]:
        """Return the members of the JSON object of a scorecard."""
        parts = []
        for code, score in scores.items():
            known, text = self._known[code].get(score[2], (None, ""))
            if known is not score and known != score:
                text = f'"{code}":{json_text(score)}'
                self._known[code][score[2]] = (score, text)
                self.scores[text] = (code, score)
            parts.append(text)
        return parts


def scorecard_text(parts: Iterable[str]) -> str:
    """Return the JSON of a scorecard from its `ScoreTexts.parts`."""
    return f"{{{','.join(parts)}}}"


def scores_of(text: str) -> dict[str, Score]:
    """Return the scores by indicator from the JSON of a scorecard."""
    return {code: Score(*values) for code, values in json.loads(text).items()}


def spaced(codes: Iterable[str]) -> str:
    """Return codes each between spaces, to be found as a part of the text: " C1 C5 "."""
    text = " ".join(codes)
    return f" {text} " if text else ""


def in_points(hundredths: int) -> Decimal:
    """Return hundredths as points with two places: 333 is 3.33."""
    return Decimal(hundredths).scaleb(-2)
