"""The rectification ledger (问题整改台账): problems found, put right, checked and closed."""

from __future__ import annotations

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager, ScopedQuerySet


class Source(models.TextChoices):
    """Where a problem came to light."""

    INSPECTION = "inspection", "检查"
    SELF_CHECK = "self_check", "自查"
    PATROL = "patrol", "巡察"
    DEMOCRATIC_LIFE = "democratic_life", "民主生活会"
    MASSES = "masses", "群众反映"
    ASSESSMENT = "assessment", "考评"


class Category(models.TextChoices):
    """Types of problems; the first three are those of the city's own report."""

    BUSINESS_FIRST = "business_first", "重业务轻党建"
    ONE_WAY_TRAINING = "one_way_training", "培训方式单一"
    WEAK_FUSION = "weak_fusion", "党建与业务融合不够"
    ORG_LIFE = "org_life", "组织生活不规范"
    TEAM = "team", "班子建设薄弱"
    MEMBERS = "members", "党员教育管理不到位"
    DEVELOPMENT = "development", "发展党员不规范"
    LEDGERS = "ledgers", "台账资料不全"
    BACKING = "backing", "阵地经费保障不足"
    OTHER = "other", "其他"


class Severity(models.TextChoices):
    MINOR = "minor", "一般"
    MAJOR = "major", "较重"
    GRAVE = "grave", "严重"


class ItemState(models.TextChoices):
    """Where an item stands. Overdue (逾期) is worked out from the day, never stored."""

    OPEN = "open", "待整改"
    WORKING = "working", "整改中"
    REVIEW = "review", "待复核"
    CLOSED = "closed", "已销号"


class ItemQuerySet(OfOrganizationQuerySet):
    def unclosed(self) -> Self:
        """Return the items not yet closed."""
        return self.exclude(state=ItemState.CLOSED)

    def overdue_on(self, day: datetime.date) -> Self:
        """Return the items whose deadline is over on `day` and which are not closed."""
        return self.unclosed().filter(deadline__lt=day)


class RectificationItem(Record):
    """One problem of one organization, from finding to closing (整改销号)."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="rectification_items", verbose_name="党组织"
    )
    source = models.CharField("问题来源", max_length=16, choices=Source)
    found_on = models.DateField("发现时间")
    description = models.CharField("问题描述", max_length=300)
    category = models.CharField("问题类型", max_length=20, choices=Category)
    severity = models.CharField("严重程度", max_length=6, choices=Severity, default=Severity.MINOR)
    rule_reference = models.CharField("依据", max_length=100, blank=True)
    # Of an item from an assessment: the indicator that failed, and its year.
    indicator = models.CharField("指标", max_length=4, blank=True)
    year = models.PositiveSmallIntegerField("考评年度", null=True, blank=True)
    responsible = models.CharField("责任人", max_length=50, blank=True)
    deadline = models.DateField("整改期限")
    measures = models.CharField("整改措施", max_length=500, blank=True)
    evidence = models.CharField("佐证说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=ItemState, default=ItemState.OPEN)
    # Who asked for closing; the same person never re-checks.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="申请销号人",
    )
    asked_on = models.DateField("申请销号时间", null=True, blank=True)
    reviewer = models.CharField("复核人", max_length=50, blank=True)
    recheck = models.CharField("复核结果", max_length=300, blank=True)
    closed_on = models.DateField("销号时间", null=True, blank=True)

    objects = KeptManager.from_queryset(ItemQuerySet)()
    everything = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题整改"
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(
                fields=["organization", "deadline"],
                condition=Q(withdrawn_at=None),
                name="rectification_of_organization",
            ),
            models.Index(
                fields=["deadline", "state"],
                condition=Q(withdrawn_at=None),
                name="rectification_by_deadline",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="rectification_deadline",
                condition=Q(deadline__gte=F("found_on")),
                violation_error_message="整改期限不能早于发现时间。",
            ),
            models.CheckConstraint(
                name="rectification_closed",
                condition=Q(state="closed", closed_on__gte=F("found_on"))
                | (~Q(state="closed") & Q(closed_on=None)),
                violation_error_message="已销号的要有销号时间，不早于发现时间。",
            ),
        ]

    def __str__(self):
        return f"{self.organization}：{self.description[:30]}"

    @property
    def is_closed(self) -> bool:
        return self.state == ItemState.CLOSED

    def days_over(self, day: datetime.date) -> int:
        """Return how many days after the deadline it was closed, or is still open on `day`."""
        return max(0, ((self.closed_on or day) - self.deadline).days)


class OfItemQuerySet(ScopedQuerySet):
    scope_lookup = "item__organization__jurisdiction__path"


class RectificationNote(Record):
    """One entry of progress on an item, or what was said when it was asked to be closed,
    checked or opened again; never changed.
    """

    item = models.ForeignKey(
        RectificationItem, models.CASCADE, related_name="notes", verbose_name="整改事项"
    )
    day = models.DateField("时间")
    title = models.CharField("事项", max_length=20)
    text = models.CharField("说明", max_length=500)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="填报人",
    )
    author_name = models.CharField("填报人姓名", max_length=50)

    objects = KeptManager.from_queryset(OfItemQuerySet)()
    everything = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改进展"
        ordering = ["day", "pk"]

    def __str__(self):
        return f"{self.day} {self.title}"
