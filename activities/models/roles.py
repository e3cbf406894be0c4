"""What members do beyond their duties: model posts, volunteering, double cultivation, honours;
and how their secretaries are judged.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import BackboneLevel, Member, Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager, ScopedQuerySet


class ReviewResult(models.TextChoices):
    """The superior's result of a secretary's yearly report (述职评议)."""

    GOOD = "good", "好"
    FAIR = "fairly_good", "较好"
    AVERAGE = "average", "一般"
    POOR = "poor", "差"
    ABSENT = "absent", "未述职"


class SecretaryReview(Record):
    """The result of the secretary's yearly report, given by the managing body."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="secretary_reviews", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    secretary = models.CharField("书记", max_length=50)
    result = models.CharField("评议结果", max_length=12, choices=ReviewResult)
    reviewed_on = models.DateField("评议时间", null=True, blank=True)
    document = models.CharField("文号或纪要号", max_length=60, blank=True)
    problems = models.CharField("点评指出的问题", max_length=300, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "书记述职评议"
        ordering = ["-year", "organization_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(withdrawn_at=None),
                name="secretary_review_unique",
                violation_error_message="这个党组织这一年已经有述职评议结果。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.year} 年书记述职评议"


class Direction(models.TextChoices):
    """Which way double cultivation goes."""

    TO_MEMBER = "to_member", "把骨干教师培养成党员"
    TO_BACKBONE = "to_backbone", "把党员培养成骨干教师"


class PairResult(models.TextChoices):
    RUNNING = "running", "培养中"
    JOINED = "joined", "已入党"
    BACKBONE = "backbone", "已成骨干教师"
    ENDED = "ended", "中止"


class StaffCount(Record):
    """The yearly ledger of double cultivation: how many teachers, key teachers and members."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="staff_counts", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    teachers = models.PositiveIntegerField("教师数")
    member_teachers = models.PositiveIntegerField("其中党员")
    backbone = models.PositiveIntegerField("骨干教师数")
    member_backbone = models.PositiveIntegerField("其中党员骨干")

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "双培台账"
        ordering = ["-year", "organization_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(withdrawn_at=None),
                name="staff_count_unique",
                violation_error_message="这个党组织这一年已经有双培台账。",
            ),
            models.CheckConstraint(
                name="staff_count_parts",
                condition=Q(
                    member_teachers__lte=F("teachers"),
                    backbone__lte=F("teachers"),
                    member_backbone__lte=F("backbone"),
                )
                & Q(member_backbone__lte=F("member_teachers")),
                violation_error_message="党员数、骨干教师数不能多于教师数，党员骨干不能多于骨干和党员。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.year} 年双培台账"


class Cultivation(Record):
    """One person of the double cultivation (双培工程) with the pair of mentors."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="cultivations", verbose_name="党组织"
    )
    name = models.CharField("培养对象", max_length=50)
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cultivations",
        verbose_name="花名册中的党员",
    )
    direction = models.CharField("培养方向", max_length=12, choices=Direction)
    party_mentor = models.CharField("党员导师", max_length=50)
    teaching_mentor = models.CharField("业务导师", max_length=50, blank=True)
    started_on = models.DateField("结对时间")
    plan = models.CharField("培养计划", max_length=300, blank=True)
    result = models.CharField("结果", max_length=10, choices=PairResult, default=PairResult.RUNNING)
    result_level = models.CharField(
        "骨干教师层次", max_length=15, choices=BackboneLevel, blank=True
    )
    result_on = models.DateField("结果时间", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "双培对象"
        ordering = ["organization_id", "-started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cultivation_result",
                condition=Q(result="running", result_on=None)
                | (~Q(result="running") & Q(result_on__gte=F("started_on"))),
                violation_error_message="有了结果要填结果时间，不早于结对时间；培养中的不填。",
            )
        ]

    def __str__(self):
        return self.name


class OfCultivationQuerySet(ScopedQuerySet):
    scope_lookup = "cultivation__organization__jurisdiction__path"


class StageReview(Record):
    """A review of somebody under cultivation: how far he has come."""

    cultivation = models.ForeignKey(
        Cultivation, models.CASCADE, related_name="reviews", verbose_name="双培对象"
    )
    reviewed_on = models.DateField("考核时间")
    stage = models.CharField("阶段", max_length=40, blank=True)
    conclusion = models.CharField("考核意见", max_length=200)

    objects = KeptManager.from_queryset(OfCultivationQuerySet)()
    everything = OfCultivationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "双培阶段考核"
        ordering = ["cultivation_id", "-reviewed_on", "-pk"]

    def __str__(self):
        return f"{self.cultivation} {self.reviewed_on:%Y-%m-%d} 考核"


class PioneerPlace(models.TextChoices):
    TEACHING = "teaching", "教学"
    CLASS = "class", "班级管理"
    GRADE = "grade", "年级组"
    SUBJECT = "subject", "教研组"
    LOGISTICS = "logistics", "后勤服务"
    CARE = "care", "保育"


class PioneerPost(Record):
    """A declared model post of a member (党员先锋岗), until it is taken down."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="pioneer_posts", verbose_name="党组织"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="pioneer_posts", verbose_name="党员"
    )
    post = models.CharField("岗位", max_length=40)
    place = models.CharField("设岗位置", max_length=10, choices=PioneerPlace)
    pledge = models.CharField("岗位承诺", max_length=200, blank=True)
    set_up_on = models.DateField("设岗时间")
    plaque = models.CharField("牌号", max_length=30, blank=True)
    ended_on = models.DateField("撤岗时间", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员先锋岗"
        ordering = ["organization_id", "-set_up_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="pioneer_post_days",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("set_up_on")),
                violation_error_message="撤岗时间不能早于设岗时间。",
            )
        ]

    def __str__(self):
        return f"{self.member} {self.post}"


class PioneerResult(models.TextChoices):
    EXCELLENT = "excellent", "优秀"
    PASSED = "passed", "合格"
    REVOKED = "revoked", "撤销"


class OfPioneerQuerySet(ScopedQuerySet):
    scope_lookup = "pioneer__organization__jurisdiction__path"


class PioneerReview(Record):
    """The yearly review of a model post."""

    pioneer = models.ForeignKey(
        PioneerPost, models.CASCADE, related_name="reviews", verbose_name="党员先锋岗"
    )
    year = models.PositiveSmallIntegerField("年度")
    result = models.CharField("评议结果", max_length=10, choices=PioneerResult)
    reviewed_on = models.DateField("评议时间", null=True, blank=True)
    opinion = models.CharField("评议意见", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfPioneerQuerySet)()
    everything = OfPioneerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "先锋岗评议"
        ordering = ["pioneer_id", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["pioneer", "year"],
                condition=Q(withdrawn_at=None),
                name="pioneer_review_unique",
                violation_error_message="这个先锋岗这一年已经评议过。",
            )
        ]

    def __str__(self):
        return f"{self.pioneer} {self.year} 年评议"


class VolunteerCategory(models.TextChoices):
    COMMUNITY = "community", "社区服务"
    HELP = "help", "帮困助学"
    GREEN = "green", "环境保护"
    GUARD = "guard", "护学岗"
    TEACHING = "teaching", "送教支教"
    OTHER = "other", "其他"


class Volunteering(Record):
    """A volunteer activity of an organization; its members and their hours stand beside it."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="volunteering", verbose_name="党组织"
    )
    held_on = models.DateField("时间")
    theme = models.CharField("主题", max_length=120)
    category = models.CharField("类别", max_length=10, choices=VolunteerCategory)
    place = models.CharField("地点", max_length=60, blank=True)
    partner = models.CharField("合作单位", max_length=60, blank=True)
    organizer = models.CharField("组织者", max_length=50, blank=True)
    hours = models.DecimalField(
        "服务时长（小时）",
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0.5, "时长应大于 0。")],
    )
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "志愿服务"
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(
                fields=["held_on", "organization"],
                condition=Q(withdrawn_at=None),
                name="volunteering_by_day",
            )
        ]

    def __str__(self):
        return f"{self.held_on:%Y-%m-%d} {self.theme}"


class OfVolunteeringQuerySet(ScopedQuerySet):
    scope_lookup = "volunteering__organization__jurisdiction__path"


class VolunteerHours(Record):
    """The hours one member served in one activity."""

    volunteering = models.ForeignKey(
        Volunteering, models.CASCADE, related_name="participants", verbose_name="志愿服务"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="volunteer_hours", verbose_name="党员"
    )
    hours = models.DecimalField("时长（小时）", max_digits=4, decimal_places=1)

    objects = KeptManager.from_queryset(OfVolunteeringQuerySet)()
    everything = OfVolunteeringQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务时长"
        ordering = ["volunteering_id", "member__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteering", "member"],
                condition=Q(withdrawn_at=None),
                name="volunteer_hours_unique",
                violation_error_message="这名党员已经在服务名单里。",
            )
        ]

    def __str__(self):
        return f"{self.member} {self.volunteering}"


class HonourLevel(models.IntegerChoices):
    SCHOOL = 1, "学校"
    TOWNSHIP = 2, "乡镇（街道）"
    COUNTY = 3, "县（市、区）"
    CITY = 4, "市"
    PROVINCE = 5, "省"
    NATION = 6, "全国"


class Honour(Record):
    """An honour (先进典型) of an organization, or of a member of it."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="honours", verbose_name="党组织"
    )
    member = models.ForeignKey(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="honours",
        verbose_name="党员",
    )
    name = models.CharField("荣誉名称", max_length=80)
    level = models.PositiveSmallIntegerField("级别", choices=HonourLevel)
    granted_on = models.DateField("授予时间")
    granted_by = models.CharField("授予单位", max_length=60, blank=True)
    document = models.CharField("文号", max_length=60, blank=True)
    deeds = models.CharField("事迹摘要", max_length=300, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "先进典型"
        ordering = ["-granted_on", "-pk"]

    def __str__(self):
        return self.name

    @property
    def holder(self) -> str:
        """Whose honour it is: a member, or the organization itself."""
        return self.member.name if self.member else "集体"
