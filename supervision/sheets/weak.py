"""The list of weak organizations as a workbook (软弱涣散党组织整顿台账)."""

from __future__ import annotations

from orgs.acting import years_since
from orgs.sheets.records import Cell, RecordSheet
from sheets.forms import Row, register
from supervision.models import WeakListing


@register
class WeakForm(RecordSheet):
    """Organization and day tell a listing; only those above an organization keep the list."""

    kind = "weak_listings"
    title = "软弱涣散党组织整顿台账"
    also_called = ("软弱涣散台账", "软弱涣散党组织名单")
    model = WeakListing
    key = ("listed_on",)
    from_above = True
    cells = (
        Cell("listed_on", ("列入日期", "排查时间"), ("2025-03-05", "2025-03-05")),
        Cell("listing_document", ("列入文件",), ("云组发〔2026〕3 号", "云组发〔2026〕3 号")),
        Cell(
            "cause",
            ("软弱涣散表现", "存在的主要问题", "主要表现"),
            ("组织生活长期停滞", "班子不团结"),
        ),
        Cell("helper", ("包联领导", "联系人领导")),
        Cell("removed_on", ("撤销日期", "转化时间"), ("", "")),
        Cell("removal_document", ("撤销文件", "验收文号")),
    )

    def check(self, row: Row) -> None:
        if row.get("removed_on") and not row.get("removal_document"):
            row.refuse("removal_document", "REQUIRED_MISSING", "撤销要有文件", "请填撤销文号")

    def years(self, record: WeakListing) -> frozenset[int]:
        return years_since(record.listed_on)
