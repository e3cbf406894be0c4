"""覆盖情况统计表 and 未建立党组织的学校: schools by whether they have an organization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reports import register as registered
from reports.base import register
from reports.counting import YES, Count, CountedReport, Question, Share, listed
from schools.models import Ownership, SchoolStage
from supervision.coverage import OWN, Coverage, Covered


def school_lines(asked: Question) -> Iterator[dict[str, Any]]:
    """Yield the schools of the year's end, or today, with how they are covered."""
    coverage = Coverage.read(asked.day)
    schools = registered.schools_on(asked.user, asked.scope, asked.day)
    stages, ownerships = dict(SchoolStage.choices), dict(Ownership.choices)
    keys = ("pk", "name", "stage", "ownership", "town", "declared_members")
    for school in schools.order_by("jurisdiction__path", "name", "pk").values(
        *keys, "jurisdiction__path", "jurisdiction__short_name", "place_id", "staff"
    ):
        pk, declared = school["pk"], school["declared_members"]
        covered = coverage.of(pk)
        organized = covered in (Covered.OWN, Covered.JOINT)
        yield {
            "row": asked.row(school["jurisdiction__path"], school["place_id"]),
            "name": school["name"],
            "stage": stages[school["stage"]],
            "ownership": ownerships[school["ownership"]],
            "town": school["town"],
            "body": school["jurisdiction__short_name"],
            "staff": "" if school["staff"] is None else school["staff"],
            "members": coverage.members(pk, declared),
            "covered": covered.value,
            "organized": YES if organized else "否",
            "due": YES if coverage.is_due(pk, declared) else "",
        }


COLUMNS = [
    listed("name", "学校", 34),
    listed("stage", "学校类别", 16),
    listed("ownership", "办学性质", 10),
    listed("town", "所在乡镇（街道）", 14),
    listed("body", "管理主体", 24),
    listed("staff", "教职工", 9, "int"),
    listed("members", "正式党员", 10, "int"),
    listed("covered", "覆盖情况", 16),
    listed("organized", "已建立党组织", 12),
    listed("due", "应建未建", 10),
]


@register
class SchoolCoverage(CountedReport):
    """Public and private schools: with an organization, without, the share."""

    slug = "school-coverage"
    title = "学校党组织覆盖情况统计表"
    description = "各单元公办、民办学校已建立和未建立党组织的数量和覆盖率。"
    order = 76
    unit_text = "所、%"
    noun = "所"
    sheet_name = "覆盖情况统计表"
    list_title = "学校明细"
    list_sheet = "学校覆盖明细"
    main = "organized"
    lines = staticmethod(school_lines)

    def counts(self, asked):
        """Return the counts of all schools, the public and the private ones."""
        found: list[Count | Share] = []
        kinds = [("", "全部学校", {})]
        kinds += [(str(one), f"{one.label}学校", {"ownership": one.label}) for one in Ownership]
        for prefix, group, where in kinds:
            key = f"{prefix}_" if prefix else ""
            found += [
                Count(f"{key}schools", "学校", group, where),
                Count(f"{key}organized", "已建立党组织", group, {**where, "organized": YES}),
                Count(f"{key}without", "未建立", group, {**where, "organized": "否"}),
                Share(
                    f"{key}share",
                    "覆盖率",
                    f"{key}organized",
                    f"{key}schools",
                    group,
                    f"没有{group.removeprefix('全部')}",
                ),
            ]
        return found

    def list_columns(self, asked):
        """Return the columns of the list of schools."""
        return COLUMNS

    def notes(self, asked):
        """Return what counts as covered."""
        return [
            "已建立党组织：本校有党组织，或由联合党支部覆盖；覆盖率 = 已建立 ÷ 学校数，相加后相除。"
        ]


@register
class SchoolsWithout(CountedReport):
    """The schools without an organization: what covers them, and which should have one."""

    slug = "schools-without-organization"
    title = "未建立党组织的学校"
    description = "没有本校党组织、也没有联合党支部覆盖的学校，逐所列出，注明是否应建未建。"
    order = 77
    unit_text = "所"
    noun = "所"
    sheet_name = "未建立党组织的学校"
    list_title = "未建立党组织的学校名单"
    list_sheet = "未建学校名单"
    main = "schools"

    def lines(self, asked):
        """Return the schools no organization covers."""
        return [line for line in school_lines(asked) if line["organized"] != YES]

    def counts(self, asked):
        """Return the counts by ownership, by what covers them, and 应建未建."""
        return [
            Count("schools", "未建立党组织的学校"),
            *(
                Count(str(one), f"其中{one.label}", "", {"ownership": one.label})
                for one in Ownership
            ),
            Count("worked", "只有工作覆盖", "", {"covered": Covered.WORK.value}),
            Count("nothing", "没有覆盖", "", {"covered": Covered.NONE.value}),
            Count("due", "应建未建", "", {"due": YES}),
        ]

    def list_columns(self, asked):
        """Return the columns of the list of schools."""
        return COLUMNS

    def notes(self, asked):
        """Return what 应建未建 is."""
        return [f"应建未建：正式党员 {OWN} 名以上而没有本校党组织（支部工作条例第四条）。"]
