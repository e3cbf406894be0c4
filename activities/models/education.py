"""Education of members: the yearly plan, the trainings held, and the hours of each member."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Member, Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.models import Jurisdiction
from schools.scoping import KeptManager, ScopedQuerySet


class TrainingForm(models.TextChoices):
    """How a training is held."""

    CONCENTRATED = "concentrated", "集中培训"
    LECTURE = "lecture", "专题讲座"
    ONLINE = "online", "在线学习"
    PRACTICE = "practice", "实践教学"


class TrainingLevel(models.IntegerChoices):
    """Who organizes a training, from the branch upwards."""

    BRANCH = 1, "党支部"
    SCHOOL = 2, "学校党组织"
    TOWNSHIP = 3, "乡镇（街道）"
    COUNTY = 4, "县（市、区）"
    CITY = 5, "市"
    PROVINCE = 6, "省级以上"


class PlanQuerySet(ScopedQuerySet):
    """A plan belongs to an organization, or to a managing body for all below it."""

    scope_lookup = "organization__jurisdiction__path"
    further_lookups = ("jurisdiction__path",)


class TrainingPlan(Record):
    """The training plan of a year (年度教育培训计划), of an organization or a managing body.

    It is approved before the end of March (standard, D1).
    """

    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="training_plans",
        verbose_name="党组织",
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="training_plans",
        verbose_name="管理主体",
    )
    year = models.PositiveSmallIntegerField("年度")
    approved_on = models.DateField("批准时间", null=True, blank=True)
    approved_by = models.CharField("批准的会议或机关", max_length=60, blank=True)
    document = models.CharField("文号或纪要号", max_length=60, blank=True)
    budget = models.DecimalField(
        "经费预算（元）",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "金额不能是负数。")],
    )
    aim = models.CharField("目标和要求", max_length=300, blank=True)

    objects = KeptManager.from_queryset(PlanQuerySet)()
    everything = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "教育培训计划"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(withdrawn_at=None),
                name="training_plan_of_organization",
                violation_error_message="这个党组织这一年已经有教育培训计划。",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "year"],
                condition=Q(withdrawn_at=None),
                name="training_plan_of_body",
                violation_error_message="这个管理主体这一年已经有教育培训计划。",
            ),
            models.CheckConstraint(
                name="training_plan_of_one",
                condition=Q(organization=None, jurisdiction__isnull=False)
                | Q(organization__isnull=False, jurisdiction=None),
                violation_error_message="党组织和管理主体填一个。",
            ),
        ]

    def __str__(self):
        return f"{self.whose} {self.year} 年教育培训计划"

    @property
    def whose(self) -> str:
        """The name of the organization or body whose plan it is."""
        if self.organization:
            return self.organization.short_name
        return self.jurisdiction.label if self.jurisdiction else ""


class OfPlanQuerySet(ScopedQuerySet):
    scope_lookup = "plan__organization__jurisdiction__path"
    further_lookups = ("plan__jurisdiction__path",)


class TrainingCourse(Record):
    """One course of a plan: what is taught to whom, how long, in which form and when."""

    plan = models.ForeignKey(
        TrainingPlan, models.CASCADE, related_name="courses", verbose_name="教育培训计划"
    )
    theme = models.CharField("课程主题", max_length=120)
    audience = models.CharField("培训对象", max_length=60, blank=True)
    hours = models.DecimalField(
        "学时",
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0.5, "学时应大于 0。")],
    )
    form = models.CharField("形式", max_length=12, choices=TrainingForm)
    teacher = models.CharField("授课人", max_length=50, blank=True)
    month = models.PositiveSmallIntegerField(
        "月份",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, "月份应在 1—12 之间。"),
            MaxValueValidator(12, "月份应在 1—12 之间。"),
        ],
    )
    planned_people = models.PositiveIntegerField("计划人数", null=True, blank=True)

    objects = KeptManager.from_queryset(OfPlanQuerySet)()
    everything = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训课程"
        ordering = ["plan_id", F("month").asc(nulls_last=True), "pk"]

    def __str__(self):
        return self.theme


class Training(Record):
    """A training members of one organization took part in, on one day or several.

    It counts for the year it began in. Hours are class hours: a full day is eight, half a
    day four (education/hours.py).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="trainings", verbose_name="党组织"
    )
    theme = models.CharField("培训主题", max_length=120)
    form = models.CharField("形式", max_length=12, choices=TrainingForm)
    level = models.PositiveSmallIntegerField("主办层级", choices=TrainingLevel)
    organizer = models.CharField("主办单位", max_length=60, blank=True)
    started_on = models.DateField("开始时间")
    ended_on = models.DateField("结束时间")
    hours = models.DecimalField(
        "学时",
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0.5, "学时应大于 0。")],
    )
    place = models.CharField("地点", max_length=60, blank=True)
    teacher = models.CharField("授课人", max_length=50, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "教育培训"
        ordering = ["-started_on", "-pk"]
        indexes = [
            models.Index(
                fields=["started_on", "organization"],
                condition=Q(withdrawn_at=None),
                name="training_by_day",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="training_days",
                condition=Q(ended_on__gte=F("started_on")),
                violation_error_message="结束时间不能早于开始时间。",
            )
        ]

    def __str__(self):
        return f"{self.started_on:%Y-%m-%d} {self.theme}"


class OfTrainingQuerySet(ScopedQuerySet):
    scope_lookup = "training__organization__jurisdiction__path"


class TrainingHours(Record):
    """The hours one member has of one training."""

    training = models.ForeignKey(
        Training, models.CASCADE, related_name="participants", verbose_name="教育培训"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="training_hours", verbose_name="党员"
    )
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)

    objects = KeptManager.from_queryset(OfTrainingQuerySet)()
    everything = OfTrainingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参训学时"
        ordering = ["training_id", "member__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "member"],
                condition=Q(withdrawn_at=None),
                name="training_hours_unique",
                violation_error_message="这名党员已经在参训名单里。",
            )
        ]

    def __str__(self):
        return f"{self.member} {self.training}"
