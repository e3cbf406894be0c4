"""Members, the organizations they belonged to, and their situations, each with its days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, FilteredRelation, Q

from accounts.models import Record
from orgs.fields import EncryptedTextField
from orgs.models.organizations import OfOrganizationQuerySet, Organization, covers
from orgs.models.tenure import add_years
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, cover_id_number, mask_phone
from schools.fields import DerivedCharField
from schools.models import School
from schools.pinyin import spell_person
from schools.scoping import KeptManager


class MemberStatus(models.TextChoices):
    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    SUSPENDED = "suspended", "停止党籍"


class ExitKind(models.TextChoices):
    """Ways of ceasing to be a member kept here (党章 Art. 9; 党员教育管理工作条例 Arts 24, 31)."""

    MOVED = "moved", "转出本市"
    DIED = "died", "去世"
    EXPELLED = "expelled", "开除党籍"
    REMOVED = "removed", "除名"
    LAPSED = "lapsed", "自行脱党"
    RESIGNED = "resigned", "退党"
    PERSUADED = "persuaded", "劝退"
    CANCELLED = "cancelled", "取消预备党员资格"


class Employment(models.TextChoices):
    ACTIVE = "active", "在职"
    RETIRED = "retired", "离退休"


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Education(models.TextChoices):
    GRADUATE = "graduate", "研究生"
    BACHELOR = "bachelor", "大学本科"
    COLLEGE = "college", "大学专科"
    VOCATIONAL = "vocational", "中专"
    SECONDARY = "secondary", "高中及以下"


class MemberQuerySet(OfOrganizationQuerySet):
    def active_on(self, day):
        """Return the members on `day`: admitted by then and not left."""
        return self.filter(
            Q(left_on=None) | Q(left_on__gt=day), Q(joined_on=None) | Q(joined_on__lte=day)
        )

    def of_day(self, day) -> MembersThen:
        """Return the members of `day`, whatever became of them since, joined to their
        membership of that day as `belonging`: it tells whose they were and who sees them.
        """
        rows: MembersThen = MembersThen(self.model, query=self.query.chain(), using=self.db)
        return rows.alias(
            belonging=FilteredRelation(
                "memberships",
                condition=Q(memberships__withdrawn_at=None) & covers(day, "memberships__"),
            )
        ).filter(Q(joined_on=None) | Q(joined_on__lte=day), belonging__isnull=False)

    def in_organization_on(self, organization, day) -> MembersThen:
        """Return the members of `organization` on `day`."""
        return self.of_day(day).filter(belonging__organization=organization)


class MembersThen(MemberQuerySet):
    """The members of a past day, in the scope of the organizations they belonged to then."""

    scope_lookup = "belonging__organization__jurisdiction__path"


class Member(Record):
    """A Party member, belonging to one organization.

    `organization` is that of today, or the last one; the earlier ones stand in Membership.
    `status`, `is_floating` and `is_lost_contact` are those of today; since when, and the
    earlier ones, stand in Situation. ID number and phone are encrypted; `id_hash` finds
    the number and keeps it unique. A date known to the month only is stored as the
    month's first day and marked.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name="所在党组织"
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name="所在学校"
    )
    name = models.CharField("姓名", max_length=50)
    pinyin = DerivedCharField(max_length=200, default="", source="name", derive=spell_person)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    birth_date = models.DateField("出生日期")
    id_number = EncryptedTextField("公民身份号码", max_length=18, mask=cover_id_number)
    id_hash = models.CharField(max_length=64, db_index=True, editable=False)
    education = models.CharField("学历", max_length=12, choices=Education, blank=True)
    status = models.CharField("人员类别", max_length=12, choices=MemberStatus)
    joined_on = models.DateField("入党时间", null=True, blank=True)
    joined_month_only = models.BooleanField(default=False)
    confirmed_on = models.DateField("转正时间", null=True, blank=True)
    confirmed_month_only = models.BooleanField(default=False)
    # Probation may be extended once, by half a year to a year (发展党员工作细则 Art. 32).
    probation_until = models.DateField("预备期延长至", null=True, blank=True)
    employment = models.CharField(
        "在职情况", max_length=8, choices=Employment, default=Employment.ACTIVE
    )
    retired_on = models.DateField("离退休时间", null=True, blank=True)
    job = models.CharField("工作岗位", max_length=40, blank=True)
    is_teacher = models.BooleanField("教师", default=False)
    phone = EncryptedTextField("联系电话", max_length=30, blank=True, mask=mask_phone)
    is_floating = models.BooleanField("流动党员", default=False)
    is_lost_contact = models.BooleanField("失联党员", default=False)
    activity_exempt = models.BooleanField("免除活动要求", default=False)
    left_on = models.DateField("离开时间", null=True, blank=True)
    left_kind = models.CharField("离开方式", max_length=10, choices=ExitKind, blank=True)
    left_document = models.CharField("离开依据", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(MemberQuerySet)()
    everything = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["organization_id", "name", "pk"]
        indexes = [
            models.Index(fields=["organization", "status"]),
            # How many members there are on a day, from the index alone.
            models.Index(
                fields=["left_on", "joined_on"],
                condition=Q(withdrawn_at=None),
                name="member_present",
            ),
            # The search reads this index alone (orgs/finding.py): the rows themselves are
            # long, for their encrypted columns.
            models.Index(
                fields=["name", "pinyin", "organization", "left_on", "withdrawn_at"],
                name="member_search",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"],
                condition=Q(withdrawn_at=None),
                name="member_id_unique",
                violation_error_message=f"{ELSEWHERE}。{ELSEWHERE_FIX}。",
            ),
            models.CheckConstraint(
                name="member_dates",
                condition=Q(confirmed_on=None)
                | Q(joined_on=None)
                | Q(confirmed_on__gte=F("joined_on")),
                violation_error_message="转正日期早于入党日期。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def probation_ends_on(self):
        """The day probation is over: a year after admission, or as extended; None if unknown."""
        if self.status != MemberStatus.PROBATIONARY or self.joined_on is None:
            return None
        return self.probation_until or add_years(self.joined_on, 1)


class OfMemberQuerySet(OfOrganizationQuerySet):
    """What hangs on a member is seen where he belongs now."""

    scope_lookup = "member__organization__jurisdiction__path"


class Beginning(models.TextChoices):
    """How a membership in an organization began."""

    OPENED = "opened", "建账登记"
    ADMITTED = "admitted", "接收预备党员"
    TRANSFERRED = "transferred", "组织关系转入"
    # The organization was merged, split or dissolved and the members went along.
    REORGANIZED = "reorganized", "组织调整转入"


class Membership(Record):
    """Which organization a member belonged to (组织关系), from `start` to the day before `end`.

    A `start` of None means "since before the register", an `end` of None "until now". The
    periods of one member do not overlap (orgs/services/memberships.py keeps that); one
    of no length is a member who came and went on one day.
    """

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="memberships", verbose_name="党员"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name="党组织"
    )
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止", null=True, blank=True)
    beginning = models.CharField("来源", max_length=11, choices=Beginning)
    document = models.CharField("依据", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系"
        ordering = ["member_id", F("start").asc(nulls_first=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(end=None, withdrawn_at=None),
                name="membership_one_open",
            ),
            models.CheckConstraint(
                name="membership_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start")),
            ),
        ]

    def __str__(self):
        return f"{self.member} → {self.organization}"


class SituationKind(models.TextChoices):
    SUSPENDED = "suspended", "停止党籍"
    LOST = "lost", "失联"
    FLOATING = "floating", "流动"


class Situation(Record):
    """A member suspended, lost or floating from `start` to the day before `end`.

    A `start` of None means that nobody has told since when.
    """

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="situations", verbose_name="党员"
    )
    kind = models.CharField("情形", max_length=9, choices=SituationKind)
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止", null=True, blank=True)
    # Where a floating member is; what was done to find a lost one.
    note = models.CharField("去向和说明", max_length=200, blank=True)
    document = models.CharField("依据", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfMemberQuerySet)()
    everything = OfMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员情形"
        ordering = ["member_id", F("start").asc(nulls_first=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(end=None, withdrawn_at=None),
                name="situation_one_open",
                violation_error_message="这名党员已经有一段没有结束的同样情形。",
            ),
            models.CheckConstraint(
                name="situation_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start")),
                violation_error_message="止的日期不能早于起的日期。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.get_kind_display()}"


class ContactWay(models.TextChoices):
    PHONE = "phone", "电话"
    ONLINE = "online", "网络"
    VISIT = "visit", "走访"
    LETTER = "letter", "书信"
    OTHER = "other", "其他"


class Contact(Record):
    """A time a floating member was spoken to, or a lost one was looked for.

    A branch keeps regular contact with its floating members, and searches for lost ones
    (党员教育管理工作条例 Arts 24, 32).
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="contacts", verbose_name="党员")
    held_on = models.DateField("联系日期")
    way = models.CharField("联系方式", max_length=7, choices=ContactWay)
    by = models.CharField("联系人", max_length=50, blank=True)
    note = models.CharField("情况", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfMemberQuerySet)()
    everything = OfMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系记录"
        ordering = ["-held_on", "-pk"]

    def __str__(self):
        return f"{self.member} {self.held_on:%Y-%m-%d} {self.get_way_display()}"
