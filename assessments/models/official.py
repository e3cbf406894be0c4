"""Results and counts of years before the records of this system."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from schools.models import Jurisdiction, School
from schools.scoping import KeptManager, ScopedQuerySet


class OfficialResultQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class OfficialResult(Record):
    """A result confirmed by the bureau and brought in from its workbook (认定结果).

    Where the organization is not in the register yet, `organization` is empty and the
    row waits with the printed name and its school until it is.
    """

    year = models.PositiveSmallIntegerField("年度")
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        related_name="official_results",
        verbose_name="党组织",
    )
    school = models.ForeignKey(
        School, models.CASCADE, null=True, related_name="+", verbose_name="学校"
    )
    name_key = models.CharField(max_length=100)
    printed_name = models.CharField("表中名称", max_length=120)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="管理主体"
    )
    self_score = models.DecimalField("自评得分", max_digits=5, decimal_places=2, null=True)
    final_score = models.DecimalField("复核得分", max_digits=5, decimal_places=2, null=True)
    compliant = models.BooleanField("达标")
    first_time = models.BooleanField("首次达标", null=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfficialResultQuerySet)()
    everything = OfficialResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定结果"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name_key"],
                condition=Q(withdrawn_at=None),
                name="official_result_unique",
            )
        ]

    def __str__(self):
        return f"{self.year} {self.printed_name}"


class UnitYearQuerySet(ScopedQuerySet):
    scope_lookup = "unit__path"


class UnitYear(Record):
    """The counts of one reporting unit in one year, brought in from a workbook (历年数据).

    Used for the trend in years that have no assessments of their own. `rate` is kept
    only where the workbook tells a rate without counts.
    """

    year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="统计单元"
    )
    due = models.PositiveIntegerField("应评", null=True)
    passed = models.PositiveIntegerField("达标", null=True)
    rate = models.DecimalField("达标率", max_digits=5, decimal_places=4, null=True)

    objects = KeptManager.from_queryset(UnitYearQuerySet)()
    everything = UnitYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历年达标情况"
        ordering = ["year", "unit__unit_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "unit"], condition=Q(withdrawn_at=None), name="unit_year_unique"
            ),
            models.CheckConstraint(
                name="unit_year_passed",
                condition=Q(due=None) | Q(passed=None) | Q(passed__lte=F("due")),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.unit}"
