"""What a report is: a declaration and one method that returns its table.

Page, workbook, index entry, command and the standard tests follow from the class; to
add a report, write a subclass in `reports/definitions/` and decorate it with `register`.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.models import User
from assessments.models import Cycle
from reports.figures import GROUPINGS, FigureContext
from schools.models import Jurisdiction, JurisdictionKind
from sheets.layout import Layout

ACROSS, DOWN = "across", "down"
ORIENTATIONS = {DOWN: "竖排", ACROSS: "横排"}
# Kind of chart → its heading, and how it is read.
CHARTS = {
    "bars": ("达标率与合计线", "红线为合计，斜纹为低于合计"),
    "trend": ("历年走势", "空心点为系统测算，方点为导入"),
    "bridge": (
        "达标率由哪些变动构成",
        "两端为两期达标率，中间每段为一项变动，点开看组织；纵轴未必从 0 起",
    ),
}


class OptionsForm(forms.Form):
    """Options of every report beside scope, year and grouping."""

    layout = forms.ChoiceField(
        label="排法",
        choices=list(ORIENTATIONS.items()),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "没有这种排法，请选竖排或横排。"},
    )

    def options(self) -> dict[str, Any]:
        """Return the cleaned options of the report itself."""
        return {key: value for key, value in self.cleaned_data.items() if key != "layout"}


class Report:
    """One official table.

    `needs_scores` tells that the report has nothing to say without a scored cycle;
    `by_place` that it can group by place too. `orientation` is the one it opens in.
    `chart` names the kind of chart drawn from `chart_data`, one of CHARTS or "". `act` is
    what the button says beside options that are written; `shown_details` tells
    which detail sheet stands under the table on the page, and how many rows of it.
    `folded_by` is the column of that sheet whose values fold its rows, "" for a plain table.
    `variants` are the options it stands with in 汇总表册, a table for each.
    `is_sealed`: an edition keeps it, as a figure reported; a plan is none.
    `order` is its place in the index; `table_class` is added to the table on the page.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    form_class: ClassVar[type[OptionsForm]] = OptionsForm
    orientation: ClassVar[str] = DOWN
    needs_scores: ClassVar[bool] = True
    by_place: ClassVar[bool] = True
    chart: ClassVar[str] = ""
    order: ClassVar[int] = 100
    table_class: ClassVar[str] = ""
    act: ClassVar[str] = "查看"
    shown_details: ClassVar[tuple[int, int]] = (0, 0)
    folded_by: ClassVar[str] = ""
    variants: ClassVar[tuple[dict[str, str], ...]] = ({},)
    is_sealed: ClassVar[bool] = True

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
        """Return the table of what `user` sees inside `scope`; `table` adds the sentences."""
        raise NotImplementedError

    def says(self, layout: Layout) -> list[str]:
        """Return what the table says in sentences; the same table gives the same text.

        They are made of the table alone (see reports/sentences.py), so that page, sheet,
        workbook and written report say the same.
        """
        return []

    def table(self, user: User, **asked: Any) -> Layout:
        """Return the table asked for (arguments of `layout`) with its sentences.

        A table that has nothing to show says so itself.
        """
        layout = self.layout(user, **asked)
        return replace(layout, says=layout.says or self.says(layout))

    def offers(self, figures: FigureContext) -> list[tuple[str, str, str]]:
        """Return what may be written into an option: (its name, value, label)."""
        return []

    def chart_data(self, layout: Layout) -> Any:
        """Return what the chart draws, taken from the table itself."""
        return None

    @property
    def chart_heading(self) -> str:
        """What stands above the chart."""
        return CHARTS[self.chart][0]

    @property
    def chart_note(self) -> str:
        """How the chart is read."""
        return CHARTS[self.chart][1]

    def is_transposed(self, wanted: str) -> bool:
        """Tell the orientation for what the form says ("" is the report's own)."""
        return (wanted or self.orientation) == ACROSS


REPORTS: dict[str, Report] = {}


def register(report: type[Report]) -> type[Report]:
    """Add a report to the index; a slug can be taken once only."""
    if report.slug in REPORTS:
        raise ValueError(f"report {report.slug!r} is registered twice")
    REPORTS[report.slug] = report()
    return report


def listed() -> list[Report]:
    """Return the reports in the order of the index."""
    return sorted(REPORTS.values(), key=lambda report: (report.order, report.slug))


# Words every report uses -----------------------------------------------------------


def day_text(day: datetime.date) -> str:
    """Return a day as official tables print it: 2025年10月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def as_of_text(cycle: Cycle) -> str:
    """Return the day the scores of a cycle rest on."""
    return day_text(cycle.scored_as_of or cycle.check_date)


def register_day(year: int) -> datetime.date:
    """Return the day the register is read for a year: its last, or today."""
    return min(datetime.date(year, 12, 31), timezone.localdate())


def scope_title(scope: Jurisdiction) -> str:
    """Return how a title names the scope."""
    wide = scope.kind in (JurisdictionKind.CITY, JurisdictionKind.COUNTY)
    return f"{scope.label}教育系统" if wide else scope.label


def filler(scope: Jurisdiction) -> str:
    """Return 填报单位: the education bureau of a city or county, else the body itself."""
    kinds = {
        JurisdictionKind.CITY: JurisdictionKind.CITY_EDU_BUREAU,
        JurisdictionKind.COUNTY: JurisdictionKind.COUNTY_EDU_BUREAU,
    }
    if scope.kind in kinds:
        below = Jurisdiction.objects.inside(scope).filter(
            depth=scope.depth + 1, kind=kinds[JurisdictionKind(scope.kind)]
        )
        if bureau := below.first():
            return bureau.short_name
    return scope.short_name


def basis_note(cycle: Cycle, by: str) -> str:
    """Return the note that says what the figures rest on."""
    standard = cycle.standard
    if cycle.is_confirmed:
        state = "结果已确认" + (f"（{cycle.document}）" if cycle.document else "")
    else:
        state = "结果为系统测算，未经认定，非正式结果"
    return (
        f"统计口径：{GROUPINGS[by]}；标准：{standard.name}（{standard.version}），"
        f"达标线 {standard.pass_line.normalize():f} 分；{state}。"
    )


def preview_mark(cycle: Cycle) -> str:
    """Return what the title of an unconfirmed table ends with."""
    return "" if cycle.is_confirmed else "（系统测算）"
