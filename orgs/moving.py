"""Many members moved at once because their organization was merged, split or dissolved.

They need no receiving: the act that moves them decides for both sides. The caller opens
the transaction and writes the entry of the operation log.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts import history
from accounts.history import NOWHERE, Act
from orgs.models import (
    Beginning,
    DevelopmentCase,
    Member,
    Membership,
    Organization,
    OrgKind,
    Post,
    PostEnd,
    Transfer,
    TransferState,
)
from orgs.services_members import check_place

_CHUNK = 2000


def members_of(organization: Organization) -> list[Member]:
    """Return the members of an organization today."""
    return list(organization.members.filter(left_on=None).order_by("name", "pk"))


def check_settled(organization: Organization) -> None:
    """Refuse while a transfer from or to the organization waits to be received."""
    waiting = Transfer.objects.filter(
        Q(sender=organization) | Q(receiver=organization), state=TransferState.PENDING
    ).select_related("member")
    names = [transfer.member.name for transfer in waiting[:4]]
    if names:
        more = "等" if len(names) > 3 else ""
        raise ValidationError(
            f"{organization.short_name}还有组织关系转接没有办结（{'、'.join(names[:3])}{more}），"
            "请先接收、退回或撤回。"
        )


def move_members(
    members: Collection[Member],
    to: Organization,
    *,
    on: datetime.date,
    document: str = "",
    act: Act,
    field: str = "to",
) -> int:
    """Let members belong to `to` from a day on; return how many.

    Where `to` is of another school they keep their own, unless that is closed.
    """
    if not members:
        return 0
    try:
        check_place(to)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None
    if to.founded_on and on < to.founded_on:
        raise ValidationError(
            {field: f"{to.short_name} {to.founded_on:%Y-%m-%d} 才成立，晚于 {on:%Y-%m-%d}。"}
        )
    held = {m.member_id: m for m in _open_memberships(members)}
    for member in members:
        period = held.get(member.pk)
        if period and period.start and period.start > on:
            raise ValidationError(
                f"{member.name} {period.start:%Y-%m-%d} 才转入，晚于 {on:%Y-%m-%d}，请核对日期。"
            )
    ended = []
    for period in held.values():
        period.end = on
        ended.append((period, NOWHERE))
    history.save_many(ended, act=act, fields=["end"])
    history.create_many(
        [
            (
                Membership(
                    member=member,
                    organization=to,
                    start=on,
                    beginning=Beginning.REORGANIZED,
                    document=document,
                ),
                NOWHERE,
            )
            for member in members
        ],
        act=act,
    )
    for member in members:
        own = member.school or member.organization.school
        member.school = to.school if own is None or own.closed_on else own
        member.organization = to
    history.save_many(
        [(member, NOWHERE) for member in members], act=act, fields=["organization", "school"]
    )
    _move_cases(DevelopmentCase.objects.filter(member__in=[m.pk for m in members]), to, act)
    return len(members)


def _open_memberships(members: Collection[Member]) -> Iterable[Membership]:
    keys = [member.pk for member in members]
    for start in range(0, len(keys), _CHUNK):
        yield from Membership.objects.filter(
            member__in=keys[start : start + _CHUNK], end=None
        ).order_by("pk")


def move_applicants(organization: Organization, to: Organization, *, act: Act) -> int:
    """Let applicants and activists, who are no members yet, be cultivated by `to`."""
    return _move_cases(organization.development_cases.filter(member=None), to, act)


def _move_cases(cases, to: Organization, act: Act) -> int:
    rows = []
    for case in cases.running():
        case.organization = to
        rows.append((case, NOWHERE))
    return history.save_many(rows, act=act, fields=["organization"])


def end_posts_of(
    members: Collection[Member], organization: Organization, on: datetime.date, *, act: Act
) -> list[Post]:
    """End the posts members hold in an organization they leave; return them."""
    posts = Post.objects.filter(
        Q(end=None) | Q(end__gt=on), organization=organization, member__in=[m.pk for m in members]
    )
    ended = []
    for post in posts:
        post.end, post.end_reason = max(on, post.start or on), PostEnd.MOVED
        history.save(post, act=act)
        ended.append(post)
    return ended


def has_own_members(kind: str) -> bool:
    """Tell whether members may belong to an organization of a kind directly."""
    return kind not in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH, OrgKind.FUNCTIONAL_BRANCH)
