"""What is confirmed against an organization from above: findings (V5-V8), the weak list (V10)."""

from __future__ import annotations

import datetime
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager


class FindingKind(models.TextChoices):
    """The vetoes that only a finding can raise, by their code in the standard."""

    FALSIFIED = "V5", "弄虚作假"
    ADMISSION = "V6", "违规发展党员"
    DISCIPLINE = "V7", "严重违纪违法"
    INCIDENT = "V8", "重大事件"


class VetoFinding(Record):
    """A veto confirmed by a document; withdrawn where the confirmation is (申诉成立)."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="veto_findings", verbose_name="党组织"
    )
    kind = models.CharField("否决情形", max_length=2, choices=FindingKind)
    year = models.PositiveSmallIntegerField(
        "考评年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    document = models.CharField("认定文号", max_length=60)
    document_on = models.DateField("认定时间")
    decided_by = models.CharField("认定机关", max_length=60)
    description = models.CharField("认定事实", max_length=300)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "一票否决认定"
        ordering = ["-document_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "year", "document"],
                condition=Q(withdrawn_at=None),
                name="veto_finding_unique",
                violation_error_message="这份文件的这项认定已经登记。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.year} 年{self.get_kind_display()}"


class WeakQuerySet(OfOrganizationQuerySet):
    def listed_on_day(self, day: datetime.date) -> Self:
        """Return the listings in force on `day`."""
        return self.filter(
            Q(removed_on=None) | Q(removed_on__gt=day),
            listed_on__lte=day,
        )


class WeakListing(Record):
    """An organization on the list of weak and lax ones (软弱涣散), with its documents."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="weak_listings", verbose_name="党组织"
    )
    listed_on = models.DateField("列入时间")
    listing_document = models.CharField("列入文号", max_length=60)
    cause = models.CharField("主要问题", max_length=300)
    helper = models.CharField("联系领导", max_length=50, blank=True)
    removed_on = models.DateField("撤销时间", null=True, blank=True)
    removal_document = models.CharField("撤销文号", max_length=60, blank=True)

    objects = KeptManager.from_queryset(WeakQuerySet)()
    everything = WeakQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "软弱涣散党组织"
        ordering = ["-listed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(removed_on=None, withdrawn_at=None),
                name="weak_listing_one_open",
                violation_error_message="这个党组织已经在名单上，还没有撤销。",
            ),
            models.CheckConstraint(
                name="weak_listing_days",
                condition=Q(removed_on=None) | Q(removed_on__gt=F("listed_on")),
                violation_error_message="撤销时间要晚于列入时间。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.listed_on} 列入软弱涣散"
