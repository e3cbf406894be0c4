"""Terms of office and posts."""

from __future__ import annotations

import calendar

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models.organizations import OfOrganizationQuerySet, Organization
from schools.scoping import KeptManager


class Term(Record):
    """A term of office (届): five years for a committee, else three.

    The end is the election day plus the years, the same day of the month; a longer
    `extended_to` needs the approval of the superior (基层组织任期意见 2018, items 1-2).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="terms", verbose_name="党组织"
    )
    elected_on = models.DateField("本届换届时间")
    years = models.PositiveSmallIntegerField("任期(年)", default=3)
    stated_end = models.DateField("填报的届满时间", null=True, blank=True)
    extended_to = models.DateField("延期至", null=True, blank=True)
    extension_document = models.CharField("延期批复文号", max_length=60, blank=True)
    # The election: full members with a vote, those present, candidates and seats.
    entitled = models.PositiveIntegerField("有选举权的党员", null=True, blank=True)
    present = models.PositiveIntegerField("实到有选举权的党员", null=True, blank=True)
    candidates = models.PositiveSmallIntegerField("候选人数", null=True, blank=True)
    seats = models.PositiveSmallIntegerField("应选人数", null=True, blank=True)
    document = models.CharField("换届批复文号", max_length=60, blank=True)
    # What is intended where the term is about to end, and why it has run over.
    planned_on = models.DateField("计划换届时间", null=True, blank=True)
    overdue_reason = models.CharField("未换届原因", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任期"
        ordering = ["organization_id", "-elected_on"]
        indexes = [
            # When the present terms end, from the index alone.
            models.Index(
                fields=["organization", "elected_on", "years", "extended_to"],
                condition=Q(withdrawn_at=None),
                name="term_ends",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "elected_on"],
                condition=Q(withdrawn_at=None),
                name="term_unique",
                violation_error_message="这个党组织已经有同一天换届的任期。",
            ),
            models.CheckConstraint(
                name="term_years",
                condition=Q(years__gte=1, years__lte=5),
                violation_error_message="一届任期为 1 至 5 年。",
            ),
            models.CheckConstraint(
                name="term_voters",
                condition=Q(present=None) | Q(entitled=None) | Q(present__lte=F("entitled")),
                violation_error_message="实到人数不能多于有选举权的党员数。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.elected_on:%Y-%m-%d} 当选"

    @property
    def ends_on(self):
        """The day the term is over by its years, without extension."""
        return add_years(self.elected_on, self.years)


def add_years(day, years: int):
    """Return the same day `years` later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def add_months(day, months: int):
    """Return the same day `months` later, or the last day of that month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return day.replace(year=day.year + years, month=month + 1, day=min(day.day, last))


class PostKind(models.TextChoices):
    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy", "副书记"
    ORGANIZATION = "organization", "组织委员"
    PUBLICITY = "publicity", "宣传委员"
    DISCIPLINE = "discipline", "纪检委员"
    UNITED_FRONT = "united_front", "统战委员"
    YOUTH = "youth", "青年委员"
    MASS_WORK = "mass_work", "群工委员"


class PostBasis(models.TextChoices):
    """How a post was come by."""

    ELECTED = "elected", "选举"
    BY_ELECTION = "by_election", "补选"
    APPOINTED = "appointed", "任命"


class PostEnd(models.TextChoices):
    """Why a post was left."""

    TERM_OVER = "term_over", "换届"
    MOVED = "moved", "工作调动"
    RETIRED = "retired", "退休"
    RESIGNED = "resigned", "辞职"
    REMOVED = "removed", "免职"
    DISSOLVED = "dissolved", "组织撤销"
    OTHER = "other", "其他"


class Post(Record):
    """A post on the committee of an organization, held from `start` to before `end`.

    A secretary named without dates (`start` None) is taken to be in post since the
    later of the election and the founding.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="posts", verbose_name="党组织"
    )
    kind = models.CharField("职务", max_length=15, choices=PostKind)
    holder = models.CharField("姓名", max_length=50)
    member = models.ForeignKey(
        "orgs.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name="党员",
    )
    start = models.DateField("任职时间", null=True, blank=True)
    end = models.DateField("免职时间", null=True, blank=True)
    basis = models.CharField("任职方式", max_length=12, choices=PostBasis, blank=True)
    end_reason = models.CharField("离任原因", max_length=10, choices=PostEnd, blank=True)
    is_acting = models.BooleanField("临时负责", default=False)
    appointment_document = models.CharField("任职文号", max_length=60, blank=True)
    is_principal = models.BooleanField("由校长兼任", default=False)
    # The holder sits in the board or the management of a private school.
    in_management = models.BooleanField("进入决策管理层", default=False)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["organization_id", "kind", F("start").asc(nulls_first=True)]
        indexes = [
            # Who is secretary on a day, from the index alone.
            models.Index(
                fields=["organization", "start", "end"],
                condition=Q(kind=PostKind.SECRETARY, withdrawn_at=None),
                name="post_secretary",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="post_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start")),
                violation_error_message="免职时间不能早于任职时间。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.get_kind_display()} {self.holder}"
