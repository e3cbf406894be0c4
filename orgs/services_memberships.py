"""Memberships and situations: opening, ending, moving, and keeping them in step with members.

The acts of members and transfers are built from these; the caller opens the transaction.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from accounts import history
from accounts.history import Act, Placed
from orgs.models import (
    Beginning,
    Member,
    Membership,
    MemberStatus,
    Organization,
    Situation,
    SituationKind,
)

_CHUNK = 5000


def begin(
    member: Member,
    *,
    organization: Organization,
    start: datetime.date | None,
    beginning: Beginning,
    document: str = "",
    act: Act,
) -> Membership:
    """Open a membership; `member.organization` is the caller's to set."""
    membership = Membership(
        member=member,
        organization=organization,
        start=start,
        beginning=beginning,
        document=document,
    )
    history.create(membership, act=act)
    return membership


def present(member: Member) -> Membership | None:
    """Return the open membership of a member."""
    return member.memberships.filter(end=None).first()


def finish(member: Member, day: datetime.date, *, act: Act) -> None:
    """End the open membership of a member before `day`."""
    if membership := present(member):
        membership.end = day
        history.save(membership, act=act)


def situation(member: Member, kind: SituationKind) -> Situation | None:
    """Return the open situation of a kind."""
    return member.situations.filter(kind=kind, end=None).first()


def mark(
    member: Member,
    kind: SituationKind,
    *,
    start: datetime.date,
    note: str = "",
    document: str = "",
    act: Act,
) -> None:
    """Open a situation; one told without a beginning is given it."""
    found = situation(member, kind)
    if found is None:
        found = Situation(member=member, kind=kind, start=start, note=note, document=document)
        history.create(found, act=act)
        return
    found.start, found.note, found.document = start, note or found.note, document or found.document
    history.save(found, act=act)


def unmark(
    member: Member, kind: SituationKind, day: datetime.date, *, note: str = "", act: Act
) -> None:
    """End the open situation of a kind before `day`."""
    if found := situation(member, kind):
        found.end = day
        found.note = "；".join(filter(None, (found.note, note)))[:200]
        history.save(found, act=act)


def keep_in_step(
    new: Collection[Placed], changed: Collection[Placed], *, act: Act, today: datetime.date
) -> None:
    """Open and end memberships and situations as the members' own fields tell, in bulk.

    For workbooks, which tell what is and not since when: what is `new` to the register
    began before it (start None), what is told no longer ends today.
    """
    placed = {member.pk: (member, place) for member, place in (*new, *changed)}
    registered = [member.pk for member, _ in changed]
    known = {membership.member_id for membership in _of(Membership, registered)}
    history.create_many(
        (
            (
                Membership(
                    member_id=key,
                    organization_id=member.organization_id,
                    beginning=Beginning.OPENED,
                ),
                place,
            )
            for key, (member, place) in placed.items()
            if key not in known
        ),
        act=act,
    )
    opened: dict[int, dict[str, Situation]] = defaultdict(dict)
    for found in _of(Situation, registered):
        if found.end is None:
            opened[found.member_id][found.kind] = found
    begun, ended = [], []
    for key, (member, place) in placed.items():
        for kind, told in told_of(member).items():
            found = opened[key].get(kind)
            if told and found is None:
                begun.append((Situation(member=member, kind=kind), place))
            elif found and not told:
                found.end = max(today, found.start or today)
                ended.append((found, place))
    history.create_many(begun, act=act)
    history.save_many(ended, act=act, fields=["end"])


def follow(placed: Mapping[int, tuple[str, int | None]], *, act: Act) -> None:
    """Set the fields of members as their open situations tell, in bulk; `placed` by key.

    A suspension that is over leaves the status to who gives the membership back.
    """
    opened: dict[int, set[str]] = defaultdict(set)
    for found in _of(Situation, list(placed)):
        if found.end is None:
            opened[found.member_id].add(found.kind)
    members: list[Member] = []
    for start in range(0, len(placed), _CHUNK):
        members += Member.objects.filter(pk__in=list(placed)[start : start + _CHUNK])
    for member in members:
        kinds = opened[member.pk]
        member.is_floating = SituationKind.FLOATING in kinds
        member.is_lost_contact = SituationKind.LOST in kinds
        if SituationKind.SUSPENDED in kinds:
            member.status = MemberStatus.SUSPENDED
    history.save_many(
        [(member, placed[member.pk]) for member in members],
        act=act,
        fields=["status", "is_lost_contact", "is_floating"],
    )


def told_by(fields: Collection[str]) -> bool:
    """Tell whether changes of these fields of members may open or end a situation."""
    return not {"status", "is_lost_contact", "is_floating"}.isdisjoint(fields)


def told_of(member: Member) -> dict[SituationKind, bool]:
    """Return which situations a member's own fields tell."""
    return {
        SituationKind.SUSPENDED: member.status == MemberStatus.SUSPENDED,
        SituationKind.LOST: member.is_lost_contact,
        SituationKind.FLOATING: member.is_floating,
    }


def _of(model: Any, keys: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(keys), _CHUNK):
        yield from model.objects.filter(member__in=keys[start : start + _CHUNK])
