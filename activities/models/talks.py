"""Heart-to-heart talks (谈心谈话): who spoke with which member, about what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Record
from orgs.models import Member, Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager


class TalkRelation(models.TextChoices):
    """Between whom the talk was; each relation is due once a year (支部工作条例 Art. 19)."""

    COMMITTEE = "committee", "班子成员之间"
    WITH_MEMBER = "with_member", "班子成员与党员"
    MEMBERS = "members", "党员之间"
    SUPERIOR = "superior", "上级与党员"


class HeartTalk(Record):
    """One talk. `member` is the one spoken with, `speaker` the other where the register
    holds him; `speaker_name` always says who it was.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="talks", verbose_name="党组织"
    )
    held_on = models.DateField("谈话时间")
    # A talk before a meeting held after New Year counts for the year of that meeting.
    counts_for_year = models.PositiveSmallIntegerField("归属年度")
    speaker_name = models.CharField("谈话人", max_length=50)
    speaker = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="talks_led",
        verbose_name="谈话人（花名册）",
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="talks", verbose_name="谈话对象"
    )
    relation = models.CharField(
        "谈话关系", max_length=11, choices=TalkRelation, default=TalkRelation.WITH_MEMBER
    )
    subject = models.CharField("谈话内容", max_length=200, blank=True)
    follow_up = models.CharField("反映的问题和后续", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "谈心谈话"
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(
                fields=["counts_for_year", "organization", "held_on"],
                condition=Q(withdrawn_at=None),
                name="talk_of_year",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "held_on", "speaker_name"],
                condition=Q(withdrawn_at=None),
                name="talk_once",
                violation_error_message="这次谈话已经有记录，没有重复保存。",
            )
        ]

    def __str__(self):
        return f"{self.speaker_name} 与 {self.member} {self.held_on:%Y-%m-%d} 谈心谈话"
