"""Dissolving organizations, with where the members go.

One transaction with a revision of every record, one entry of the operation log, and new
scores for the years from that day on. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import history
from accounts.history import Act
from orgs.acting import check_day, finish, require_superior
from orgs.models import (
    Organization,
    PostEnd,
)
from orgs.moving import (
    check_settled,
    members_of,
    move_applicants,
    move_members,
)
from orgs.services_structure import (
    check_alive,
    organizations_below,
    take,
)
from orgs.services_tenure import end_posts


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
