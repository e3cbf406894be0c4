"""Grassroots Party organizations, their terms and posts, and their members."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.fields import EncryptedTextField
from orgs.naming import organization_key, organization_short_name
from orgs.personal import mask_id_number, mask_phone
from schools.fields import DerivedCharField
from schools.models import Jurisdiction, School
from schools.scoping import KeptManager, ScopedQuerySet


class OrgKind(models.TextChoices):
    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    JOINT_BRANCH = "joint_branch", "联合党支部"
    TEMPORARY_BRANCH = "temporary_branch", "临时党支部"
    FUNCTIONAL_BRANCH = "functional_branch", "功能型党支部"


# Kinds judged by the standard; temporary and functional branches are outside the rate.
ASSESSED_KINDS = (
    OrgKind.COMMITTEE,
    OrgKind.GENERAL_BRANCH,
    OrgKind.BRANCH,
    OrgKind.JOINT_BRANCH,
)


class OrganizationQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"

    def active_on(self, day):
        """Return organizations that existed on `day` (an unknown founding day counts)."""
        return self.filter(
            Q(founded_on=None) | Q(founded_on__lte=day),
            Q(dissolved_on=None) | Q(dissolved_on__gt=day),
        )


class Organization(Record):
    """A Party committee, general branch or branch inside one school or several."""

    name = models.CharField("党组织名称", max_length=120)
    short_name = DerivedCharField(
        "简称", max_length=100, source="name", derive=organization_short_name
    )
    # Full and short names of one organization share this key.
    name_key = DerivedCharField(
        max_length=100, db_index=True, source="name", derive=organization_key
    )
    kind = models.CharField("类别", max_length=20, choices=OrgKind)
    is_retiree_branch = models.BooleanField("离退休党支部", default=False)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name="所在学校"
    )
    # Further schools a joint branch covers, beside `school`.
    covered_schools = models.ManyToManyField(
        School, blank=True, related_name="covering_organizations", verbose_name="覆盖学校"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级党组织",
    )
    # The managing body of today; earlier ones stand in Affiliation.
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="管理主体")
    founded_on = models.DateField("成立时间", null=True, blank=True)
    dissolved_on = models.DateField("撤销时间", null=True, blank=True)
    # Counts told by the form, used only while the register holds no member (申报数).
    declared_members = models.PositiveIntegerField("党员数(申报)", null=True, blank=True)
    declared_probationary = models.PositiveIntegerField("其中预备党员(申报)", null=True, blank=True)
    has_committee = models.BooleanField("设支部委员会", null=True, blank=True)
    fixed_day = models.CharField("主题党日固定日", max_length=30, blank=True)
    is_dispersed = models.BooleanField("党员分散", default=False)
    setup_approval = models.CharField("设置批复文号", max_length=60, blank=True)
    contact = models.CharField("联系人", max_length=50, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OrganizationQuerySet)()
    everything = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ["jurisdiction__path", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(dissolved_on=None, withdrawn_at=None),
                name="organization_name_unique",
                violation_error_message="已经有同名的党组织。",
            ),
            models.CheckConstraint(
                name="organization_dates",
                condition=Q(dissolved_on=None)
                | Q(founded_on=None)
                | Q(dissolved_on__gte=F("founded_on")),
                violation_error_message="撤销时间不能早于成立时间。",
            ),
            models.CheckConstraint(
                name="organization_probationary",
                condition=Q(declared_probationary=None)
                | Q(declared_members=None)
                | Q(declared_probationary__lte=F("declared_members")),
                violation_error_message="预备党员数不能多于党员数。",
            ),
        ]

    def __str__(self):
        return self.name


class OfOrganizationQuerySet(ScopedQuerySet):
    """Records that belong to an organization and share its scope."""

    scope_lookup = "organization__jurisdiction__path"


class Affiliation(Record):
    """Which body managed an organization from `start` to the day before `end`.

    A `start` of None means "since founding", an `end` of None "until now". The
    periods of one organization do not overlap (orgs/services.py keeps that).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="affiliations", verbose_name="党组织"
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="管理主体")
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止", null=True, blank=True)
    document = models.CharField("依据文号", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "隶属关系"
        ordering = ["organization_id", F("start").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(end=None, withdrawn_at=None),
                name="affiliation_one_open",
            ),
            models.CheckConstraint(
                name="affiliation_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
            ),
        ]

    def __str__(self):
        return f"{self.organization} → {self.jurisdiction}"


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

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任期"
        ordering = ["organization_id", "-elected_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "elected_on"],
                condition=Q(withdrawn_at=None),
                name="term_unique",
                violation_error_message="这个党组织已经有同一天换届的任期。",
            ),
            models.CheckConstraint(name="term_years", condition=Q(years__gte=1, years__lte=5)),
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


class PostKind(models.TextChoices):
    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy", "副书记"
    ORGANIZATION = "organization", "组织委员"
    PUBLICITY = "publicity", "宣传委员"
    DISCIPLINE = "discipline", "纪检委员"
    UNITED_FRONT = "united_front", "统战委员"
    YOUTH = "youth", "青年委员"
    MASS_WORK = "mass_work", "群工委员"


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
        constraints = [
            models.CheckConstraint(
                name="post_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start")),
                violation_error_message="免职时间不能早于任职时间。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.get_kind_display()} {self.holder}"


class MemberStatus(models.TextChoices):
    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    SUSPENDED = "suspended", "停止党籍"


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


class Member(Record):
    """A Party member, belonging to one organization.

    ID number and phone are encrypted; `id_hash` finds and keeps unique the number.
    A date known to the month only is stored as the month's first day and marked.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="members", verbose_name="所在党组织"
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name="所在学校"
    )
    name = models.CharField("姓名", max_length=50, db_index=True)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    birth_date = models.DateField("出生日期")
    id_number = EncryptedTextField("公民身份号码", max_length=18, mask=mask_id_number)
    id_hash = models.CharField(max_length=64, db_index=True, editable=False)
    education = models.CharField("学历", max_length=12, choices=Education, blank=True)
    status = models.CharField("人员类别", max_length=12, choices=MemberStatus)
    joined_on = models.DateField("入党时间", null=True, blank=True)
    joined_month_only = models.BooleanField(default=False)
    confirmed_on = models.DateField("转正时间", null=True, blank=True)
    confirmed_month_only = models.BooleanField(default=False)
    employment = models.CharField(
        "在职情况", max_length=8, choices=Employment, default=Employment.ACTIVE
    )
    job = models.CharField("工作岗位", max_length=40, blank=True)
    is_teacher = models.BooleanField("教师", default=False)
    phone = EncryptedTextField("联系电话", max_length=30, blank=True, mask=mask_phone)
    is_floating = models.BooleanField("流动党员", default=False)
    is_lost_contact = models.BooleanField("失联党员", default=False)
    activity_exempt = models.BooleanField("免除活动要求", default=False)
    left_on = models.DateField("离开时间", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(MemberQuerySet)()
    everything = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["organization_id", "name", "pk"]
        indexes = [models.Index(fields=["organization", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"], condition=Q(withdrawn_at=None), name="member_id_unique"
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
