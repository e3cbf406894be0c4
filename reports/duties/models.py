"""The daily reminder (提醒): what a person was told on a day, and when he opened it."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from schools.models import Jurisdiction
from schools.scoping import ScopedQuerySet


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """Return the reminders of `user` himself; others' are seen through their lines."""
        return self.filter(user=user)


class Reminder(models.Model):
    """All that one person is reminded of on one day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders", verbose_name="提醒谁"
    )
    day = models.DateField("日期")
    made_at = models.DateTimeField("生成时间", default=timezone.now)
    seen_at = models.DateTimeField("打开时间", null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="reminder_once_a_day")]

    def __str__(self):
        return f"{self.user} {self.day:%Y-%m-%d}"


class ReminderLineQuerySet(ScopedQuerySet):
    scope_lookup = "body__path"


class ReminderLine(models.Model):
    """One kind of duty in a reminder: of which body, how many, how many of them late.

    `is_escalated`: told to a level above, because it stayed late. Lines without a body
    are of things of the person's own, and nobody else's business.
    """

    reminder = models.ForeignKey(
        Reminder, models.CASCADE, related_name="lines", verbose_name="提醒"
    )
    duty = models.CharField("事项", max_length=20)
    body = models.ForeignKey(
        Jurisdiction, models.CASCADE, null=True, related_name="+", verbose_name="单位"
    )
    is_escalated = models.BooleanField("逾期上报", default=False)
    count = models.PositiveIntegerField("件数")
    late = models.PositiveIntegerField("逾期")
    first_due: models.DateField[datetime.date | None, datetime.date | None] = models.DateField(
        "最早期限", null=True
    )

    objects = ReminderLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒事项"
        ordering = [F("first_due").asc(nulls_last=True), "pk"]

    def __str__(self):
        return f"{self.reminder} {self.duty}"
