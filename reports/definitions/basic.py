"""基本情况: schools, staff, organizations and members, as the report's first part tells them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from accounts.models import User
from assessments.models import Cycle
from orgs.models import MemberStatus, OrgKind
from reports import register as registered
from reports import sentences
from reports.base import ACROSS, Report, day_text, filler, register, register_day, scope_title
from reports.board import whole_name
from reports.figures import GROUPINGS
from reports.groups import Groups
from reports.sentences import number
from schools.models import Jurisdiction, Ownership, SchoolStage
from sheets.layout import Column, Layout

SCHOOLS, STAFF, ORGANIZATIONS, MEMBERS = "学校（所）", "教职工（人）", "党组织（个）", "党员（人）"


def _stage_key(stage: str, ownership: str) -> str:
    return f"{stage}_{ownership}"


@register
class BasicFigures(Report):
    """Units across, figures down: it opens as the bureau prints it."""

    slug = "basic-figures"
    title = "基本情况"
    description = "各单元学校、教职工、党组织和党员数，按学段、办学性质和类别分列。"
    orientation = ACROSS
    needs_scores = False
    order = 60

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
        """Return one row for each unit with the counts of the register at the year's end."""
        day = register_day(year)
        groups = Groups(user, scope, by)
        schools = registered.schools_on(user, scope, day)
        organizations = registered.organizations_on(user, scope, day)
        records = registered.organization_records(user, organizations.order_by(), day)
        counts: dict[str, Counter] = {}
        for found in (
            registered.school_counts(schools, groups),
            registered.organization_counts(records, groups),
        ):
            for name, counter in found.items():
                counts.setdefault(name, Counter()).update(counter)
        total: Counter = sum(counts.values(), Counter())
        bodies = registered.Bodies(user, scope)
        notes = [
            f"数据为 {day_text(day)}登记在册的学校、党组织和党员；统计口径：{GROUPINGS[by]}。",
            "学校和党员没有历史归属，按现在所在的管理主体统计；党组织按当日隶属关系统计。",
        ]
        if total["declared"]:
            notes.append(
                f"党员 {total['declared']:,} 人取自党组织申报数：这些党组织还没有党员名册。"
            )
        columns = self.columns(groups.heading, total)
        return Layout(
            title=f"{scope_title(scope)}中小学校和党组织基本情况",
            columns=columns,
            rows=[
                {"name": name, **_values(counts.get(name, Counter()), columns)}
                for name in groups.shown(counts)
            ],
            total=_values(total, columns) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=day_text(day),
            unit_text="所、人、个",
            sheet_name="基本情况",
            notes=notes,
            prepared_by=user.name,
            transposed=transposed,
            details=(
                registered.school_details(schools, groups, bodies),
                registered.organization_details(user, organizations, day, groups, bodies),
            ),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the sums, and which rows have most schools."""
        total = layout.total or {}
        owned = "、".join(f"{one.label} {number(total, one):,} 所" for one in Ownership)
        said = [
            f"{sentences.whole(layout)}学校 {number(total, 'schools'):,} 所（{owned}），"
            f"教职工 {number(total, 'staff'):,} 人，"
            f"党组织 {number(total, 'organizations'):,} 个，党员 {number(total, 'members'):,} 人。"
        ]
        most = sentences.ranked(layout, "schools")
        if len(most) > 1:
            said.append(f"学校最多的是{sentences.counted(most[:2], '所')}。")
        return said

    def columns(self, heading: str, total: Counter) -> list[Column]:
        """Return the columns: stages, kinds and states that occur, each sum before its parts."""

        def count(key: str, label: str, group: str, formula: str) -> Column:
            return Column(key, label, "int", group, total="sum", formula=formula, width=9)

        def stage(stage: SchoolStage, ownership: Ownership) -> Column:
            label = f"{stage.label}（{ownership.label}）"
            formula = (
                f'=COUNTIFS({{detail.row}},{{name}},{{detail.stage}},"{stage.label}",'
                f'{{detail.ownership}},"{ownership.label}")'
            )
            return count(_stage_key(stage, ownership), label, SCHOOLS, formula)

        def org(kind: OrgKind) -> Column:
            formula = f'=COUNTIFS({{detail2.row}},{{name}},{{detail2.kind}},"{kind.label}")'
            return count(kind, kind.label, ORGANIZATIONS, formula)

        def members(status: MemberStatus) -> Column:
            formula = f"=SUMIFS({{detail2.{status}}},{{detail2.row}},{{name}})"
            return count(status, status.label, MEMBERS, formula)

        def owned(ownership: Ownership) -> Column:
            formula = f'=COUNTIFS({{detail.row}},{{name}},{{detail.ownership}},"{ownership.label}")'
            return count(ownership, f"其中{ownership.label}", SCHOOLS, formula)

        states = [status for status in MemberStatus if total[status]] or [MemberStatus.FULL]
        return [
            Column("name", heading, width=14),
            count("schools", "学校合计", SCHOOLS, "=COUNTIFS({detail.row},{name})"),
            *(owned(ownership) for ownership in Ownership),
            *(
                stage(its, ownership)
                for its in SchoolStage
                for ownership in Ownership
                if total[its, ownership]
            ),
            count("staff", "教职工", STAFF, "=SUMIFS({detail.staff},{detail.row},{name})"),
            count(
                "teachers", "其中专任教师", STAFF, "=SUMIFS({detail.teachers},{detail.row},{name})"
            ),
            count("organizations", "党组织合计", ORGANIZATIONS, "=COUNTIFS({detail2.row},{name})"),
            *(org(kind) for kind in OrgKind if total[kind]),
            count(
                "members", "党员合计", MEMBERS, "=" + "+".join(f"{{{status}}}" for status in states)
            ),
            *(members(status) for status in states),
        ]


def _values(counts: Counter, columns: list[Column]) -> dict[str, int]:
    """Return the values of one row; what was counted and not found is 0."""
    values = {_stage_key(*key): n for key, n in counts.items() if isinstance(key, tuple)}
    values |= {str(key): n for key, n in counts.items() if not isinstance(key, tuple)}
    for ownership in Ownership:
        values[ownership.value] = sum(counts[stage, ownership] for stage in SchoolStage)
    values["members"] = sum(counts[status] for status in MemberStatus)
    return {column.key: values.get(column.key, 0) for column in columns[1:]}
