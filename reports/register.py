"""Schools, organizations and members as the register has them on a day, by row of a table."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from orgs.models import Member, MemberStatus, Organization, OrgKind, covers
from reports.groups import Groups
from schools.models import Jurisdiction, JurisdictionKind, Ownership, School, SchoolStage
from schools.scoping import within
from sheets.layout import Column, Layout

STATUSES = tuple(MemberStatus)


def schools_on(user: User, scope: Jurisdiction, day: datetime.date) -> QuerySet[School]:
    """Return the schools of `scope` that are not closed on `day`."""
    schools = School.objects.visible_to(user).inside(scope)
    return schools.filter(Q(closed_on=None) | Q(closed_on__gt=day))


def organizations_on(user: User, scope: Jurisdiction, day: datetime.date) -> QuerySet[Any]:
    """Return the organizations of `scope` on `day`, with `path` of the body they had then."""
    organizations = Organization.objects.visible_to(user).active_on(day)
    if day >= timezone.localdate():
        return organizations.inside(scope).annotate(path=F("jurisdiction__path"))
    # Joined once: asked for each organization it would take most of a report's time.
    held = Q(affiliations__withdrawn_at=None) & covers(day, "affiliations__")
    placed = organizations.annotate(at=FilteredRelation("affiliations", condition=held))
    body = Coalesce("at__jurisdiction__path", "jurisdiction__path")
    return placed.annotate(path=body).filter(within([scope.path], "path"))


def school_counts(schools: QuerySet[School], groups: Groups) -> dict[str, Counter]:
    """Return by row: schools by (stage, ownership), and "staff" and "teachers"."""
    found: dict[str, Counter] = defaultdict(Counter)
    keys = ("jurisdiction__path", "place_id", "stage", "ownership")
    for path, place, stage, ownership, n, staff, teachers in (
        schools.order_by()
        .values_list(*keys)
        .annotate(n=Count("pk"), staff_sum=Sum("staff"), teachers_sum=Sum("teachers"))
    ):
        counts = found[groups.name(path=path, place=place)]
        counts[stage, ownership] += n
        counts["schools"] += n
        counts["staff"] += staff or 0
        counts["teachers"] += teachers or 0
    return found


def organization_records(
    user: User, organizations: QuerySet[Any], day: datetime.date
) -> Iterator[dict[str, Any]]:
    """Yield each organization with its members by status: those of the register, or the
    declared counts where the register has none of it (`roster` tells which).
    """
    members: dict[int, dict[str, int]] = defaultdict(dict)
    active = Member.objects.visible_to(user).active_on(day).order_by()
    for organization, status, n in active.values_list("organization_id", "status").annotate(
        n=Count("pk")
    ):
        members[organization][status] = n
    fields = ("pk", "path", "school__place_id", "school__name", "name", "kind")
    declared = ("declared_members", "declared_probationary")
    rows = organizations.annotate(roster=Exists(Member.objects.filter(organization=OuterRef("pk"))))
    for record in rows.values(*fields, *declared, "roster"):
        if record["roster"]:
            counts = {status: members[record["pk"]].get(status, 0) for status in STATUSES}
        else:
            probationary = record["declared_probationary"] or 0
            counts = dict.fromkeys(STATUSES, 0)
            counts[MemberStatus.FULL] = (record["declared_members"] or 0) - probationary
            counts[MemberStatus.PROBATIONARY] = probationary
        yield record | {"counts": counts}


def organization_counts(records: Iterable[dict[str, Any]], groups: Groups) -> dict[str, Counter]:
    """Return by row: organizations by kind and all of them, members by status, and how
    many of the members are declared only.
    """
    found: dict[str, Counter] = defaultdict(Counter)
    for record in records:
        counts = found[groups.name(path=record["path"], place=record["school__place_id"])]
        counts[record["kind"]] += 1
        counts["organizations"] += 1
        counts.update(record["counts"])
        if not record["roster"]:
            counts["declared"] += sum(record["counts"].values())
    return found


class Bodies:
    """The managing bodies of a scope: kind and name of the body a record lies with."""

    def __init__(self, user: User, scope: Jurisdiction) -> None:
        nodes = Jurisdiction.objects.visible_to(user).inside(scope)
        self.nodes = {
            path: (kind, name)
            for path, kind, name in nodes.values_list("path", "kind", "short_name")
        }

    def of(self, path: str) -> tuple[str, str]:
        """Return (kind, name); a school's own account stands for the body above it."""
        while path:
            kind, name = self.nodes.get(path, ("", ""))
            if kind and kind != JurisdictionKind.SCHOOL:
                return kind, name
            path = path[: -Jurisdiction.steplen]
        return "", ""

    def kind_label(self, path: str) -> str:
        kind = self.of(path)[0]
        return JurisdictionKind(kind).label if kind else ""


# The sheets the counts point to --------------------------------------------------------


def school_details(schools: QuerySet[School], groups: Groups, bodies: Bodies) -> Layout:
    """Return the list of schools behind a table, read when it is written."""
    stages, ownerships = dict(SchoolStage.choices), dict(Ownership.choices)

    def rows() -> Iterator[dict[str, Any]]:
        for school in schools.select_related("jurisdiction").iterator(chunk_size=2000):
            path = school.jurisdiction.path
            yield {
                "row": groups.name(path=path, place=school.place_id),
                "name": school.name,
                "stage": stages[school.stage],
                "ownership": ownerships[school.ownership],
                "body": bodies.of(path)[1],
                "body_kind": bodies.kind_label(path),
                "staff": "" if school.staff is None else school.staff,
                "teachers": "" if school.teachers is None else school.teachers,
            }

    columns = [
        Column("row", groups.heading, width=14),
        Column("name", "学校", width=34),
        Column("stage", "学校类别", width=18),
        Column("ownership", "办学性质", width=10),
        Column("body", "管理主体", width=24),
        Column("body_kind", "管理主体类型", width=30),
        Column("staff", "教职工数", "int", width=10),
        Column("teachers", "专任教师数", "int", width=12),
    ]
    return Layout(
        "学校明细", columns, rows(), sheet_name="学校", signed=False, key=f"schools-{groups.by}"
    )


def organization_details(
    user: User,
    organizations: QuerySet[Any],
    day: datetime.date,
    groups: Groups,
    bodies: Bodies,
) -> Layout:
    """Return the list of organizations with their members, read when it is written."""
    kinds = dict(OrgKind.choices)
    ordered = organizations.order_by("path", "name", "pk")

    def rows() -> Iterator[dict[str, Any]]:
        for record in organization_records(user, ordered, day):
            yield {
                "row": groups.name(path=record["path"], place=record["school__place_id"]),
                "name": record["name"],
                "kind": kinds[record["kind"]],
                "school": record["school__name"] or "",
                "body_kind": bodies.kind_label(record["path"]),
                **{status.value: n for status, n in record["counts"].items()},
                "source": "名册" if record["roster"] else "申报数",
            }

    columns = [
        Column("row", groups.heading, width=14),
        Column("name", "党组织", width=40),
        Column("kind", "类别", width=14),
        Column("school", "所在学校", width=28),
        Column("body_kind", "管理主体类型", width=30),
        Column("full", "正式党员", "int", width=10),
        Column("probationary", "预备党员", "int", width=10),
        Column("suspended", "停止党籍", "int", width=10),
        Column("source", "党员数来源", width=12),
    ]
    return Layout(
        "党组织明细",
        columns,
        rows(),
        sheet_name="党组织",
        signed=False,
        key=f"organizations-{groups.by}",
    )
