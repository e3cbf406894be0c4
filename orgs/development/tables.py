"""Columns of the list of development cases."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join

from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn, with_note


class CaseTable(ListTable):
    name = ListColumn("姓名", url="development_case", sort="name")
    stage = ListColumn("阶段", whole=True, width=14)
    since = DateColumn("进入时间", accessor="since")
    organization = organization_column()
    next_due = ListColumn("下个时限", accessor="next_due", wide=True, width=34)
    failed = ListColumn("没有满足", accessor="failed", wide=True, width=34)
    sex = ListColumn("性别", sheet_only=True)
    ethnicity = ListColumn("民族", sheet_only=True)
    birth_date = DateColumn("出生日期", sheet_only=True)
    education = ListColumn("学历", sheet_only=True)
    job = ListColumn("工作岗位", sheet_only=True)
    teacher = ListColumn("教师", accessor="is_teacher", sheet_only=True)
    backbone = ListColumn("骨干教师层次", sheet_only=True)
    applied_on = DateColumn("申请入党时间", sort="applied_on", sheet_only=True)
    activist_on = DateColumn("确定为入党积极分子时间", sheet_only=True)
    cultivators = ListColumn("培养联系人", sheet_only=True)
    reviews = NumberColumn("考察次数", accessor="review_count", sheet_only=True)
    target_on = DateColumn("确定为发展对象时间", sheet_only=True)
    sponsors = ListColumn("入党介绍人", sheet_only=True)
    training_hours = NumberColumn("集中培训学时", sheet_only=True)
    admitted_on = DateColumn("支部大会通过时间", sheet_only=True)
    approved_on = DateColumn("审批时间", sheet_only=True)
    confirmed_on = DateColumn("转正时间", sheet_only=True)
    ended_on = DateColumn("终止时间", sheet_only=True)

    expressions = frozenset({"stage", "next_due"})

    class Meta(ListTable.Meta):
        pass

    def render_stage(self, value, record):
        if record.ended_on:
            return with_note(value, f"{record.get_end_kind_display()}，{record.ended_on}")
        return with_note(value, "等待上级审批" if record.waits else "")

    def render_next_due(self, value):
        word = "今天" if value.days_left == 0 else f"还有 {value.days_left} 天"
        return with_note(value.words, f"{value.due_on}，{word}")

    def value_next_due(self, value):
        return f"{value.words}：{value.due_on}"

    def render_failed(self, value):
        head = state("st-missed", "x-circle", f"{len(value)} 项")
        words = format_html_join("；", "{}", ((one,) for one in value))
        return format_html('{}<br><span class="note">{}</span>', head, words)

    def value_failed(self, value):
        return "；".join(value)

    def value_teacher(self, value):
        return "是" if value else "否"
