"""The rectification ledger as a workbook (问题整改台账)."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from activities.entry import Acceptance
from sheets.forms import Column, Row, Table, Type, choices_by_label, register
from supervision.models import Category, ItemState, RectificationItem, Severity, Source
from supervision.sheets.ledger import COUNTY, ORGANIZATION, SERIAL, Ledger

TABLE = Table(
    "rectification",
    "问题整改台账",
    (
        SERIAL,
        COUNTY,
        ORGANIZATION,
        Column(
            "source",
            "问题来源",
            Type.CHOICE,
            ("来源", "发现渠道"),
            required=True,
            choices=choices_by_label(
                Source,
                INSPECTION="督查、检查发现、督导",
                SELF_CHECK="自查发现、自查自纠",
                PATROL="巡察反馈、巡视、巡视巡察",
                DEMOCRATIC_LIFE="专题民主生活会、组织生活会",
                MASSES="群众、群众意见、信访",
                ASSESSMENT="考核、年度考评",
            ),
            examples=("检查", "自查"),
        ),
        Column(
            "found",
            "发现时间",
            Type.DATE,
            ("发现日期", "查找时间"),
            required=True,
            identifies=True,
            examples=("2025-03-05", "2025-04-10"),
        ),
        Column(
            "description",
            "问题描述",
            Type.TEXT,
            ("存在问题", "问题", "具体问题", "存在的问题"),
            required=True,
            max_length=300,
            identifies=True,
            hint="一行一个问题",
            examples=("2 月没有支委会记录", "党务公开栏没有更新"),
        ),
        Column(
            "category",
            "问题类型",
            Type.CHOICE,
            ("问题类别", "类别"),
            required=True,
            choices=choices_by_label(
                Category,
                WEAK_FUSION="融合不够、党建业务两张皮",
                LEDGERS="台账不全、资料不全",
                BACKING="保障不足",
            ),
            examples=("组织生活不规范", "台账资料不全"),
        ),
        Column(
            "severity",
            "严重程度",
            Type.CHOICE,
            ("程度",),
            choices=choices_by_label(Severity),
            examples=("一般", "一般"),
        ),
        Column("rule", "依据", Type.TEXT, ("依据条款", "对照条款"), max_length=100),
        Column(
            "responsible",
            "责任人",
            Type.TEXT,
            ("整改责任人", "牵头责任人"),
            max_length=50,
            examples=("张某某", "李某某"),
        ),
        Column("measures", "整改措施", Type.TEXT, ("措施", "整改内容"), max_length=500),
        Column(
            "deadline",
            "整改期限",
            Type.DATE,
            ("整改时限", "完成时限", "期限", "限期"),
            required=True,
            past=False,
            examples=("2025-06-30", "2025-05-31"),
        ),
        Column("evidence", "佐证说明", Type.TEXT, ("佐证材料", "整改成效"), max_length=300),
        Column(
            "closed",
            "销号时间",
            Type.DATE,
            ("销号日期", "完成时间", "办结时间"),
            hint="由管理主体填写；没有销号的不填",
            examples=("2025-06-10", ""),
        ),
        Column("reviewer", "复核人", Type.TEXT, ("验收人",), max_length=50),
        Column("recheck", "复核结果", Type.TEXT, ("验收意见", "复核意见"), max_length=300),
    ),
)


@register
class RectificationForm(Ledger):
    """Organization, day of finding and text tell an item. Closing is for the managing body."""

    kind = "rectification"
    title = "问题整改台账"
    also_called = ("整改台账", "整改销号", "问题清单")
    tables = (TABLE,)
    model = RectificationItem
    fields = {
        "source": "source",
        "found": "found_on",
        "description": "description",
        "category": "category",
        "severity": "severity",
        "rule": "rule_reference",
        "responsible": "responsible",
        "measures": "measures",
        "deadline": "deadline",
        "evidence": "evidence",
        "closed": "closed_on",
        "reviewer": "reviewer",
        "recheck": "recheck",
    }
    key = ("found", "description")

    def check(self, row: Row) -> None:
        found = row.get("found")
        for column, label in (("deadline", "整改期限"), ("closed", "销号时间")):
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
                    "closed",
                    "BODY_DECIDES",
                    "销号由管理主体的另一位同志复核",
                    "请清空“销号时间”，整改后申请销号",
                )
            elif record.is_closed:
                row.refuse(
                    "closed", "ALREADY_CLOSED", f"已于 {record.closed_on} 销号", "请核对销号时间"
                )
            values["state"] = ItemState.CLOSED
        if not accepted:
            values |= {"reviewer": None, "recheck": None}

    def years(self, record: RectificationItem) -> set[int]:
        return {record.deadline.year}
