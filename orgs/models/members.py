"""Members."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.fields import EncryptedTextField
from orgs.models.organizations import OfOrganizationQuerySet, Organization
from orgs.personal import mask_id_number, mask_phone
from schools.models import School
from schools.scoping import KeptManager


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
