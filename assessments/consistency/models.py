"""Written reasons, and the counts of the last time all records were looked through."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Record
from schools.models import Jurisdiction
from schools.scoping import KeptManager, ScopedQuerySet, scoped


class ExplanationQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class Explanation(Record):
    """The written reason why one finding of a check may stand (说明), for one year.

    `object_id` is the record the check found, of the model the check is about. With the
    new year the finding is open again: what was a reason then may be none now.
    """

    code = models.CharField("核对项", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    object_id = models.PositiveBigIntegerField("记录编号")
    # The name of the record, and its body, when the reason was written.
    label = models.CharField("记录", max_length=200)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="管理主体"
    )
    text = models.CharField("说明", max_length=300)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="说明人"
    )
    written_at = models.DateTimeField("说明时间", default=timezone.now)

    objects = KeptManager.from_queryset(ExplanationQuerySet)()
    everything = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核对说明"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "year", "object_id"],
                condition=Q(withdrawn_at=None),
                name="explanation_unique",
            )
        ]

    def __str__(self):
        return self.label


class CheckCount(models.Model):
    """How many findings of one check lie with one body, by the last look through.

    Written only by `services.keep`. They are counts, so any subtree adds them up.
    """

    code = models.CharField("核对项", max_length=40)
    # The path of the body: a count is read far more often than a body is moved.
    path = models.CharField(max_length=255)
    open = models.PositiveIntegerField("待处理")
    explained = models.PositiveIntegerField("已说明")
    at = models.DateTimeField("核对时间")

    objects = scoped("path").as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "核对汇总"
        constraints = [models.UniqueConstraint(fields=["code", "path"], name="check_count_unique")]

    def __str__(self):
        return f"{self.code} {self.path} {self.open}"


class CheckRun(models.Model):
    """When all records were last looked through, and what they were like: one row.

    `state` changes with every write (see `assessments.newest`); while it is the same, the
    counts kept are those a new look would give.
    """

    at = models.DateTimeField("核对时间", default=timezone.now)
    day = models.DateField("核对日期")
    state = models.CharField("记录版本", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "核对记录"

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
