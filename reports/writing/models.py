"""What officials keep of a document: the text of a section as they wrote it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Record
from schools.models import Jurisdiction
from schools.scoping import KeptManager, ScopedQuerySet


class SectionSlug(models.TextChoices):
    """The sections of the report."""

    BASIS = "basis", "一、基本情况"
    PRACTICE = "practice", "二、主要做法"
    RESULTS = "results", "三、取得的成效"
    PROBLEMS = "problems", "四、存在的问题及改进措施"
    OUTLOOK = "outlook", "五、下一步打算"


class DraftQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class SectionDraft(Record):
    """The text of one section of the report of a body and year, kept as it was edited.

    `text` is in the markup of `reports.writing.markup`: figures stand in it as fields
    with the words they were written in, so that it can be told which have moved since.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="管理主体"
    )
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    section = models.CharField("部分", max_length=10, choices=SectionSlug)
    text = models.TextField("正文")

    objects = KeptManager.from_queryset(DraftQuerySet)()
    everything = DraftQuerySet.as_manager()

    class Meta:
        app_label = "reports"
        verbose_name = verbose_name_plural = "汇报材料草稿"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "section"],
                condition=Q(withdrawn_at=None),
                name="section_draft_unique",
                violation_error_message="这一部分已经有草稿，请修改那一份。",
            )
        ]

    def __str__(self):
        return f"{self.jurisdiction} {self.year} 年汇报材料 {self.get_section_display()}"
