"""Sealed editions (定稿): the figures of one body and year as they stood on a day.

An edition is written once (reports/editions/services.py) and never changed: withdrawing it
adds a row with the reason beside it. What it holds is proved by its digests.
"""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from assessments.models import Exclusion, Standard, Verdict
from orgs.models import OrgKind
from reports.writing.models import NoticeNumber as NoticeNumber
from reports.writing.models import SectionDraft as SectionDraft
from schools.models import Jurisdiction, JurisdictionKind, Ownership, SchoolStage
from schools.scoping import ScopedQuerySet


class Sealed(TypeError):
    """Something tried to change or delete what is sealed."""

    def __init__(self) -> None:
        super().__init__("A sealed edition cannot be changed or deleted.")


class SealedQuerySet(ScopedQuerySet):
    """Rows that are only ever added."""

    def update(self, **kwargs):
        raise Sealed

    def delete(self):
        raise Sealed

    def bulk_update(self, objs, fields, batch_size=None):
        raise Sealed


class EditionQuerySet(SealedQuerySet):
    # An edition holds the figures of the whole scope: who sees less does not see it.
    scope_lookup = "scope__path"

    def standing(self) -> Self:
        """Return the editions that are not withdrawn."""
        return self.filter(withdrawal=None)


class OfEditionQuerySet(SealedQuerySet):
    scope_lookup = "edition__scope__path"


class SealedModel(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise Sealed
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise Sealed


class Edition(SealedModel):
    """One sealed edition: what it is of, who sealed it when, by which standard.

    `digest` is the SHA-256 over this head and the digests of all parts (editions/digests.py).
    `request` is the number of the form that asked for it: sent twice, it seals once.
    """

    code = models.CharField("编号", max_length=9, unique=True)
    request = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField("名称", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    scope = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="editions", verbose_name="范围"
    )
    scope_name = models.CharField("范围名称", max_length=100)
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, related_name="+", verbose_name="标准"
    )
    standard_name = models.CharField("标准版本", max_length=130, blank=True)
    # Whether the results of the year were confirmed when it was sealed (else 系统测算).
    is_confirmed = models.BooleanField("结果已确认", default=False)
    # The day whose records the scores rest on.
    as_of = models.DateField("截至", null=True)
    due = models.PositiveIntegerField("应评", default=0)
    passed = models.PositiveIntegerField("达标", default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="定稿人",
    )
    made_by_name = models.CharField("定稿人姓名", max_length=50)
    made_at = models.DateTimeField("定稿时间", default=timezone.now)
    digest = models.CharField("校验值", max_length=64)
    # The digest of the rows, so that opening an edition need not read them.
    rows_digest = models.CharField(max_length=64)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["scope", "year"], name="edition_of_scope")]

    def __str__(self):
        return f"{self.title}（{self.code}）"

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether it has been withdrawn; lists read `withdrawal` with the edition."""
        return hasattr(self, "withdrawal")


class EditionWithdrawal(SealedModel):
    """That an edition no longer counts, and why; the edition itself stays as it is."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="withdrawal")
    reason = models.CharField("撤回理由", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="撤回人",
    )
    by_name = models.CharField("撤回人姓名", max_length=50)
    at = models.DateTimeField("撤回时间", default=timezone.now)

    objects = OfEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿撤回"

    def __str__(self):
        return f"{self.edition} {self.reason}"


class EditionTable(SealedModel):
    """One table of an edition, written down as it was (sheets/freezing.py).

    `key` names the table among those of the year (reports/pack/contents.py), so that the
    table of today can be set beside it. `details` are the keys of the detail sheets its
    formulas point to.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="tables")
    key = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    title = models.CharField("表名", max_length=200)
    content = models.TextField()
    details = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    objects = OfEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿的表"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="edition_table_unique")
        ]

    def __str__(self):
        return self.title


class EditionDetail(SealedModel):
    """One detail sheet of an edition, packed; several tables may point to it."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="details")
    key = models.CharField(max_length=60)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    objects = OfEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿的明细"
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="edition_detail_unique")
        ]

    def __str__(self):
        return self.key


class EditionDocument(SealedModel):
    """One document of an edition, written down as it was (reports/writing/freezing.py)."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="documents")
    key = models.CharField(max_length=20)
    content = models.TextField()
    digest = models.CharField(max_length=64)

    objects = OfEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿的文稿"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="edition_document_unique")
        ]

    def __str__(self):
        return self.key


class EditionRow(SealedModel):
    """One organization of an edition: where it stood, whether it counted, passed, why not.

    Values, not references: what later becomes of the organization, its school or its body
    does not reach it. The numbers of records serve to find the same one today.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rows")
    organization_id = models.BigIntegerField()
    organization_name = models.CharField("党组织", max_length=120)
    school_name = models.CharField("所在学校", max_length=100, blank=True)
    jurisdiction_id = models.BigIntegerField()
    jurisdiction_path = models.CharField(max_length=255)
    jurisdiction_name = models.CharField("管理主体", max_length=100)
    unit_id = models.BigIntegerField(null=True)
    unit_name = models.CharField("统计单元", max_length=60, blank=True)
    place_id = models.CharField(max_length=6, null=True)  # noqa: DJ001 - as on assessments
    place_name = models.CharField("行政区划", max_length=30, blank=True)
    kind = models.CharField("类别", max_length=20, choices=OrgKind)
    body_kind = models.CharField("管理类型", max_length=15, choices=JurisdictionKind)
    stage = models.CharField("学校类别", max_length=20, choices=SchoolStage, blank=True)
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership, blank=True)
    members = models.PositiveIntegerField("党员", default=0)
    final = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    verdict = models.CharField("判定", max_length=14, choices=Verdict, blank=True)
    is_vetoed = models.BooleanField("被否决", default=False)
    exclusion = models.CharField("不计入原因", max_length=12, choices=Exclusion, blank=True)
    # Codes of the indicators that lost points, each between spaces, as on an assessment.
    lost = models.TextField("失分指标", blank=True)
    # Why it is not counted, or did not pass, in words.
    words = models.TextField("说明", blank=True)

    objects = OfEditionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定稿的党组织"
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organization_id"], name="edition_row_unique"
            )
        ]

    def __str__(self):
        return self.organization_name


from reports.duties.models import (  # noqa: E402,F401  (their tables belong to this app)
    Reminder,
    ReminderLine,
)
from reports.kept import KeptCounts  # noqa: E402,F401
