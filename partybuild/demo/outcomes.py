"""Which organizations are to reach the standard in a year, and how far from the line.

The choice is made here and nowhere stored: records are made to suit it, the rules judge
them, and `reviews` checks that every organization landed as chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from partybuild.demo import DemoError
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.schools import ACCOUNT_SCHOOL

# Share of branches that must pass for their general branch or committee to pass.
BRANCH_SHARE = 0.8
# Scores: (share, from, to). A good part stands within three points of the line.
PASSING = ((0.16, 85.0, 85.3), (0.32, 85.3, 88.0), (0.34, 88.0, 93.0), (0.18, 93.0, 98.8))
FAILING = ((0.28, 82.0, 84.9), (0.34, 75.0, 82.0), (0.24, 65.0, 75.0), (0.14, 46.0, 65.0))
VETOED = ((0.3, 85.5, 92.0), (0.7, 60.0, 85.0))
VETO_SHARE = 0.09


@dataclass(frozen=True)
class Outcome:
    """What one organization is to reach in one year."""

    passes: bool
    score: float
    # "V1".."V4" where a veto fails it, else "".
    veto: str = ""


def _draw(rng: Random, bands: tuple[tuple[float, float, float], ...]) -> float:
    low, high = rng.choices([band[1:] for band in bands], [band[0] for band in bands])[0]
    return round(rng.uniform(low, high), 2)


def _passing(plans: list[OrgPlan], wanted: int, before: set[str], rng: Random) -> set[str]:
    """Return the names of exactly `wanted` organizations that can pass together.

    Those that passed `before` come first, mostly. A superior passes only with all its
    branches; branches may pass under a superior that does not.
    """

    def merit(plan: OrgPlan) -> float:
        # Half of a merit is luck: about three in four keep what they had.
        return rng.random() + (0.75 if plan.name in before else 0)

    rate = wanted / len(plans)
    groups = [p for p in plans if p.children]
    loose = [p for p in plans if not p.children and not p.parent]
    chosen: set[str] = set()
    closed: set[str] = set()
    for top in sorted(groups, key=merit, reverse=True):
        names = {top.name, *(child.name for child in top.children)}
        below = sum(child.name in closed for child in top.children)
        is_room = len(chosen) + len(names) <= wanted
        if is_room and not below and rng.random() < (0.75 if top.name in before else 0.6 * rate):
            chosen |= names
        else:
            loose += top.children
    loose = [plan for plan in loose if plan.school.name != ACCOUNT_SCHOOL]
    loose.sort(key=merit, reverse=True)
    chosen |= {plan.name for plan in loose[: wanted - len(chosen)]}
    for top in sorted(groups, key=merit, reverse=True):
        if len(chosen) == wanted:
            break
        if top.name not in chosen and all(child.name in chosen for child in top.children):
            chosen.add(top.name)
    if len(chosen) != wanted:
        raise DemoError(
            f"{plans[0].unit.name}的 {len(plans)} 个党组织里选不出 {wanted} 个达标的，请换一个 --seed 再试。"
        )
    return chosen


def choose(
    plans: list[OrgPlan],
    wanted: int,
    *,
    year: int,
    vetoes: dict[str, float],
    before: set[str],
    rng: Random,
) -> dict[str, Outcome]:
    """Return the outcome of each counted organization of a unit by name.

    `vetoes` weighs the kinds of veto that happen in this unit.
    """
    passing = _passing(plans, wanted, before, rng)
    found: dict[str, Outcome] = {}
    for plan in plans:
        if plan.name in passing:
            found[plan.name] = Outcome(True, _draw(rng, PASSING))
            continue
        if plan.school.name == ACCOUNT_SCHOOL:
            found[plan.name] = Outcome(False, 83.4)
            continue
        veto = ""
        # One founded lately has no term that could be over.
        if rng.random() < VETO_SHARE and plan.founded_on.year < year - 5:
            possible = [v for v in vetoes if plan.is_branch or v in ("V1", "V2")]
            veto = rng.choices(possible, [vetoes[v] for v in possible])[0]
        passed_below = [child.name in passing for child in plan.children]
        held_back = plan.children and sum(passed_below) < BRANCH_SHARE * len(passed_below)
        if veto:
            score = _draw(rng, VETOED)
        elif held_back and rng.random() < 0.35:
            # Good itself, but too few of its branches passed.
            score = _draw(rng, PASSING[1:3])
        else:
            score = _draw(rng, FAILING)
        found[plan.name] = Outcome(False, score, veto)
    return found
