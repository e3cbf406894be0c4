"""Columns of the list of terms."""

from __future__ import annotations

from orgs.tables import state, superior
from orgs.terms.states import TermState
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn, with_note

# State → CSS class and icon.
MARKS = {
    TermState.OVER: ("st-missed", "x-circle"),
    TermState.ONE: ("st-near", "exclamation-triangle"),
    TermState.THREE: ("st-near", "clock"),
    TermState.SIX: ("st-out", "clock"),
    TermState.NORMAL: ("st-pass", "check-circle-fill"),
    TermState.UNKNOWN: ("st-fail", "circle"),
}


class TermTable(ListTable):
    """Rows are organizations with `standing`, `term`, `term_state` and `body`."""

    name = ListColumn(
        "党组织名称", accessor="short_name", url="organization", sort="name", width=36
    )
    kind = ListColumn("类别", sort="kind", whole=True, width=12)
    superior = ListColumn("上级", accessor="pk", sort="jurisdiction__path", width=24, wide=True)
    body = ListColumn("管理主体", accessor="body__label", sheet_only=True, width=20)
    secretary = ListColumn("书记", accessor="standing__secretary", whole=True)
    elected = DateColumn("本届换届时间", accessor="term__elected_on")
    years = NumberColumn("任期（年）", accessor="term__years", sheet_only=True)
    end = DateColumn("届满时间", accessor="standing__term_end")
    days = NumberColumn("剩余天数", accessor="standing__days_left")
    state = ListColumn("换届情况", accessor="term_state", whole=True, width=14)
    extension = DateColumn("延期至", accessor="term__extended_to", wide=True)
    document = ListColumn("延期批复文号", accessor="term__extension_document", sheet_only=True)
    planned = DateColumn("计划换届时间", accessor="term__planned_on", wide=True)
    reason = ListColumn("未换届原因", accessor="term__overdue_reason", sheet_only=True)

    expressions = frozenset({"end", "days"})

    class Meta(ListTable.Meta):
        pass

    def render_superior(self, record):
        return superior(record)

    def value_superior(self, record):
        return superior(record)

    def render_state(self, value, record):
        return state(*MARKS[value], self.value_state(value, record))

    def value_state(self, value, record):
        if value == TermState.OVER:
            return f"超期 {-record.standing.days_left:,} 天"
        return value.label

    def render_extension(self, value, record):
        return with_note(f"{value:%Y-%m-%d}", record.term.extension_document or "没有批复文号")

    def render_planned(self, value, record):
        return with_note(f"{value:%Y-%m-%d}", record.term.overdue_reason)
