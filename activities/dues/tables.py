"""Columns of the list of organizations by their dues."""

from __future__ import annotations

from orgs.tables import state
from schools.columns import (
    DateColumn,
    ListColumn,
    ListTable,
    NumberColumn,
    ScoreColumn,
    with_note,
)


class MoneyColumn(ScoreColumn):
    """Yuan with two decimals."""

    def render(self, value):
        return f"{value:,.2f}"


class DuesTable(ListTable):
    name = ListColumn(
        "党组织", accessor="short_name", url="organization_dues", sort="name", width=36
    )
    body = ListColumn(
        "管理主体", accessor="body__label", sort="jurisdiction__path", wide=True, width=20
    )
    mode = ListColumn("台账", accessor="ledger", empty_values=(), whole=True)
    members = NumberColumn("人数", accessor="sums__members")
    due = MoneyColumn("应交（元）", accessor="sums__due")
    paid = MoneyColumn("实交（元）", accessor="sums__paid")
    arrears = MoneyColumn("欠交（元）", accessor="sums__arrears")
    behind = NumberColumn("欠交人数", accessor="sums__behind")
    on_time = ListColumn("按时足额", accessor="sums", whole=True)
    published_on = DateColumn("公布时间", accessor="ledger__published_on")

    class Meta(ListTable.Meta):
        pass

    def render_members(self, value, record):
        note = f"{record.sums.without_base} 人没有核定" if record.sums.without_base else ""
        return with_note(value, note)

    def render_behind(self, value):
        return state("st-missed", "x-circle", str(value)) if value else "0"

    def render_on_time(self, value):
        if value.share is None:
            return "—"
        return with_note(
            f"{int(value.share * 100 + 0.5)}%",
            f"{value.months_on_time:,} / {value.months_due:,} 人月",
        )

    def value_on_time(self, value):
        return f"{value.months_on_time} / {value.months_due} 人月"

    def render_mode(self, value):
        return self.value_mode(value) or "还没有"

    def value_mode(self, value):
        if value is None:
            return ""
        return "按季" if value.pays_quarterly else "按月"
