"""Organizations, and which body managed them since when."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, FilteredRelation, Q

from accounts.models import Record
from orgs.naming import organization_key, organization_short_name
from schools.fields import DerivedCharField
from schools.models import Jurisdiction, School
from schools.pinyin import spell
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

    def of_day(self, day) -> OrganizationsThen:
        """Return the organizations joined to their affiliation of `day` as `belonging`: it
        tells who managed them then, and who sees them. Dissolved ones are not left out.
        """
        rows: OrganizationsThen = OrganizationsThen(
            self.model, query=self.query.chain(), using=self.db
        )
        return rows.alias(
            belonging=FilteredRelation(
                "affiliations",
                condition=Q(affiliations__withdrawn_at=None) & covers(day, "affiliations__"),
            )
        ).filter(belonging__isnull=False)


class OrganizationsThen(OrganizationQuerySet):
    """The organizations of a past day, in the scope of the bodies that managed them then."""

    scope_lookup = "belonging__jurisdiction__path"


def covers(day, prefix: str = "") -> Q:
    """Return the condition that a period, from `start` to before `end`, covers `day`."""
    started = Q(**{f"{prefix}start": None}) | Q(**{f"{prefix}start__lte": day})
    return started & (Q(**{f"{prefix}end": None}) | Q(**{f"{prefix}end__gt": day}))


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
    pinyin = DerivedCharField(max_length=400, default="", source="short_name", derive=spell)
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
    founding_document = models.CharField("成立文号", max_length=60, blank=True)
    dissolution_document = models.CharField("撤销文号", max_length=60, blank=True)
    # Where its members went when it was merged; what it was split off from.
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="并入的党组织",
    )
    origin = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offshoots",
        verbose_name="分设自",
    )
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
        indexes = [
            # Counts of those in the register, from the index alone.
            models.Index(
                fields=["jurisdiction", "kind", "founded_on", "dissolved_on", "id"],
                condition=Q(withdrawn_at=None),
                name="organization_register",
            )
        ]
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
    periods of one organization do not overlap (orgs/affiliations.py keeps that).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="affiliations", verbose_name="党组织"
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="管理主体")
    # The organization above it in a period that is over; now it is Organization.parent.
    parent = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上级党组织",
    )
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

    def validate_constraints(self, exclude=None):
        """Refuse two managing bodies on one day, which no database constraint can tell."""
        super().validate_constraints(exclude)
        if exclude and "organization" in exclude:
            return
        others = Affiliation.objects.filter(organization=self.organization_id).exclude(pk=self.pk)
        if any(share_a_day(self, other) for other in others):
            raise ValidationError("和另一段隶属的时间重叠，同一天只能有一个管理主体。")


def share_a_day(one, other) -> bool:
    """Tell whether two periods overlap; a `start` of None is the founding."""
    first, last = datetime.date.min, datetime.date.max
    begins = max(one.start or first, other.start or first)
    return begins < min(one.end or last, other.end or last)
