"""The tree of managing bodies, grants on it, places, schools, and what is kept of lists."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.models import Record, User
from schools.fields import DerivedCharField
from schools.naming import body_short_name, school_key
from schools.pinyin import spell
from schools.roles import Role, grants_of
from schools.scoping import KeptManager, ScopedQuerySet


class JurisdictionKind(models.TextChoices):
    """Kinds of managing bodies (docs/glossary.md)."""

    CITY = "city", "市"
    COUNTY = "county", "县(市、区)"
    CITY_EDU_BUREAU = "city_edu", "市教育局党组"
    COUNTY_EDU_BUREAU = "county_edu", "县(市、区)教育局党委(党组)"
    TOWNSHIP_COMMITTEE = "township", "乡镇(街道)党委"
    DEV_ZONE_EDU_SUBCOMMITTEE = "dev_zone", "开发区教育分工委"
    NON_PUBLIC_COMMITTEE = "non_public", "非公工委"
    NON_PUBLIC_EDU_SUBCOMMITTEE = "non_public_edu", "非公工委教育分工委"
    LOCAL_COMMITTEE = "local", "所在地党委"
    SCHOOL = "school", "学校"


class JurisdictionQuerySet(ScopedQuerySet, MP_NodeQuerySet):
    scope_lookup = "path"

    def reporting_units(self):
        """Return the rows of the compliance table in official order."""
        return self.filter(is_reporting_unit=True).order_by("unit_order", "path")


# The managers of treebeard carry no types the stubs of Django could follow.
class JurisdictionManager(MP_NodeManager.from_queryset(JurisdictionQuerySet)):  # type: ignore[misc]
    def get_queryset(self):
        return JurisdictionQuerySet(self.model, using=self._db).order_by("path")


class Jurisdiction(MP_Node):
    """A managing body (管理主体): a node of the tree of Party affiliation.

    `path` concatenates one step of four characters per level, so a subtree is a
    range of paths. A node flagged as reporting unit (统计单元) is a row of the table.
    Jurisdictions are never scored and never counted in a rate.
    """

    name = models.CharField("全称", max_length=100)
    short_name = DerivedCharField("简称", max_length=60, source="name", derive=body_short_name)
    pinyin = DerivedCharField(max_length=400, default="", source="short_name", derive=spell)
    kind = models.CharField("类型", max_length=15, choices=JurisdictionKind)
    is_reporting_unit = models.BooleanField("统计单元", default=False)
    unit_name = models.CharField("统计单元名称", max_length=30, blank=True)
    unit_order = models.PositiveSmallIntegerField("统计单元次序", default=0)
    # The county this body belongs to, where it has one.
    place = models.ForeignKey(
        "schools.Place", models.PROTECT, null=True, blank=True, verbose_name="行政区划"
    )

    node_order_by: list[str] = []
    # Whether it is the only root of the tree; known of the bodies of grants (schools.roles).
    holds_all = False

    objects = JurisdictionManager()

    class Meta:
        verbose_name = verbose_name_plural = "管理主体"
        constraints = [
            models.CheckConstraint(
                name="jurisdiction_unit_named",
                condition=models.Q(is_reporting_unit=False) | ~models.Q(unit_name=""),
            )
        ]
        indexes = [models.Index(fields=["name"])]

    def __str__(self):
        return self.short_name or self.name

    @property
    def label(self) -> str:
        """The name in tables: that of the reporting unit, else the short name."""
        return self.unit_name or self.short_name


class Place(models.Model):  # type: ignore[django-manager-missing]  # that of Jurisdiction
    """An administrative division (行政区划, GB/T 2260) down to the county."""

    code = models.CharField("代码", max_length=6, primary_key=True)
    name = models.CharField("名称", max_length=30, unique=True)
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["order", "code"]

    def __str__(self):
        return self.name


class Grant(models.Model):
    """A role of a user in the subtree of a jurisdiction."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants", verbose_name="用户"
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="范围")
    role = models.CharField("角色", max_length=10, choices=Role)
    created_at = models.DateTimeField("授权时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.UniqueConstraint(fields=["user", "jurisdiction", "role"], name="grant_unique")
        ]

    def __str__(self):
        return f"{self.user} · {self.jurisdiction} · {self.get_role_display()}"


class SchoolStage(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    TEACHING_POINT = "teaching_point", "教学点"
    JUNIOR = "junior", "初中"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    SENIOR = "senior", "普通高中"
    COMPLETE_SECONDARY = "complete_secondary", "完全中学"
    VOCATIONAL = "vocational", "中职学校"
    SPECIAL = "special", "特殊教育学校"
    TEACHER_TRAINING = "teacher_training", "教师进修(教研)单位"


class Ownership(models.TextChoices):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"


class Urban(models.TextChoices):
    CITY = "city", "城区"
    TOWN = "town", "镇区"
    RURAL = "rural", "乡村"


class SchoolQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class School(Record):
    """A school, with its place and, separately, the body its Party affiliation lies with."""

    name = models.CharField("学校名称", max_length=100)
    # Normalised name, by which workbooks find the school (schools/naming.py).
    name_key = DerivedCharField(max_length=100, db_index=True, source="name", derive=school_key)
    short_name = models.CharField("学校简称", max_length=50, blank=True)
    # Both names as typed, for the search (schools/pinyin.py).
    pinyin = DerivedCharField(
        max_length=400, default="", source=("name", "short_name"), derive=spell
    )
    code = models.CharField("学校标识码", max_length=10, blank=True)
    stage = models.CharField("学校类别", max_length=20, choices=SchoolStage)
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership)
    place = models.ForeignKey(Place, models.PROTECT, verbose_name="行政区划")
    town = models.CharField("所在乡镇(街道)", max_length=30, blank=True)
    urban = models.CharField("城乡类型", max_length=5, choices=Urban, blank=True)
    students = models.PositiveIntegerField("在校学生数", null=True, blank=True)
    staff = models.PositiveIntegerField("教职工数", null=True, blank=True)
    teachers = models.PositiveIntegerField("专任教师数", null=True, blank=True)
    declared_members = models.PositiveIntegerField("党员数(申报)", null=True, blank=True)
    principal = models.CharField("校长", max_length=50, blank=True)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, verbose_name="管理主体")
    closed_on = models.DateField("撤并日期", null=True, blank=True)
    closing_document = models.CharField("撤并文号", max_length=60, blank=True)
    # The school that took it over; none where it was closed.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_schools",
        verbose_name="并入的学校",
    )
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(SchoolQuerySet)()
    everything = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学校"
        ordering = ["place__order", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=models.Q(withdrawn_at=None),
                name="school_name_unique",
                violation_error_message="本县(市、区)已经有同名学校。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code="") & models.Q(withdrawn_at=None),
                name="school_code_unique",
                violation_error_message="这个学校标识码已经登记在另一所学校。",
            ),
        ]

    def __str__(self):
        return self.name


class ColumnChoiceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Return the choices of `user` himself."""
        return self.filter(user=user)


class ColumnChoice(models.Model):
    """The columns a user wants to see in a list, named by the address of the list."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户"
    )
    list = models.CharField("列表", max_length=40)
    columns = models.JSONField("列")

    objects = ColumnChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "选列"
        constraints = [
            models.UniqueConstraint(fields=["user", "list"], name="column_choice_unique")
        ]

    def __str__(self):
        return f"{self.user} {self.list}"


class SavedFilterQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Return the filters of `user`, and those shared with a body he has a grant on."""
        bodies = {grant.jurisdiction_id for grant in grants_of(user)}
        return self.filter(models.Q(user=user) | models.Q(body__in=bodies))


class SavedFilter(models.Model):
    """Conditions of a list kept under a name: a link, which opens in the scope of its reader.

    `body` is the managing body whose users see the filter beside its owner; `words` tells
    the conditions.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户"
    )
    body = models.ForeignKey(
        Jurisdiction, models.CASCADE, null=True, blank=True, verbose_name="共用单位"
    )
    name = models.CharField("名称", max_length=30)
    path = models.CharField("列表地址", max_length=100)
    query = models.CharField("条件", max_length=1000)
    list = models.CharField("列表", max_length=40)
    words = models.CharField("条件说明", max_length=300)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["path", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path", "name"],
                name="saved_filter_unique",
                violation_error_message="您在这个列表里已经有同名的筛选，请换一个名称。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def url(self) -> str:
        """The address: that of the list with the conditions."""
        return f"{self.path}?{self.query}"
