"""A bureau's own workbook, filled with the figures of a report."""

from __future__ import annotations

import hashlib

from accounts import audit
from accounts.models import User
from reports.base import Report
from reports.exports import export_facts
from schools.matching import Tree
from schools.models import Jurisdiction
from sheets.filling import Figures, Filled, fill
from sheets.layout import Layout

ACTION = "reports.fill"
# What offices call the columns, by the key of the column.
SYNONYMS = {
    "due": ("应评数", "应评党组织数", "应评党组织", "党组织总数", "应评"),
    "passed": ("达标数", "达标党组织数", "达标党组织", "已达标数"),
    "rate": ("本年达标率", "达标比例"),
    "last_due": ("上年应评数",),
    "last_passed": ("上年达标数",),
    "last_rate": ("上年达标率", "去年达标率", "上年"),
    "change": ("比上年", "同比", "增减"),
}


def fill_template(
    content: bytes,
    report: Report,
    layout: Layout,
    *,
    user: User,
    scope: Jurisdiction,
    year: int | None,
) -> Filled:
    """Return `content` filled with `layout`; raises `sheets.safety.Refused`."""
    tree = Tree(user)

    def named(name: str) -> str | None:
        unit = tree.unit(name)
        return unit.name if unit else None

    words = {
        "标题": layout.title,
        "填报单位": layout.filler,
        "截止时间": layout.as_of,
        "单位": layout.unit_text,
        "年度": str(year or ""),
        "填表人": user.name,
    }
    return fill(content, Figures.of(layout, words=words, synonyms=SYNONYMS, named=named))


def record_filling(
    report: Report,
    layout: Layout,
    filled: Filled,
    *,
    user: User,
    scope: Jurisdiction,
    query: dict[str, str],
) -> None:
    """Write the log entry of a filled workbook that leaves the system."""
    facts = export_facts(report, layout, scope=scope, query=query)
    facts |= {"cells": filled.count, "sha256": hashlib.sha256(filled.content).hexdigest()}
    audit.record(ACTION, actor=user, label=layout.title, changes=facts)
