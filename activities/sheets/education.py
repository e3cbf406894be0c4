"""The yearly plans of education and their courses as workbooks."""

from __future__ import annotations

from activities.education.pages import KIND
from activities.models import TrainingCourse, TrainingPlan
from orgs.sheets.records import BODY, ORGANIZATION, Cell, Parent, RecordSheet
from sheets.forms import register


@register
class TrainingPlanForm(RecordSheet):
    """Each row is the plan of an organization, or of a managing body, for a year."""

    kind, stored_kind = "training_plans", KIND
    title = "年度教育培训计划一览表"
    also_called = ("教育培训计划", "年度培训计划")
    model = TrainingPlan
    subjects = (ORGANIZATION, BODY)
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("计划年度",)),
        Cell("approved_on", ("批准日期", "审定时间"), ("2025-02-20", "2025-03-01")),
        Cell("approved_by", ("审定会议", "批准机关"), ("支部党员大会", "党委会")),
        Cell("document", ("文号", "纪要号")),
        Cell("budget", ("经费预算", "培训经费（元）", "培训经费"), ("3000.00", "12000.00")),
        Cell("aim", ("培训目标", "目标要求")),
    )


@register
class TrainingCourseForm(RecordSheet):
    """Each row is a course of a plan on record."""

    kind, stored_kind = "training_courses", KIND
    title = "教育培训计划课程表"
    also_called = ("培训课程安排", "课程安排表")
    model = TrainingCourse
    subjects = (ORGANIZATION, BODY)
    parent = Parent(
        "plan",
        TrainingPlan,
        (Cell("year", ("计划年度",)),),
        "PLAN_UNKNOWN",
        "请核对年度，或先登记教育培训计划",
    )
    key = ("theme", "month")
    cells = (
        Cell("theme", ("课程名称", "课程内容", "培训专题"), ("党章党规专题", "师德师风专题")),
        Cell("audience", ("培训人员", "对象范围"), ("全体党员", "班子成员")),
        Cell("hours", ("课时", "计划学时"), ("4", "8")),
        Cell("form", ("培训形式", "培训方式"), ("集中培训", "专题讲座")),
        Cell("teacher", ("授课教师", "主讲人"), ("张某某", "")),
        Cell("month", ("培训月份", "计划月份"), ("3", "7")),
        Cell("planned_people", ("计划培训人数",), ("15", "6")),
    )

    def years(self, record: TrainingCourse) -> frozenset[int]:
        return frozenset({record.plan.year})
