"""What became of some organizations: names and kinds borne before, mergers, schools that joined."""

from __future__ import annotations

import datetime
from random import Random

from orgs.models import Coverage, FormerName, Organization, OrgKind, PostBasis, PostEnd
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People

# Endings of schools' names, with what they were called before.
BEFORE = (
    ("实验小学", "城关小学"),
    ("第二小学", "城南小学"),
    ("中心小学", "完全小学"),
    ("第三中学", "城关中学"),
    ("初级中学", "农业中学"),
    ("中心幼儿园", "学前班"),
    ("职业中学", "职业技术培训学校"),
)
# Share of the organizations that bore another name, and of general branches once a branch.
RENAMED, REBUILT = 0.06, 0.15
# One founded later has had no time to change.
OLD = 2012
# Ends of names: a general branch, and the branch it was.
GENERAL, BRANCH = "总支部委员会", "支部委员会"


def tell_posts(people: People) -> None:
    """Say of each post whether it was come by in an election, and why it was left."""
    elections: dict[int, set[datetime.date]] = {}
    for term in people.terms:
        elections.setdefault(id(term.organization), set()).add(term.elected_on)
    for post in people.posts:
        days = elections.get(id(post.organization), set())
        if post.start:
            post.basis = PostBasis.ELECTED if post.start in days else PostBasis.BY_ELECTION
        if post.end:
            post.end_reason = PostEnd.TERM_OVER if post.end in days else PostEnd.MOVED


def store_past(plans: list[OrgPlan], seed: int) -> int:
    """Store what some organizations were before; return how many changes there were.

    Nothing of it is judged: names and kinds of years ago, and what the dissolved went into.
    """
    names = [*_names(plans, Random(f"{seed}/former-names"))]
    merged = _merge(plans, Random(f"{seed}/mergers"))
    coverages = _coverages(plans)
    FormerName.objects.bulk_create(names)
    Organization.objects.bulk_update(merged, ["successor", "dissolution_document"])
    Coverage.objects.bulk_create(coverages)
    return len(names) + len(merged) + len(coverages)


def _names(plans: list[OrgPlan], rng: Random):
    """Yield the former names of schools' organizations, and of branches that have grown."""
    for plan in plans:
        if plan.founded_on.year >= OLD or plan.dissolved_on:
            continue
        year = rng.randint(OLD + 1, 2020)
        day = datetime.date(year, rng.choice((3, 9)), rng.randint(1, 28))
        grown = plan.kind == OrgKind.GENERAL_BRANCH and plan.name.endswith(GENERAL)
        ending = next((pair for pair in BEFORE if plan.school.name.endswith(pair[0])), None)
        if grown and rng.random() < REBUILT:
            name, kind = plan.name.removesuffix(GENERAL) + BRANCH, OrgKind.BRANCH
        elif ending and rng.random() < RENAMED:
            name, kind = plan.name.replace(*ending), plan.kind
        else:
            continue
        yield FormerName(
            organization=plan.row,
            name=name,
            kind=kind,
            end=day,
            document=f"云教党组〔{year}〕{rng.randint(3, 60)}号",
        )


def _merge(plans: list[OrgPlan], rng: Random) -> list[Organization]:
    """Let two in three of the dissolved go into another organization of their body."""
    changed = []
    for number, plan in enumerate(p for p in plans if p.dissolved_on):
        near = [
            other
            for other in plans
            if other.body == plan.body and other.kind == plan.kind and not other.dissolved_on
        ]
        if near and number % 3 < 2:
            plan.row.successor = rng.choice(near).row
        day = plan.dissolved_on
        plan.row.dissolution_document = (
            f"云教党组〔{day.year}〕{rng.randint(3, 60)}号" if day else ""
        )
        changed.append(plan.row)
    return changed


def _coverages(plans: list[OrgPlan]) -> list[Coverage]:
    """Let the last school of each joint branch have joined it later than the others."""
    return [
        Coverage(
            organization=plan.row,
            school=plan.covered[-1].row,
            start=datetime.date(max(plan.founded_on.year + 2, 2019), 9, 1),
            document="云教党组〔2019〕31号" if plan.founded_on.year <= 2017 else "",
        )
        for plan in plans
        if plan.covered and not plan.dissolved_on and plan.founded_on.year < 2022
    ]
