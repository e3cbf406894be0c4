"""How Party work is led: leading groups, three-year plans, monthly work meetings."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Record
from schools.models import Jurisdiction, School
from schools.scoping import KeptManager, ScopedQuerySet


class OfBodyQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class GroupQuerySet(ScopedQuerySet):
    """A leading group is one of a managing body, or of a school."""

    scope_lookup = "jurisdiction__path"
    further_lookups = ("school__jurisdiction__path",)


class GroupLevel(models.TextChoices):
    CITY = "city", "市级"
    COUNTY = "county", "县（市、区）级"
    SCHOOL = "school", "校级"


class LeadingGroup(Record):
    """A leading group for Party work in schools (党建工作领导小组)."""

    level = models.CharField("层级", max_length=8, choices=GroupLevel)
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leading_groups",
        verbose_name="管理主体",
    )
    school = models.ForeignKey(
        School,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="leading_groups",
        verbose_name="学校",
    )
    name = models.CharField("名称", max_length=80)
    document = models.CharField("成立文号", max_length=60)
    set_up_on = models.DateField("成立时间")
    head = models.CharField("组长", max_length=80)
    deputies = models.CharField("副组长", max_length=200, blank=True)
    # One member to a line: name and post.
    members = models.TextField("成员", blank=True)
    office = models.CharField("办公室设在", max_length=80, blank=True)
    office_head = models.CharField("办公室主任", max_length=50, blank=True)
    ended_on = models.DateField("撤销时间", null=True, blank=True)

    objects = KeptManager.from_queryset(GroupQuerySet)()
    everything = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "领导小组"
        ordering = ["level", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="leading_group_of_one",
                condition=Q(level="school", school__isnull=False, jurisdiction=None)
                | (~Q(level="school") & Q(school=None, jurisdiction__isnull=False)),
                violation_error_message="校级的选学校，市级、县级的选管理主体。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def member_lines(self) -> list[str]:
        """The members, one to a line."""
        return [line.strip() for line in self.members.splitlines() if line.strip()]


class OfGroupQuerySet(ScopedQuerySet):
    scope_lookup = "group__jurisdiction__path"
    further_lookups = ("group__school__jurisdiction__path",)


class GroupMeeting(Record):
    """A meeting of a leading group: what was decided, and what came of it."""

    group = models.ForeignKey(
        LeadingGroup, models.CASCADE, related_name="meetings", verbose_name="领导小组"
    )
    held_on = models.DateField("时间")
    agenda = models.CharField("议题", max_length=300)
    decisions = models.CharField("议定事项", max_length=500, blank=True)
    follow_up = models.CharField("落实情况", max_length=500, blank=True)

    objects = KeptManager.from_queryset(OfGroupQuerySet)()
    everything = OfGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "领导小组会议"
        ordering = ["-held_on", "pk"]

    def __str__(self):
        return f"{self.group} {self.held_on} 会议"


class ActionPlan(Record):
    """A three-year plan of a managing body (三年行动计划)."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="action_plans", verbose_name="管理主体"
    )
    title = models.CharField("名称", max_length=100)
    first_year = models.PositiveSmallIntegerField(
        "起始年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    issued_by = models.CharField("印发单位", max_length=80)
    document = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发时间", null=True, blank=True)

    objects = KeptManager.from_queryset(OfBodyQuerySet)()
    everything = OfBodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "三年行动计划"
        ordering = ["-first_year", "pk"]

    def __str__(self):
        return self.title

    @property
    def years(self) -> tuple[int, int, int]:
        """The three years of the plan."""
        return self.first_year, self.first_year + 1, self.first_year + 2


class OfPlanQuerySet(ScopedQuerySet):
    scope_lookup = "plan__jurisdiction__path"


def _figure(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=10, decimal_places=2, null=True, blank=True)


class PlanTarget(Record):
    """A target of a plan: its base, and for each of the three years what is to be reached and
    what was.
    """

    plan = models.ForeignKey(
        ActionPlan, models.CASCADE, related_name="targets", verbose_name="行动计划"
    )
    name = models.CharField("指标", max_length=80)
    unit = models.CharField("单位", max_length=10)
    base = _figure("基数")
    goal_1, goal_2, goal_3 = _figure("第一年目标"), _figure("第二年目标"), _figure("第三年目标")
    reached_1, reached_2, reached_3 = (
        _figure("第一年实际"),
        _figure("第二年实际"),
        _figure("第三年实际"),
    )

    objects = KeptManager.from_queryset(OfPlanQuerySet)()
    everything = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划目标"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.plan}：{self.name}"


class PlanMeasure(Record):
    """A measure of a plan; whether it is late is told by the day."""

    plan = models.ForeignKey(
        ActionPlan, models.CASCADE, related_name="measures", verbose_name="行动计划"
    )
    text = models.CharField("措施", max_length=200)
    department = models.CharField("责任单位", max_length=60)
    deadline = models.DateField("完成时限")
    progress = models.PositiveSmallIntegerField(
        "进度（%）", default=0, validators=[MaxValueValidator(100, "进度最多 100%。")]
    )
    # One quarter to a line.
    notes = models.TextField("季度进展", blank=True)

    objects = KeptManager.from_queryset(OfPlanQuerySet)()
    everything = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划措施"
        ordering = ["deadline", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_measure_progress",
                condition=Q(progress__lte=100),
                violation_error_message="进度最多 100%。",
            )
        ]

    def __str__(self):
        return f"{self.plan}：{self.text}"

    def state_on(self, day) -> str:
        """Return 未启动, 推进中, 完成 or 逾期."""
        if self.progress >= 100:
            return "完成"
        if self.deadline < day:
            return "逾期"
        return "推进中" if self.progress else "未启动"


class WorkMeeting(Record):
    """A monthly work meeting of a managing body (党建工作例会)."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="work_meetings", verbose_name="管理主体"
    )
    held_on = models.DateField("时间")
    place = models.CharField("地点", max_length=60, blank=True)
    chair = models.CharField("主持人", max_length=50)
    present = models.PositiveIntegerField("到会人数", null=True, blank=True)
    absent = models.CharField("缺席人员", max_length=200, blank=True)
    previous = models.CharField("上次事项落实情况", max_length=500, blank=True)
    problems = models.CharField("存在问题", max_length=500, blank=True)
    minutes = models.CharField("纪要文号", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfBodyQuerySet)()
    everything = OfBodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建工作例会"
        ordering = ["-held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "held_on"],
                condition=Q(withdrawn_at=None),
                name="work_meeting_unique",
                violation_error_message="这个单位这一天的例会已经登记。",
            )
        ]

    def __str__(self):
        return f"{self.jurisdiction} {self.held_on} 例会"


class OfWorkMeetingQuerySet(ScopedQuerySet):
    scope_lookup = "meeting__jurisdiction__path"


class WorkTask(Record):
    """A task given at a work meeting, with its owner and its day."""

    meeting = models.ForeignKey(
        WorkMeeting, models.CASCADE, related_name="tasks", verbose_name="例会"
    )
    text = models.CharField("任务", max_length=200)
    owner = models.CharField("责任人", max_length=50)
    deadline = models.DateField("完成时限")
    done_on = models.DateField("完成时间", null=True, blank=True)
    result = models.CharField("完成情况", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfWorkMeetingQuerySet)()
    everything = OfWorkMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "例会任务"
        ordering = ["deadline", "pk"]

    def __str__(self):
        return self.text

    def state_on(self, day) -> str:
        """Return 已完成, 逾期 or 办理中."""
        if self.done_on:
            return "已完成"
        return "逾期" if self.deadline < day else "办理中"


__all__ = [
    "ActionPlan",
    "GroupLevel",
    "GroupMeeting",
    "LeadingGroup",
    "OfBodyQuerySet",
    "PlanMeasure",
    "PlanTarget",
    "WorkMeeting",
    "WorkTask",
]
