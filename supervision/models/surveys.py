"""Satisfaction surveys (满意度调查) of organizations and schools."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Organization
from schools.models import School
from schools.scoping import KeptManager, ScopedQuerySet

# A survey is valid with so many valid answers, or with so large a share (per cent) of those
# asked; the standard has the same defaults (survey_min_responses, survey_min_percent).
LEAST_ANSWERS, LEAST_PERCENT = 30, 50


class AskedGroup(models.TextChoices):
    """Whom a survey asks."""

    TEACHERS = "teachers", "教师"
    STUDENTS = "students", "学生"
    PARENTS = "parents", "家长"
    MEMBERS = "members", "党员"


class SurveyQuerySet(ScopedQuerySet):
    """A survey is one of an organization, or of a school."""

    scope_lookup = "organization__jurisdiction__path"
    further_lookups = ("school__jurisdiction__path",)

    def valid_ones(self) -> Self:
        """Return the surveys with answers enough."""
        return self.filter(
            Q(valid__gte=LEAST_ANSWERS)
            | Q(valid__gt=0, asked__lte=F("valid") * 100 / LEAST_PERCENT)
        )


class Survey(Record):
    """What one group of people answered in one survey: five levels, counted.

    A survey of a school holds for each of its organizations that has none of its own.
    """

    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name="党组织",
    )
    school = models.ForeignKey(
        School,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="surveys",
        verbose_name="学校",
    )
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    group = models.CharField("调查对象", max_length=10, choices=AskedGroup)
    surveyed_on = models.DateField("调查时间")
    asked = models.PositiveIntegerField("发放问卷")
    valid = models.PositiveIntegerField("有效问卷")
    very_satisfied = models.PositiveIntegerField("非常满意", default=0)
    satisfied = models.PositiveIntegerField("满意", default=0)
    fair = models.PositiveIntegerField("一般", default=0)
    dissatisfied = models.PositiveIntegerField("不满意", default=0)
    very_dissatisfied = models.PositiveIntegerField("非常不满意", default=0)
    comments = models.CharField("意见建议", max_length=500, blank=True)

    objects = KeptManager.from_queryset(SurveyQuerySet)()
    everything = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "满意度调查"
        ordering = ["-year", "-surveyed_on", "pk"]
        indexes = [
            models.Index(
                fields=["year", "organization"],
                condition=Q(withdrawn_at=None),
                name="survey_of_year",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="survey_of_one",
                condition=Q(organization=None, school__isnull=False)
                | Q(organization__isnull=False, school=None),
                violation_error_message="党组织、学校只填一个。",
            ),
            models.CheckConstraint(
                name="survey_valid_le_asked",
                condition=Q(valid__lte=F("asked")),
                violation_error_message="有效问卷不能多于发放问卷。",
            ),
            models.CheckConstraint(
                name="survey_levels_add_up",
                condition=Q(
                    valid=F("very_satisfied")
                    + F("satisfied")
                    + F("fair")
                    + F("dissatisfied")
                    + F("very_dissatisfied")
                ),
                violation_error_message="五档人数相加应等于有效问卷数。",
            ),
            models.UniqueConstraint(
                fields=["organization", "group", "surveyed_on"],
                condition=Q(withdrawn_at=None, school=None),
                name="survey_of_organization_unique",
                violation_error_message="这个党组织这一天对这类人员的调查已经登记。",
            ),
            models.UniqueConstraint(
                fields=["school", "group", "surveyed_on"],
                condition=Q(withdrawn_at=None, organization=None),
                name="survey_of_school_unique",
                violation_error_message="这所学校这一天对这类人员的调查已经登记。",
            ),
        ]

    def __str__(self):
        return f"{self.subject} {self.year} 年{self.get_group_display()}满意度"

    @property
    def subject(self) -> Organization | School:
        """The organization or the school."""
        found = self.organization or self.school
        assert found is not None  # noqa: S101 - held by the database
        return found

    @property
    def content(self) -> int:
        """How many are satisfied or very satisfied."""
        return self.very_satisfied + self.satisfied

    @property
    def is_valid(self) -> bool:
        """Whether it has answers enough to count."""
        return self.valid >= LEAST_ANSWERS or (
            self.valid > 0 and 100 * self.valid >= LEAST_PERCENT * self.asked
        )
