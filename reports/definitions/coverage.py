"""两个覆盖: how many schools are covered by an organization, and by work at least."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from accounts.models import User
from assessments.models import Cycle
from reports import register as registered
from reports import sentences
from reports.base import Report, day_text, filler, register, register_day, scope_title
from reports.board import whole_name
from reports.figures import GROUPINGS
from reports.groups import Groups
from reports.sentences import number
from schools.models import Jurisdiction, Ownership, SchoolStage
from sheets.layout import Cell, Column, Layout, text
from supervision.coverage import Coverage, Covered

DUE = "应建未建"


@register
class TwoCoverages(Report):
    """One row for each unit: schools by how they are covered, the two rates, 应建未建."""

    slug = "two-coverages"
    title = "两个覆盖"
    description = "各单元学校党的组织覆盖、工作覆盖和应建未建情况。"
    needs_scores = False
    order = 75

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
        """Return the coverage of the schools of `scope` at the year's end, or today."""
        day = register_day(year)
        groups = Groups(user, scope, by)
        coverage = Coverage.read(day)
        schools = registered.schools_on(user, scope, day)
        keys = ("pk", "jurisdiction__path", "place_id", "declared_members")
        counts: dict[str, Counter] = defaultdict(Counter)
        for pk, path, place, declared in schools.order_by().values_list(*keys):
            found = counts[groups.name(path=path, place=place)]
            found["schools"] += 1
            found[coverage.of(pk).name] += 1
            found["due"] += coverage.is_due(pk, declared)
        total: Counter = sum(counts.values(), Counter())
        columns = self.columns(groups.heading)
        return Layout(
            title=f"{scope_title(scope)}学校党的组织和工作覆盖情况表",
            columns=columns,
            rows=[
                {"name": name, **_values(counts.get(name, Counter()))}
                for name in groups.shown(counts)
            ],
            total=_values(total) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=day_text(day),
            unit_text="所",
            sheet_name="两个覆盖",
            notes=[
                "组织覆盖：本校有党组织，或由联合党支部覆盖；工作覆盖：组织覆盖，或者有党建指导员、"
                "群团组织。率为相加后相除。",
                "应建未建：正式党员 3 名以上，没有本校党组织（支部工作条例第四条）；"
                "没有党员名册的学校按申报党员数。",
                f"数据为 {day_text(day)}登记在册的学校；统计口径：{GROUPINGS[by]}。",
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(self.details(schools, groups, coverage),),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the two rates, and where schools still have to found an organization."""
        total = layout.total or {}
        schools = number(total, "schools")
        if not schools:
            return ["没有学校，所以没有覆盖率。"]
        rates = "，".join(
            f"{word} {text(total[f'{key}_rate'], 'percent')}（{number(total, key):,}/{schools:,}）"
            for word, key in (("组织覆盖率", "organized"), ("工作覆盖率", "worked"))
        )
        due = sentences.ranked(layout, "due")
        missing = f"{DUE} {number(total, 'due'):,} 所：{sentences.counted(due, '所')}。"
        return [
            f"{sentences.whole(layout)}学校 {schools:,} 所，{rates}。",
            missing if due else f"没有{DUE}的学校。",
        ]

    def columns(self, heading: str) -> list[Column]:
        """Return the columns: each sum is a live formula over the list of schools."""

        def count(key: str, label: str, group: str, condition: str = "") -> Column:
            formula = f"=COUNTIFS({{detail.row}},{{name}}{condition})"
            return Column(key, label, "int", group, total="sum", formula=formula, width=10)

        def covered(how: Covered, group: str) -> Column:
            return count(how.name, how.value, group, f',{{detail.covered}},"{how.value}"')

        organized, by_work = "组织覆盖", "工作覆盖"
        return [
            Column("name", heading, width=14),
            count("schools", "学校", ""),
            covered(Covered.OWN, organized),
            covered(Covered.JOINT, organized),
            Column(
                "organized",
                "合计",
                "int",
                organized,
                total="sum",
                formula=f"={{{Covered.OWN.name}}}+{{{Covered.JOINT.name}}}",
                width=8,
            ),
            Column(
                "organized_rate",
                "覆盖率",
                "percent",
                organized,
                total=("organized", "schools"),
                ratio=("organized", "schools"),
                width=9,
            ),
            covered(Covered.WORK, by_work),
            Column(
                "worked",
                "合计",
                "int",
                by_work,
                total="sum",
                formula=f"={{organized}}+{{{Covered.WORK.name}}}",
                width=8,
            ),
            Column(
                "worked_rate",
                "覆盖率",
                "percent",
                by_work,
                total=("worked", "schools"),
                ratio=("worked", "schools"),
                width=9,
            ),
            covered(Covered.NONE, ""),
            count("due", DUE, "", f',{{detail.due}},"{DUE}"'),
        ]

    def details(self, schools, groups: Groups, coverage: Coverage) -> Layout:
        """Return the list of schools behind the table."""
        stages, ownerships = dict(SchoolStage.choices), dict(Ownership.choices)

        def rows() -> Iterator[dict[str, Any]]:
            for school in schools.select_related("jurisdiction").iterator(chunk_size=2000):
                pk, declared = school.pk, school.declared_members
                yield {
                    "row": groups.name(path=school.jurisdiction.path, place=school.place_id),
                    "name": school.name,
                    "stage": stages[school.stage],
                    "ownership": ownerships[school.ownership],
                    "members": coverage.members(pk, declared),
                    "covered": coverage.of(pk).value,
                    "due": DUE if coverage.is_due(pk, declared) else "",
                }

        columns = [
            Column("row", groups.heading, width=14),
            Column("name", "学校", width=34),
            Column("stage", "学校类别", width=18),
            Column("ownership", "办学性质", width=10),
            Column("members", "正式党员", "int", width=10),
            Column("covered", "覆盖情况", width=16),
            Column("due", DUE, width=10),
        ]
        return Layout(
            "学校明细",
            columns,
            rows(),
            sheet_name="学校覆盖",
            signed=False,
            key=f"covered-{groups.by}",
        )


def _values(counts: Counter) -> dict[str, Any]:
    """Return the values of one row."""
    schools = counts["schools"]
    organized = counts[Covered.OWN.name] + counts[Covered.JOINT.name]
    worked = organized + counts[Covered.WORK.name]
    reason = "" if schools else "没有学校"
    return {
        "schools": schools,
        **{how.name: counts[how.name] for how in Covered},
        "organized": organized,
        "organized_rate": Cell(organized / schools if schools else None, reason=reason),
        "worked": worked,
        "worked_rate": Cell(worked / schools if schools else None, reason=reason),
        "due": counts["due"],
    }
