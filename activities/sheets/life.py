"""Talks, the evaluation of each member, and the problems of the yearly meetings as workbooks."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from activities.entry import years_for
from activities.evaluation.sums import KINDS, is_graded
from activities.models import (
    HeartTalk,
    LifeProblem,
    Meeting,
    MeetingType,
    MemberEvaluation,
    ProblemKind,
)
from activities.talks.services import speakers
from orgs.sheets.records import Cell, Parent, RecordSheet
from sheets.forms import Context, Row, Stored, register

GRADES = {"basic": "基本合格党员", "qualified": "合格党员", "excellent": "优秀党员"}


@register
class TalkForm(RecordSheet):
    """Each row is a talk: day and both who spoke tell which."""

    kind = "talks"
    title = "谈心谈话台账"
    also_called = ("谈心谈话记录", "谈心谈话")
    model = HeartTalk
    key, dated, of_year = ("held_on", "speaker_name", "member"), "counts_for_year", True
    cells = (
        Cell("held_on", ("谈话日期", "谈心时间"), ("2025-03-05", "2025-04-10")),
        Cell("speaker_name", ("谈话人姓名", "主谈人"), ("李某某", "王某某")),
        Cell("member", ("谈话对象姓名", "被谈话人", "谈心对象"), ("张某某", "李某某")),
        Cell(
            "relation",
            ("双方关系", "谈话类别", "谈话类型"),
            ("班子成员与党员", "党员之间"),
            spellings={
                "committee": "班子成员之间谈话、委员之间",
                "with_member": "班子成员和党员、委员与党员",
                "members": "党员与党员",
                "superior": "上级领导与党员",
            },
        ),
        Cell("subject", ("谈话主要内容", "谈心内容", "谈话主题"), ("教学和思想情况", "征求意见")),
        Cell("follow_up", ("反映的问题", "整改情况", "后续"), ("", "")),
        Cell(
            "counts_for_year",
            ("计入年度",),
            ("", ""),
            "不填算谈话当年；3 月底前为上一年组织生活会谈的，可以填上一年",
            more={"required": False},
        ),
    )

    def check(self, row: Row) -> None:
        if row.get("member") and row.get("member") == row.get("speaker_name"):
            row.refuse("speaker_name", "SAME_PERSON", "谈话人和谈话对象是同一个人", "请核对")

    def admit(self, row: Row, record: HeartTalk, values: dict[str, Any], user: User) -> None:
        held = values["held_on"]
        if values["counts_for_year"] is None and row.is_new:
            values["counts_for_year"] = held.year
        allowed = years_for(MeetingType.ORG_LIFE, held)
        if values["counts_for_year"] not in (None, *allowed):
            words = "、".join(map(str, allowed))
            row.refuse(
                "counts_for_year", "YEAR_INVALID", f"{held} 的谈话只能归 {words} 年", "请核对年度"
            )

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        """Store the talks, new ones with the speaker in the register."""
        new = [row.plan.record for row in rows if row.is_new]
        known = speakers({talk.organization_id for talk in new})
        for talk in new:
            talk.speaker_id = known.get((talk.organization_id, talk.speaker_name))
        return super().store(rows, context)


@register
class EvaluationForm(RecordSheet):
    """Each row is the result of one member in one year."""

    kind = "evaluations"
    title = "民主评议党员登记表"
    also_called = ("民主评议党员", "民主评议结果", "党员民主评议", "民主评议汇总表")
    model = MemberEvaluation
    key, dated, of_year = ("member", "year"), "year", True
    cells = (
        Cell("member", ("姓名", "党员姓名"), ("张某某", "李某某")),
        Cell("year", ("评议年度",), ("2025", "2025")),
        Cell("took_part", ("是否参加评议", "参加民主评议"), ("是", "是")),
        Cell("own_grade", ("自评等次", "个人自评"), ("合格", "合格"), spellings=GRADES),
        Cell("mutual_grade", ("互评等次", "党员互评"), ("合格", "优秀"), spellings=GRADES),
        Cell("votes_excellent", ("优秀票", "优秀票数"), ("6", "12")),
        Cell("votes_qualified", ("合格票", "合格票数"), ("8", "2")),
        Cell("votes_basic", ("基本合格票", "基本合格票数"), ("0", "0")),
        Cell("votes_unqualified", ("不合格票", "不合格票数"), ("0", "0")),
        Cell(
            "grade",
            ("评议等次", "评定结果", "民主评议等次", "评议结果"),
            ("合格", "优秀"),
            "预备党员参加评议，不填等次",
            spellings=GRADES,
        ),
        Cell("remark", ("备注",)),
    )

    def admit(self, row: Row, record: MemberEvaluation, values: dict[str, Any], user: User) -> None:
        """Branches evaluate; probationary members are given no grade."""
        if record.organization.kind not in KINDS:
            row.refuse("branch", "NOT_A_BRANCH", "民主评议在党支部、联合党支部进行", "请核对党组织")
        day = datetime.date(values["year"], 12, 31)
        if values["grade"] and not is_graded(values["member"], day):
            row.refuse("grade", "NOT_GRADED", "预备党员参加评议，但不评定等次", "请清空“评定等次”")


@register
class ProblemForm(RecordSheet):
    """Each row is a problem found at a yearly meeting, with what is done about it."""

    kind = "problems"
    title = "查摆问题整改清单"
    also_called = ("组织生活会问题清单", "民主生活会问题清单", "组织生活会整改清单", "查摆问题清单")
    model = LifeProblem
    key, of_year = ("kind", "person", "text"), True
    parent = Parent(
        "meeting",
        Meeting,
        (
            Cell(
                "type",
                ("会议名称", "会议类别"),
                ("组织生活会", "民主生活会"),
                label="会议类型",
            ),
            Cell(
                "held_on",
                ("召开时间", "开会时间"),
                ("2025-03-20", "2025-03-25"),
                label="会议时间",
            ),
        ),
        "MEETING_UNKNOWN",
        "请核对会议类型和时间，或先在三会一课台账里登记会议",
    )
    cells = (
        Cell(
            "kind",
            ("对象", "查摆类别"),
            ("班子", "个人"),
            spellings={"body": "支部班子、领导班子、支部", "person": "党员、党员个人"},
        ),
        Cell("person", ("党员姓名", "问题所属人"), ("", "李某某"), "查摆对象是个人时填"),
        Cell(
            "text",
            ("查摆出的问题", "查摆问题", "问题内容"),
            ("学习计划没有落实到人", "参加集体学习不够主动"),
        ),
        Cell("measure", ("措施", "具体措施"), ("每月定专题和领学人", "每季度交一篇心得")),
        Cell("responsible", ("整改责任人",), ("张某某", "李某某")),
        Cell(
            "deadline",
            ("整改期限", "完成时限"),
            ("2025-06-30", "2025-12-20"),
            more={"past": False},
        ),
        Cell("closed_on", ("整改完成时间",), ("", "")),
        Cell("result", ("整改成效", "落实情况")),
    )

    def in_year(self, year: int) -> Q:
        return Q(meeting__counts_for_year=year)

    def years(self, record: LifeProblem) -> frozenset[int]:
        return frozenset({record.meeting.counts_for_year})

    def check(self, row: Row) -> None:
        if row.get("meeting_type") not in (
            None,
            MeetingType.ORG_LIFE,
            MeetingType.DEMOCRATIC_LIFE,
        ):
            row.refuse(
                "meeting_type", "ENUM_INVALID", "问题清单属于组织生活会、民主生活会", "请核对"
            )

    def admit(self, row: Row, record: LifeProblem, values: dict[str, Any], user: User) -> None:
        if values["kind"] == ProblemKind.BODY:
            values["person"] = None
        held = record.meeting.held_on
        for name, label in (("deadline", "整改时限"), ("closed_on", "完成时间")):
            if values[name] and values[name] < held:
                row.refuse(name, "BEFORE_MEETING", f"{label}早于开会的日子 {held}", "请核对日期")
        if values["closed_on"] and not (values["measure"] or record.measure):
            row.refuse("measure", "REQUIRED_MISSING", "已经完成的没有写措施", "请补填")
