"""What Party work rests on: money, people, and who covers schools without an organization."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from orgs.models.organizations import OfOrganizationQuerySet, covers
from schools.models import School
from schools.scoping import KeptManager, ScopedQuerySet


class PartyBudget(Record):
    """The line for Party work in the budget of one year (indicator G2)."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="budgets", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    amount = models.DecimalField(
        "列支金额（元）",
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0), "金额不能是负数。")],
    )
    document = models.CharField("预算文号", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建经费"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(withdrawn_at=None),
                name="party_budget_unique",
                violation_error_message="这个党组织这一年的党建经费已经登记。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.year} 年党建经费"


def _period(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(end=None) | Q(end__gt=F("start")),
        violation_error_message="止日要晚于起日。",
    )


class PeriodQuerySet(OfOrganizationQuerySet):
    def on(self, day: datetime.date) -> Self:
        """Return the records in force on `day`."""
        return self.filter(covers(day))


class PartyWorker(Record):
    """A person named for the Party work of an organization (党务工作者)."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="party_workers", verbose_name="党组织"
    )
    name = models.CharField("姓名", max_length=50)
    post = models.CharField("职务", max_length=50, blank=True)
    is_full_time = models.BooleanField("专职", default=False)
    start = models.DateField("起")
    end = models.DateField("止", null=True, blank=True)

    objects = KeptManager.from_queryset(PeriodQuerySet)()
    everything = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党务工作者"
        ordering = ["-start", "pk"]
        constraints = [_period("party_worker_period")]

    def __str__(self):
        return f"{self.organization} {self.name}"


class OfSchoolQuerySet(ScopedQuerySet):
    scope_lookup = "school__jurisdiction__path"

    def on(self, day: datetime.date) -> Self:
        """Return the records in force on `day`."""
        return self.filter(covers(day))


class Instructor(Record):
    """A person sent to a school to build up Party work there (党建指导员)."""

    school = models.ForeignKey(
        School, models.CASCADE, related_name="instructors", verbose_name="学校"
    )
    name = models.CharField("姓名", max_length=50)
    sent_by = models.CharField("选派单位", max_length=60)
    document = models.CharField("选派文号", max_length=60, blank=True)
    start = models.DateField("起")
    end = models.DateField("止", null=True, blank=True)

    objects = KeptManager.from_queryset(OfSchoolQuerySet)()
    everything = OfSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建指导员"
        ordering = ["-start", "pk"]
        constraints = [_period("instructor_period")]

    def __str__(self):
        return f"{self.school} {self.name}"


class MassKind(models.TextChoices):
    UNION = "union", "工会"
    YOUTH_LEAGUE = "youth_league", "共青团"
    PIONEERS = "pioneers", "少先队"
    WOMEN = "women", "妇委会"


class MassOrganization(Record):
    """A mass organization of a school (群团组织)."""

    school = models.ForeignKey(
        School, models.CASCADE, related_name="mass_organizations", verbose_name="学校"
    )
    kind = models.CharField("类别", max_length=12, choices=MassKind)
    head = models.CharField("负责人", max_length=50, blank=True)
    people = models.PositiveIntegerField("人数", null=True, blank=True)
    start = models.DateField("成立时间")
    end = models.DateField("撤销时间", null=True, blank=True)

    objects = KeptManager.from_queryset(OfSchoolQuerySet)()
    everything = OfSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "群团组织"
        ordering = ["school_id", "kind", "pk"]
        constraints = [
            _period("mass_organization_period"),
            models.UniqueConstraint(
                fields=["school", "kind"],
                condition=Q(end=None, withdrawn_at=None),
                name="mass_organization_one_open",
                violation_error_message="这所学校已经有这类群团组织。",
            ),
        ]

    def __str__(self):
        return f"{self.school} {self.get_kind_display()}"
