"""The list of weak organizations as a workbook (软弱涣散党组织整顿台账)."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from orgs.acting import covers, years_since
from sheets.forms import Column, Row, Table, Type, register
from supervision.models import WeakListing
from supervision.sheets.ledger import COUNTY, ORGANIZATION, SERIAL, Ledger

TABLE = Table(
    "weak_listings",
    "软弱涣散党组织整顿台账",
    (
        SERIAL,
        COUNTY,
        ORGANIZATION,
        Column(
            "listed",
            "列入时间",
            Type.DATE,
            ("列入日期", "排查时间"),
            required=True,
            identifies=True,
            examples=("2025-03-05", "2025-03-05"),
        ),
        Column(
            "document",
            "列入文号",
            Type.TEXT,
            ("列入文件",),
            required=True,
            max_length=60,
            examples=("云组发〔2026〕3 号", "云组发〔2026〕3 号"),
        ),
        Column(
            "cause",
            "主要问题",
            Type.TEXT,
            ("软弱涣散表现", "存在的主要问题", "主要表现"),
            required=True,
            max_length=300,
            examples=("组织生活长期停滞", "班子不团结"),
        ),
        Column("helper", "联系领导", Type.TEXT, ("包联领导", "联系人领导"), max_length=50),
        Column("removed", "撤销时间", Type.DATE, ("撤销日期", "转化时间"), examples=("", "")),
        Column("removal", "撤销文号", Type.TEXT, ("撤销文件", "验收文号"), max_length=60),
    ),
)


@register
class WeakForm(Ledger):
    """Organization and day tell a listing; only those above an organization keep the list."""

    kind = "weak_listings"
    title = "软弱涣散党组织整顿台账"
    also_called = ("软弱涣散台账", "软弱涣散党组织名单")
    tables = (TABLE,)
    model = WeakListing
    fields = {
        "listed": "listed_on",
        "document": "listing_document",
        "cause": "cause",
        "helper": "helper",
        "removed": "removed_on",
        "removal": "removal_document",
    }
    key = ("listed",)

    def check(self, row: Row) -> None:
        listed, removed = row.get("listed"), row.get("removed")
        if listed and removed and removed <= listed:
            row.refuse("removed", "BEFORE_LISTED", "撤销时间要晚于列入时间", "请核对两个日期")
        if removed and not row.get("removal"):
            row.refuse("removal", "REQUIRED_MISSING", "撤销要有文件", "请填撤销文号")

    def admit(self, row: Row, record: WeakListing, values: dict[str, Any], user: User) -> None:
        if not covers(user, record.organization.jurisdiction):
            row.refuse("branch", "ABOVE_ONLY", "名单由管理主体或它的上级登记", "请交管理主体导入")
        opened = WeakListing.objects.filter(organization=record.organization, removed_on=None)
        if not values["removed_on"] and opened.exclude(pk=record.pk).exists():
            row.refuse("listed", "STILL_LISTED", "这个党组织已经在名单上", "请先填撤销时间")

    def years(self, record: WeakListing) -> frozenset[int]:
        return years_since(record.listed_on)
