"""Surveys as a workbook (满意度调查汇总表)."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from orgs.sheets.records import ORGANIZATION, SCHOOL, Cell, RecordSheet
from sheets.forms import Row, register
from supervision.models import Survey

LEVELS = {
    "very_satisfied": ((), ("40", "100")),
    "satisfied": (("比较满意", "较满意"), ("15", "60")),
    "fair": (("基本满意",), ("2", "12")),
    "dissatisfied": ((), ("1", "3")),
    "very_dissatisfied": (("很不满意",), ("0", "1")),
}


@register
class SurveyForm(RecordSheet):
    """Organization or school, group and day tell a survey."""

    kind = "surveys"
    title = "满意度调查汇总表"
    also_called = ("满意度调查", "满意度测评")
    model = Survey
    subjects = (ORGANIZATION, SCHOOL)
    key = ("group", "surveyed_on")
    dated = "year"
    cells = (
        Cell("year", ("调查年度",), hint="不填按调查时间", more={"required": False}),
        Cell(
            "group",
            ("对象", "调查人群"),
            ("教师", "家长"),
            spellings={
                "teachers": "教职工、老师",
                "parents": "学生家长",
                "members": "党员群众",
            },
        ),
        Cell("surveyed_on", ("调查日期", "测评时间"), ("2025-06-10", "2025-06-12")),
        Cell("asked", ("发放数", "发放份数", "发放问卷数", "发出问卷"), ("60", "200")),
        Cell(
            "valid",
            ("有效数", "有效份数", "有效问卷数", "收回有效问卷"),
            ("58", "176"),
            "等于五档人数之和",
        ),
        *(Cell(name, synonyms, examples) for name, (synonyms, examples) in LEVELS.items()),
        Cell("comments", ("主要意见", "意见和建议")),
    )

    def check(self, row: Row) -> None:
        asked, valid = row.get("asked"), row.get("valid")
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
        values["year"] = values["year"] or values["surveyed_on"].year
        for level in LEVELS:
            values[level] = values[level] or 0
