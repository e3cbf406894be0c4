"""What an organization is short of in a year, by the habits of its county."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from partybuild.demo.organizations import OrgPlan
from partybuild.demo.outcomes import Outcome

# How often each shortfall happens; 1 where nothing is said.
EVERYWHERE = {
    "fixed_day": 0.3,
    "vacancy": 0.4,
    "overdue": 0.45,
    "posts": 0.6,
    "study": 0.45,
    "secretary_lecture": 0.5,
    "lecture": 0.7,
    "attendance": 0.6,
    "assembly": 0.6,
    "committee": 1.3,
    "theme": 1.2,
}
# How much more often in a unit.
HABITS: dict[str, dict[str, float]] = {
    "direct": {"study": 2, "evaluated": 2, "posts": 0.4, "assembly": 0.5},
    "yundong": {"lecture": 4, "secretary_lecture": 3, "theme": 1.5},
    "binhe": {"attendance": 4, "fixed_day": 3, "theme": 3},
    "qingyan": {"group": 2, "study": 2, "overdue": 0.3, "vacancy": 0.3},
    "linxi": {"overdue": 4, "group": 3, "assembly": 1.5},
    "anling": {"committee": 6, "assembly": 2.5, "study": 2},
    "shidu": {"vacancy": 4, "posts": 3, "attendance": 2},
    "liutang": {"evaluated": 3, "theme": 3, "secretary_lecture": 2},
}
VETOES: dict[str, dict[str, float]] = {
    "direct": {"V1": 2, "V3": 1},
    "linxi": {"V1": 5, "V2": 1, "V3": 1, "V4": 1},
    "anling": {"V1": 2, "V2": 1, "V3": 2, "V4": 3},
    "shidu": {"V1": 1, "V2": 5, "V3": 1, "V4": 1},
    "liutang": {"V1": 1, "V2": 1, "V3": 5, "V4": 1},
}
ANY_VETO: dict[str, float] = {"V1": 2, "V2": 2, "V3": 2, "V4": 1}
# Months in which meetings are forgotten: holidays first.
MONTHS = (2, 7, 8, 1, 6, 9, 3, 4, 5, 10, 11, 12)
MONTH_WEIGHTS = (7, 7, 9, 3, 2, 2, 2, 1, 1, 2, 2, 2)


@dataclass
class Shortfall:
    """What is missing in one year of one organization; empty means nothing is."""

    committee: set[int] = field(default_factory=set)
    group: set[int] = field(default_factory=set)
    theme: set[int] = field(default_factory=set)
    assembly: set[int] = field(default_factory=set)
    lecture: set[int] = field(default_factory=set)
    secretary_lecture: bool = False
    fixed_day: bool = False
    attendance: float = 0.965
    evaluated: float = 1.0
    # Studies of Party building (专题研究党建) left out: 0, 1 or 2.
    study: int = 0
    # Days the term is over at the check date; days without a secretary; posts not filled.
    overdue: int = 0
    vacancy: int = 0
    posts: int = 0
    org_life: bool = False
    evaluation: bool = False
    empty: set[int] = field(default_factory=set)
    # About how many points all this costs.
    cost: float = 0.0


def _months(rng: Random, count: int) -> set[int]:
    """Return about `count` months, never three in a row: that would be a veto."""
    found: set[int] = set()
    for _ in range(4 * count):
        month = rng.choices(MONTHS, MONTH_WEIGHTS)[0]
        around = [{month + shift, month + shift + 1, month + shift + 2} for shift in (-2, -1, 0)]
        if len(found) < count and not any(run <= found | {month} for run in around):
            found.add(month)
    return found


def _apply(name: str, short: Shortfall, plan: OrgPlan, budget: float, rng: Random) -> float:
    """Add one kind of shortfall of at most about `budget` points; return its cost."""

    def times(cost: float, most: int) -> int:
        return max(1, min(rng.randint(1, most), int(budget / cost)))

    match name:
        case "committee":
            short.committee = _months(rng, times(1 / 3, 7))
            return len(short.committee) / 3
        case "group":
            short.group = _months(rng, times(1 / 4, 6))
            return len(short.group) / 4
        case "theme":
            short.theme = _months(rng, times(0.4, 4))
            return 0.4 * len(short.theme)
        case "assembly":
            quarters = times(1.1, 2) if plan.is_branch else 1
            short.assembly = set(rng.sample((1, 3, 3, 4, 2), quarters))
            return len(short.assembly) * (1.0 if plan.is_branch else 2.0)
        case "lecture":
            short.lecture = set(rng.sample((1, 2, 3, 4), times(0.5, 3)))
            return len(short.lecture) / 2
        case "secretary_lecture":
            short.secretary_lecture = True
            return 1.0
        case "fixed_day":
            short.fixed_day = True
            return 1.0
        case "attendance":
            short.attendance = rng.uniform(max(0.71, 0.9 - budget / 10), 0.89)
            return (0.9 - short.attendance) * 10
        case "evaluated":
            short.evaluated = rng.uniform(max(0.55, 1 - budget / 3), 0.95)
            return 3 * (1 - short.evaluated)
        case "study":
            short.study = 2 if budget >= 3 and rng.random() < 0.3 else 1
            return 1.5 * short.study
        case "overdue":
            short.overdue = rng.randint(70, 170) if budget >= 3.2 else rng.randint(8, 55)
            return 3.0 if short.overdue > 60 else 1.0
        case "posts":
            short.posts = 2 if budget >= 3.4 and rng.random() < 0.3 else 1
            return short.posts + 1.0
        case "vacancy":
            short.vacancy = rng.randint(64, 86) if budget >= 2.2 else rng.randint(34, 57)
            return 2.0 if short.vacancy > 60 else 1.0
    raise ValueError(name)


def _possible(plan: OrgPlan, is_passing: bool) -> list[str]:
    """Return the shortfalls that can happen to an organization of this make."""
    names = ["assembly", "lecture", "secretary_lecture", "study", "overdue", "vacancy"]
    if plan.has_committee:
        names += ["committee", "committee", "posts"]
    if not plan.is_branch and is_passing:
        # What its branches hand up costs enough already.
        return ["committee", "secretary_lecture"]
    if plan.is_branch:
        names += ["theme", "theme", "fixed_day", "attendance", "evaluated"]
        if plan.groups:
            names.append("group")
    return names


def shortfall(plan: OrgPlan, outcome: Outcome, rng: Random) -> Shortfall:
    """Return what `plan` is short of in a year in which it is to reach `outcome`.

    Only part of the lost points comes from records; the rest is left to the reviews.
    """
    short = Shortfall()
    match outcome.veto:
        case "V1":
            short.overdue = rng.randint(190, 640)
        case "V2":
            short.vacancy = rng.randint(95, 230)
        case "V3":
            short.org_life = rng.random() < 0.6
            short.evaluation = not short.org_life or rng.random() < 0.4
        case "V4":
            first = rng.choice((1, 6, 6, 7, 7, 8))
            short.empty = {first, first + 1, first + 2}
    if plan.exclusion:
        return short
    lost = 100 - outcome.score
    share = rng.uniform(0.15, 0.55) if outcome.passes else rng.uniform(0.4, 0.7)
    # Points that do not apply make the others dearer.
    budget = min(lost * share * 0.85, 15.0 if plan.is_branch or not outcome.passes else 1.5)
    spent = {"V1": 4.0, "V2": 3.0, "V3": 5.0, "V4": 4.0}.get(outcome.veto, 0.0)
    if not plan.registered:
        # B2 finds no secretary in a register that is not there.
        spent += 2.0
    names = _possible(plan, outcome.passes)
    if outcome.veto in ("V1", "V2"):
        names = [name for name in names if name not in ("overdue", "vacancy")]
    habits = HABITS[plan.unit.key]
    while names and budget - spent > 0.35:
        name = rng.choices(
            names, [EVERYWHERE.get(name, 1.0) * habits.get(name, 1.0) for name in names]
        )[0]
        names = [other for other in names if other != name]
        # A passing one must not fall over a single costly matter.
        if outcome.passes and name in ("overdue", "posts", "vacancy") and budget - spent < 1.5:
            continue
        spent += _apply(name, short, plan, budget - spent, rng)
    short.cost = spent
    return short
