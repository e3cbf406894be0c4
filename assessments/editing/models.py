"""A standard in the making, and how a past year would come out by one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from accounts.documents import DocumentField
from accounts.models import Record
from schools.scoping import KeptManager


class StandardField(DocumentField):
    """The content of a standard (assessments/standards/content.py).

    Parameters declared since it was written are read with their defaults.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        from assessments.standards.parameters import parameters

        content = super().from_db_value(value, expression, connection)
        defaults = {f"parameters.{name}": one.value for name, one in parameters().items()}
        return defaults | content

    def path_label(self, path: str) -> str:
        from assessments.standards.content import label

        return label(path)

    def path_text(self, path: str, value: Any) -> str:
        from assessments.standards.content import text

        return text(path, value)


class StandardDraft(Record):
    """A standard that is being changed; the city's managers alone see it.

    Published, it becomes a `Standard` of its own and is closed.
    """

    based_on = models.ForeignKey(
        "assessments.Standard", models.PROTECT, related_name="drafts", verbose_name="原版本"
    )
    content = StandardField("内容", default=dict)
    published = models.OneToOneField(
        "assessments.Standard",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="draft",
        verbose_name="发布为",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KeptManager()
    everything = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "标准修订稿"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.content.get('name', '')} {self.content.get('edition', '')}（修订稿）"


class Trial(models.Model):
    """How a scored year comes out by a content that is not its standard's; kept to be read again.

    Nothing in it changes a score. It is out of date once the year is scored anew.
    """

    # Of the content (assessments/standards/content.py).
    checksum = models.CharField(max_length=64)
    cycle = models.ForeignKey("assessments.Cycle", models.CASCADE, related_name="trials")
    # When the scores were made it was compared with.
    scored_at = models.DateTimeField("测算时间")
    # assessments/editing/trial.py tells what it holds.
    result = models.JSONField("结果", default=dict)
    made_at = models.DateTimeField("试算时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "标准试算"
        constraints = [models.UniqueConstraint(fields=["checksum", "cycle"], name="trial_unique")]

    def __str__(self):
        return f"{self.cycle} {self.checksum[:12]}"
