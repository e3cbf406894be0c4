"""Columns of the list behind a figure."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from orgs.tables import result_state, result_word
from schools.columns import ListColumn, ListTable, NumberColumn, ScoreColumn


def scorecard(record) -> str:
    """Return the address of the scorecard of an assessment."""
    return f"{reverse('scorecard', args=[record.organization_id])}?year={record.cycle.year}"


class AssessmentTable(ListTable):
    """Rows carry `gap` and `words` (reports.describing)."""

    name = ListColumn(
        "党组织名称", accessor="organization__name", sort="organization__name", width=36
    )
    kind = ListColumn("类别", sort="kind", width=12)
    body = ListColumn(
        "管理主体", accessor="jurisdiction__label", sort="jurisdiction__path", width=22
    )
    unit = ListColumn("统计单元", accessor="unit__label", sheet_only=True, width=12)
    place = ListColumn("行政区划", accessor="place__name", sheet_only=True, width=12)
    members = NumberColumn("党员", sheet_only=True)
    result = ListColumn("结果", accessor="pk", always=True)
    score = ScoreColumn("得分", accessor="final", sort="final")
    gap = ScoreColumn("还差", accessor="gap", sort="-final")
    words = ListColumn("说明", accessor="words", wide=True, width=40)

    class Meta(ListTable.Meta):
        pass

    def render_name(self, value, record):
        return format_html('<a href="{}">{}</a>', scorecard(record), value)

    def value_name(self, value):
        return value

    def render_result(self, record):
        return result_state(record)

    def value_result(self, record):
        return result_word(record)
