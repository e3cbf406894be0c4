"""Changes of an organization on a day: its name, its kind, its place, the schools it covers.

Each is one transaction with a revision of every record, one entry of the operation log, and
new scores for the years from that day on. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import history
from accounts.history import Act
from orgs import affiliations
from orgs.acting import check_day, finish, require_superior
from orgs.affiliations import Inserted, Place
from orgs.models import Coverage, FormerName, Organization, OrgKind
from orgs.naming import organization_key
from schools.models import Jurisdiction, JurisdictionKind, School
from schools.services import leaf_under, move_grants

# Kinds that have other organizations below them.
UPPER = (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH)


def take(organization: Organization, expected: int | None = None) -> Organization:
    """Return the organization as stored, locked. Raises Conflict if it is not at `expected`."""
    stored = history.lock(organization)
    if expected is not None and stored.version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    return stored


def check_alive(organization: Organization) -> None:
    """Refuse an act on an organization that is dissolved."""
    if organization.dissolved_on:
        raise ValidationError(
            f"{organization.short_name} {organization.dissolved_on:%Y-%m-%d} 已经撤销，不能再办理。"
        )


# -- name and kind --------------------------------------------------------------------------


@transaction.atomic
def rename(
    *,
    organization: Organization,
    name: str,
    kind: str = "",
    on: datetime.date,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> Organization:
    """Give an organization another name from a day on, and another kind if `kind` says one.

    The earlier name is kept with its period and stays findable.
    """
    organization = take(organization, expected)
    check_alive(organization)
    require_superior(act, organization.jurisdiction)
    action = "organization.rebuild" if kind and kind != organization.kind else "organization.rename"
    changes = restyle(organization, name=name, kind=kind, on=on, document=document, act=act)
    finish(action, organization, act=act, day=on, changes=changes)
    return organization


def restyle(
    organization: Organization,
    *,
    name: str,
    kind: str,
    on: datetime.date,
    document: str,
    act: Act,
) -> dict[str, Any]:
    """Write another name and kind with the earlier ones kept; return what the log says."""
    kind = kind or organization.kind
    old_name, old_kind = organization.name, organization.kind
    if name == old_name and kind == old_kind:
        raise ValidationError({"name": "和现在的一样，没有改动。"})
    check_day(on, organization)
    last = organization.former_names.order_by("-end").first()
    if last and on <= last.end:
        raise ValidationError(
            {
                "on": f"{last.end:%Y-%m-%d} 已经更名或改建过（原名{last.short_name}）。"
                "这一次的日期要更晚；更早的名称请用“补登曾用名称”。"
            }
        )
    if organization.founded_on == on:
        raise ValidationError({"on": "和成立是同一天。成立时就用这个名称的，请用“修改”改正。"})
    former = FormerName(
        organization=organization,
        name=old_name,
        kind=old_kind,
        start=last.end if last else None,
        end=on,
        document=document,
    )
    history.create(former, act=act)
    organization.name, organization.kind = name, kind
    check_name(organization)
    history.save(organization, act=act)
    kinds = dict(OrgKind.choices)
    return {
        "名称": [old_name, name] if name != old_name else None,
        "类别": [kinds[old_kind], kinds[kind]] if kind != old_kind else None,
        "自": on,
        "文号": document,
    }


def check_name(organization: Organization, field: str = "name") -> None:
    """Refuse the name of another living organization; one outside the scope is not named."""
    key = organization_key(organization.name)
    others = Organization.objects.filter(name_key=key, dissolved_on=None).exclude(
        pk=organization.pk
    )
    if others.exists():
        raise ValidationError({field: "已经有同名的党组织，请核对全称。"})


# -- place ----------------------------------------------------------------------------------


@transaction.atomic
def move(
    *,
    organization: Organization,
    jurisdiction: Jurisdiction,
    parent: Organization | None = None,
    start: datetime.date,
    document: str = "",
    with_school: bool = True,
    act: Act,
    expected: int | None = None,
) -> Inserted:
    """Put an organization, and all below it, under another body or organization from a day.

    Only who manages both sides may. A day in an earlier period changes that period alone;
    else the organization belongs there from now on, and its school goes with it if
    `with_school` says so and both belonged to the same body.
    """
    organization = take(organization, expected)
    require_superior(act, organization.jurisdiction, jurisdiction)
    check_day(start, organization, "start")
    check_parent(organization, parent, jurisdiction)
    old, old_parent = organization.jurisdiction, organization.parent
    lasting = affiliations.lasts(organization, start)
    target = _target(old, jurisdiction) if lasting else jurisdiction
    children = organizations_below(organization)
    inserted = affiliations.insert(
        organization, Place(target, parent), start=start, document=document, act=act
    )
    before = inserted.before
    require_superior(act, before.jurisdiction)
    followed = [
        child for child in children if _follows(child, before, target, start, document, act)
    ]
    if lasting:
        check_alive(organization)
        organization.jurisdiction, organization.parent = target, parent
        history.save(organization, act=act)
        if with_school:
            _move_school(organization, old, target, act)
        if target != old and old.kind == target.kind == JurisdictionKind.SCHOOL:
            _move_grants(old, target, act)
    if wrong := affiliations.overlaps(organization):
        raise ValidationError({"start": wrong})
    finish(
        "organization.move",
        organization,
        act=act,
        day=start,
        others=[*followed, *filter(None, (old_parent, parent))],
        changes={
            "管理主体": [body_of(before.jurisdiction).short_name, jurisdiction.short_name],
            "上级党组织": [_short(before.parent), _short(parent)],
            "自": start,
            "至": inserted.end,
            "文号": document,
            "下级党组织": "、".join(child.short_name for child in followed),
        },
    )
    return inserted


def check_parent(
    organization: Organization, parent: Organization | None, jurisdiction: Jurisdiction
) -> None:
    """Refuse an organization above that cannot be one, or belongs to another body."""
    if parent is None:
        return
    if parent.kind not in UPPER:
        raise ValidationError(
            {
                "parent": f"{parent.short_name}是{parent.get_kind_display()}，"
                "上级党组织只能是党委或党总支。"
            }
        )
    if parent == organization or parent in organizations_below(organization):
        raise ValidationError({"parent": "上级党组织不能是它自己或它的下级。"})
    if body_of(parent.jurisdiction) != body_of(jurisdiction):
        raise ValidationError(
            {
                "parent": f"{parent.short_name}隶属{body_of(parent.jurisdiction).short_name}，"
                "与选的管理主体不同，请核对。"
            }
        )


def _short(organization: Organization | None) -> str:
    return organization.short_name if organization else "无"


def body_of(jurisdiction: Jurisdiction) -> Jurisdiction:
    """Return the managing body itself, for the leaf of a school the one above."""
    if jurisdiction.kind != JurisdictionKind.SCHOOL:
        return jurisdiction
    return Jurisdiction.objects.get(path=jurisdiction.path[: -Jurisdiction.steplen])


def _target(old: Jurisdiction, body: Jurisdiction) -> Jurisdiction:
    """Return the node to move to: a school with a leaf of its own gets one under `body`."""
    if old.kind != JurisdictionKind.SCHOOL or body.kind == JurisdictionKind.SCHOOL:
        return body
    return old if body_of(old) == body else leaf_under(body, old)


def organizations_below(organization: Organization) -> list[Organization]:
    """Return the living organizations below, at any depth."""
    found: list[Organization] = []
    level = [organization.pk]
    while level:
        rows = Organization.objects.filter(parent__in=level, dissolved_on=None)
        children = list(rows.select_related("jurisdiction", "parent"))
        known = {one.pk for one in found}
        level = [one.pk for one in children if one.pk not in known]
        found += [one for one in children if one.pk not in known]
    return found


def _follows(
    child: Organization, before: Place, target: Jurisdiction, start, document: str, act: Act
) -> bool:
    """Move an organization below along, if it belonged to the same body on that day."""
    day = max(start, child.founded_on or start)
    period = next((p for p in affiliations.periods_of(child) if affiliations.holds(p, day)), None)
    place = affiliations.place_in(period, child) if period else Place(child.jurisdiction, None)
    if place.jurisdiction != before.jurisdiction or place.jurisdiction == target:
        return False
    inserted = affiliations.insert(
        child, Place(target, place.parent), start=day, document=document, act=act
    )
    if inserted.end is None:
        child.jurisdiction = target
        history.save(child, act=act)
    return True


def _move_school(organization: Organization, old, target: Jurisdiction, act: Act) -> None:
    school = organization.school
    joint = organization.kind == OrgKind.JOINT_BRANCH
    if school and not joint and school.jurisdiction_id == old.pk != target.pk:
        school.jurisdiction = target
        history.save(school, act=act)


def _move_grants(old: Jurisdiction, new: Jurisdiction, act: Act) -> None:
    """Let the accounts of a school see what moved; they keep what stays behind."""
    stays = (
        Organization.objects.filter(jurisdiction=old, dissolved_on=None).exists()
        or School.objects.filter(jurisdiction=old).exists()
    )
    move_grants(old, new, keep=stays, actor=act.actor)


# -- schools covered --------------------------------------------------------------------------


@transaction.atomic
def change_units(
    *,
    organization: Organization,
    joining: Collection[School] = (),
    leaving: Collection[School] = (),
    on: datetime.date,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> Organization:
    """Let schools join and leave an organization that covers several, from a day on."""
    organization = take(organization, expected)
    check_alive(organization)
    require_superior(act, organization.jurisdiction)
    check_day(on, organization)
    old = units_of(organization)
    joining = [one for one in joining if one not in old]
    leaving = [one for one in leaving if one in old]
    if not joining and not leaving:
        raise ValidationError("没有选加入或退出的学校，没有改动。")
    units = [one for one in old if one not in leaving] + joining
    if organization.kind == OrgKind.JOINT_BRANCH and len(units) < 2:
        raise ValidationError(
            {"leaving": "联合党支部至少覆盖 2 所学校。只剩一所的，请用“改建”或“撤销”。"}
        )
    if not units:
        raise ValidationError({"leaving": "至少保留一所学校。"})
    set_units(organization, units, on=on, document=document, act=act)
    changes = {
        "覆盖学校": ["、".join(one.name for one in old), "、".join(one.name for one in units)],
        "自": on,
        "文号": document,
    }
    finish("organization.units", organization, act=act, day=on, changes=changes)
    return organization


def units_of(organization: Organization) -> list[School]:
    """Return the schools of an organization, its own first."""
    covered = list(organization.covered_schools.order_by("name"))
    own = organization.school
    return [own, *(one for one in covered if one != own)] if own else covered


def set_units(
    organization: Organization,
    units: Collection[School],
    *,
    on: datetime.date,
    document: str = "",
    act: Act,
) -> None:
    """Let `units` be the schools of an organization from a day on; the first is its own."""
    old, units = units_of(organization), list(units)
    periods = {
        one.school_id: one for one in Coverage.objects.filter(organization=organization, end=None)
    }
    for school in old:
        if school in units:
            continue
        period = periods.get(school.pk) or Coverage(organization=organization, school=school)
        if period.start and period.start >= on:
            history.withdraw(period, act=act)
            continue
        period.end, period.document = on, document or period.document
        if period.pk:
            history.save(period, act=act)
        else:
            history.create(period, act=act)
    for school in units:
        if school not in old:
            joined = Coverage(organization=organization, school=school, start=on, document=document)
            history.create(joined, act=act)
    names = ["、".join(one.name for one in rows) or "无" for rows in (old[1:], units[1:])]
    organization.school = units[0] if units else None
    history.save(organization, act=act, also={"另外覆盖的学校": names})
    organization.covered_schools.set(units[1:])
