"""The pages of plans, courses and trainings."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from django.urls import reverse

from activities.education.forms import CourseForm, PlanForm, TrainingRecordForm
from activities.keeping.pages import ChildPages, OrganizationRecordPages
from activities.models import Training, TrainingCourse, TrainingHours, TrainingPlan
from activities.participants import Participants
from orgs.sections import Section, link, organization_fact
from schools.facts import Fact

KIND = "training"


class PlanPages(OrganizationRecordPages):
    slug = "training_plan"
    model = TrainingPlan
    form_class = PlanForm
    title = "教育培训计划"
    list_url, list_label = "training_plans", "教育培训计划"
    related = ("organization__jurisdiction__place", "jurisdiction__place")
    kind, dated = KIND, "year"
    new_lead = "党组织的年度计划，三月底前经会议批准；课程在计划的页面上一门一门登记"

    def name(self, record):
        return f"{record.whose} {record.year} 年教育培训计划"

    def holder(self, record):
        return record.organization or SimpleNamespace(jurisdiction=record.jurisdiction)

    def lead(self, record):
        if record.approved_on is None:
            return "还没有批准"
        return f"{record.approved_on:%Y-%m-%d} 由{record.approved_by}批准"

    def facts(self, record):
        whose = (
            organization_fact(record.organization)
            if record.organization
            else Fact("管理主体", record.whose)
        )
        return [
            whose,
            Fact("年度", str(record.year)),
            Fact("批准时间", record.approved_on),
            Fact("批准的会议或机关", record.approved_by),
            Fact("文号或纪要号", record.document),
            Fact("经费预算（元）", None if record.budget is None else f"{record.budget:,.2f}"),
            Fact("目标和要求", record.aim),
        ]

    def sections(self, record, user, day):
        courses = list(record.courses.filter(withdrawn_at=None))
        hours = sum((course.hours for course in courses), Decimal(0)).normalize()
        may = self.may_change_now(user, record)
        rows = [
            (
                link("training_course_edit", course.pk, course.theme) if may else course.theme,
                course.audience,
                f"{course.hours.normalize():f}",
                course.get_form_display(),
                course.teacher,
                f"{course.month} 月" if course.month else "",
                course.planned_people,
            )
            for course in courses
        ]
        note = f"{len(courses)} 门，共 {hours:f} 学时" if courses else ""
        return [
            Section(
                "courses",
                "课程",
                ("课程主题", "培训对象", "学时", "形式", "授课人", "月份", "计划人数"),
                rows,
                note=note,
                empty="还没有登记课程。",
            )
        ]

    def acts(self, record):
        return [("登记课程", f"{reverse('training_course_new')}?plan={record.pk}")]


class CoursePages(ChildPages):
    slug = "training_course"
    model = TrainingCourse
    form_class = CourseForm
    title = "培训课程"
    list_url, list_label = "training_plans", "教育培训计划"
    related = ("plan__organization__jurisdiction__place", "plan__jurisdiction__place")
    parent, parent_pages = "plan", PlanPages

    def holder(self, record):
        return PlanPages().holder(record.plan)


class TrainingPages(OrganizationRecordPages):
    slug = "training"
    model = Training
    form_class = TrainingRecordForm
    title = "教育培训"
    list_url, list_label = "trainings", "教育培训台账"
    kind, dated = KIND, "started_on"
    further = (("training_members", "登记参训党员"),)
    new_lead = "一次培训一条；保存后登记参训党员和学时"

    def name(self, record):
        return record.theme

    def lead(self, record):
        return f"{record.organization.short_name}，{record.started_on:%Y-%m-%d}，{record.hours.normalize():f} 学时"

    def facts(self, record):
        days = (
            f"{record.started_on:%Y-%m-%d} 至 {record.ended_on:%Y-%m-%d}"
            if record.ended_on != record.started_on
            else record.started_on
        )
        return [
            organization_fact(record.organization),
            Fact("时间", days),
            Fact("学时", f"{record.hours.normalize():f}"),
            Fact("形式", record.get_form_display()),
            Fact("主办层级", record.get_level_display()),
            Fact("主办单位", record.organizer),
            Fact("地点", record.place),
            Fact("授课人", record.teacher),
            Fact("备注", record.remark),
        ]

    def sections(self, record, user, day):
        rows = TrainingHours.objects.visible_to(user).filter(training=record)
        people = list(rows.select_related("member").defer("member__id_number", "member__phone"))
        return [
            Section(
                "members",
                "参训党员",
                ("姓名", "学时"),
                [(row.member.name, f"{row.hours.normalize():f}") for row in people],
                note=f"{len(people)} 名" if people else "",
                empty="还没有登记参训党员。登记后学时才计入每名党员。",
            )
        ]


class TrainingMembers(Participants):
    slug = "training_members"
    action = "training.members"
    pages = TrainingPages()
    model = TrainingHours
    relation, day = "training", "started_on"
    unit, title = "学时", "登记参训党员"
