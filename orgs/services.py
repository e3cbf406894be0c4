"""Writing organizations and members: in bulk, for the workbooks brought in.

The import that calls these keeps the operation log: one entry for the batch.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accounts import history
from accounts.history import NOWHERE, Act, Place, Placed
from orgs.models import Affiliation, Organization, Post, Term
from orgs.services_memberships import keep_in_step, told_by
from schools.matching import Unit
from schools.models import Jurisdiction, JurisdictionKind, School
from schools.services import add_body


@dataclass
class NewBody:
    """A managing body named in the file that the tree does not have yet."""

    name: str
    kind: JurisdictionKind
    parent: Jurisdiction
    node: Jurisdiction | None = None


@dataclass
class Plan:
    """What storing a row does, beside the fields of the organization itself."""

    organization: Organization
    unit: Unit | None
    # Where the row stands in the file.
    place: Place = NOWHERE
    schools: list[School] = field(default_factory=list)
    parent: Organization | None = None
    jurisdiction: Jurisdiction | NewBody | None = None
    changed: list[str] = field(default_factory=list)
    covered: list[School] | None = None
    # The managing body once it stands in the tree.
    body: Jurisdiction | None = None
    # Whether the row tells the parent, and whether the managing body changes.
    sets_parent: bool = False
    moves: bool = False
    term: Term | None = None
    secretary: Post | None = None
    ended: Post | None = None
    # How far finding the managing body has come (a chain of parents in the file).
    resolving: bool = False
    resolved: bool = False


@transaction.atomic
def save_organizations(
    *, plans: Collection[Plan], new: Collection[Plan], today: datetime.date, act: Act
) -> None:
    """Write the organizations of one workbook with all that hangs on them.

    Managing bodies named for the first time are added; a change of the managing body
    ends the open affiliation on `today`; a school follows the body of its organization.
    """
    fresh = {id(plan) for plan in new}
    for plan in plans:
        body = plan.jurisdiction
        if isinstance(body, NewBody):
            if body.node is None:
                body.node = add_body(parent=body.parent, name=body.name, kind=body.kind)
            body = body.node
        if body is not None:
            plan.body = plan.organization.jurisdiction = body
    # Parents may stand in the same file and have keys only once all are stored.
    later = [plan for plan in new if plan.sets_parent and plan.parent and not plan.parent.pk]
    for plan in new:
        if plan.sets_parent and plan not in later:
            plan.organization.parent = plan.parent
    history.create_many([(plan.organization, plan.place) for plan in new], act=act)
    changed = [plan for plan in plans if id(plan) not in fresh]
    for plan in (*changed, *later):
        if plan.sets_parent:
            plan.organization.parent = plan.parent
    Organization.objects.bulk_update([p.organization for p in later], ["parent"], batch_size=200)
    history.save_many(
        [(plan.organization, plan.place) for plan in changed],
        act=act,
        fields={name for plan in changed for name in plan.changed} | {"parent", "jurisdiction"},
        also=_save_covered(plans, fresh),
    )
    _save_affiliations(plans, fresh, today, act)
    _save_terms_and_posts(plans, act)
    _move_schools(plans, act)


def _save_affiliations(plans, fresh: set[int], today: datetime.date, act: Act) -> None:
    """Open an affiliation for each new organization, and a new one where the body changes."""
    moved = {plan.organization.pk: plan for plan in plans if plan.moves and id(plan) not in fresh}
    opened = [
        (Affiliation(organization=plan.organization, jurisdiction=plan.body), plan.place)
        for plan in plans
        if id(plan) in fresh
    ]
    changed = []
    for affiliation in Affiliation.objects.filter(organization__in=list(moved), end=None):
        plan = moved.pop(affiliation.organization_id)
        changed.append((affiliation, plan.place))
        if affiliation.start and affiliation.start >= today:
            # Changed twice on one day: the later body holds from the start.
            affiliation.jurisdiction = plan.body
            continue
        affiliation.end = today
        opened.append((_from(today, plan), plan.place))
    opened += [(_from(today, plan), plan.place) for plan in moved.values()]
    history.save_many(changed, act=act, fields={"jurisdiction", "end"})
    history.create_many(opened, act=act)


def _from(day: datetime.date, plan: Plan) -> Affiliation:
    return Affiliation(organization=plan.organization, jurisdiction=plan.body, start=day)


def _save_covered(plans, fresh: set[int]) -> dict[int, history.Changes]:
    """Set the covered schools; return, by organization, the change of those known before."""
    through = Organization.covered_schools.through
    plans = [plan for plan in plans if plan.covered is not None]
    rows = through.objects.filter(organization__in=[plan.organization.pk for plan in plans])
    before: dict[int, list[int]] = {}
    for organization, school in rows.order_by("pk").values_list("organization", "school"):
        before.setdefault(organization, []).append(school)
    rows.delete()
    through.objects.bulk_create(
        through(organization_id=plan.organization.pk, school_id=school.pk)
        for plan in plans
        for school in plan.covered
    )
    changes: dict[int, history.Changes] = {}
    for plan in plans:
        old, new = before.get(plan.organization.pk, []), [school.pk for school in plan.covered]
        if id(plan) not in fresh and set(old) != set(new):
            changes[plan.organization.pk] = {"covered_schools": [old, new]}
    return changes


def _save_terms_and_posts(plans, act: Act) -> None:
    terms = [(plan.term, plan.place) for plan in plans if plan.term]
    posts = [(plan.secretary, plan.place) for plan in plans if plan.secretary]
    for plan in plans:
        for record in (plan.term, plan.secretary):
            if record:
                record.organization = plan.organization
    history.create_many([row for row in terms if row[0].pk is None], act=act)
    history.save_many([row for row in terms if row[0].pk], act=act, fields={"years", "stated_end"})
    ended = [(plan.ended, plan.place) for plan in plans if plan.ended]
    history.save_many(ended, act=act, fields={"end"})
    history.save_many([row for row in posts if row[0].pk], act=act, fields={"is_principal"})
    history.create_many([row for row in posts if row[0].pk is None], act=act)


def _move_schools(plans, act: Act) -> None:
    """Let the school of an organization follow its managing body."""
    moved = {}
    for plan in plans:
        organization = plan.organization
        if organization.parent_id or plan.body is None:
            continue
        for school in plan.schools:
            if (
                school.jurisdiction_id != plan.body.pk
                and school.jurisdiction.kind != JurisdictionKind.SCHOOL
            ):
                school.jurisdiction = plan.body
                moved[school.pk] = (school, plan.place)
    history.save_many(moved.values(), act=act, fields={"jurisdiction"})


@transaction.atomic
def save_members(
    *,
    new: Iterable[Placed],
    changed: Iterable[Placed],
    fields: Collection[str],
    act: Act,
    today: datetime.date,
) -> None:
    """Write the members of one workbook in bulk, with their memberships and situations."""
    new, changed = list(new), list(changed)
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)
    keep_in_step(new, changed if told_by(fields) else [], act=act, today=today)
