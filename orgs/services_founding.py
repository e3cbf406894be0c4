"""Founding, dissolving, merging and splitting organizations, with where the members go.

Each is one transaction with a revision of every record, one entry of the operation log, and
new scores for the years from that day on. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import history
from accounts.history import Act
from orgs import affiliations
from orgs.acting import check_day, finish, require_superior
from orgs.affiliations import Place
from orgs.models import (
    Affiliation,
    Member,
    Organization,
    OrgKind,
    Post,
    PostBasis,
    PostEnd,
    PostKind,
    Term,
)
from orgs.moving import (
    check_settled,
    end_posts_of,
    has_own_members,
    members_of,
    move_applicants,
    move_members,
)
from orgs.services_structure import (
    UPPER,
    body_of,
    check_alive,
    check_name,
    check_parent,
    organizations_below,
    restyle,
    set_units,
    take,
    units_of,
)
from orgs.services_tenure import end_posts, find_member
from schools.models import JurisdictionKind, School

# -- founding -------------------------------------------------------------------------------


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
    _found(organization, covered=covered, act=act)
    if term:
        check_day(term.elected_on, organization, "elected_on")
        term.organization = organization
        history.create(term, act=act)
    if secretary:
        _seat(
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


def _found(organization: Organization, *, covered: Collection[School] = (), act: Act) -> None:
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


def _seat(organization, holder: str, day, *, basis, is_principal=False, act: Act) -> None:
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


# -- dissolving -----------------------------------------------------------------------------


@transaction.atomic
def dissolve(
    *,
    organization: Organization,
    on: datetime.date,
    document: str = "",
    to: Organization | None = None,
    act: Act,
    expected: int | None = None,
) -> int:
    """Dissolve an organization; its members go to `to`. Returns how many moved.

    Refused while members remain and nobody receives them, or organizations below.
    """
    organization = take(organization, expected)
    require_superior(act, organization.jurisdiction)
    count = close(organization, on=on, document=document, to=to, act=act)
    finish(
        "organization.dissolve",
        organization,
        act=act,
        day=on,
        others=[one for one in (to, organization.parent) if one],
        changes={
            "撤销时间": on,
            "文号": document,
            "党员": f"{count} 名转入{to.short_name}" if to and count else "",
        },
    )
    return count


def close(
    organization: Organization,
    *,
    on: datetime.date,
    document: str,
    to: Organization | None,
    successor: Organization | None = None,
    act: Act,
) -> int:
    """Do what dissolving does, without the log entry; return how many members moved."""
    check_alive(organization)
    check_day(on, organization)
    check_settled(organization)
    if last := _last_day(organization):
        what, day = last
        if day > on:
            raise ValidationError(
                {"on": f"{day:%Y-%m-%d} 还有{what}，撤销不能早于这一天，请核对。"}
            )
    below = organizations_below(organization)
    if below:
        names = "、".join(one.short_name for one in below[:3])
        raise ValidationError(
            f"还有 {len(below)} 个下级党组织（{names}{'等' if len(below) > 3 else ''}），"
            "请先撤销，或把它们变更隶属。"
        )
    members = members_of(organization)
    if members and to is None:
        raise ValidationError(
            {
                "to": f"{organization.short_name}名下还有 {len(members)} 名党员，"
                "请选择接收的党组织，或先办理转接。"
            }
        )
    if to is not None:
        if to.pk == organization.pk:
            raise ValidationError({"to": "接收党员的不能是被撤销的党组织自己。"})
        check_alive(to)
        require_superior(act, to.jurisdiction)
        move_members(members, to, on=on, document=document, act=act)
        move_applicants(organization, to, act=act)
    end_posts(organization, on, reason=PostEnd.DISSOLVED, act=act)
    organization.dissolved_on, organization.dissolution_document = on, document
    organization.successor = successor
    history.save(organization, act=act)
    return len(members)


def _last_day(organization: Organization) -> tuple[str, datetime.date] | None:
    """Return the last thing the records say of an organization, and its day."""
    rows = (
        ("换届记录", organization.terms, "elected_on"),
        ("任职记录", organization.posts, "start"),
        ("隶属变更", organization.affiliations, "start"),
        ("更名记录", organization.former_names, "end"),
        ("党员转入", organization.memberships, "start"),
    )
    found = []
    for what, related, name in rows:
        day = related.filter(withdrawn_at=None).aggregate(last=Max(name))["last"]
        if day:
            found.append((what, day))
    return max(found, key=lambda pair: pair[1], default=None)


# -- merging --------------------------------------------------------------------------------


@transaction.atomic
def merge(
    *,
    into: Organization,
    others: Sequence[Organization],
    on: datetime.date,
    document: str = "",
    name: str = "",
    kind: str = "",
    act: Act,
    expected: int | None = None,
) -> int:
    """Merge `others` into an organization: members, those below and schools go to it.

    The merged ones are dissolved on that day with `successor`; what they were short of
    before stays theirs. `name` and `kind` change those of the receiving one on that day.
    Returns how many members moved.
    """
    into = take(into, expected)
    check_alive(into)
    check_day(on, into)
    if not others:
        raise ValidationError({"others": "请填要并入的党组织。"})
    require_superior(act, into.jurisdiction, *(one.jurisdiction for one in others))
    moved, joining = 0, []
    # Judged by the kind it will have; stored once the names of the others are free.
    old_kind, into.kind = into.kind, kind or into.kind
    for other in others:
        count, schools = _absorb(into, take(other), on, document, act)
        moved += count
        joining += schools
    into.kind = old_kind
    changes: dict[str, Any] = {}
    if (name and name != into.name) or (kind and kind != old_kind):
        changes = restyle(
            into, name=name or into.name, kind=kind, on=on, document=document, act=act
        )
    known = units_of(into)
    joining = [one for one in dict.fromkeys(joining) if one not in known and _is_left(one)]
    if joining:
        set_units(into, [*known, *joining], on=on, document=document, act=act)
    finish(
        "organization.merge",
        into,
        act=act,
        day=on,
        others=others,
        changes={
            **changes,
            "并入": "、".join(one.short_name for one in others),
            "合并时间": on,
            "文号": document,
            "党员": f"{moved} 名",
            "加入的学校": "、".join(one.name for one in joining),
        },
    )
    return moved


def _is_left(school: School) -> bool:
    """Tell whether a school, still there, has no organization of its own any more."""
    own = Organization.objects.filter(school=school, dissolved_on=None)
    return school.closed_on is None and not own.exists()


def _absorb(
    into: Organization, other: Organization, on, document: str, act: Act
) -> tuple[int, list[School]]:
    """Take one organization over; return how many members it had, and its schools."""
    if other.pk == into.pk:
        raise ValidationError({"others": "不能并入它自己。"})
    if into in organizations_below(other):
        raise ValidationError({"others": f"{other.short_name}是它的上级，不能并入下级。"})
    if other.dissolved_on:
        raise ValidationError(
            {"others": f"{other.short_name} {other.dissolved_on:%Y-%m-%d} 已经撤销。"}
        )
    check_day(on, other)
    members = members_of(other)
    receives = has_own_members(into.kind)
    if members and not receives:
        raise ValidationError(
            {
                "others": f"{other.short_name}有 {len(members)} 名党员。"
                f"{OrgKind(into.kind).label}的党员编在下面的党支部，请并入其中一个党支部。"
            }
        )
    _adopt(into, other, on, document, act)
    schools = units_of(other)
    to = into if receives else None
    close(other, on=on, document=document, to=to, successor=into, act=act)
    return len(members), schools


def _adopt(into: Organization, other: Organization, on, document: str, act: Act) -> None:
    """Put the organizations directly below `other` below `into`."""
    children = list(Organization.objects.filter(parent=other, dissolved_on=None))
    if children and into.kind not in UPPER:
        raise ValidationError(
            {
                "others": f"{other.short_name}下面还有 {len(children)} 个党组织，"
                f"{OrgKind(into.kind).label}不设下级，请先撤销或变更隶属。"
            }
        )
    for child in children:
        if child.pk == into.pk:
            continue
        affiliations.insert(
            child, Place(into.jurisdiction, into), start=on, document=document, act=act
        )
        child.jurisdiction, child.parent = into.jurisdiction, into
        history.save(child, act=act)


# -- splitting ------------------------------------------------------------------------------


class Rest(StrEnum):
    """What becomes of an organization that is split."""

    STAYS = "stays"
    CLOSES = "closes"
    ABOVE = "above"


@dataclass(slots=True)
class Part:
    """A new organization that comes out of a split, with its members."""

    name: str
    kind: str = OrgKind.BRANCH
    secretary: str = ""
    members: list[Member] = field(default_factory=list)


@transaction.atomic
def split(
    *,
    organization: Organization,
    parts: Sequence[Part],
    rest: Rest,
    upper_name: str = "",
    on: datetime.date,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> list[Organization]:
    """Split one organization into `parts`; return the new ones.

    `rest` STAYS: it keeps the members nobody else takes. CLOSES: it is dissolved. ABOVE:
    it becomes a general branch called `upper_name`, with the new ones below it.
    """
    organization = take(organization, expected)
    check_alive(organization)
    require_superior(act, organization.jurisdiction)
    check_day(on, organization)
    check_settled(organization)
    members = {member.pk: member for member in members_of(organization)}
    taken = [member.pk for part in parts for member in part.members]
    if len(taken) != len(set(taken)) or not set(taken) <= set(members):
        raise ValidationError("党员的分配有重复，或有人已经转走，请刷新后核对。")
    left = [member for key, member in members.items() if key not in set(taken)]
    _check_parts(parts, rest, left)
    secretaries = {part.name: part.secretary for part in parts}
    old_name = organization.short_name
    if rest == Rest.ABOVE:
        restyle(
            organization,
            name=upper_name or organization.name,
            kind=OrgKind.GENERAL_BRANCH,
            on=on,
            document=document,
            act=act,
        )
    made = []
    for part in parts:
        new = Organization(
            name=part.name,
            kind=part.kind,
            school=organization.school,
            parent=organization if rest == Rest.ABOVE else organization.parent,
            jurisdiction=organization.jurisdiction,
            founded_on=on,
            founding_document=document,
            origin=organization,
        )
        _found(new, act=act)
        move_members(part.members, new, on=on, document=document, act=act, field="parts")
        if rest == Rest.STAYS:
            end_posts_of(part.members, organization, on, act=act)
        if secretaries[part.name]:
            _seat(new, secretaries[part.name], on, basis=PostBasis.APPOINTED, act=act)
        made.append(new)
    if rest != Rest.STAYS:
        move_applicants(organization, made[0], act=act)
    if rest == Rest.CLOSES:
        close(organization, on=on, document=document, to=None, act=act)
    finish(
        "organization.split",
        organization,
        act=act,
        day=on,
        others=made,
        changes={
            "分设": [
                f"{new.short_name}（{len(part.members)} 名）"
                for new, part in zip(made, parts, strict=True)
            ],
            "原组织": {
                Rest.STAYS: f"保留，党员 {len(left)} 名",
                Rest.CLOSES: "撤销",
                Rest.ABOVE: f"{old_name}改建为{organization.short_name}",
            }[rest],
            "分设时间": on,
            "文号": document,
        },
    )
    return made


def _check_parts(parts: Sequence[Part], rest: Rest, left: Sequence[Member]) -> None:
    least = 1 if rest == Rest.STAYS else 2
    if len(parts) < least:
        raise ValidationError(
            "请填新设的党组织名称。" if least == 1 else "至少新设 2 个党组织，请再填一个名称。"
        )
    names = [part.name for part in parts]
    if len(names) != len(set(names)):
        raise ValidationError("新设的党组织名称有重复，请核对。")
    if left and rest != Rest.STAYS:
        some = "、".join(member.name for member in left[:3])
        raise ValidationError(
            f"还有 {len(left)} 名党员没有分到新设的党组织（{some}{'等' if len(left) > 3 else ''}）。"
        )
    if rest == Rest.STAYS and not left and any(part.members for part in parts):
        raise ValidationError("党员全部分走了，原组织请选“撤销”。")
