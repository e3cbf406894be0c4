"""党建管理体制: which body manages the schools of each unit, public and private apart.

The four types of public schools are those of the bureau's report: by the city bureau,
by the county bureau, by the development zone's education sub-committee, or by the
county bureau and the township committees together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count

from accounts.models import User
from assessments.models import Cycle
from reports import register as registered
from reports import sentences
from reports.base import Report, day_text, filler, register, register_day, scope_title
from reports.board import whole_name
from reports.figures import GROUPINGS
from reports.groups import Groups
from reports.sentences import number
from schools.models import Jurisdiction, JurisdictionKind, Ownership
from sheets.layout import Cell, Column, Layout, plain

Kind = JurisdictionKind
# What the table calls a body of each kind.
SHORT = {
    Kind.CITY: "市级",
    Kind.COUNTY: "县（市、区）级",
    Kind.CITY_EDU_BUREAU: "市教育局党组",
    Kind.COUNTY_EDU_BUREAU: "教育局党委（党组）",
    Kind.TOWNSHIP_COMMITTEE: "乡镇（街道）党委",
    Kind.DEV_ZONE_EDU_SUBCOMMITTEE: "开发区教育分工委",
    Kind.NON_PUBLIC_COMMITTEE: "非公工委",
    Kind.NON_PUBLIC_EDU_SUBCOMMITTEE: "非公工委教育分工委",
    Kind.LOCAL_COMMITTEE: "所在地党委",
}
SHARED = frozenset({Kind.COUNTY_EDU_BUREAU, Kind.TOWNSHIP_COMMITTEE})


def management_type(kinds: set[str]) -> str:
    """Return how schools managed by bodies of these `kinds` are managed, in words."""
    known = [kind for kind in Kind if kind in kinds]
    if not known:
        return ""
    if frozenset(known) == SHARED:
        return "教育局党委（党组）与乡镇党委分别管理"
    names = [SHORT[kind] for kind in known if kind in SHORT]
    return f"{names[0]}管理" if len(names) == 1 else "、".join(names) + "分别管理"


@register
class ManagementTypes(Report):
    """One row for each unit: the type for public and private schools, with counts."""

    slug = "management-types"
    title = "党建管理体制"
    description = "各单元公办、民办学校党建工作由谁管理，各类管理主体管多少学校和党组织。"
    needs_scores = False
    order = 70

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        **options: Any,
    ) -> Layout:
        """Return the types and counts of the register at the year's end."""
        day = register_day(year)
        groups = Groups(user, scope, by)
        bodies = registered.Bodies(user, scope)
        schools = registered.schools_on(user, scope, day)
        organizations = registered.organizations_on(user, scope, day)

        counts: dict[str, Counter] = defaultdict(Counter)
        keys = ("jurisdiction__path", "place_id", "ownership")
        for path, place, ownership, n in (
            schools.order_by().values_list(*keys).annotate(n=Count("pk"))
        ):
            found = counts[groups.name(path=path, place=place)]
            kind = bodies.of(path)[0]
            found["schools", kind] += n
            found[ownership, kind] += n
            found[ownership] += n
        lying = organizations.order_by().values_list("path", "school__place_id")
        for path, place, n in lying.annotate(n=Count("pk")):
            found = counts[groups.name(path=path, place=place)]
            found["organizations", bodies.of(path)[0]] += n
        total: Counter = sum(counts.values(), Counter())
        used = {kind for key in total if isinstance(key, tuple) for kind in key[1:]}
        kinds = [kind for kind in Kind if kind in used]
        columns = self.columns(groups.heading, kinds)
        return Layout(
            title=f"{scope_title(scope)}中小学校党建工作管理体制",
            columns=columns,
            rows=[
                {
                    "name": name,
                    **_types(counts.get(name, Counter())),
                    **_counts(counts.get(name, Counter()), kinds),
                }
                for name in groups.shown(counts)
            ],
            total=_counts(total, kinds) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=day_text(day),
            unit_text="所、个",
            sheet_name="管理体制",
            notes=[
                "管理方式由学校现在的管理主体得出；一个单元可以有几种。",
                f"数据为 {day_text(day)}登记在册的学校和党组织；统计口径：{GROUPINGS[by]}。",
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(
                registered.school_details(schools, groups, bodies),
                registered.organization_details(user, organizations, day, groups, bodies),
            ),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return how many schools there are, and which rows are managed in which way."""
        total = layout.total or {}
        owned = "、".join(f"{one.label}学校 {number(total, one):,} 所" for one in Ownership)
        said = [f"{sentences.whole(layout)}{owned}。"]
        for ownership in Ownership:
            ways: dict[str, list] = defaultdict(list)
            for row in layout.rows:
                if way := plain(row[f"{ownership}_type"]):
                    ways[way].append(row)
            if ways:
                words = "；".join(f"{way}的有{sentences.names(rows)}" for way, rows in ways.items())
                said.append(f"{ownership.label}学校：{words}。")
        return said

    def columns(self, heading: str, kinds: list[JurisdictionKind]) -> list[Column]:
        """Return the columns; those of the counts by body kind only where there are some."""

        def count(key: str, label: str, group: str, formula: str, **kwargs: Any) -> Column:
            return Column(key, label, "int", group, total="sum", formula=formula, **kwargs)

        def owned(ownership: Ownership) -> list[Column]:
            group = f"{ownership.label}学校"
            formula = f'=COUNTIFS({{detail.row}},{{name}},{{detail.ownership}},"{ownership.label}")'
            return [
                Column(f"{ownership}_type", "管理方式", group=group, width=24),
                count(ownership, "学校数", group, formula, width=9),
            ]

        def managed(kind: JurisdictionKind) -> list[Column]:
            where = f'=COUNTIFS({{sheet.row}},{{name}},{{sheet.body_kind}},"{kind.label}")'
            of_schools = where.replace("sheet", "detail")
            of_organizations = where.replace("sheet", "detail2")
            group = SHORT[kind]
            return [
                count(f"schools_{kind}", "学校", group, of_schools, width=9, hide_narrow=True),
                count(f"orgs_{kind}", "党组织", group, of_organizations, width=9, hide_narrow=True),
            ]

        return [
            Column("name", heading, width=14),
            *(column for ownership in Ownership for column in owned(ownership)),
            *(column for kind in kinds if kind in SHORT for column in managed(kind)),
        ]


def _types(counts: Counter) -> dict[str, Cell]:
    """Return how the public and the private schools of one row are managed."""
    cells = {}
    for ownership in Ownership:
        kinds = {
            key[1] for key, n in counts.items() if isinstance(key, tuple) and key[0] == ownership
        }
        words = management_type(kinds)
        reason = f"没有{ownership.label}学校"
        cells[f"{ownership}_type"] = Cell(words or None, reason="" if words else reason)
    return cells


def _counts(counts: Counter, kinds: list[JurisdictionKind]) -> dict[str, int]:
    """Return the counts of one row."""
    values = {ownership.value: counts[ownership] for ownership in Ownership}
    for kind in kinds:
        values[f"schools_{kind}"] = counts["schools", kind]
        values[f"orgs_{kind}"] = counts["organizations", kind]
    return values
