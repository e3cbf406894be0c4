"""Closing a school or merging it into another, with what becomes of its organizations."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.history import Act
from orgs.acting import check_day, require_superior, years_since
from orgs.models import Organization, OrgKind
from orgs.services_dissolving import close
from orgs.services_structure import set_units, take, units_of
from schools.models import School
from schools.services import close_school_record
from sheets.forms import Stored, tell


class What(StrEnum):
    """What becomes of an organization of a school that is closed."""

    FOLLOWS = "follows"
    DISSOLVES = "dissolves"
    LEAVES = "leaves"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one organization; `to` receives the members of a dissolved one."""

    organization: Organization
    what: What
    to: Organization | None = None


def organizations_of(school: School) -> QuerySet[Organization]:
    """Return the living organizations of a school, joint ones that cover it included."""
    found = Organization.objects.filter(
        Q(school=school) | Q(pk__in=school.covering_organizations.values("pk")),
        dissolved_on=None,
    )
    return found.select_related("school", "parent", "jurisdiction").order_by("name")


@transaction.atomic
def close_school(
    *,
    school: School,
    on: datetime.date,
    merged_into: School | None = None,
    document: str = "",
    fates: Sequence[Fate] = (),
    act: Act,
    expected: int | None = None,
) -> School:
    """Close a school on a day, or merge it into another one.

    Each of its organizations follows to the receiving school, is dissolved with its
    members going to another one, loses the school from those it covers, or is left for
    later. Those below are dissolved before those above. One entry of the operation log.
    """
    require_superior(act, school.jurisdiction)
    if merged_into is not None:
        require_superior(act, merged_into.jurisdiction)
    check_day(on)
    school = close_school_record(
        school=school,
        on=on,
        merged_into=merged_into,
        document=document,
        act=act,
        expected=expected,
    )
    told = []
    touched = set()
    for fate in sorted(fates, key=lambda one: one.organization.parent_id is None):
        touched |= {one.pk for one in (fate.organization, fate.to) if one}
        told.append(_carry_out(fate, school, merged_into, on, document, act))
    audit.record(
        "school.close",
        actor=act.actor,
        obj=school,
        changes={
            key: value
            for key, value in {
                "撤并日期": on,
                "并入": merged_into.name if merged_into else "",
                "文号": document,
                "党组织": told,
                "说明": act.reason,
            }.items()
            if value
        },
    )
    schools = frozenset(one.pk for one in (school, merged_into) if one)
    tell(Stored("organizations", frozenset(touched), years_since(on), schools), act.actor)
    return school


def _carry_out(fate: Fate, school, merged_into, on, document: str, act: Act) -> str:
    """Do to one organization what was decided; return it in words."""
    organization = take(fate.organization)
    name = organization.short_name
    try:
        if fate.what == What.DISSOLVES:
            count = close(organization, on=on, document=document, to=fate.to, act=act)
            return f"{name}撤销" + (
                f"，{count} 名党员转入{fate.to.short_name}" if count and fate.to else ""
            )
        if fate.what == What.FOLLOWS:
            if merged_into is None:
                raise ValidationError("学校没有并入别的学校，不能随学校转过去。")
            units = [merged_into if one == school else one for one in units_of(organization)]
            set_units(organization, dict.fromkeys(units), on=on, document=document, act=act)
            return f"{name}转到{merged_into.name}"
        if fate.what == What.LEAVES:
            units = [one for one in units_of(organization) if one != school]
            if not units:
                raise ValidationError("它只有这一所学校，请选“随学校转过去”或“撤销”。")
            set_units(organization, units, on=on, document=document, act=act)
            return f"{name}不再覆盖"
    except ValidationError as error:
        raise ValidationError({f"what_{organization.pk}": error.messages}) from None
    return f"{name}以后处理"


def possible(organization: Organization, school: School, *, merging: bool) -> list[What]:
    """Return what may become of an organization of the school, the usual first."""
    alone = len(units_of(organization)) < 2
    if organization.school_id == school.pk and alone:
        return [*([What.FOLLOWS] if merging else []), What.DISSOLVES, What.LATER]
    found = [What.LEAVES, *([What.FOLLOWS] if merging else []), What.LATER]
    if organization.kind == OrgKind.JOINT_BRANCH and len(units_of(organization)) < 3:
        # One unit would be left: no joint branch any more.
        found.insert(1, What.DISSOLVES)
    return found
