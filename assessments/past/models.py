"""The log of what results were before they changed."""

from __future__ import annotations

from django.db import models

from assessments.models.results import Exclusion, Verdict
from assessments.models.standards import Cycle
from orgs.models import Organization
from schools.models import Jurisdiction, JurisdictionKind, Place
from schools.scoping import scoped


class ResultChange(models.Model):
    """One change of a result: the figures as they stood until `changed_at`.

    Written by assessments/scoring.py in the transaction that replaces the result, and only
    where one of these figures differs; together with the rows of today they tell the state of
    every day since `Cycle.results_since`. `existed` is False where the organization had no
    result before; the body is then the one of the first result.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="result_changes")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="+", verbose_name="党组织"
    )
    changed_at = models.DateTimeField("变动时间")
    existed = models.BooleanField("原有结果", default=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="+")
    body_kind = models.CharField(max_length=15, choices=JurisdictionKind)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    final = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    verdict = models.CharField("判定", max_length=14, choices=Verdict, blank=True)
    is_vetoed = models.BooleanField("被否决", default=False)
    exclusion = models.CharField("不计入原因", max_length=12, choices=Exclusion, blank=True)
    # As on the result: [{"code": …, "reason": …}], and " C1 C5 ".
    vetoes = models.JSONField("一票否决", default=list)
    lost = models.TextField("失分指标", blank=True)

    objects = scoped("jurisdiction__path").as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "结果变动"
        indexes = [models.Index(fields=["cycle", "changed_at"], name="result_change_days")]

    def __str__(self):
        return f"{self.organization} {self.cycle} {self.changed_at:%Y-%m-%d}"
