"""The rectification ledger as a workbook (问题整改台账)."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from activities.entry import Acceptance
from orgs.sheets.records import Cell, RecordSheet
from sheets.forms import Row, register
from supervision.models import ItemState, RectificationItem


@register
class RectificationForm(RecordSheet):
    """Organization, day of finding and text tell an item. Closing is for the managing body."""

    kind = "rectification"
    title = "问题整改台账"
    also_called = ("整改台账", "整改销号", "问题清单")
    model = RectificationItem
    key = ("found_on", "description")
    cells = (
        Cell(
            "source",
            ("来源", "发现渠道"),
            ("检查", "自查"),
            spellings={
                "inspection": "督查、检查发现、督导",
                "self_check": "自查发现、自查自纠",
                "patrol": "巡察反馈、巡视、巡视巡察",
                "democratic_life": "专题民主生活会、组织生活会",
                "masses": "群众、群众意见、信访",
                "assessment": "考核、年度考评",
            },
        ),
        Cell("found_on", ("发现日期", "查找时间"), ("2025-03-05", "2025-04-10")),
        Cell(
            "description",
            ("存在问题", "问题", "具体问题", "存在的问题"),
            ("2 月没有支委会记录", "党务公开栏没有更新"),
            "一行一个问题",
        ),
        Cell(
            "category",
            ("问题类别", "类别"),
            ("组织生活不规范", "台账资料不全"),
            spellings={
                "weak_fusion": "融合不够、党建业务两张皮",
                "ledgers": "台账不全、资料不全",
                "backing": "保障不足",
            },
        ),
        Cell("severity", ("程度",), ("一般", "一般")),
        Cell("rule_reference", ("依据条款", "对照条款")),
        Cell("responsible", ("整改责任人", "牵头责任人"), ("张某某", "李某某")),
        Cell("measures", ("措施", "整改内容")),
        Cell(
            "deadline",
            ("整改时限", "完成时限", "期限", "限期"),
            ("2025-06-30", "2025-05-31"),
            more={"past": False},
        ),
        Cell("evidence", ("佐证材料", "整改成效")),
        Cell(
            "closed_on",
            ("销号日期", "完成时间", "办结时间"),
            ("2025-06-10", ""),
            "由管理主体填写；没有销号的不填",
        ),
        Cell("reviewer", ("验收人",)),
        Cell("recheck", ("验收意见", "复核意见")),
    )

    def check(self, row: Row) -> None:
        found = row.get("found_on")
        for column, label in (("deadline", "整改期限"), ("closed_on", "销号时间")):
            if found and row.get(column) and row.get(column) < found:
                row.refuse(column, "BEFORE_FOUND", f"{label}早于发现时间 {found}", "请核对两个日期")

    def admit(
        self, row: Row, record: RectificationItem, values: dict[str, Any], user: User
    ) -> None:
        """Only the managing body closes an item or moves its deadline."""
        accepted = Acceptance(user)(record.organization)
        closed = values["closed_on"]
        moved = not row.is_new and values["deadline"] != record.deadline
        if moved and (not accepted or record.is_closed):
            row.refuse(
                "deadline",
                "BODY_DECIDES",
                f"系统里的整改期限是 {record.deadline}",
                "期限由管理主体调整；已经销号的不再改" if record.is_closed else "请找管理主体调整",
            )
        if closed and closed != record.closed_on:
            if not accepted or (record.asked_by_id and record.asked_by_id == user.pk):
                row.refuse(
                    "closed_on",
                    "BODY_DECIDES",
                    "销号由管理主体的另一位同志复核",
                    "请清空“销号时间”，整改后申请销号",
                )
            elif record.is_closed:
                row.refuse(
                    "closed_on", "ALREADY_CLOSED", f"已于 {record.closed_on} 销号", "请核对销号时间"
                )
            values["state"] = ItemState.CLOSED
        if not accepted:
            values |= {"reviewer": None, "recheck": None}

    def years(self, record: RectificationItem) -> frozenset[int]:
        return frozenset({record.deadline.year})
