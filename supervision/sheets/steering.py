"""Leading groups, plans, work meetings and inspections of managing bodies as workbooks."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from orgs.sheets.records import BODY, SCHOOL, Cell, Parent, RecordSheet
from sheets.forms import Row, register
from supervision.models import (
    ActionPlan,
    GroupMeeting,
    Inspection,
    InspectionFinding,
    InspectionVisit,
    LeadingGroup,
    PlanMeasure,
    PlanTarget,
    WorkMeeting,
    WorkTask,
)

TITLE = ("云岭市中小学党建三年行动计划", "东区中小学党建三年行动计划")
DEADLINES = ("2025-06-30", "2025-12-31")
VISITED = Cell(
    "organization",
    ("被检查党组织", "检查对象"),
    ("", ""),
    label="受检党组织",
    more={"max_length": 120},
)


@register
class LeadingGroupForm(RecordSheet):
    """Each row is a leading group of a managing body or a school."""

    kind = "leading_groups"
    title = "党建工作领导小组一览表"
    also_called = ("党建工作领导小组", "领导小组名单", "领导小组台账")
    model = LeadingGroup
    subjects = (BODY, SCHOOL)
    key = ("name",)
    cells = (
        Cell(
            "level",
            ("领导小组层级", "级别"),
            ("县（市、区）级", "县（市、区）级"),
            spellings={"county": "县级、区级", "school": "学校"},
        ),
        Cell(
            "name",
            ("领导小组",),
            ("党建工作领导小组", "党建工作领导小组"),
            label="领导小组名称",
        ),
        Cell("document", ("文号", "成立文件"), ("东教党〔2024〕3 号", "西教党〔2024〕1 号")),
        Cell("set_up_on", ("成立日期",), ("2024-03-01", "2024-03-08")),
        Cell("head", ("组长姓名",), ("张某某（书记）", "李某某（书记）")),
        Cell("deputies", ("副组长姓名",)),
        Cell("members", ("组成人员", "成员名单"), ("王某某 组织委员", ""), "每行一人：姓名 职务"),
        Cell("office", ("办公室", "办公室地点")),
        Cell("office_head", ("主任",)),
        Cell("ended_on", ("撤销日期",), ("", "")),
    )

    def admit(self, row: Row, record: LeadingGroup, values: dict[str, Any], user: User) -> None:
        """Line breaks are no change: a page and a workbook write them differently."""
        if (values["members"] or "").splitlines() == record.members.splitlines():
            values["members"] = None


@register
class GroupMeetingForm(RecordSheet):
    """Each row is a meeting of a leading group."""

    kind = "group_meetings"
    title = "领导小组会议台账"
    also_called = ("领导小组会议", "领导小组会议记录", "党建工作领导小组会议台账")
    model = GroupMeeting
    subjects = (BODY, SCHOOL)
    parent = Parent(
        "group",
        LeadingGroup,
        (
            Cell(
                "name",
                ("领导小组",),
                ("党建工作领导小组", "党建工作领导小组"),
                label="领导小组名称",
            ),
        ),
        "GROUP_UNKNOWN",
        "请核对名称，或先登记领导小组",
    )
    key, dated = ("held_on", "agenda"), "held_on"
    cells = (
        Cell("held_on", ("会议时间", "召开时间"), ("2025-03-12", "2025-09-04"), label="会议日期"),
        Cell("agenda", ("会议议题", "研究议题"), ("研究年度党建工作要点", "研究标准化建设")),
        Cell("decisions", ("议定的事项", "会议决定"), ("每季度督查一次", "")),
        Cell("follow_up", ("事项落实情况", "督办情况"), ("已落实", "")),
    )


@register
class ActionPlanForm(RecordSheet):
    """Each row is a three-year plan."""

    kind = "action_plans"
    title = "三年行动计划一览表"
    also_called = ("三年行动计划", "行动计划")
    model = ActionPlan
    subjects = (BODY,)
    key = ("title",)
    cells = (
        Cell("title", ("行动计划名称",), TITLE, label="计划名称"),
        Cell("first_year", ("起始年",), ("2025", "2025")),
        Cell("issued_by", ("印发机关", "发文单位"), ("东区教育局党委", "东区教育局党委")),
        Cell("document", ("印发文号", "发文字号")),
        Cell("issued_on", ("印发日期",), ("2025-01-15", "2025-01-15")),
    )


def _of_plan() -> Parent:
    """Return the plan the rows of its targets and measures name."""
    return Parent(
        "plan",
        ActionPlan,
        (Cell("title", ("行动计划", "行动计划名称"), TITLE, label="计划名称"),),
        "PLAN_UNKNOWN",
        "请核对计划名称，或先登记三年行动计划",
    )


@register
class PlanTargetForm(RecordSheet):
    """Each row is a target of a plan with its three years."""

    kind = "plan_targets"
    title = "行动计划目标表"
    also_called = ("行动计划目标", "三年目标任务")
    model = PlanTarget
    subjects = (BODY,)
    parent = _of_plan()
    key = ("name",)
    cells = (
        Cell("name", ("指标名称", "目标指标"), ("标准化达标率", "党组织覆盖率")),
        Cell("unit", ("指标单位",), ("%", "%"), label="计量单位"),
        Cell("base", ("基期值",), ("62", "90")),
        *(
            Cell(f"goal_{n}", (f"第{word}年目标值",), (str(60 + 10 * n), "95"))
            for n, word in enumerate("一二三", start=1)
        ),
        *(
            Cell(f"reached_{n}", (f"第{word}年完成值", f"第{word}年完成"), ("", ""))
            for n, word in enumerate("一二三", start=1)
        ),
    )


@register
class PlanMeasureForm(RecordSheet):
    """Each row is a measure of a plan and how far it is."""

    kind = "plan_measures"
    title = "行动计划措施台账"
    also_called = ("行动计划措施", "行动计划任务分解表")
    model = PlanMeasure
    subjects = (BODY,)
    parent = _of_plan()
    key = ("text",)
    cells = (
        Cell("text", ("工作措施", "重点措施"), ("开展书记培训", "整顿软弱涣散党组织")),
        Cell("department", ("责任部门", "牵头单位"), ("组织股", "组织股")),
        Cell("deadline", ("完成期限",), DEADLINES, more={"past": False}),
        Cell("progress", ("进度", "完成进度", "完成进度（%）"), ("60", "100"), "0—100 的整数"),
    )


@register
class WorkMeetingForm(RecordSheet):
    """Each row is a monthly work meeting of a managing body."""

    kind = "work_meetings"
    title = "党建工作例会台账"
    also_called = ("党建工作例会", "工作例会记录", "月例会台账")
    model = WorkMeeting
    subjects = (BODY,)
    key = ("held_on",)
    dated = "held_on"
    cells = (
        Cell("held_on", ("召开时间",), ("2025-03-05", "2025-04-08"), label="例会时间"),
        Cell("place", ("例会地点",)),
        Cell("chair", ("例会主持人",), ("张某某", "张某某")),
        Cell("present", ("到会人员数", "参会人数"), ("12", "11")),
        Cell("absent", ("缺席名单",)),
        Cell("previous", ("上次任务落实情况", "上月工作落实情况")),
        Cell("problems", ("主要问题",)),
        Cell("minutes", ("纪要编号", "会议纪要文号")),
    )


@register
class WorkTaskForm(RecordSheet):
    """Each row is a task given at a work meeting."""

    kind = "work_tasks"
    title = "党建工作例会任务台账"
    also_called = ("例会任务", "例会任务清单")
    model = WorkTask
    subjects = (BODY,)
    parent = Parent(
        "meeting",
        WorkMeeting,
        (Cell("held_on", ("例会日期",), ("2025-03-05", "2025-03-05"), label="例会时间"),),
        "MEETING_UNKNOWN",
        "请核对例会时间，或先登记例会",
    )
    key = ("text",)
    cells = (
        Cell("text", ("工作任务", "任务内容", "交办事项"), ("排查软弱涣散党组织", "收齐台账")),
        Cell("owner", ("任务责任人", "承办人"), ("张某某", "李某某")),
        Cell("deadline", ("办结时限",), DEADLINES, more={"past": False}),
        Cell("done_on", ("办结时间",), ("", "")),
        Cell("result", ("办理结果", "落实结果")),
    )


@register
class InspectionForm(RecordSheet):
    """Each row is an inspection with its team."""

    kind = "inspections"
    title = "党建工作检查督查一览表"
    also_called = ("检查督查台账", "党建督查台账", "检查督查")
    model = Inspection
    subjects = (BODY,)
    key = ("title",)
    dated = "start"
    cells = (
        Cell("title", ("督查名称",), ("上半年党建督查", "台账专项检查"), label="检查名称"),
        Cell(
            "kind",
            ("检查类别", "检查类型"),
            ("专项督查", "日常检查"),
            spellings={"routine": "日常", "special": "专项、专项检查", "cross": "交叉"},
        ),
        Cell("start", ("开始日期", "检查开始时间"), ("2025-05-06", "2025-06-02")),
        Cell("end", ("结束日期", "检查结束时间"), ("2025-05-16", "2025-06-06")),
        Cell("leader", ("检查组长", "检查组组长"), ("张某某", "李某某")),
        Cell("team", ("检查组成员", "检查人员")),
        Cell("methods", ("检查方式",)),
        Cell("plan", ("方案",)),
    )


@register
class VisitForm(RecordSheet):
    """Each row is an organization visited in an inspection."""

    kind = "inspection_visits"
    title = "检查走访登记表"
    also_called = ("检查走访", "受检党组织登记表")
    model = InspectionVisit
    subjects = (BODY,)
    parent = Parent(
        "inspection",
        Inspection,
        (
            Cell(
                "title",
                ("督查名称", "检查督查名称"),
                ("上半年党建督查", "上半年党建督查"),
                label="检查名称",
            ),
        ),
        "INSPECTION_UNKNOWN",
        "请核对检查名称，或先登记检查督查",
    )
    key = ("organization", "visited_on")
    dated = "visited_on"
    cells = (
        VISITED,
        Cell("visited_on", ("检查日期", "走访时间"), ("2025-05-08", "2025-05-09")),
        Cell("score", ("检查得分",), ("92.5", "88")),
        Cell("feedback_on", ("反馈日期",), ("2025-05-12", "2025-05-12")),
        Cell("feedback", ("反馈内容", "检查意见"), ("台账齐全", "补齐党课记录")),
    )


@register
class InspectionFindingForm(RecordSheet):
    """Each row is a problem found on a visit; it is put on the rectification ledger on its page."""

    kind = "inspection_findings"
    title = "检查发现问题登记表"
    also_called = ("检查发现问题", "检查问题清单", "督查问题清单")
    model = InspectionFinding
    subjects = (BODY,)
    parent = Parent(
        "visit",
        InspectionVisit,
        (
            Cell(
                "inspection__title",
                ("督查名称", "检查督查名称"),
                ("上半年党建督查", "上半年党建督查"),
                label="检查名称",
            ),
            VISITED,
            Cell("visited_on", ("检查日期", "走访时间"), ("2025-05-08", "2025-05-09")),
        ),
        "VISIT_UNKNOWN",
        "请核对检查名称、党组织和时间，或先登记走访",
        via="inspection__",
    )
    key = ("description",)
    cells = (
        Cell(
            "description",
            ("发现的问题", "存在问题", "问题"),
            ("2 月没有支委会记录", "党费没有按季度公布"),
        ),
        Cell("severity", ("程度",), ("一般", "一般")),
        Cell("rule_reference", ("依据条款", "对照条款"), ("支部工作条例", "党费收缴规定")),
    )

    def years(self, record: InspectionFinding) -> frozenset[int]:
        return frozenset({record.visit.visited_on.year})
