"""How well an organization keeps the records beside its meetings, year by year.

For each indicator that such records decide: the share of its points they lose, 0 … 1.
It follows the habits of the county and the score the organization is to reach, and stays
below what that score loses: the manual indicators take the rest (reviews.py). Where the
records of an organization do not exist, the reviews take its share as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from partybuild.demo.defects import Shortfall
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.outcomes import Outcome
from partybuild.demo.reviews import HABITS

# The points that records can lose. D2, D5 and E3 follow from few people: left alone.
OF_ALL = {"B3": 3.0, "B5": 2.0, "F1": 3.0, "G2": 2.0, "G4": 2.0, "G5": 2.0}
OF_BRANCHES = {"C6": 2.0, "D1": 5.0, "D3": 4.0, "E1": 4.0, "E2": 2.0, "F2": 2.0, "F3": 2.0}
# What the manual indicators can take of an organization that loses much.
MANUAL = 7.0
# Points that do not apply make the others dearer.
SCALED = 0.85
# No record loses so little: it would not show.
LEAST = 0.2


class Quality:
    """Draws the losses of each organization and year when they are asked for."""

    def __init__(
        self,
        outcomes: Mapping[int, Mapping[str, Outcome]],
        shortfalls: Mapping[int, Mapping[str, Shortfall]],
        *,
        seed: int,
    ):
        self.outcomes, self.shortfalls, self.seed = outcomes, shortfalls, seed
        self._known: dict[tuple[str, int], dict[str, float]] = {}

    def loss(self, plan: OrgPlan, year: int, code: str) -> float:
        """Return the share of its points that indicator `code` is to lose.

        Records of one that passes must not lose more; of one that fails they may.
        """
        known = self._known.get((plan.name, year))
        if known is None:
            known = self._known[plan.name, year] = self._draw(plan, year)
        return known.get(code, 0.0)

    def passes(self, plan: OrgPlan, year: int) -> bool:
        """Tell whether it is to reach the standard."""
        return self.outcomes[year][plan.name].passes

    def _draw(self, plan: OrgPlan, year: int) -> dict[str, float]:
        rng = Random(f"{self.seed}/quality/{year}/{plan.name}")
        points = OF_ALL | (OF_BRANCHES if plan.is_branch else {})
        habits = HABITS[plan.unit.key]
        left, lost = self._budget(plan, year, rng), dict.fromkeys(points, 0.0)
        names = list(points)
        while names and left > LEAST:
            weights = [points[name] * habits.get(name, 1.0) for name in names]
            name = rng.choices(names, weights)[0]
            names.remove(name)
            lost[name] = min(left, points[name] * rng.uniform(0.15, 1.0))
            left -= lost[name]
        return {name: part / points[name] for name, part in lost.items()}

    def _budget(self, plan: OrgPlan, year: int, rng: Random) -> float:
        """Return how many points the records of one organization lose in all."""
        outcome = self.outcomes[year][plan.name]
        left = (100 - outcome.score) * SCALED - self.shortfalls[year][plan.name].cost
        share = rng.uniform(0.3, 0.6) if outcome.passes else rng.uniform(0.4, 0.7)
        if not plan.is_branch:
            # What its branches hand up costs enough already.
            return 0.0 if outcome.passes else 0.3 * left
        return left * share if outcome.passes else max(left * share, left - MANUAL)
