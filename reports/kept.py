"""Counts that are dear to make, kept as long as they hold.

They hold until something is written or the day is over (`assessments.newest`); what is read
is therefore always what counting anew would give.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils import timezone

from assessments.newest import newest, state_of


class KeptCounts(models.Model):
    """What was counted under a name, of the whole tree, and on which state of the records."""

    name = models.CharField("统计", max_length=60, unique=True)
    day = models.DateField("统计日期", default=datetime.date.min)
    state = models.CharField("记录版本", max_length=100, blank=True)
    counts = models.JSONField("结果", default=list)

    class Meta:
        app_label = "reports"
        verbose_name = verbose_name_plural = "留存的统计"

    def __str__(self):
        return f"{self.name} {self.day}"


def kept(name: str, count: Callable[[], list[Any]]) -> list[Any]:
    """Return what `count` returns (lists, texts and numbers), counted only where it may differ.

    `count` looks at the whole tree, whoever asks: the caller narrows it to a scope.
    """
    rows = KeptCounts.objects.filter(name=name).annotate(**newest())
    row = rows.first()
    if row is None:
        KeptCounts.objects.get_or_create(name=name)
        row = rows.get()
    today = timezone.localdate()
    if (row.day, row.state) == (today, state_of(row)):
        return row.counts
    # The state of before: what is written while we count makes the counts stale.
    counts = count()
    rows.update(day=today, state=state_of(row), counts=counts)
    return counts
