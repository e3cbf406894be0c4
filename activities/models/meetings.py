"""Organizational life: the record of every meeting."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization, PartyGroup
from schools.scoping import KeptManager, ScopedQuerySet


class MeetingType(models.TextChoices):
    MEMBER_ASSEMBLY = "assembly", "支部党员大会"
    BRANCH_COMMITTEE = "committee", "支委会"
    GROUP = "group", "党小组会"
    LECTURE = "lecture", "党课"
    THEME_DAY = "theme_day", "主题党日"
    ORG_LIFE = "org_life", "组织生活会"
    DEMOCRATIC_LIFE = "democratic_life", "民主生活会"
    MEMBER_EVALUATION = "evaluation", "民主评议党员"
    HEART_TALK = "heart_talk", "谈心谈话"
    ORG_DECISION = "org_decision", "党组织会议"
    PRINCIPAL_OFFICE = "principal_office", "校长办公会议"
    SECRETARY_REVIEW = "secretary_review", "述职评议"
    MONTHLY_WORK_MEETING = "monthly_work", "党建工作例会"


# Accepted for a year until 31 March of the next (docs/decisions: yearly types).
YEARLY_TYPES = (
    MeetingType.ORG_LIFE,
    MeetingType.DEMOCRATIC_LIFE,
    MeetingType.MEMBER_EVALUATION,
    MeetingType.SECRETARY_REVIEW,
)
# Only these need half of those due to be present (支部工作条例 Arts 11-12).
QUORUM_TYPES = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.BRANCH_COMMITTEE,
    MeetingType.ORG_DECISION,
)


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", "计划"
    ARCHIVED = "archived", "已归档"
    CANCELLED = "cancelled", "取消"


# An election, by its flag or as the topic of an assembly.
ELECTION = Q(is_election=True) | (
    Q(type=MeetingType.MEMBER_ASSEMBLY) & Q(topic__contains="换届选举")
)


def _reached(of: int, part: int) -> Q:
    """Return the condition that part ÷ of of those entitled are present."""
    by_roster = Q(voters__lte=F("voters_present") * of / part)
    return by_roster | Q(voters=None, due__lte=F("present") * of / part)


# The meetings that count: archived; due and present told; topic, chair and recorder named;
# a late entry accepted by the managing body; half of those due present where the type
# needs a quorum, four fifths at an election (支部工作条例 Arts 11-12; 选举条例).
VALID = (
    Q(status=MeetingStatus.ARCHIVED)
    & Q(due__gt=0, present__gt=0)
    & ~Q(topic="")
    & ~Q(chair="")
    & ~Q(recorder="")
    & (Q(is_late=False) | Q(late_accepted=True))
    # Whole numbers: due <= floor(2p) and due <= floor(5p/4). Where the members present are
    # on record, those with a vote are counted.
    & (~Q(type__in=QUORUM_TYPES) | _reached(2, 1))
    & (~ELECTION | _reached(5, 4))
)


class MeetingQuerySet(ScopedQuerySet):
    scope_lookup = "organization__jurisdiction__path"

    def valid(self):
        """Return the meetings that count (`VALID`)."""
        return self.filter(VALID)


class Meeting(Record):
    """One meeting of one type. An event that serves several types has a record for each,
    linked by `event_group`.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="meetings", verbose_name="党组织"
    )
    type = models.CharField("类别", max_length=16, choices=MeetingType)
    held_on = models.DateField("时间")
    # The year it counts for; differs from the date only for the yearly types.
    counts_for_year = models.PositiveSmallIntegerField("归属年度")
    place = models.CharField("地点", max_length=60, blank=True)
    topic = models.CharField("主题(议题)", max_length=200, blank=True)
    chair = models.CharField("主持人", max_length=50, blank=True)
    recorder = models.CharField("记录人", max_length=50, blank=True)
    lecturer = models.CharField("主讲人", max_length=50, blank=True)
    due = models.PositiveIntegerField("应到人数", null=True, blank=True)
    present = models.PositiveIntegerField("实到人数", null=True, blank=True)
    # Entitled to vote, and those of them present: only where attendance is kept by member.
    voters = models.PositiveIntegerField("有表决权应到", null=True, blank=True, editable=False)
    voters_present = models.PositiveIntegerField(
        "有表决权实到", null=True, blank=True, editable=False
    )
    absence_note = models.CharField("缺席人员及原因", max_length=200, blank=True)
    is_election = models.BooleanField("换届选举", default=False)
    # 专题研究党建 (indicator B4).
    studies_party_building = models.BooleanField("专题研究党建", default=False)
    group = models.ForeignKey(
        PartyGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name="党小组",
    )
    # As a ledger tells it; where the group is on record, its name.
    group_name = models.CharField("党小组名称", max_length=50, blank=True)
    event_group = models.UUIDField("同一活动", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=MeetingStatus, default=MeetingStatus.ARCHIVED
    )
    entered_on = models.DateField("录入日期")
    # Entered more than 15 days after the end of its month (补录).
    is_late = models.BooleanField("补录", default=False)
    late_accepted = models.BooleanField("补录已认可", null=True, blank=True)

    objects = KeptManager.from_queryset(MeetingQuerySet)()
    everything = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织生活"
        ordering = ["-held_on", "-pk"]
        # Of the meetings not withdrawn, which are all that a list or a figure asks for.
        indexes = [
            models.Index(
                fields=["organization", "counts_for_year", "type"],
                condition=Q(withdrawn_at=None),
                name="meeting_of_organization",
            ),
            models.Index(
                fields=["counts_for_year", "type", "held_on"],
                condition=Q(withdrawn_at=None),
                name="meeting_of_type_by_day",
            ),
            # The list of a year, newest first.
            models.Index(
                fields=["counts_for_year", "-held_on", "-id"],
                condition=Q(withdrawn_at=None),
                name="meeting_list",
            ),
            # Who held the theme day of a month, from the index alone.
            models.Index(
                fields=["counts_for_year", "held_on", "organization"],
                condition=Q(withdrawn_at=None, type=MeetingType.THEME_DAY) & VALID,
                name="meeting_theme_days",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="meeting_present_le_due",
                condition=Q(due=None) | Q(present=None) | Q(present__lte=F("due")),
                violation_error_message="实到人数不能多于应到人数。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.get_type_display()} {self.held_on:%Y-%m-%d}"

    @property
    def has_roster(self) -> bool:
        """Whether attendance is kept by member; due and present follow from it."""
        return self.voters is not None
