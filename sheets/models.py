"""Import batches."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from sheets.fields import SealedField


class BatchStatus(models.TextChoices):
    PREVIEWED = "previewed", "待确认"
    SAVED = "saved", "已保存"
    DISCARDED = "discarded", "已放弃"
    UNDONE = "undone", "已撤销"


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Return the batches `user` brought in himself."""
        return self.filter(user=user) if user.is_active else self.none()


class ImportBatch(models.Model):
    """One workbook brought in by one user: what it was, what was found, what was saved."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="import_batches",
        verbose_name="导入人",
    )
    kind = models.CharField("表格", max_length=20)
    year = models.PositiveSmallIntegerField("年度", null=True)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件指纹", max_length=64)
    # The uploaded file while the batch waits for confirmation, and for some days after
    # if rows were refused, with the reasons (sheets/keeping.py); then empty.
    content = SealedField(null=True)
    refusals = SealedField(null=True)
    kept_until = models.DateField("文件保留到", null=True)
    status = models.CharField("状态", max_length=10, choices=BatchStatus)
    # What `sheets.importing.Outcome.report()` returns.
    report = models.JSONField("结果", default=dict)
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    # Set before the transaction that saves: one that still waits with it was interrupted.
    saving_since = models.DateTimeField("开始保存时间", null=True)
    saved_at = models.DateTimeField("保存时间", null=True)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="撤销人",
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self):
        return f"{self.file_name}({self.created_at:%Y-%m-%d %H:%M})"
