"""The yearly evaluation of members (民主评议党员), a row for each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Record
from orgs.models import Member, Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager


class Grade(models.TextChoices):
    """The four results (党员教育管理工作条例 Art. 18)."""

    EXCELLENT = "excellent", "优秀"
    QUALIFIED = "qualified", "合格"
    BASIC = "basic", "基本合格"
    UNQUALIFIED = "unqualified", "不合格"


class MemberEvaluation(Record):
    """What one member was rated in one year: by himself, by the others, by ballot, and the
    decision of the organization.

    Probationary members take part but are given no grade (docs/readings.md).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="evaluations", verbose_name="党组织"
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="evaluations", verbose_name="党员"
    )
    year = models.PositiveSmallIntegerField("年度")
    took_part = models.BooleanField("参加评议", default=True)
    own_grade = models.CharField("自评", max_length=11, choices=Grade, blank=True)
    mutual_grade = models.CharField("互评", max_length=11, choices=Grade, blank=True)
    # The ballot: how many gave each grade.
    votes_excellent = models.PositiveSmallIntegerField("测评优秀票", null=True, blank=True)
    votes_qualified = models.PositiveSmallIntegerField("测评合格票", null=True, blank=True)
    votes_basic = models.PositiveSmallIntegerField("测评基本合格票", null=True, blank=True)
    votes_unqualified = models.PositiveSmallIntegerField("测评不合格票", null=True, blank=True)
    grade = models.CharField("评定等次", max_length=11, choices=Grade, blank=True)
    remark = models.CharField("说明", max_length=100, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "民主评议党员"
        ordering = ["organization_id", "-year", "member_id"]
        indexes = [
            models.Index(
                fields=["year", "organization", "grade"],
                condition=Q(withdrawn_at=None),
                name="evaluation_of_year",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year"],
                condition=Q(withdrawn_at=None),
                name="evaluation_once",
                violation_error_message="这名党员当年已经有评议结果。",
            ),
            models.CheckConstraint(
                name="evaluation_graded_took_part",
                condition=Q(grade="") | Q(took_part=True),
                violation_error_message="没有参加评议的不评定等次。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.year} 年民主评议"
