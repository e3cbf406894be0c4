"""Writing schools and managing bodies."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, history
from accounts.history import Act, Placed
from accounts.models import User
from schools.models import Grant, Jurisdiction, JurisdictionKind, School


@transaction.atomic
def save_schools(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write schools of one workbook in bulk; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)


@transaction.atomic
def close_school_record(
    *,
    school: School,
    on: datetime.date,
    merged_into: School | None,
    document: str,
    act: Act,
    expected: int | None = None,
) -> School:
    """Close a school on a day, or note the one it was merged into; the caller logs it.

    Its organizations are the business of orgs/services_schools.py.
    """
    stored = history.lock(school)
    if expected is not None and stored.version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    if stored.closed_on:
        raise ValidationError(f"{stored.name} {stored.closed_on:%Y-%m-%d} 已经撤并。")
    if merged_into is not None:
        if merged_into.pk == stored.pk:
            raise ValidationError({"merged_into": "不能并入它自己。"})
        if merged_into.closed_on:
            raise ValidationError(
                {
                    "merged_into": f"{merged_into.name} {merged_into.closed_on:%Y-%m-%d} "
                    "已经撤并，请选在办的学校。"
                }
            )
    stored.closed_on, stored.merged_into, stored.closing_document = on, merged_into, document
    history.save(stored, act=act)
    return stored


def add_body(*, parent: Jurisdiction, name: str, kind: str) -> Jurisdiction:
    """Add a managing body under `parent`; it belongs to the same county."""
    # Read anew: the tree needs the present number of children.
    parent = Jurisdiction.objects.get(pk=parent.pk)
    body = Jurisdiction(name=name, kind=kind, place_id=parent.place_id)
    return Jurisdiction.objects.add_child(parent, instance=body)


def leaf_under(body: Jurisdiction, leaf: Jurisdiction) -> Jurisdiction:
    """Return the leaf of the same school under another body; it is made where there is none."""
    children = Jurisdiction.objects.inside(body).filter(
        kind=JurisdictionKind.SCHOOL, name=leaf.name, depth=body.depth + 1
    )
    return children.first() or add_body(parent=body, name=leaf.name, kind=JurisdictionKind.SCHOOL)


@transaction.atomic
def move_grants(
    old: Jurisdiction, new: Jurisdiction, *, keep: bool, actor: User | None
) -> list[Grant]:
    """Give the accounts of a school their roles on its new leaf; `keep`: on the old one too."""
    made = []
    for grant in Grant.objects.filter(jurisdiction=old).select_related("user"):
        role, user = grant.get_role_display(), grant.user
        added, is_new = Grant.objects.get_or_create(user=user, jurisdiction=new, role=grant.role)
        if is_new:
            made.append(added)
            words = ["" if keep else f"{role} · {old}", f"{role} · {new}（随学校变更隶属）"]
            audit.record("schools.add_grant", actor=actor, obj=user, changes={"grant": words})
        if not keep:
            grant.delete()
    return made
