"""Surveys as a workbook (满意度调查汇总表)."""

from __future__ import annotations

import dataclasses
from typing import Any

from accounts.models import User
from sheets.forms import Column, Row, Table, Type, choices_by_label, register
from supervision.models import AskedGroup, Survey
from supervision.sheets.ledger import COUNTY, ORGANIZATION, SERIAL, Ledger

LEVELS = {
    "very_satisfied": "非常满意",
    "satisfied": "满意",
    "fair": "一般",
    "dissatisfied": "不满意",
    "very_dissatisfied": "非常不满意",
}
MORE = {
    "satisfied": ("比较满意", "较满意"),
    "fair": ("基本满意",),
    "very_dissatisfied": ("很不满意",),
}

TABLE = Table(
    "surveys",
    "满意度调查汇总表",
    (
        SERIAL,
        COUNTY,
        dataclasses.replace(
            ORGANIZATION, required=False, hint="对党组织的调查填；对学校的填“学校名称”"
        ),
        Column(
            "school",
            "学校名称",
            Type.NAME,
            ("学校",),
            max_length=100,
            identifies=True,
            hint="与党组织只填一个",
        ),
        Column("year", "年度", Type.YEAR, ("调查年度",), hint="不填按调查时间"),
        Column(
            "group",
            "调查对象",
            Type.CHOICE,
            ("对象", "调查人群"),
            required=True,
            identifies=True,
            choices=choices_by_label(
                AskedGroup, TEACHERS="教职工、老师", PARENTS="学生家长", MEMBERS="党员群众"
            ),
            examples=("教师", "家长"),
        ),
        Column(
            "day",
            "调查时间",
            Type.DATE,
            ("调查日期", "测评时间"),
            required=True,
            identifies=True,
            examples=("2025-06-10", "2025-06-12"),
        ),
        Column(
            "asked",
            "发放问卷",
            Type.INT,
            ("发放数", "发放份数", "发放问卷数", "发出问卷"),
            required=True,
            examples=("60", "200"),
        ),
        Column(
            "valid",
            "有效问卷",
            Type.INT,
            ("有效数", "有效份数", "有效问卷数", "收回有效问卷"),
            required=True,
            hint="等于五档人数之和",
            examples=("58", "176"),
        ),
        *(
            Column(key, label, Type.INT, MORE.get(key, ()), examples=examples)
            for (key, label), examples in zip(
                LEVELS.items(),
                (("40", "100"), ("15", "60"), ("2", "12"), ("1", "3"), ("0", "1")),
                strict=True,
            )
        ),
        Column("comments", "意见建议", Type.TEXT, ("主要意见", "意见和建议"), max_length=500),
    ),
)


@register
class SurveyForm(Ledger):
    """Organization or school, group and day tell a survey."""

    kind = "surveys"
    title = "满意度调查汇总表"
    also_called = ("满意度调查", "满意度测评")
    tables = (TABLE,)
    takes_schools = True
    model = Survey
    fields = {
        "year": "year",
        "group": "group",
        "day": "surveyed_on",
        "asked": "asked",
        "valid": "valid",
        **{level: level for level in LEVELS},
        "comments": "comments",
    }
    key = ("group", "day")

    def check(self, row: Row) -> None:
        asked, valid = row.get("asked"), row.get("valid")
        if row.get("branch") and row.get("school"):
            row.refuse("school", "BOTH_FILLED", "党组织、学校都填了", "只填一个，清空另一个")
        if asked is not None and valid is not None and valid > asked:
            row.refuse(
                "valid", "VALID_GT_ASKED", f"发放 {asked} 份，有效 {valid} 份", "有效不能多于发放"
            )
        levels = [row.get(level) or 0 for level in LEVELS]
        if valid is not None and sum(levels) != valid:
            row.refuse(
                "valid",
                "LEVELS_DO_NOT_ADD_UP",
                f"五档人数相加是 {sum(levels)}，有效问卷是 {valid}",
                "应当相等，请核对",
            )

    def admit(self, row: Row, record: Survey, values: dict[str, Any], user: User) -> None:
        values["year"] = values["year"] or row.get("day").year
        for level in LEVELS:
            values[level] = values[level] or 0

    def years(self, record: Survey) -> set[int]:
        return {record.year}
