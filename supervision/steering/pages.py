"""The pages of leading groups, plans, work meetings and inspections."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from orgs.sections import Section, change_link, link
from orgs.showing import ShownPages
from schools import writing
from schools.act_forms import ActForm
from schools.act_pages import ActPage
from schools.asked import named, number
from schools.facts import Fact
from schools.form_fields import DayField
from schools.forms import BODIES
from schools.models import Jurisdiction
from schools.records import RecordPages
from schools.roles import grants_of
from supervision.models import (
    ActionPlan,
    Category,
    GroupMeeting,
    Inspection,
    InspectionFinding,
    InspectionVisit,
    LeadingGroup,
    PlanMeasure,
    PlanTarget,
    Source,
    WorkMeeting,
    WorkTask,
)
from supervision.rectification.services import open_item
from supervision.rectification.tables import state_of
from supervision.steering import forms


class OfBody(ShownPages):
    """Records of a managing body."""

    related = ("jurisdiction__place",)

    def initial(self, request):
        """Start with the body of the user, where he has just one."""
        rows = Jurisdiction.objects.editable_by(request.user)
        found = named(rows, request.GET.get("body", ""))
        if found is None:
            grants = grants_of(request.user)
            found = grants[0].jurisdiction if len(grants) == 1 else None
        return {"jurisdiction": BODIES.label(found)} if found else {}

    def holder(self, record):
        return record


class PartOf(RecordPages):
    """Records shown on the page of another one, named by the attribute `owner`."""

    owner: ClassVar[str]
    owner_slug: ClassVar[str]

    def owner_of(self, record: Any) -> Any:
        """Return the record it is shown with."""
        return getattr(record, self.owner)

    def url(self, record):
        return reverse(self.owner_slug, args=[self.owner_of(record).pk])

    def initial(self, request):
        asked = number(request.GET.get(self.owner, ""))
        return {self.owner: asked} if asked else {}

    def holder(self, record):
        return holder_of_group(self.owner_of(record))


def holder_of_group(record: Any) -> Any:
    """Return what has a `jurisdiction`: a school-level group is that of its school."""
    return record if getattr(record, "jurisdiction_id", None) else record.school


def add_link(pages: ShownPages, record, user, label: str, page: str, owner: str):
    """Return the link that adds a part to `record`, for those who may."""
    if not pages.may_change_now(user, record):
        return []
    return [(label, f"{reverse(page)}?{owner}={record.pk}")]


# Leading groups ------------------------------------------------------------------------


class GroupPages(ShownPages):
    slug = "leading_group"
    model = LeadingGroup
    form_class = forms.GroupForm
    title = "领导小组"
    list_url, list_label = "leading_groups", "领导小组"
    related = ("jurisdiction__place", "school__jurisdiction__place")

    def holder(self, record):
        return holder_of_group(record)

    def lead(self, record):
        whose = record.school.name if record.school else record.jurisdiction.short_name
        return f"{record.get_level_display()}，{whose}"

    def notice(self, record, day):
        if record.ended_on and record.ended_on <= day:
            return "warn", f"{record.ended_on} 已撤销。"
        return None

    def groups(self, record):
        return [
            (
                "组成",
                [
                    Fact("组长", record.head),
                    Fact("副组长", record.deputies),
                    Fact("成立文号", record.document),
                    Fact("成立时间", record.set_up_on),
                    Fact("办公室设在", record.office),
                    Fact("办公室主任", record.office_head),
                ],
            ),
        ]

    def sections(self, record, user, day):
        meetings = list(record.meetings.filter(withdrawn_at=None))
        lines = [line.split(maxsplit=1) for line in record.member_lines]
        return [
            Section(
                "members",
                "成员",
                ("姓名", "职务"),
                [(line[0], line[1] if len(line) > 1 else "") for line in lines],
                note=f"{len(lines)} 人" if lines else "",
                empty="还没有填成员。",
            ),
            Section(
                "meetings",
                "会议",
                ("时间", "议题", "议定事项", "落实情况"),
                [
                    (
                        change_link(user, "group_meeting", one.pk, f"{one.held_on}"),
                        one.agenda,
                        one.decisions,
                        one.follow_up,
                    )
                    for one in meetings
                ],
                note=f"{len(meetings)} 次" if meetings else "",
                links=add_link(self, record, user, "登记会议", "group_meeting_new", "group"),
                empty="还没有会议记录。",
            ),
        ]


class GroupMeetingPages(PartOf):
    slug = "group_meeting"
    model = GroupMeeting
    form_class = forms.GroupMeetingForm
    title = "领导小组会议"
    list_url, list_label = "leading_groups", "领导小组"
    related = ("group__jurisdiction__place", "group__school__jurisdiction__place")
    owner, owner_slug = "group", "leading_group"


# Three-year plans ----------------------------------------------------------------------


class PlanPages(OfBody):
    slug = "action_plan"
    model = ActionPlan
    form_class = forms.PlanForm
    title = "三年行动计划"
    list_url, list_label = "action_plans", "三年行动计划"

    def lead(self, record):
        first, *_, last = record.years
        return f"{record.jurisdiction.short_name}，{first}—{last} 年"

    def groups(self, record):
        return [
            (
                "计划",
                [
                    Fact("印发单位", record.issued_by),
                    Fact("文号", record.document),
                    Fact("印发时间", record.issued_on),
                ],
            )
        ]

    def sections(self, record, user, day):
        targets = list(record.targets.filter(withdrawn_at=None))
        measures = list(record.measures.filter(withdrawn_at=None))
        late = sum(one.state_on(day) == "逾期" for one in measures)
        done = sum(one.state_on(day) == "完成" for one in measures)
        return [
            Section(
                "targets",
                "目标",
                ("指标", "单位", "基数", *(f"{year} 年目标 / 实际" for year in record.years)),
                [
                    (
                        change_link(user, "plan_target", one.pk, one.name),
                        one.unit,
                        figure(one.base),
                        *(
                            f"{figure(goal) or '—'} / {figure(reached) or '—'}"
                            for goal, reached in (
                                (one.goal_1, one.reached_1),
                                (one.goal_2, one.reached_2),
                                (one.goal_3, one.reached_3),
                            )
                        ),
                    )
                    for one in targets
                ],
                links=add_link(self, record, user, "增加目标", "plan_target_new", "plan"),
                empty="还没有分年度目标。",
            ),
            Section(
                "measures",
                "措施",
                ("措施", "责任单位", "完成时限", "进度", "状态", "季度进展"),
                [
                    (
                        change_link(user, "plan_measure", one.pk, one.text),
                        one.department,
                        f"{one.deadline}",
                        f"{one.progress}%",
                        one.state_on(day),
                        "；".join(line for line in one.notes.splitlines() if line.strip()),
                    )
                    for one in measures
                ],
                note=f"共 {len(measures)} 条，完成 {done} 条，逾期 {late} 条" if measures else "",
                links=add_link(self, record, user, "增加措施", "plan_measure_new", "plan"),
                empty="还没有措施。",
            ),
        ]


class TargetPages(PartOf):
    slug = "plan_target"
    model = PlanTarget
    form_class = forms.TargetForm
    title = "计划目标"
    list_url, list_label = "action_plans", "三年行动计划"
    related = ("plan__jurisdiction__place",)
    owner, owner_slug = "plan", "action_plan"


class MeasurePages(PartOf):
    slug = "plan_measure"
    model = PlanMeasure
    form_class = forms.MeasureForm
    title = "计划措施"
    list_url, list_label = "action_plans", "三年行动计划"
    related = ("plan__jurisdiction__place",)
    owner, owner_slug = "plan", "action_plan"


def figure(value) -> str:
    """Return a figure of a target without needless zeros."""
    return "" if value is None else f"{value.normalize():f}"


# Monthly work meetings -------------------------------------------------------------------


class WorkMeetingPages(OfBody):
    slug = "work_meeting"
    model = WorkMeeting
    form_class = forms.WorkMeetingForm
    title = "党建工作例会"
    list_url, list_label = "work_meetings", "党建工作例会"

    def name(self, record):
        return f"{record.jurisdiction.short_name} {record.held_on:%Y年%-m月}例会"

    def initial(self, request):
        return super().initial(request) | {"held_on": timezone.localdate()}

    def lead(self, record):
        return f"{record.held_on}，{record.chair}主持"

    def groups(self, record):
        return [
            (
                "例会",
                [
                    Fact("时间", record.held_on),
                    Fact("地点", record.place),
                    Fact("主持人", record.chair),
                    Fact("到会人数", record.present),
                    Fact("缺席人员", record.absent),
                    Fact("纪要文号", record.minutes),
                    Fact("上次事项落实情况", record.previous),
                    Fact("存在问题", record.problems),
                ],
            )
        ]

    def sections(self, record, user, day):
        before = (
            WorkMeeting.objects.filter(jurisdiction=record.jurisdiction, held_on__lt=record.held_on)
            .order_by("-held_on")
            .first()
        )
        found = []
        if before:
            found.append(
                self._tasks(before, user, day, "previous", f"上次（{before.held_on}）任务落实", [])
            )
        links = add_link(self, record, user, "增加任务", "work_task_new", "meeting")
        return [*found, self._tasks(record, user, day, "tasks", "本次任务", links)]

    def _tasks(self, meeting, user, day, key: str, title: str, links) -> Section:
        tasks = list(meeting.tasks.filter(withdrawn_at=None))
        done = sum(task.done_on is not None for task in tasks)
        return Section(
            key,
            title,
            ("任务", "责任人", "完成时限", "状态", "完成情况"),
            [
                (
                    change_link(user, "work_task", one.pk, one.text),
                    one.owner,
                    f"{one.deadline}",
                    one.state_on(day),
                    f"{one.done_on} {one.result}" if one.done_on else one.result,
                )
                for one in tasks
            ],
            note=f"完成 {done}/{len(tasks)}" if tasks else "",
            links=links,
            empty="没有布置任务。",
        )


class TaskPages(PartOf):
    slug = "work_task"
    model = WorkTask
    form_class = forms.TaskForm
    title = "例会任务"
    list_url, list_label = "work_meetings", "党建工作例会"
    related = ("meeting__jurisdiction__place",)
    owner, owner_slug = "meeting", "work_meeting"


# Inspections -----------------------------------------------------------------------------


class InspectionPages(OfBody):
    slug = "inspection"
    model = Inspection
    form_class = forms.InspectionForm
    title = "检查督查"
    list_url, list_label = "inspections", "检查督查"

    def lead(self, record):
        return f"{record.get_kind_display()}，{record.start} 至 {record.end}"

    def groups(self, record):
        return [
            (
                "检查",
                [
                    Fact("管理主体", record.jurisdiction.short_name),
                    Fact("类别", record.get_kind_display()),
                    Fact("组长", record.leader),
                    Fact("成员", record.team),
                    Fact("方式", record.methods),
                    Fact("检查方案", record.plan),
                ],
            )
        ]

    def sections(self, record, user, day):
        visits = list(record.visits.filter(withdrawn_at=None).select_related("organization"))
        found = list(
            InspectionFinding.objects.filter(visit__in=visits).select_related(
                "visit__organization", "item"
            )
        )
        may = self.may_change_now(user, record)
        counts = {visit.pk: sum(one.visit_id == visit.pk for one in found) for visit in visits}
        opened = sum(one.item_id is not None for one in found)
        return [
            Section(
                "visits",
                "检查的党组织",
                ("党组织", "检查时间", "得分", "问题", "反馈", "登记"),
                [
                    (
                        change_link(
                            user, "inspection_visit", visit.pk, visit.organization.short_name
                        ),
                        f"{visit.visited_on}",
                        figure(visit.score),
                        f"{counts[visit.pk]} 个",
                        f"{visit.feedback_on} {visit.feedback}" if visit.feedback_on else "未反馈",
                        link_to_new(visit) if may else "",
                    )
                    for visit in visits
                ],
                note=f"{len(visits)} 个" if visits else "",
                links=add_link(
                    self, record, user, "登记走访", "inspection_visit_new", "inspection"
                ),
                empty="还没有登记走访的党组织。",
            ),
            Section(
                "findings",
                "发现的问题",
                ("问题", "党组织", "程度", "依据", "整改"),
                [
                    (
                        change_link(user, "inspection_finding", one.pk, one.description),
                        one.visit.organization.short_name,
                        one.get_severity_display(),
                        one.rule_reference,
                        rectified(one, day, may=may),
                    )
                    for one in found
                ],
                note=f"{len(found)} 个，列入整改 {opened} 个" if found else "",
                empty="没有发现问题。",
            ),
        ]


class VisitPages(PartOf):
    slug = "inspection_visit"
    model = InspectionVisit
    form_class = forms.VisitForm
    title = "检查走访"
    list_url, list_label = "inspections", "检查督查"
    related = ("inspection__jurisdiction__place", "organization")
    owner, owner_slug = "inspection", "inspection"


class InspectionFindingPages(PartOf):
    slug = "inspection_finding"
    model = InspectionFinding
    form_class = forms.FindingForm
    title = "检查发现的问题"
    list_url, list_label = "inspections", "检查督查"
    related = ("visit__inspection__jurisdiction__place", "visit__organization", "item")
    owner, owner_slug = "visit", "inspection"

    def owner_of(self, record):
        return record.visit.inspection

    def name(self, record):
        return record.description[:30]


class RectifyForm(ActForm):
    """By when a finding is to be put right, and by whom."""

    category = django_forms.ChoiceField(
        label="问题类型", choices=[("", "请选择"), *Category.choices]
    )
    responsible = django_forms.CharField(label="责任人", max_length=50, required=False)
    deadline = DayField(label="整改期限", future=True)

    def prepare(self):
        del self.fields["reason"]
        self.fields["deadline"].initial = timezone.localdate() + datetime.timedelta(days=90)


class Rectify(ActPage):
    """Put a finding on the rectification ledger in one step."""

    slug, path = "inspection_finding_rectify", "rectify"
    title = "列入整改"
    lead = "生成一条整改事项，责任党组织填报进展、申请销号"
    pages = InspectionFindingPages()
    form_class = RectifyForm

    def stop(self, record):
        return "这个问题已经列入整改台账。" if record.item_id else ""

    @transaction.atomic
    def do(self, record, form, act):
        told = form.cleaned_data
        visit = record.visit
        if told["deadline"] < visit.visited_on:
            raise ValidationError({"deadline": "整改期限不能早于检查时间，请核对。"})
        record.item = open_item(
            organization=visit.organization,
            source=Source.INSPECTION,
            description=record.description,
            found_on=visit.visited_on,
            deadline=told["deadline"],
            category=told["category"],
            severity=record.severity,
            rule_reference=record.rule_reference,
            responsible=told["responsible"],
            act=act,
        )
        writing.write(
            record, act=act, action="inspection_finding.rectify", expected=told["version"]
        )
        return f"已列入整改台账，期限 {told['deadline']}。"


def link_to_new(visit: InspectionVisit):
    """Return the link that adds a finding to a visit."""
    return format_html(
        '<a href="{}?visit={}">登记问题</a>', reverse("inspection_finding_new"), visit.pk
    )


def rectified(finding: InspectionFinding, day, *, may: bool):
    """Return the state of the item of a finding, or the link that makes one."""
    if finding.item and finding.item.withdrawn_at is None:
        return state_of(finding.item, day)
    return link("inspection_finding_rectify", finding.pk, "列入整改") if may else "未列入"
