"""The forms of leading groups, plans, work meetings and inspections."""

from __future__ import annotations

from django import forms

from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.forms import BODIES, SCHOOLS
from schools.record_forms import RecordForm
from supervision.forms import number, text_area
from supervision.models import (
    ActionPlan,
    GroupLevel,
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


class PartForm(RecordForm):
    """A record that belongs to another (`owner`), chosen for a new one and kept then."""

    owner: str

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.fields.pop(self.owner, None)
            return
        field = self.fields[self.owner]
        field.queryset = field.queryset.model.objects.editable_by(self.user)

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {self.owner}


class GroupForm(RecordForm):
    """A leading group: its document, its people, its office."""

    jurisdiction = PickField(
        BODIES, label="管理主体", required=False, help_text="市级、县级的填；输入名称的一部分"
    )
    school = PickField(SCHOOLS, label="学校", required=False, help_text="校级的填")
    set_up_on = DayField(label="成立时间")
    ended_on = DayField(label="撤销时间", required=False)
    members = text_area(
        "成员", required=False, rows=6, longest=4000, help_text="每行一人：姓名 职务"
    )

    groups = (
        ("领导小组", ("level", "jurisdiction", "school", "name")),
        ("文件", ("document", "set_up_on", "ended_on")),
        ("人员", ("head", "deputies", "members", "office", "office_head")),
    )

    class Meta:
        model = LeadingGroup
        fields = [
            "level",
            "jurisdiction",
            "school",
            "name",
            "document",
            "set_up_on",
            "head",
            "deputies",
            "members",
            "office",
            "office_head",
            "ended_on",
        ]
        help_texts = {"head": "姓名和职务，如“张某某（市委书记）”"}

    def clean(self):
        cleaned = super().clean()
        at_school = cleaned.get("level") == GroupLevel.SCHOOL
        wanted, other = ("school", "jurisdiction") if at_school else ("jurisdiction", "school")
        if cleaned.get("level") and not self.has_error(wanted) and not cleaned.get(wanted):
            self.add_error(wanted, f"请选{self.fields[wanted].label}。")
        if cleaned.get("level") and cleaned.get(other):
            self.add_error(other, "校级的选学校，市级、县级的选管理主体，另一格请清空。")
        return cleaned


class GroupMeetingForm(PartForm):
    """A meeting of a leading group."""

    owner = "group"
    held_on = DayField(label="时间")
    agenda = text_area("议题", longest=300)
    decisions = text_area("议定事项", required=False)
    follow_up = text_area("落实情况", required=False)

    class Meta:
        model = GroupMeeting
        fields = ["group", "held_on", "agenda", "decisions", "follow_up"]


class PlanForm(RecordForm):
    """A three-year plan."""

    jurisdiction = PickField(BODIES, label="管理主体")
    first_year = number("起始年度", min_value=2000, max_value=2100, help_text="连同其后两年")
    issued_on = DayField(label="印发时间", required=False)

    class Meta:
        model = ActionPlan
        fields = ["jurisdiction", "title", "first_year", "issued_by", "document", "issued_on"]


class TargetForm(PartForm):
    """A target with its figures."""

    owner = "plan"
    groups = (
        ("目标", ("plan", "name", "unit", "base")),
        ("各年目标", ("goal_1", "goal_2", "goal_3")),
        ("各年实际", ("reached_1", "reached_2", "reached_3")),
    )

    class Meta:
        model = PlanTarget
        fields = [
            "plan",
            "name",
            "unit",
            "base",
            *(f"goal_{n}" for n in (1, 2, 3)),
            *(f"reached_{n}" for n in (1, 2, 3)),
        ]
        help_texts = {"unit": "如 %、所、人"}


class MeasureForm(PartForm):
    """A measure and how far it is."""

    owner = "plan"
    text = text_area("措施", longest=200)
    deadline = DayField(label="完成时限", future=True)
    progress = number("进度", max_value=100, help_text="%；100 为完成")
    notes = text_area(
        "季度进展", required=False, rows=5, longest=4000, help_text="每季一行，如“2026 年一季度：…”"
    )

    class Meta:
        model = PlanMeasure
        fields = ["plan", "text", "department", "deadline", "progress", "notes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["progress"].initial = 0


class WorkMeetingForm(RecordForm):
    """A monthly work meeting."""

    jurisdiction = PickField(BODIES, label="管理主体")
    held_on = DayField(label="时间")
    present = number("到会人数", required=False)
    previous = text_area("上次事项落实情况", required=False)
    problems = text_area("存在问题", required=False)

    groups = (
        ("例会", ("jurisdiction", "held_on", "place", "chair", "present", "absent")),
        ("内容", ("previous", "problems", "minutes")),
    )

    class Meta:
        model = WorkMeeting
        fields = [
            "jurisdiction",
            "held_on",
            "place",
            "chair",
            "present",
            "absent",
            "previous",
            "problems",
            "minutes",
        ]


class TaskForm(PartForm):
    """A task of a work meeting."""

    owner = "meeting"
    text = text_area("任务", longest=200, rows=2)
    deadline = DayField(label="完成时限", future=True)
    done_on = DayField(label="完成时间", required=False)

    class Meta:
        model = WorkTask
        fields = ["meeting", "text", "owner", "deadline", "done_on", "result"]


class InspectionForm(RecordForm):
    """An inspection: its plan and its team."""

    jurisdiction = PickField(BODIES, label="管理主体")
    start = DayField(label="开始时间", future=True)
    end = DayField(label="结束时间", future=True)
    plan = text_area("检查方案", required=False)

    groups = (
        ("检查", ("jurisdiction", "title", "kind", "start", "end")),
        ("检查组", ("leader", "team", "methods", "plan")),
    )

    class Meta:
        model = Inspection
        fields = [
            "jurisdiction",
            "title",
            "kind",
            "start",
            "end",
            "leader",
            "team",
            "methods",
            "plan",
        ]
        help_texts = {"methods": "如“听汇报、查资料、看阵地、访师生”"}

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "结束时间不能早于开始时间，请核对。")
        return cleaned


class VisitForm(PartForm):
    """An organization visited."""

    owner = "inspection"
    organization = PickField(ORGANIZATIONS, label="党组织", editable=False)
    visited_on = DayField(label="检查时间")
    feedback_on = DayField(label="反馈时间", required=False)
    feedback = text_area("反馈意见", required=False, longest=300)
    score = forms.DecimalField(
        label="得分",
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text="不打分的不填",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6}),
    )

    class Meta:
        model = InspectionVisit
        fields = ["inspection", "organization", "visited_on", "score", "feedback_on", "feedback"]


class FindingForm(PartForm):
    """A problem found on a visit."""

    owner = "visit"
    description = text_area("问题描述", longest=300)

    class Meta:
        model = InspectionFinding
        fields = ["visit", "description", "severity", "rule_reference"]
