"""提升: who is nearest to passing, and the smallest set of organizations for a target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse

from accounts.models import User
from assessments.compliance import Row, total_row, unit_rows
from assessments.models import Cycle
from assessments.remedies import ADVICE, LIFTS
from assessments.scores import in_points
from orgs.models import Organization
from reports import sentences
from reports.base import (
    OptionsForm,
    Report,
    as_of_text,
    basis_note,
    filler,
    preview_mark,
    register,
    scope_title,
)
from reports.board import whole_name
from reports.figures import FigureContext
from reports.groups import Groups, grouping
from reports.planner.choosing import Candidate, missing, smallest, work_of
from reports.planner.reading import candidates
from reports.rates import count_cells, rate_column
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout, plain, text

STEP = 5


class TargetForm(OptionsForm):
    """`target` is a rate in whole per cent; empty: the next step of five above the rate."""

    target = forms.IntegerField(
        label="目标达标率（%）",
        min_value=1,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"class": "ctl", "min": 1, "max": 100}),
        error_messages={
            "invalid": "请填 1 到 100 的整数。",
            "min_value": "请填 1 到 100 的整数。",
            "max_value": "请填 1 到 100 的整数。",
        },
    )


@register
class Planner(Report):
    """One row for each unit: how many more must pass, and the least work it takes."""

    slug = "planner"
    title = "提升"
    description = "达到目标达标率，各单元最少要整改哪些党组织；每个组织最省力的整改项。"
    form_class = TargetForm
    order = 25
    act = "测算"
    shown_details = (0, 20)
    is_sealed = False

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        target: int | None = None,
        **options: Any,
    ) -> Layout:
        """Return the smallest sets for the target: of each row, and of the whole scope."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        groups = Groups(user, scope, by)
        counts = unit_rows(user, cycle, scope=scope, by=grouping(by), grouping=groups.grouping)
        total = total_row(counts)
        goal = target or min(STEP * (100 * total.passed // (total.due or 1) // STEP + 1), 100)
        found, fixed = candidates(user, cycle, scope, groups)
        by_row: dict[str, list[Candidate]] = defaultdict(list)
        for one in found:
            by_row[one.row].append(one)
        names = {slot.key: name for name, slot in groups.slots.items()}
        query = {"scope": scope.pk, "year": year, "by": by}
        own: set[int] = set()
        rows = []
        for row in counts:
            name = names[row.key]
            chosen = smallest(by_row[name], missing(row.passed, row.due, goal))
            own |= {one.organization for one in chosen}
            rows.append(
                {
                    "name": name,
                    **count_cells(row, query | groups.params(name)),
                    **_set(row, goal, by_row[name], chosen),
                }
            )
        of_all = smallest(found, missing(total.passed, total.due, goal))
        marked = (own, {one.organization for one in of_all})
        return Layout(
            title=f"{scope_title(scope)}达标率提升测算（目标 {goal}%）{preview_mark(cycle)}",
            columns=_columns(groups.heading, goal),
            rows=rows,
            total={
                **count_cells(total, query),
                **_set(total, goal, found, of_all),
                "whole": whole_name(scope),
                "goal": goal,
                "fixed": fixed,
            },
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="个、项、分、%",
            sheet_name="提升测算",
            notes=[
                "还需达标 = 目标 × 应评，进为整数，减已达标；少于这个数，达不到目标。",
                "工作量：补材料 1，一次会议、选举或审批 2，一年的经常性工作 4；"
                "每个组织取总工作量最小的整改项，各单元取工作量最小的组织，没有更省的组合。",
                "合计为全范围统一挑选的最省组合，不是各单元之和；上级组织随所属支部提升的，没有计入。",
                f"另有 {fixed:,} 个未达标组织不能只靠自身整改达标："
                "有须由认定机关撤销的否决、受所属支部或认定结果限制，或补足各项仍不够。",
                basis_note(cycle, by),
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(_details(groups, found, marked, cycle),),
        )

    def offers(self, figures: FigureContext) -> list[tuple[str, str, str]]:
        """Return round targets."""
        return [("target", str(goal), f"{goal}%") for goal in OFFERED]

    def says(self, layout: Layout) -> list[str]:
        """Return what the target takes in all, and where it takes most."""
        total = layout.total or {}
        of, goal = sentences.whole(layout), total["goal"]
        if not sentences.number(total, "due"):
            return [f"{of}没有应评的党组织，不能测算。"]
        need = sentences.number(total, "need")
        if not need:
            return [f"{of}达标率 {sentences.rate_words(total)}，已到目标 {goal}%。"]
        said = [f"{of}达标率 {sentences.rate_words(total)}，到 {goal}% 还需 {need:,} 个组织达标。"]
        if plain(total["fixes"]) is None:
            said.append(f"能靠自身整改达标的只有 {sentences.number(total, 'able'):,} 个，不够。")
        else:
            said.append(
                f"{of}统一挑选，最少整改 {sentences.number(total, 'fixes'):,} 项，"
                f"补 {text(total['gain'], 'score')} 分。"
            )
        wanting = sentences.ranked(layout, "need")
        if wanting and len(list(layout.rows)) > 1:
            said.append(f"各单元都到 {goal}%，缺口最大的是{sentences.counted(wanting, '个')}。")
        short = [
            row
            for row in layout.rows
            if sentences.number(row, "need") and plain(row["fixes"]) is None
        ]
        if short:
            said.append(f"{sentences.names(short)}能靠自身整改的组织不够，当年到不了 {goal}%。")
        return said


# Targets offered beside the field.
OFFERED = (40, 50, 60, 80)


def _columns(heading: str, goal: int) -> list[Column]:
    least = "最省的一组"
    return [
        Column("name", heading, width=14),
        Column("due", "应评组织（个）", "int", total="sum"),
        Column("passed", "达标组织（个）", "int", total="sum"),
        rate_column(),
        Column("able", "可整改达标（个）", "int", total="sum", hide_narrow=True),
        Column("need", f"到 {goal}% 还需（个）", "int"),
        Column("fixes", "整改项", "int", least),
        Column("effort", "工作量", "int", least, hide_narrow=True),
        Column("gain", "补分", "score", least, hide_narrow=True),
    ]


def _set(row: Row, goal: int, able: list[Candidate], chosen: list[Candidate]) -> dict[str, Any]:
    """Return the cells of the smallest set of one row; "—" where there is none."""
    need = missing(row.passed, row.due, goal)
    work = work_of(chosen)
    lack = "" if work.organizations == need else "能靠自身整改达标的组织不够"

    def cell(value: Any) -> Cell:
        return Cell(None if lack else value, reason=lack)

    return {
        "able": len(able),
        "need": need,
        "fixes": cell(work.fixes),
        "effort": cell(work.effort),
        "gain": cell(in_points(work.gain)),
    }


def _details(
    groups: Groups, found: list[Candidate], marked: tuple[set[int], set[int]], cycle: Cycle
) -> Layout:
    """Return all that can pass by their own work, the least first, each with its fixes."""
    indicators = dict(cycle.standard.indicators.values_list("code", "name"))
    vetoes = dict(cycle.standard.vetoes.values_list("code", "name"))

    def rows() -> Iterator[dict[str, Any]]:
        own, of_all = marked
        ordered = sorted(found, key=lambda one: one.work)
        for start in range(0, len(ordered), _CHUNK):
            part = ordered[start : start + _CHUNK]
            keys = [one.organization for one in part]
            named = Organization.objects.filter(pk__in=keys).order_by()
            names = {pk: told for pk, *told in named.values_list("pk", "name", "school__name")}
            for one in part:
                name, school = names[one.organization]
                card = f"{reverse('scorecard', args=[one.organization])}?year={cycle.year}"
                yield {
                    "row": one.row,
                    "organization": Cell(name, card),
                    "school": school or "",
                    "score": one.final,
                    "gain": in_points(one.gain),
                    "fixes": one.fixes,
                    "effort": one.effort,
                    "what": "；".join(
                        [*(_lift(code, vetoes) for code in one.lifts)]
                        + [_fix(code, indicators) for code in one.codes]
                    ),
                    "own": "是" if one.organization in own else "",
                    "all": "是" if one.organization in of_all else "",
                }

    columns = [
        Column("organization", "党组织", width=40),
        Column("row", groups.heading, width=14),
        Column("school", "所在学校", width=30),
        Column("score", "得分", "score", width=9),
        Column("gain", "差分", "score", width=9),
        Column("fixes", "整改项", "int", width=8),
        Column("effort", "工作量", "int", width=8),
        Column("what", "最省力的整改", width=60),
        Column("own", "列入本单元", width=10),
        Column("all", "列入合计", width=10),
    ]
    return Layout("离达标最近的党组织", columns, rows(), sheet_name="整改清单", signed=False)


_CHUNK = 500


def _lift(code: str, names: dict[str, str]) -> str:
    return f"{LIFTS.get(code, '解除否决')}（{names.get(code, '')} {code}）"


def _fix(code: str, names: dict[str, str]) -> str:
    name = names.get(code, "")
    action = ADVICE[code].action if code in ADVICE else f"补齐“{name}”"
    return f"{action}（{name} {code}）"
