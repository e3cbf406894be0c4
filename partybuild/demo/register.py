"""Storing what was planned: organizations, what they cover, who managed them since when."""

from __future__ import annotations

import datetime
from random import Random

from orgs.models import Affiliation, Organization, OrgKind
from partybuild.demo import names
from partybuild.demo.bodies import Bodies, create_school_leaf
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.schools import ACCOUNT_SCHOOL, ACCOUNT_TOWN
from schools.models import School


def store_organizations(plans: list[OrgPlan], bodies: Bodies, seed: int) -> None:
    """Store organizations, what they cover, and who managed them since when."""
    rng = Random(f"{seed}/organization-rows")
    leaf = None
    for plan in plans:
        body = bodies[plan.body]
        if plan.school.name == ACCOUNT_SCHOOL and plan.kind != OrgKind.JOINT_BRANCH:
            leaf = leaf or create_school_leaf(bodies["linxi", ACCOUNT_TOWN], ACCOUNT_SCHOOL)
            body = leaf
        plan.row = Organization(
            name=plan.name,
            kind=plan.kind,
            is_retiree_branch=plan.is_retiree,
            school=plan.school.row,
            jurisdiction=body,
            founded_on=plan.founded_on,
            dissolved_on=plan.dissolved_on,
            has_committee=plan.has_committee if plan.is_branch else True,
            fixed_day=f"每月{plan.fixed_day}日" if plan.fixed_day else "",
            is_dispersed=bool(plan.groups) and plan.members <= 14,
            setup_approval=plan.approval,
            contact=names.person(rng, rng.random() < 0.5),
            phone=names.phone(rng),
        )
        if plan.is_branch:
            plan.row.declared_members = plan.members
            plan.row.declared_probationary = plan.probationary
        else:
            plan.row.declared_members = sum(child.members for child in plan.children)
            plan.row.declared_probationary = sum(child.probationary for child in plan.children)
    tops = [plan for plan in plans if plan.parent is None]
    Organization.objects.bulk_create([plan.row for plan in tops], batch_size=500)
    below = []
    for plan in plans:
        if plan.parent:
            plan.row.parent = plan.parent.row
            below.append(plan.row)
    Organization.objects.bulk_create(below, batch_size=500)

    covers = Organization.covered_schools.through
    covers.objects.bulk_create(
        covers(organization=plan.row, school=school.row)
        for plan in plans
        for school in plan.covered
    )
    _store_affiliations(plans, bodies, rng)
    _declare_school_members(plans)
    if leaf:
        School.objects.filter(name=ACCOUNT_SCHOOL).update(jurisdiction=leaf)


def _store_affiliations(plans: list[OrgPlan], bodies: Bodies, rng: Random) -> None:
    """Store the managing body of each organization, and for a few an earlier one."""
    rows = []
    for plan in plans:
        since = None
        earlier = bodies[plan.unit.key, "edu"]
        if (
            rng.random() < 0.04
            and earlier.pk != plan.row.jurisdiction_id
            and plan.founded_on.year < 2016
        ):
            since = datetime.date(2017, 4, 1)
            rows.append(Affiliation(organization=plan.row, jurisdiction=earlier, end=since))
        rows.append(
            Affiliation(
                organization=plan.row,
                jurisdiction_id=plan.row.jurisdiction_id,
                start=since,
                document="云组发〔2017〕12号" if since else "",
            )
        )
    Affiliation.objects.bulk_create(rows, batch_size=1000)


def _declare_school_members(plans: list[OrgPlan]) -> None:
    """Store with each school the Party members its organizations tell."""
    totals: dict[int, int] = {}
    for plan in plans:
        if plan.is_branch and plan.exclusion in ("", "new") and not plan.covered:
            totals[plan.school.row.pk] = totals.get(plan.school.row.pk, 0) + plan.members
    schools = list(School.objects.only("pk", "staff"))
    for school in schools:
        school.declared_members = totals.get(school.pk, 0)
    School.objects.bulk_update(schools, ["declared_members"], batch_size=500)
