"""Contacts with floating and lost members as a workbook (流动、失联党员联系台账)."""

from __future__ import annotations

from orgs.models import Contact, Member
from orgs.sheets.records import Cell, Parent, RecordSheet
from sheets.forms import register

MEMBER = Parent(
    "member",
    Member,
    (Cell("name", ("党员姓名", "流动党员", "失联党员"), ("张某某", "李某某")),),
    "MEMBER_UNKNOWN",
    "请核对姓名，或先登记党员",
)


@register
class ContactForm(RecordSheet):
    """Each row is a time a member was spoken to, or looked for."""

    kind = "contacts"
    title = "流动和失联党员联系台账"
    also_called = ("流动党员联系台账", "流动党员联系记录", "失联党员查找记录", "党员联系台账")
    model = Contact
    parent = MEMBER
    key, dated, of_year = ("held_on", "way"), "held_on", True
    cells = (
        Cell("held_on", ("联系时间", "查找时间"), ("2025-03-05", "2025-06-10")),
        Cell(
            "way",
            ("联系形式", "查找方式"),
            ("电话", "走访"),
            spellings={
                "phone": "打电话、电话联系",
                "online": "微信、QQ、线上",
                "visit": "上门、入户",
                "letter": "信函",
            },
        ),
        Cell("by", ("联系人员", "党组织联系人"), ("王某某", "王某某")),
        Cell("note", ("联系情况", "查找情况"), ("思想、工作情况正常", "电话停机，没有联系上")),
    )
