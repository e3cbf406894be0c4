"""各单元达标率: the table the bureau reports, with the counts behind every rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from assessments.compliance import Row, total_row, unit_rows
from assessments.models import Assessment, Cycle, UnitYear
from reports import details, sentences
from reports.base import Report, as_of_text, basis_note, filler, preview_mark, register, scope_title
from reports.board import whole_name
from reports.figures import AFFILIATION
from reports.groups import Groups, grouping
from reports.imported import imported_note, sources
from reports.losses import main_losses
from reports.rates import (
    bars,
    count_cells,
    count_columns,
    excluded_note,
    other_columns,
    sum_note,
    year_columns,
    year_details,
)
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout

# A difference of two rates, "—" where one of them is missing.
CHANGE = '=IF(AND(ISNUMBER({rate}),ISNUMBER({last_rate})),({rate}-{last_rate})*100,"—")'


@dataclass(frozen=True, slots=True)
class Past:
    """What one row had in the year before: counts, or only a rate."""

    due: int | None
    passed: int | None
    rate: Fraction | None

    @classmethod
    def of(cls, row: Row) -> Past:
        return cls(row.due, row.passed, row.rate)


@register
class Compliance(Report):
    """The compliance table, in both orientations."""

    slug = "compliance"
    title = "各单元达标率"
    description = "各县（市、区）应评、达标党组织和达标率，与上年比较。"
    order = 10
    chart = "bars"

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
        """Return one row for each unit, body or place inside `scope`."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        groups = Groups(user, scope, by)
        rows = unit_rows(user, cycle, scope=scope, by=grouping(by), grouping=groups.grouping)
        total = total_row(rows)
        past, past_total, told = self.past(user, cycle.year - 1, scope, by, rows)
        assessments = Assessment.objects.visible_to(user).filter(cycle=cycle).inside(scope)
        query = {"scope": scope.pk, "year": year, "by": by}
        names = {slot.key: name for name, slot in groups.slots.items()}
        losses = main_losses(user, cycle, scope, groups)

        columns = count_columns(groups.heading, f"{year} 年" if past else "")
        notes = [
            sum_note(total, rows),
            excluded_note(assessments, cycle),
            basis_note(cycle, by),
        ]
        if past:
            group = f"{year - 1} 年"
            counted = ("应评组织（个）", "达标组织（个）")
            columns += [
                *year_columns(year - 1, "last_", group, labels=counted, detail="detail2"),
                Column("change", "比上年（百分点）", "points", formula=CHANGE, total=CHANGE),
            ]
            if told:
                imports = sources(user, told).get(year - 1, ())
                notes.append(imported_note(year - 1, imports))
            notes.append("比上年由未取整的达标率相减，单位为百分点。")
        else:
            notes.append(f"没有 {year - 1} 年度的数据，不作比较。")
        return Layout(
            title=f"{scope_title(scope)}{year}年度基层党组织标准化建设达标率{preview_mark(cycle)}",
            columns=columns + other_columns(),
            rows=[
                {
                    "name": self.heading(row, names[row.key], query),
                    **count_cells(row, query | groups.params(names[row.key])),
                    **past_cells(past, row),
                    "losses": losses.get(names[row.key], ""),
                }
                for row in rows
            ],
            total={
                **count_cells(total, query),
                **past_total_cells(past_total, total),
                "whole": whole_name(scope),
            },
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="个、%",
            sheet_name="达标率",
            notes=notes,
            prepared_by=user.name,
            transposed=transposed,
            details=(
                details.assessment_details(assessments, groups),
                *([past_details(groups, year - 1, past, rows, bool(told))] if past else []),
            ),
        )

    def heading(self, row: Row, name: str, query: Mapping[str, Any]) -> Cell:
        """Return the name of a row, leading to the page of its body."""
        if not isinstance(row.key, Jurisdiction) or row.is_own_level:
            return Cell(name)
        try:
            address = reverse("unit", args=[row.key.pk])
        except NoReverseMatch:
            return Cell(name)
        return Cell(name, f"{address}?{urlencode({**query, 'scope': row.key.pk})}")

    def past(
        self, user: User, year: int, scope: Jurisdiction, by: str, rows: list[Row]
    ) -> tuple[dict[Any, Past], Past | None, list[UnitYear]]:
        """Return what the rows and their total had in `year`; nothing where nobody knows.

        The last are the records of workbooks it was taken from, if it was.
        """
        cycle = Cycle.objects.filter(year=year).first()
        if cycle and cycle.scored_at:
            before = unit_rows(user, cycle, scope=scope, by=grouping(by))
            if any(row.due for row in before):
                shown = {row.key for row in rows}
                # What has gone since still counts in the total of its year.
                rows += [Row(r.key, r.name) for r in before if r.due and r.key not in shown]
                found = {row.key and row.key.pk: Past.of(row) for row in before}
                return found, Past.of(total_row(before)), []
        if by != AFFILIATION:
            return {}, None, []
        brought = list(UnitYear.objects.visible_to(user).inside(scope).filter(year=year))
        found = {item.unit_id: imported(item) for item in brought}
        wanted = {row.key.pk for row in rows if row.key}
        if not wanted & set(found):
            return {}, None, []
        if set(found) >= wanted and all(item.due is not None for item in found.values()):
            due = sum(item.due or 0 for item in found.values())
            passed = sum(item.passed or 0 for item in found.values())
            return found, Past(due, passed, Fraction(passed, due) if due else None), brought
        return found, None, brought

    def says(self, layout: Layout) -> list[str]:
        """Return the rate of the whole, the ends, and what the lowest rows lose most for."""
        return sentences.rates(layout)

    def chart_data(self, layout: Layout) -> dict[str, Any]:
        """Return the rates in official order with the line of the total."""
        return bars(layout)


def imported(item: UnitYear) -> Past:
    """Return a year brought in from a workbook; its counts beat its printed rate."""
    if item.due and item.passed is not None:
        return Past(item.due, item.passed, Fraction(item.passed, item.due))
    return Past(None, None, None if item.rate is None else Fraction(item.rate))


def _change(now: Fraction | None, before: Fraction | None) -> float | None:
    return None if now is None or before is None else float((now - before) * 100)


def past_cells(past: dict[Any, Past], row: Row) -> dict[str, Any]:
    """Return the cells of the year before for one row."""
    if not past:
        return {}
    before = past.get(row.key and row.key.pk)
    if before is None:
        gone = "上年没有这一行的数据"
        return {
            "last_due": Cell(None),
            "last_passed": Cell(None),
            "last_rate": Cell(None, reason=gone),
            "change": Cell(None),
        }
    return past_total_cells(before, row)


def past_details(
    groups: Groups, year: int, past: dict[Any, Past], rows: list[Row], is_imported: bool
) -> Layout:
    """Return the sheet of the counts of the year before, which the formulas point to."""
    names = {slot.key: name for name, slot in groups.slots.items()}
    known = ((names[row.key], past.get(row.key and row.key.pk)) for row in rows)
    source = "历年数据表" if is_imported else "考评结果"
    return year_details(
        groups.heading,
        [
            {
                "row": name,
                "year": year,
                "due": before.due,
                "passed": before.passed,
                "source": source,
            }
            for name, before in known
            if before is not None
        ],
    )


def past_total_cells(before: Past | None, row: Row) -> dict[str, Any]:
    """Return the cells of the year before where they are known."""
    if before is None:
        lack = "上年有单元没有数量，不能合计"
        return {
            "last_due": Cell(None),
            "last_passed": Cell(None),
            "last_rate": Cell(None, reason=lack),
            "change": Cell(None),
        }
    change = _change(row.rate, before.rate)
    css = "" if change is None else "up" if change > 0 else "down" if change < 0 else "flat"
    return {
        "last_due": before.due,
        "last_passed": before.passed,
        "last_rate": Cell(
            None if before.rate is None else float(before.rate), reason="上年没有应评的党组织"
        ),
        "change": Cell(change, css=css),
    }
