"""Rates on official tables: the columns, cells and notes reports about rates share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from assessments.compliance import Row, percent_text
from assessments.models import Cycle, Exclusion
from reports import details
from sheets.layout import Cell, Column, Layout, half_up, plain, text


def count_columns(name: str, group: str = "", *, by: str = "row") -> list[Column]:
    """Return the columns of a row of counts: heading, due, passed and rate.

    `by` is the column of the detail sheet that holds the headings of the rows.
    """

    def count(key: str, label: str, formula: str) -> Column:
        return Column(
            key, label, "int", group=group, total="sum", formula=details.over(formula, by)
        )

    return [
        Column("name", name, width=16),
        count("due", "应评组织（个）", details.DUE),
        count("passed", "达标组织（个）", details.PASSED),
        rate_column("", group),
    ]


def rate_column(prefix: str = "", group: str = "") -> Column:
    """Return the column of the rate of `prefix`passed and `prefix`due."""
    parts = (f"{prefix}passed", f"{prefix}due")
    return Column(f"{prefix}rate", "达标率", "percent", group=group, ratio=parts, total=parts)


def year_columns(
    year: int,
    prefix: str,
    group: str,
    *,
    labels: tuple[str, str] = ("应评", "达标"),
    detail: str = "detail",
) -> list[Column]:
    """Return due, passed and rate of a year, the counts by formulas over `year_details`."""
    asked = f'{{{detail}.row}},{{name}},{{{detail}.year}},"{year} 年"'

    def count(key: str, label: str) -> Column:
        counts = f"{{{detail}.{key}}}"
        formula = f'=IF(COUNTIFS({asked},{counts},">=0")=0,"—",SUMIFS({counts},{asked}))'
        return Column(
            f"{prefix}{key}", label, "int", group, total="sum", formula=formula, hide_narrow=True
        )

    counted = zip(("due", "passed"), labels, strict=True)
    return [*(count(key, label) for key, label in counted), rate_column(prefix, group)]


def year_details(heading: str, rows: Sequence[dict[str, Any]]) -> Layout:
    """Return the sheet of counts by row and year: `row`, `year`, `due`, `passed`, `source`."""
    # The year as words: a number in a cell of text is another value to a formula.
    rows = [row | {"year": f"{row['year']} 年"} for row in rows]
    columns = [
        Column("row", heading, width=16),
        Column("year", "年度", width=8),
        Column("due", "应评", "int", width=10),
        Column("passed", "达标", "int", width=10),
        Column("source", "来源", width=30),
    ]
    return Layout("各年应评和达标", columns, rows, sheet_name="各年数量", signed=False)


def other_columns(by: str = "row") -> list[Column]:
    """Return the columns of the vetoed and of those not counted."""
    kinds = (
        ("vetoed", "被否决（个）", details.VETOED),
        ("excluded", "不计入（个）", details.EXCLUDED),
    )
    return [
        Column(key, label, "int", total="sum", formula=details.over(formula, by), hide_narrow=True)
        for key, label, formula in kinds
    ]


def organizations_url(**query: Any) -> str:
    """Return the address of the list of organizations inside a figure."""
    try:
        address = reverse("rates_organizations")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({k: v for k, v in query.items() if v not in (None, '')})}"


def no_rate_reason(due: int, excluded: int) -> str:
    """Return why there is no rate."""
    if due:
        return ""
    return f"{excluded} 个党组织都不计入" if excluded else "没有应评的党组织"


def count_cells(row: Row, query: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the cells of the counts of `row`; with a query, linked to its organizations."""

    def count(value: int, result: str) -> Cell:
        if query is None or not value:
            return Cell(value)
        return Cell(value, organizations_url(**query, result=result))

    rate = row.rate
    return {
        "due": count(row.due, "due"),
        "passed": count(row.passed, "passed"),
        "rate": Cell(
            None if rate is None else float(rate),
            css="rate",
            reason=no_rate_reason(row.due, row.excluded),
        ),
        "vetoed": count(row.vetoed, "vetoed"),
        "excluded": count(row.excluded, "excluded"),
    }


def sum_note(total: Row, rows: Iterable[Row]) -> str:
    """Return the note that shows the sum, and why it is not the mean of the rates."""
    if not total.due:
        return "达标率 = 达标组织 ÷ 应评组织；没有应评组织时写“—”。"
    rates = [row.rate for row in rows if row.rate is not None]
    mean = sum(rates, Fraction()) / len(rates)
    note = (
        "达标率 = 达标组织 ÷ 应评组织；"
        f"合计 = Σ达标 ÷ Σ应评 = {total.passed:,} ÷ {total.due:,} = "
        f"{percent_text(total.passed, total.due)}"
    )
    if len(rates) > 1:
        note += f"，只除一次，不是各行比率的平均（{half_up(float(mean * 100))}%）"
    return note + "。"


def excluded_note(assessments: Any, cycle: Cycle) -> str:
    """Return the note on who is counted and how many are not, by reason."""
    found = (
        assessments.exclude(exclusion="")
        .order_by()
        .values_list("exclusion")
        .annotate(n=Count("pk"))
    )
    counts = dict(found)
    reasons = "、".join(
        f"{choice.label} {counts[choice]} 个" for choice in Exclusion if choice in counts
    )
    total = sum(counts.values())
    listed = (
        f"另有 {total:,} 个不计入（{reasons}），逐个列在明细表。"
        if total
        else "没有不计入的党组织。"
    )
    day = cycle.check_date
    return (
        f"应评组织为 {day.year} 年 {day.month} 月 {day.day} 日考核日应当考评的基层党组织；{listed}"
    )


def bars(layout: Layout) -> dict[str, Any]:
    """Return the data of a bar chart of rates in the order of the table (charts.js)."""
    total = plain((layout.total or {}).get("rate"))
    return {
        "units": [
            {
                "name": text(row["name"]),
                "rate": None if plain(row["rate"]) is None else plain(row["rate"]) * 100,
                "text": text(row["rate"], "percent"),
                "passed": text(row["passed"], "int"),
                "due": text(row["due"], "int"),
                "change": change_words(plain(row.get("change"))),
                "low": (plain(row["rate"]) or 0) < (total or 0),
            }
            for row in layout.rows
        ],
        "rate": None if total is None else total * 100,
        "text": text(total, "percent"),
        "whole": layout.total_label,
    }


def change_words(points: float | None) -> str:
    """Return a change in words: "升 4.0 个百分点"."""
    if points is None:
        return ""
    shown = text(points, "points")
    if shown == "0.0":
        return "持平"
    return f"{'升' if points > 0 else '降'} {shown.lstrip('−')} 个百分点"
