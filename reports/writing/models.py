"""What officials keep of documents: the text of a section, the number of a notice."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
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


class OfBodyQuerySet(ScopedQuerySet):
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

    objects = KeptManager.from_queryset(OfBodyQuerySet)()
    everything = OfBodyQuerySet.as_manager()

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


class NoticeNumber(Record):
    """The number (发文字号) under which a body sends out the notice of results of a year.

    It is kept, so that the notice carries the same number whenever it is printed again.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="发文单位"
    )
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    number = models.CharField(
        "发文字号",
        max_length=40,
        # GB/T 9704-2012, 7.2.5: the sender, the year in 〔〕, the number without zeros before it.
        validators=[
            RegexValidator(
                r"^[^〔〕]{1,20}〔\d{4}〕[1-9]\d{0,4}号$",
                "文号的写法如“云教党〔2026〕12号”：年份用六角括号，序号不编虚位。",
            )
        ],
    )

    objects = KeptManager.from_queryset(OfBodyQuerySet)()
    everything = OfBodyQuerySet.as_manager()

    class Meta:
        app_label = "reports"
        verbose_name = verbose_name_plural = "通报的发文字号"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year"],
                condition=Q(withdrawn_at=None),
                name="notice_number_of_body",
                violation_error_message="这个单位这一年的通报已经有文号，请修改那一个。",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(withdrawn_at=None),
                name="notice_number_unique",
                violation_error_message="这个文号已经用在别的通报上，请核对。",
            ),
        ]

    def __str__(self):
        return self.number
