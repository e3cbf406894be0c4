"""两种口径: affiliation and place side by side, tied to one grand total."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.models import User
from assessments.compliance import percent_text
from assessments.models import Assessment, AssessmentQuerySet, Cycle
from reports import details, sentences
from reports.base import Report, as_of_text, basis_note, filler, preview_mark, register, scope_title
from reports.board import whole_name
from reports.figures import AFFILIATION
from reports.groups import Groups
from reports.rates import excluded_note, organizations_url
from reports.sentences import number
from schools.models import Jurisdiction, Place
from sheets.layout import Cell, Column, Layout

IN_PLACE = "{detail.row},{name},{detail.place_id},{label},"
# Results counted in the table: the formula over the details, and the heading.
BLOCKS = {
    "due": (f'=COUNTIFS({IN_PLACE}{{detail.counted}},"是")', "应评（个）"),
    "passed": (
        f'=COUNTIFS({IN_PLACE}{{detail.counted}},"是",{{detail.verdict}},"达标")',
        "达标（个）",
    ),
}


@register
class TwoTrees(Report):
    """A matrix: the units of affiliation across, the places down, due and passed."""

    slug = "two-trees"
    title = "两种口径"
    description = "按隶属关系和按行政区划对照，合计相同；列出两种口径不在同一行的组织。"
    orientation = "across"
    by_place = False
    order = 17
    shown_details = (1, 30)

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
        """Return the matrix of what `user` sees inside `scope`; always by affiliation."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        groups = Groups(user, scope, AFFILIATION)
        assessments = Assessment.objects.visible_to(user).filter(cycle=cycle).inside(scope)
        counts: dict[tuple[str, str | None], Counter] = defaultdict(Counter)
        fields = groups.grouping.fields
        for record in assessments.tally(*fields, "place"):
            if record["due"] or record["excluded"]:
                counts[groups.name_of(record), record["place"]].update(
                    due=record["due"], passed=record["passed"]
                )
        places = _places({place for _, place in counts})
        names = groups.shown({name for name, _ in counts})
        query = {"scope": scope.pk, "year": year, "by": AFFILIATION}

        def cells(name: str | None) -> dict[str, Any]:
            """Return the counts of one row by place and in all; None is 合计."""
            narrowed = query | (groups.params(name) if name else {})
            found: dict[str, Any] = {}
            all_of: Counter = Counter()
            for place in places:
                here: Counter = Counter()
                for (its, where), count in counts.items():
                    if name in (None, its) and where == place:
                        here.update(count)
                all_of.update(here)
                for key in BLOCKS:
                    url = organizations_url(**narrowed, place=place or "none", result=key)
                    found[f"{key}_{place}"] = Cell(here[key], url if here[key] else "")
            for key in BLOCKS:
                url = organizations_url(**narrowed, result=key)
                found[key] = Cell(all_of[key], url if all_of[key] else "")
            due, passed = all_of["due"], all_of["passed"]
            found["rate"] = Cell(passed / due if due else None, reason="没有应评的党组织")
            return found

        crossing = _crossing(assessments)
        return Layout(
            title=f"{scope_title(scope)}{year}年度两种统计口径对照表{preview_mark(cycle)}",
            columns=_columns(groups.heading, places),
            rows=[{"name": name, **cells(name)} for name in names],
            total={**cells(None), "whole": whole_name(scope), "crossing": _kinds(crossing)},
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="个、%",
            sheet_name="两种口径",
            notes=[
                "横看是隶属关系（管理主体所在的统计单元），竖看是学校所在的行政区划；"
                "每个组织在表中只有一格，两边合计相同。",
                "差异：隶属单元自己的行政区划与学校所在的不同，如市直学校在区里、"
                "开发区和非公党组织在县里。",
                excluded_note(assessments, cycle),
                basis_note(cycle, AFFILIATION),
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(
                details.assessment_details(assessments, groups),
                _differences(crossing),
            ),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return that both ways come to one total, and which kinds stand elsewhere."""
        total = layout.total or {}
        due, passed = number(total, "due"), number(total, "passed")
        if not due:
            return ["没有应评的党组织，没有可以对照的数。"]
        places = sum(number(total, c.key) for c in layout.columns if c.key.startswith("due_"))
        rows = sum(number(row, "due") for row in layout.rows)
        said = [
            f"{sentences.whole(layout)}按隶属关系合计 {rows:,} 个，按行政区划合计 {places:,} 个，"
            f"{'相同' if rows == places == due else '不相同，请报系统管理员'}；"
            f"达标 {passed:,} 个，达标率 {percent_text(passed, due)}。"
        ]
        crossing: Counter = total["crossing"]
        if not crossing:
            return [*said, "没有组织在两种口径下不在同一行。"]
        kinds = "、".join(f"{kind} {n:,} 个" for kind, n in crossing.most_common())
        said.append(
            f"{crossing.total():,} 个应评组织在两种口径下不在同一行，按管理主体分：{kinds}。"
        )
        return said


def _places(codes: set[str | None]) -> dict[str | None, str]:
    """Return the places that occur in their order: code → name, the missing one last."""
    found: dict[str | None, str] = {
        place.pk: place.name for place in Place.objects.filter(pk__in=[c for c in codes if c])
    }
    return found | ({None: details.UNKNOWN} if None in codes else {})


def _columns(heading: str, places: dict[str | None, str]) -> list[Column]:
    columns = [Column("name", heading, width=14)]
    for key, (formula, group) in BLOCKS.items():
        columns += [
            Column(f"{key}_{code}", name, "int", group, total="sum", formula=formula, width=9)
            for code, name in places.items()
        ]

    def summed(key: str) -> str:
        return "=" + "+".join(f"{{{key}_{code}}}" for code in places) if places else ""

    return [
        *columns,
        Column("due", "应评（个）", "int", "合计", total="sum", formula=summed("due")),
        Column("passed", "达标（个）", "int", "合计", total="sum", formula=summed("passed")),
        Column(
            "rate", "达标率", "percent", "合计", ratio=("passed", "due"), total=("passed", "due")
        ),
    ]


def _crossing(assessments: AssessmentQuerySet) -> AssessmentQuerySet:
    """Return the due whose unit has another place of its own, or whose place is not told."""
    elsewhere = ~Q(place=F("unit__place")) | Q(place=None)
    return assessments.filter(elsewhere, exclusion="").exclude(unit__place=None)


def _kinds(crossing: AssessmentQuerySet) -> Counter:
    """Return how many of them each kind of body manages, in words."""
    kinds = crossing.order_by().values_list("body_kind").annotate(n=Count("pk"))
    return Counter({details.label("body_kind", kind): n for kind, n in kinds})


def _differences(crossing: AssessmentQuerySet) -> Layout:
    """Return the organizations that make the difference, each with unit, place and why."""

    def rows() -> Iterator[dict[str, Any]]:
        ordered = crossing.order_by("unit__unit_order", "place__order", "jurisdiction__path", "pk")
        for record in ordered.values(
            "organization_id",
            "organization__name",
            "organization__school__name",
            "jurisdiction__short_name",
            "unit__unit_name",
            "place__name",
            "body_kind",
            "verdict",
        ).iterator(chunk_size=2000):
            yield {
                "organization": Cell(
                    record["organization__name"],
                    reverse("organization", args=[record["organization_id"]]),
                ),
                "school": record["organization__school__name"] or "",
                "unit": record["unit__unit_name"],
                "place": record["place__name"] or details.UNKNOWN,
                "kind": details.label("body_kind", record["body_kind"]),
                "body": record["jurisdiction__short_name"],
                "verdict": details.LABELS["verdict"].get(record["verdict"], ""),
            }

    columns = [
        Column("organization", "党组织", width=40),
        Column("school", "所在学校", width=30),
        Column("unit", "隶属（统计单元）", width=16),
        Column("place", "所在行政区划", width=14),
        Column("kind", "管理主体类型", width=18),
        Column("body", "管理主体", width=26),
        Column("verdict", "判定", width=10),
    ]
    title = "两种口径不在同一行的党组织"
    return Layout(title, columns, rows(), sheet_name="差异明细", signed=False)
