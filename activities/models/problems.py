"""The list of problems found at a yearly meeting, with their rectification."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from activities.models.meetings import Meeting
from schools.scoping import KeptManager, ScopedQuerySet


class ProblemKind(models.TextChoices):
    BODY = "body", "班子"
    PERSON = "person", "个人"


# A problem on the list of rectification: what is done, by whom and until when.
PLANNED = ~Q(measure="") & ~Q(responsible="") & ~Q(deadline=None)


class LifeProblemQuerySet(ScopedQuerySet):
    scope_lookup = "meeting__organization__jurisdiction__path"

    def planned(self):
        """Return the problems on the list of rectification (`PLANNED`)."""
        return self.filter(PLANNED)

    def overdue_on(self, day):
        """Return the problems still open on `day`, after their deadline."""
        return self.filter(closed_on=None, deadline__lt=day)


class LifeProblem(Record):
    """A problem found at an organizational-life meeting (组织生活会、民主生活会), and what
    is done about it (支部工作条例 Art. 17: problems are listed and rectified).
    """

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="problems", verbose_name="会议"
    )
    afterwards = frozenset({"closed_on", "result"})
    kind = models.CharField("查摆对象", max_length=6, choices=ProblemKind, default=ProblemKind.BODY)
    person = models.CharField("个人姓名", max_length=50, blank=True)
    text = models.CharField("问题", max_length=200)
    measure = models.CharField("整改措施", max_length=200, blank=True)
    responsible = models.CharField("责任人", max_length=50, blank=True)
    deadline = models.DateField("整改时限", null=True, blank=True)
    closed_on = models.DateField("完成时间", null=True, blank=True)
    result = models.CharField("整改结果", max_length=200, blank=True)

    objects = KeptManager.from_queryset(LifeProblemQuerySet)()
    everything = LifeProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "查摆问题"
        ordering = ["meeting_id", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="problem_person",
                condition=Q(kind=ProblemKind.BODY) | ~Q(person=""),
                violation_error_message="个人的问题要写明是谁的。",
            ),
            models.UniqueConstraint(
                F("meeting"),
                F("kind"),
                F("person"),
                F("text"),
                condition=Q(withdrawn_at=None),
                name="problem_once",
                violation_error_message="这个问题已经在清单里。",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def is_planned(self) -> bool:
        """Whether it is on the list of rectification."""
        return bool(self.measure and self.responsible and self.deadline)
