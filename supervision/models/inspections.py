"""Inspections (检查督查): who went where, what was found, what became of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from schools.models import Jurisdiction
from schools.scoping import KeptManager, ScopedQuerySet
from supervision.models.rectification import RectificationItem, Severity
from supervision.models.steering import OfBodyQuerySet


class InspectionKind(models.TextChoices):
    ROUTINE = "routine", "日常检查"
    SPECIAL = "special", "专项督查"
    CROSS = "cross", "交叉检查"
    LOOK_BACK = "look_back", "回头看"


class Inspection(Record):
    """One inspection of a managing body, with its plan and its team."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="inspections", verbose_name="管理主体"
    )
    title = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=10, choices=InspectionKind)
    start = models.DateField("开始时间")
    end = models.DateField("结束时间")
    leader = models.CharField("组长", max_length=50)
    team = models.CharField("成员", max_length=200, blank=True)
    methods = models.CharField("方式", max_length=60, blank=True)
    plan = models.CharField("检查方案", max_length=500, blank=True)

    objects = KeptManager.from_queryset(OfBodyQuerySet)()
    everything = OfBodyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查督查"
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(
                name="inspection_days",
                condition=Q(end__gte=F("start")),
                violation_error_message="结束时间不能早于开始时间。",
            )
        ]

    def __str__(self):
        return self.title


class OfInspectionQuerySet(ScopedQuerySet):
    scope_lookup = "inspection__jurisdiction__path"


class InspectionVisit(Record):
    """One organization visited: the day, the score if there is one, the feedback."""

    inspection = models.ForeignKey(
        Inspection, models.CASCADE, related_name="visits", verbose_name="检查"
    )
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="visits", verbose_name="党组织"
    )
    visited_on = models.DateField("检查时间")
    score = models.DecimalField(
        "得分",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100, "得分最多 100 分。")],
    )
    feedback_on = models.DateField("反馈时间", null=True, blank=True)
    feedback = models.CharField("反馈意见", max_length=300, blank=True)

    objects = KeptManager.from_queryset(OfInspectionQuerySet)()
    everything = OfInspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查走访"
        ordering = ["visited_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "organization", "visited_on"],
                condition=Q(withdrawn_at=None),
                name="inspection_visit_unique",
                violation_error_message="这次检查这一天已经登记过这个党组织。",
            )
        ]

    def __str__(self):
        return f"{self.inspection}：{self.organization}"


class OfVisitQuerySet(ScopedQuerySet):
    scope_lookup = "visit__inspection__jurisdiction__path"


class InspectionFinding(Record):
    """A problem found on a visit; `item` is what was put on the rectification ledger of it."""

    visit = models.ForeignKey(
        InspectionVisit, models.CASCADE, related_name="findings", verbose_name="走访"
    )
    description = models.CharField("问题描述", max_length=300)
    severity = models.CharField("严重程度", max_length=6, choices=Severity, default=Severity.MINOR)
    rule_reference = models.CharField("依据", max_length=100, blank=True)
    item = models.ForeignKey(
        RectificationItem,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="found_by",
        verbose_name="整改事项",
    )

    objects = KeptManager.from_queryset(OfVisitQuerySet)()
    everything = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查发现的问题"
        ordering = ["pk"]

    def __str__(self):
        return self.description
