"""Merging and splitting organizations, with where members, lower organizations and schools go.

Each is one transaction with a revision of every record, one entry of the operation log, and
new scores for the years from that day on. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import history
from accounts.history import Act
from orgs import affiliations
from orgs.acting import check_day, finish, require_superior
from orgs.affiliations import Place
from orgs.models import (
    Member,
    Organization,
    OrgKind,
    PostBasis,
)
from orgs.moving import (
    check_settled,
    end_posts_of,
    has_own_members,
    members_of,
    move_applicants,
    move_members,
)
from orgs.services_dissolving import close
from orgs.services_founding import establish, seat
from orgs.services_structure import (
    UPPER,
    check_alive,
    organizations_below,
    restyle,
    set_units,
    take,
    units_of,
)
from schools.models import School


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
        establish(new, act=act)
        move_members(part.members, new, on=on, document=document, act=act, field="parts")
        if rest == Rest.STAYS:
            end_posts_of(part.members, organization, on, act=act)
        if secretaries[part.name]:
            seat(new, secretaries[part.name], on, basis=PostBasis.APPOINTED, act=act)
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
