"""Writing organizations and members: in bulk, for the workbooks brought in.

The import that calls these keeps the operation log: one entry for the batch.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction

from orgs.models import Affiliation, Member, Organization, Post, Term
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
    *, plans: Collection[Plan], new: Collection[Plan], today: datetime.date
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
    Organization.objects.bulk_create([plan.organization for plan in new], batch_size=500)
    # Parents may stand in the same file: they have keys only now.
    for plan in plans:
        if plan.sets_parent:
            plan.organization.parent = plan.parent
    fields = {name for plan in plans if id(plan) not in fresh for name in plan.changed}
    if "name" in fields:
        # Derived columns are named to bulk_update beside their source.
        fields |= {"short_name", "name_key"}
    Organization.objects.bulk_update(
        [plan.organization for plan in plans],
        sorted(fields | {"parent", "jurisdiction"}),
        batch_size=200,
    )
    _save_affiliations(plans, fresh, today)
    _save_covered(plans)
    _save_terms_and_posts(plans)
    _move_schools(plans)


def _save_affiliations(plans, fresh: set[int], today: datetime.date) -> None:
    """Open an affiliation for each new organization, and a new one where the body changes."""
    moved = {plan.organization.pk: plan for plan in plans if plan.moves and id(plan) not in fresh}
    opened = [
        Affiliation(organization=plan.organization, jurisdiction=plan.body)
        for plan in plans
        if id(plan) in fresh
    ]
    ended, corrected = [], []
    for affiliation in Affiliation.objects.filter(organization__in=list(moved), end=None):
        plan = moved.pop(affiliation.organization_id)
        if affiliation.start and affiliation.start >= today:
            # Changed twice on one day: the later body holds from the start.
            affiliation.jurisdiction = plan.body
            corrected.append(affiliation)
            continue
        affiliation.end = today
        ended.append(affiliation)
        opened.append(
            Affiliation(organization=plan.organization, jurisdiction=plan.body, start=today)
        )
    opened += [
        Affiliation(organization=plan.organization, jurisdiction=plan.body, start=today)
        for plan in moved.values()
    ]
    Affiliation.objects.bulk_update(corrected, ["jurisdiction"], batch_size=500)
    Affiliation.objects.bulk_update(ended, ["end"], batch_size=500)
    Affiliation.objects.bulk_create(opened, batch_size=500)


def _save_covered(plans) -> None:
    through = Organization.covered_schools.through
    plans = [plan for plan in plans if plan.covered is not None]
    through.objects.filter(organization__in=[plan.organization.pk for plan in plans]).delete()
    through.objects.bulk_create(
        through(organization_id=plan.organization.pk, school_id=school.pk)
        for plan in plans
        for school in plan.covered
    )


def _save_terms_and_posts(plans) -> None:
    terms = [(plan.term, plan.organization) for plan in plans if plan.term]
    posts = [(plan.secretary, plan.organization) for plan in plans if plan.secretary]
    for record, organization in terms + posts:
        record.organization = organization
    Term.objects.bulk_create([t for t, _ in terms if t.pk is None], batch_size=500)
    Term.objects.bulk_update([t for t, _ in terms if t.pk], ["years", "stated_end"], batch_size=500)
    Post.objects.bulk_update([plan.ended for plan in plans if plan.ended], ["end"], batch_size=500)
    Post.objects.bulk_update([p for p, _ in posts if p.pk], ["is_principal"], batch_size=500)
    Post.objects.bulk_create([p for p, _ in posts if p.pk is None], batch_size=500)


def _move_schools(plans) -> None:
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
                moved[school.pk] = school
    School.objects.bulk_update(moved.values(), ["jurisdiction"], batch_size=500)


@transaction.atomic
def save_members(
    *, new: Collection[Member], changed: Collection[Member], fields: Collection[str]
) -> None:
    """Write the members of one workbook in bulk."""
    Member.objects.bulk_create(new, batch_size=1000)
    if fields:
        Member.objects.bulk_update(changed, sorted(fields), batch_size=200)
