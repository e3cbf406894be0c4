"""Writing the division of a branch into groups."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, history
from accounts.history import NOWHERE, Act
from orgs.models import GroupMembership, Member, Organization
from sheets.forms import Stored, tell

KIND = "groups"


def memberships(organization: Organization) -> dict[int, GroupMembership]:
    """Return the memberships of today in groups of a branch, by member."""
    rows = GroupMembership.objects.filter(group__organization=organization, end=None)
    return {row.member_id: row for row in rows.select_related("group")}


@transaction.atomic
def divide(
    *,
    organization: Organization,
    members: Sequence[Member],
    chosen: Mapping[int, tuple[int | None, bool]],
    day: datetime.date,
    act: Act,
) -> int:
    """Put members into groups from `day` on; return how many changed.

    `chosen` tells group (None: in none) and leadership by member. Who moves leaves the old
    group on that day; the first time somebody is placed counts from the day as well.
    """
    known = memberships(organization)
    ended, new, changed = [], [], []
    for member in members:
        group, leads = chosen[member.pk]
        row = known.get(member.pk)
        if row is not None and row.group_id == group:
            if row.is_leader != leads:
                row.is_leader = leads
                changed.append((row, NOWHERE))
            continue
        if row is not None:
            if row.start and day < row.start:
                raise ValidationError(
                    f"{member.name} {row.start} 才编入{row.group.name}，改动不能早于这一天。"
                )
            row.end = day
            ended.append((row, NOWHERE))
        if group is not None:
            fresh = GroupMembership(group_id=group, member=member, is_leader=leads, start=day)
            new.append((fresh, NOWHERE))
    history.save_many(ended, act=act, fields={"end"})
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields={"is_leader"})
    count = len({row.member_id for row, _ in (*ended, *new, *changed)})
    if count:
        audit.record(
            "group.divide",
            actor=act.actor,
            obj=organization,
            changes={"改动": count, "从": day.isoformat()},
        )
        tell(Stored(KIND, frozenset({organization.pk})), act.actor)
    return count
