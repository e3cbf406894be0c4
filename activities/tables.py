"""Columns of the list of meetings."""

from __future__ import annotations

from django.utils.html import format_html

from activities.validity import why_not
from orgs.tables import organization_column
from schools.columns import (
    DateColumn,
    ListColumn,
    ListTable,
    NumberColumn,
    with_note,
)


class MeetingTable(ListTable):
    topic = ListColumn("主题", url="meeting", empty_values=(), width=36)
    type = ListColumn("类别", sort="type", whole=True, width=14)
    held_on = DateColumn("时间", sort="held_on")
    counts_for_year = ListColumn("归属年度", sheet_only=True, width=10)
    organization = organization_column(sort=None)
    place = ListColumn("地点", sheet_only=True, width=16)
    chair = ListColumn("主持人", wide=True, whole=True)
    recorder = ListColumn("记录人", sheet_only=True)
    lecturer = ListColumn("主讲人", sheet_only=True)
    due = NumberColumn("应到")
    present = NumberColumn("实到")
    late = ListColumn("补录", accessor="is_late", sheet_only=True)
    counts = ListColumn("是否计入", accessor="pk", wide=True, width=30, always=True)

    class Meta(ListTable.Meta):
        pass

    def render_topic(self, value):
        return value or "没有填主题"

    def value_counts_for_year(self, value):
        return str(value)

    def value_late(self, value, record):
        if not value:
            return None
        return {True: "已认可", False: "未认可", None: "待认可"}[record.late_accepted]

    def render_counts(self, record):
        reasons = why_not(record)
        late = "补录，已认可" if record.is_late and not reasons else ""
        if reasons:
            mark, css, icon = "不计入", "st-out", "dash-circle-dotted"
        else:
            mark, css, icon = "计入", "st-pass", "check-circle-fill"
        html = format_html(
            '<span class="st {}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
            css,
            icon,
            mark,
        )
        return with_note(html, "；".join(reasons) or late)

    def value_counts(self, record):
        reasons = why_not(record)
        return f"不计入：{'；'.join(reasons)}" if reasons else "计入"
