"""Founding organizations: with affiliation, name, units, and who takes office.

One transaction with a revision of every record, one entry of the operation log, and new
scores for the years from that day on. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import history
from accounts.history import Act
from orgs.acting import check_day, finish, require_superior
from orgs.models import (
    Affiliation,
    Organization,
    Post,
    PostBasis,
    PostKind,
    Term,
)
from orgs.services_structure import (
    body_of,
    check_name,
    check_parent,
    units_of,
)
from orgs.services_tenure import find_member
from schools.models import JurisdictionKind, School


@transaction.atomic
def found(
    *,
    organization: Organization,
    covered: Collection[School] = (),
    term: Term | None = None,
    secretary: str = "",
    is_principal: bool = False,
    act: Act,
) -> Organization:
    """Found an organization, with its affiliation, its first term and its secretary.

    `organization` and `term` are unsaved. Without a term the secretary is one appointed.
    """
    require_superior(act, organization.jurisdiction)
    day = organization.founded_on
    if day is None:
        raise ValidationError({"founded_on": "请填写成立时间。"})
    if term and term.elected_on < day:
        raise ValidationError({"elected_on": f"换届时间早于成立时间（{day:%Y-%m-%d}）。"})
    establish(organization, covered=covered, act=act)
    if term:
        check_day(term.elected_on, organization, "elected_on")
        term.organization = organization
        history.create(term, act=act)
    if secretary:
        seat(
            organization,
            secretary,
            term.elected_on if term else day,
            basis=PostBasis.ELECTED if term else PostBasis.APPOINTED,
            is_principal=is_principal,
            act=act,
        )
    finish(
        "organization.found",
        organization,
        act=act,
        day=day,
        others=[organization.parent] if organization.parent else [],
        changes={
            "名称": organization.name,
            "类别": organization.get_kind_display(),
            "成立时间": day,
            "文号": organization.founding_document,
            "管理主体": body_of(organization.jurisdiction).short_name,
            "上级党组织": organization.parent.short_name if organization.parent else "",
            "学校": "、".join(one.name for one in units_of(organization)),
            "本届换届时间": term.elected_on if term else None,
            "书记": secretary,
        },
    )
    return organization


def establish(organization: Organization, *, covered: Collection[School] = (), act: Act) -> None:
    """Store a new organization with its affiliation; its school's leaf is its own."""
    if organization.founded_on:
        check_day(organization.founded_on, None, "founded_on")
    check_name(organization)
    check_parent(organization, organization.parent, organization.jurisdiction)
    school = organization.school
    leaf = school.jurisdiction if school else None
    if leaf and leaf.kind == JurisdictionKind.SCHOOL and body_of(leaf) == organization.jurisdiction:
        organization.jurisdiction = leaf
    names = "、".join(one.name for one in covered)
    history.create(organization, act=act, also={"另外覆盖的学校": names} if names else None)
    organization.covered_schools.set(covered)
    history.create(
        Affiliation(
            organization=organization,
            jurisdiction=organization.jurisdiction,
            document=organization.founding_document,
        ),
        act=act,
    )


def seat(organization, holder: str, day, *, basis, is_principal=False, act: Act) -> None:
    post = Post(
        organization=organization,
        kind=PostKind.SECRETARY,
        holder=holder,
        member=find_member(organization, holder),
        start=day,
        basis=basis,
        appointment_document="" if basis == PostBasis.ELECTED else organization.founding_document,
        is_principal=is_principal,
    )
    history.create(post, act=act)
