"""When members were floating, lost or suspended as a workbook (流动、失联、停止党籍登记表)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from accounts.models import User
from orgs import services_memberships as memberships
from orgs.models import Situation, SituationKind, add_months
from orgs.services_situations import LOST_MONTHS
from orgs.sheets.contacts import MEMBER
from orgs.sheets.records import Cell, RecordSheet
from orgs.sheets.records.finding import chunks
from sheets.forms import Context, Judgement, Row, Stored, register


@register
class SituationForm(RecordSheet):
    """Each row is a time from a day to a day; a row without an end lasts and marks the member."""

    kind = "situations"
    title = "党员流动、失联、停止党籍登记表"
    also_called = (
        "流动党员登记表",
        "失联党员登记表",
        "停止党籍登记表",
        "流动党员名册",
        "失联党员名册",
    )
    model = Situation
    parent = MEMBER
    key, dated, lasts = ("kind", "start"), "start", True
    stored_kind = "members"
    cells = (
        Cell(
            "kind",
            ("类别", "情形类别"),
            ("流动", "失联"),
            spellings={
                "floating": "流动党员、外出流动",
                "lost": "失联党员、失去联系",
                "suspended": "停止党籍的、停籍",
            },
        ),
        Cell(
            "start",
            ("起", "开始时间", "外出时间", "失联时间", "停止党籍时间"),
            ("2025-02-10", "2025-03-01"),
            "从哪天起",
            label="起始日期",
        ),
        Cell(
            "end",
            ("止", "结束时间", "返回时间", "取得联系时间"),
            ("2025-06-30", ""),
            "到哪天不再是；还没有结束的空着",
            label="结束日期",
        ),
        Cell("note", ("去向", "流动地点", "查找情况", "说明"), ("外省务工", "电话停机，走访两次")),
        Cell("document", ("文号", "批准文号"), ("", "")),
    )

    def also_known(self, key: tuple) -> tuple:
        """A time nobody has told the beginning of is told it."""
        return (*key[:-1], "")

    def admit(self, row: Row, record: Situation, values: dict[str, Any], user: User) -> None:
        """Refuse a time without a beginning, of who has left, and the end of a suspension."""
        ends = values["end"] or record.end
        if row.is_new and values["start"] is None:
            row.refuse("start", "REQUIRED_MISSING", "没有填起始日期", "请填从哪天起")
        elif row.is_new and not ends and record.member.left_on:
            row.refuse(
                "end",
                "MEMBER_LEFT",
                f"这名党员 {record.member.left_on} 已经离开",
                "请填结束日期，或核对姓名",
            )
        elif not row.is_new and record.kind == SituationKind.SUSPENDED and ends != record.end:
            row.refuse(
                "end",
                "RESUME_ON_PAGE",
                "恢复党籍要定恢复后的党员类别",
                "请在党员页面办理“恢复党籍”，这里的结束日期空着",
            )

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        judged = super().judge(rows, context)
        planned = [row for row in rows if row.plan and not row.refused]
        written = {row.plan.record.pk for row in planned}
        of_member: dict[int, list[Situation]] = defaultdict(list)
        for keys in chunks({row.plan.record.member_id for row in planned}):
            for one in Situation.objects.filter(member__in=keys):
                if one.pk not in written:
                    of_member[one.member_id].append(one)
        for row in planned:
            of_member[row.plan.record.member_id].append(row.plan.record)
        for row in planned:
            self._beside(row, row.plan.record, of_member[row.plan.record.member_id])
        return judged

    def _beside(self, row: Row, record: Situation, others: list[Situation]) -> None:
        """Hold one time of a member against his others."""
        for other in others:
            if other is not record and other.kind == record.kind and _overlap(record, other):
                row.refuse(
                    "start",
                    "SITUATION_OVERLAPS",
                    f"与{other.get_kind_display()} {other.start or '（起始没有填）'}—"
                    f"{other.end or '今'}重叠",
                    "请核对起止日期",
                )
                return
        if not row.is_new or record.kind != SituationKind.SUSPENDED:
            return
        lost = (o.start for o in others if o.kind == SituationKind.LOST and o.start)
        if not any(add_months(start, LOST_MONTHS) <= record.start for start in lost):
            row.refuse(
                "start",
                "SUSPENDED_EARLY",
                f"到 {record.start} 没有满 {LOST_MONTHS} 个月的失联登记",
                "停止党籍用于失联满 6 个月、查找没有找到的党员，请先填失联一行",
            )

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        stored = super().store(rows, context)
        placed = {row.plan.record.member_id: row.place for row in rows}
        memberships.follow(placed, act=context.act)
        return stored


def _overlap(one: Situation, other: Situation) -> bool:
    """Tell whether two times share a day; without a beginning from ever, without an end on."""
    begins_after = one.start and other.end and one.start >= other.end
    ends_before = other.start and one.end and other.start >= one.end
    return not (begins_after or ends_before)
