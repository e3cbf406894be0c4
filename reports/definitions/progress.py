"""考评进度: where the filings of a year stand, by unit."""

from __future__ import annotations

from django.utils import timezone

from assessments.models import Cycle
from assessments.workflow.models import Filing
from assessments.workflow.states import STAGE_OF, Stage, State
from reports.base import day_text, register
from reports.counting import YES, Count, CountedReport, Share, listed


@register
class Progress(CountedReport):
    """One row for each unit, one column for each stage; the list has each filing."""

    slug = "progress-of-assessment"
    title = "考评进度"
    description = "各单元党组织的申报走到了哪一步：自评、初审、复核、认定、公示、确认。"
    order = 50
    unit_text = "个、%"
    sheet_name = "考评进度"
    list_title = "申报明细"
    list_sheet = "申报明细"
    main = "filings"

    def lines(self, asked):
        """Return the filings of the year with their stage."""
        filings = Filing.objects.visible_to(asked.user).inside(asked.scope)
        states, stages = dict(State.choices), dict(Stage.choices)
        at = "organization__"
        for filing in (
            filings.filter(cycle__year=asked.year)
            .order_by(f"{at}jurisdiction__path", f"{at}name", "pk")
            .values("state", f"{at}name", f"{at}jurisdiction__path", f"{at}school__place_id")
        ):
            stage = STAGE_OF[State(filing["state"])]
            yield {
                "row": asked.row(
                    filing[f"{at}jurisdiction__path"], filing[f"{at}school__place_id"]
                ),
                "name": filing[f"{at}name"],
                "state": states[filing["state"]],
                "stage": stages[stage],
                "handed_in": "" if stage == Stage.SELF else YES,
            }

    def counts(self, asked):
        """Return all filings, those at each stage, and the share handed in."""
        return [
            Count("filings", "应申报"),
            *(Count(str(one), one.label, "在", {"stage": one.label}) for one in Stage),
            Count("handed_in", "已申报", "", {"handed_in": YES}),
            Share("share", "申报率", "handed_in", "filings", lack="还没有申报"),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        return [
            listed("name", "党组织", 44),
            listed("stage", "环节", 12),
            listed("state", "状态", 14),
            listed("handed_in", "已申报", 10),
        ]

    def as_of(self, asked):
        """Return today: a filing is where it is."""
        return day_text(timezone.localdate())

    def notes(self, asked):
        """Return what the columns mean; a year without filings says so."""
        known = Cycle.objects.filter(year=asked.year, filings__isnull=False).exists()
        lack = [] if known else [f"{asked.year} 年度还没有开始申报。"]
        return [*lack, "按现在所处的环节统计；申报率 = 已申报 ÷ 应申报。"]
