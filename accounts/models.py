"""Users, what they have used of their limits, and the operation log."""

from typing import ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager):
    """Look users up by name without regard to case."""

    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. What he may do and where is told by his grants."""

    username = models.CharField("用户名", max_length=50)
    name = models.CharField("姓名", max_length=50)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    is_active = models.BooleanField("启用", default=True)
    # Set for a password somebody else has chosen (GB/T 22239-2019, 8.1.4.1 a).
    must_change_password = models.BooleanField("须修改密码", default=True)
    created_at = models.DateTimeField("建立时间", default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message="这个用户名已经有人使用。",
            )
        ]

    def __str__(self):
        return self.name

    def has_perm(self, perm, obj=None):
        """Tell whether an active user holds `perm` ("app.codename") by any of his roles."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj)
            for backend in get_backends()
            if hasattr(backend, "has_perm")
        )

    def has_perms(self, perm_list, obj=None):
        """Tell whether the user holds all of `perm_list`."""
        return all(self.has_perm(perm, obj) for perm in perm_list)


class Quota(models.Model):
    """How often a user has done something within an hour (accounts/limits.py)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="用户")
    act = models.CharField("事项", max_length=20)
    since = models.DateTimeField("计数开始")
    count = models.PositiveIntegerField("次数", default=0)
    refused = models.BooleanField("已拒绝过", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "用量"
        constraints = [models.UniqueConstraint(fields=["user", "act"], name="quota_unique")]

    def __str__(self):
        return f"{self.user} {self.act} {self.count}"


class AuditQuerySet(models.QuerySet):
    """Entries are only ever added."""

    def update(self, **kwargs):
        raise TypeError("The operation log is append-only.")

    def delete(self):
        raise TypeError("The operation log is append-only.")

    def bulk_update(self, objs, fields, batch_size=None):
        raise TypeError("The operation log is append-only.")


class AuditEntry(models.Model):
    """One act: who did what to which record, when, from where, and what changed.

    Names are kept beside the keys, so that history survives its subjects.
    """

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="操作人"
    )
    actor_name = models.CharField("操作人姓名", max_length=50, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=12, blank=True)
    action = models.CharField("操作", max_length=40, db_index=True)
    success = models.BooleanField("成功", default=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    object_label = models.CharField("对象", max_length=200, blank=True)
    changes = models.JSONField("改动", default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.object_label}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("The operation log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The operation log is append-only.")


class Record(models.Model):
    """A record people keep: counted versions, and withdrawn instead of deleted.

    `version` grows by one with every write (accounts/history.py), so that a second editor
    is told what the first has changed. A withdrawn record stays in the database and
    leaves every list and figure; `objects` does not hold it, `everything` does.
    """

    # The database knows the default too: some rows come in without Django (COPY).
    version = models.PositiveIntegerField("版本", default=1, db_default=1, editable=False)
    # Fields that are filled in after the year of the record is closed, and that nothing of
    # that year is judged by: what became of a problem.
    afterwards: ClassVar[frozenset[str]] = frozenset()
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Revision(models.Model):
    """One write to one record: who, when, why, from where, and old → new of every field.

    A new record has a revision without changes: its first values are what the later
    changes started from. Values are kept as the database holds them (keys of related
    records, encrypted text of personal numbers), see accounts/history.py.
    """

    class Action(models.TextChoices):
        CREATE = "create", "新建"
        CHANGE = "change", "修改"
        WITHDRAW = "withdraw", "撤回"
        RETURN = "return", "恢复记录"

    # "app.model", with `object_id` the record; kept without a foreign key to any model.
    model = models.CharField("记录类型", max_length=40)
    object_id = models.PositiveBigIntegerField("记录编号")
    version = models.PositiveIntegerField("版本")
    at = models.DateTimeField("时间", default=timezone.now)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="操作人"
    )
    actor_name = models.CharField("操作人姓名", max_length=50, blank=True)
    action = models.CharField("操作", max_length=10, choices=Action)
    reason = models.CharField("理由", max_length=200, blank=True)
    # The page or the workbook form the write came from, in words.
    source = models.CharField("来源", max_length=120, blank=True)
    # Number of the import batch, with the sheet and the row of the file.
    batch = models.PositiveBigIntegerField("导入批次", null=True)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    row = models.PositiveIntegerField("行", null=True)
    changes = models.JSONField("改动", default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "改动历史"
        ordering = ["-pk"]
        constraints = [
            # Two writes cannot both be the next one.
            models.UniqueConstraint(
                fields=["model", "object_id", "version"], name="revision_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["batch"], condition=models.Q(batch__isnull=False), name="revision_batch"
            ),
        ]

    def __str__(self):
        return f"{self.model} {self.object_id} v{self.version}"
