"""What was done about problems as a workbook (问题整改进展台账)."""

from __future__ import annotations

from typing import Any

from accounts import history
from accounts.models import User
from orgs.sheets.records import Cell, Parent, RecordSheet
from sheets.forms import Context, Row, Stored, register
from supervision.models import ItemState, RectificationItem, RectificationNote
from supervision.rectification.services import KIND, PROGRESS


@register
class NoteForm(RecordSheet):
    """Each row is an entry on an item. Entries are added and stand; acts are done on the page."""

    kind = "rectification_notes"
    title = "问题整改进展台账"
    also_called = ("整改进展台账", "整改进展情况表", "整改落实进展")
    model = RectificationNote
    parent = Parent(
        "item",
        RectificationItem,
        (
            Cell("found_on", ("发现日期", "查找时间"), ("2025-03-05", "2025-04-10")),
            Cell(
                "description",
                ("存在问题", "问题", "具体问题"),
                ("2 月没有支委会记录", "党务公开栏没有更新"),
            ),
        ),
        "ITEM_UNKNOWN",
        "请核对发现时间和问题描述，或先登记问题",
    )
    key = ("day", "text")
    stored_kind = KIND
    cells = (
        Cell("day", ("进展时间", "填报时间"), ("2025-04-02", "2025-05-06"), label="进展日期"),
        Cell(
            "title",
            ("办理事项",),
            (PROGRESS, PROGRESS),
            "空着是整改进展；申请销号和复核在页面办理",
            more={"required": False},
        ),
        Cell(
            "text",
            ("进展情况", "整改进展", "落实情况"),
            ("已补齐 2 月记录", "公开栏已更新"),
            label="进展说明",
        ),
        Cell("author_name", ("进展填报人",), ("张某某", "李某某"), more={"required": False}),
    )

    def check(self, row: Row) -> None:
        found, day = row.get("item_found_on"), row.get("day")
        if found and day and day < found:
            row.refuse("day", "BEFORE_FOUND", f"进展早于发现时间 {found}", "请核对两个日期")

    def admit(
        self, row: Row, record: RectificationNote, values: dict[str, Any], user: User
    ) -> None:
        """Add progress while an item is under way; an entry that is there stands."""
        if not row.is_new:
            for name in ("title", "author_name"):
                if values[name] and values[name] != getattr(record, name):
                    row.refuse(
                        name,
                        "NOTE_STANDS",
                        f"系统里登记的是“{getattr(record, name)}”",
                        "登记过的进展不能再改，请另填一行",
                    )
            return
        if (values["title"] or PROGRESS) != PROGRESS:
            row.refuse("title", "PROGRESS_ONLY", "这里只登记整改进展", "申请销号、复核请在页面办理")
        item = record.item
        ended = item.closed_on or (item.asked_on if item.state == ItemState.REVIEW else None)
        if ended and values["day"] > ended:
            row.refuse(
                "day",
                "ITEM_ENDED",
                f"这个问题 {ended} 已经{'销号' if item.is_closed else '申请销号'}",
                "请核对进展日期",
            )
        values["title"] = PROGRESS
        values["author_name"] = values["author_name"] or user.name
        record.author = user

    def years(self, record: RectificationNote) -> frozenset[int]:
        return frozenset({record.item.deadline.year})

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        stored = super().store(rows, context)
        waiting = {}
        for row in rows:
            item = row.plan.record.item
            if item.state == ItemState.OPEN:
                waiting[item.pk] = (item, row.place)
        for item, _ in waiting.values():
            item.state = ItemState.WORKING
        history.save_many(waiting.values(), act=context.act, fields=["state"])
        return stored
