"""指标失分: which indicators cost which units how many of their points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from assessments.models import Cycle
from reports import details, sentences
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
from reports.groups import Groups
from reports.losses import Points, kept_by_type, points_by_kind, points_by_row
from reports.rates import organizations_url
from schools.models import Jurisdiction, JurisdictionKind
from sheets.layout import Cell, Column, Format, Layout, plain, text


def _share(condition: str) -> str:
    """Return the formula of the share of points lost among the detail rows that match."""
    earned = "SUMIFS({detail.earned}," + condition + ")"
    full = "SUMIFS({detail.full}," + condition + ")"
    return f'=IF({full}=0,"—",1-{earned}/{full})'


ONE = _share("{detail.row},{label},{detail.code},{code}")
UNIT_TOTAL = _share("{detail.row},{label}")
INDICATOR_TOTAL = _share("{detail.code},{code}")
ALL = '=IF(SUM({detail.full})=0,"—",1-SUM({detail.earned})/SUM({detail.full}))'


UNITS, KINDS = "units", "kinds"
# Types of organizations: the field of the result that tells them, and what they are called.
TYPES = {"kind": "党组织类别", "stage": "学校类别", "ownership": "办学性质"}


@dataclass(frozen=True, slots=True)
class Measure:
    """What the shares are of: points, or organizations where points are not kept by type."""

    name: str
    note: str
    sheet: str
    kept: str
    whole: str
    format: Format
    # Per cent from one colour to the next.
    step: int

    @classmethod
    def of(cls, across: str) -> Measure:
        return ORGANIZATIONS if across in TYPES else POINTS


POINTS = Measure(
    "失分率",
    "失分率 = 1 − 应评组织该指标得分之和 ÷ 适用满分之和；不适用的不计入满分。",
    "指标得分",
    "得分之和",
    "适用满分之和",
    "score",
    10,
)
ORGANIZATIONS = Measure(
    "失分面",
    "失分面 = 该指标有失分的应评组织 ÷ 该类应评组织；不适用的按没有失分。",
    "指标失分组织",
    "没有失分的组织",
    "应评组织",
    "int",
    20,
)


class AcrossForm(OptionsForm):
    """What stands across the table."""

    across = forms.ChoiceField(
        label="横向",
        choices=[(UNITS, "统计单元"), (KINDS, "管理主体类型"), *TYPES.items()],
        required=False,
        error_messages={"invalid_choice": "没有这种横向，请从列表中选。"},
    )

    def clean_across(self):
        return self.cleaned_data["across"] or UNITS


@register
class IndicatorHeat(Report):
    """Indicators down, units across: the share of points lost, darker is worse."""

    slug = "indicator-heat"
    title = "指标失分情况"
    description = "每项指标在各单元、各类党组织和学校的失分，颜色越深失分越多。"
    order = 30
    table_class = "heat"
    form_class = AcrossForm

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        across: str = UNITS,
        **options: Any,
    ) -> Layout:
        """Return one row for each indicator of the standard of the year."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        groups = Groups(user, scope, by)
        if across == KINDS:
            points = points_by_kind(user, cycle, scope)
            labels = dict(JurisdictionKind.choices)
            params = {label: {"body_kind": kind} for kind, label in labels.items()}
            units = [label for label in params if any(label == unit for unit, _ in points)]
            heading = "管理主体类型"
        elif across in TYPES:
            points = kept_by_type(user, cycle, scope, across)
            values = [*details.LABELS[across], ""]
            params = {details.label(across, value): {across: value} for value in values}
            units = [label for label in params if any(label == unit for unit, _ in points)]
            heading = TYPES[across]
        else:
            points = points_by_row(user, cycle, scope, groups)
            units = groups.shown({unit for unit, _ in points})
            params = {unit: groups.params(unit) for unit in units}
            heading = groups.heading
        measure = Measure.of(across)
        indicators = list(cycle.standard.indicators.all())
        query = {"scope": scope.pk, "year": year, "by": by}

        sums: dict[tuple[str | None, str | None], list[Points]] = defaultdict(list)
        for (unit, code), value in points.items():
            for key in ((unit, code), (unit, None), (None, code), (None, None)):
                sums[key].append(value)

        def lost(unit: str | None, code: str | None) -> Cell:
            """Return the share lost in a unit and an indicator; None stands for all."""
            found = sums.get((unit, code), [])
            narrowed = query | (params[unit] if unit else {})
            url = organizations_url(**narrowed, result="due", code=code) if code else ""
            return _cell(found, url, measure.step)

        return Layout(
            title=f"{scope_title(scope)}{year}年度标准化建设指标{measure.name}{preview_mark(cycle)}",
            columns=[
                Column("name", "指标", width=24),
                Column("code", "编号", width=7, hide_narrow=True),
                Column("points", "分值", "score", width=8, total="sum", hide_narrow=True),
                *(
                    Column(f"unit{n}", unit, "percent", formula=ONE, total=UNIT_TOTAL)
                    for n, unit in enumerate(units)
                ),
                Column("all", "合计", "percent", formula=INDICATOR_TOTAL, total=ALL),
            ],
            rows=[
                {
                    "name": Cell(indicator.name, _indicator_url(indicator.code, query)),
                    "code": indicator.code,
                    "points": indicator.points,
                    **{f"unit{n}": lost(unit, indicator.code) for n, unit in enumerate(units)},
                    "all": lost(None, indicator.code),
                }
                for indicator in indicators
            ],
            total={
                "points": sum((indicator.points for indicator in indicators), Decimal()),
                **{f"unit{n}": lost(unit, None) for n, unit in enumerate(units)},
                "all": lost(None, None),
                "whole": whole_name(scope),
                "measure": measure.name,
            },
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="%",
            sheet_name=f"指标{measure.name}",
            notes=[
                measure.note,
                basis_note(cycle, by),
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(self.details(heading, units, indicators, points, measure),),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the share lost in all, the indicators that lose most, and the worst places."""
        total = layout.total or {}
        if plain(total.get("all")) is None:
            return [f"没有适用的组织，所以没有{total.get('measure', '失分率')}。"]
        of = total["measure"]
        said = [f"{sentences.whole(layout)}指标{of} {text(total['all'], 'percent')}。"]
        rows = _lossy(layout.rows, "all")
        if rows:
            worst = "、".join(_lost(row, "all") for row in rows[: sentences.NAMED])
            said.append(f"{of}最高的指标：{worst}。")
        units = {c.key: c.label for c in layout.columns if c.key.startswith("unit")}
        if len(units) > 1:
            for key in sorted(units, key=lambda key: -(plain(total.get(key)) or 0))[:1]:
                words = "、".join(_lost(row, key) for row in _lossy(layout.rows, key)[:3])
                if words:
                    share = text(total[key], "percent")
                    said.append(f"{units[key]}{of}最高（{share}），主要失分：{words}。")
        return said

    def details(
        self, heading: str, units: list[str], indicators: list, points: dict, measure: Measure
    ) -> Layout:
        """Return the sums the shares are worked out from."""
        rows = [
            {
                "row": unit,
                "code": indicator.code,
                "name": indicator.name,
                "earned": points[unit, indicator.code][0],
                "full": points[unit, indicator.code][1],
            }
            for unit in units
            for indicator in indicators
            if (unit, indicator.code) in points
        ]
        columns = [
            Column("row", heading, width=16),
            Column("code", "编号", width=8),
            Column("name", "指标", width=26),
            Column("earned", measure.kept, measure.format, width=14),
            Column("full", measure.whole, measure.format, width=14),
        ]
        return Layout(f"{measure.sheet}汇总", columns, rows, sheet_name=measure.sheet, signed=False)


def _lossy(rows: Iterable[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """Return the indicators that lose points under `key`, the largest share first."""
    found = [row for row in rows if plain(row[key])]
    return sorted(found, key=lambda row: -plain(row[key]))


def _lost(row: Mapping[str, Any], key: str) -> str:
    return f"{sentences.name(row)} {text(row[key], 'percent')}"


def _cell(found: list[Points], url: str, step: int) -> Cell:
    """Return the share of points lost with the colour step of its size."""
    full = sum((value[1] for value in found), Decimal())
    if not full:
        return Cell(None, reason="没有适用的组织")
    lost = float(1 - sum((value[0] for value in found), Decimal()) / full)
    return Cell(lost, url, css=f"q{min(5, int(lost * 100) // step)}")


def _indicator_url(code: str, query: dict[str, Any]) -> str:
    try:
        return f"{reverse('indicator', args=[code])}?{urlencode(query)}"
    except NoReverseMatch:
        return ""
