"""What organizations were before: names and kinds they bore, schools they covered.

The present stands on the organization itself; these hold what an act of a day changed, so
that any past day can be shown (orgs/past.py).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models.organizations import OfOrganizationQuerySet, Organization, OrgKind
from orgs.naming import organization_key, organization_short_name
from schools.fields import DerivedCharField
from schools.models import School
from schools.scoping import KeptManager


class FormerName(Record):
    """A name and kind an organization bore from `start` to the day before `end`.

    A `start` of None means "since founding". `document` is the paper that ended it.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="former_names", verbose_name="党组织"
    )
    name = models.CharField("曾用名称", max_length=120)
    short_name = DerivedCharField(
        "曾用简称", max_length=100, source="name", derive=organization_short_name
    )
    name_key = DerivedCharField(
        max_length=100, db_index=True, source="name", derive=organization_key
    )
    kind = models.CharField("当时类别", max_length=20, choices=OrgKind)
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止")
    document = models.CharField("依据文号", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "曾用名称"
        ordering = ["organization_id", "-end"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "end"],
                condition=Q(withdrawn_at=None),
                name="former_name_unique",
                violation_error_message="同一天已经有一次更名。",
            ),
            models.CheckConstraint(
                name="former_name_dates",
                condition=Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="曾用名称的止日要晚于起日。",
            ),
        ]

    def __str__(self):
        return self.name


class Coverage(Record):
    """A school an organization covered from `start` to the day before `end`.

    Kept only where one joined or left on a known day; without a record a school of the
    organization was there from the beginning. An `end` of None means "until now".
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="coverages", verbose_name="党组织"
    )
    school = models.ForeignKey(
        School, models.PROTECT, related_name="coverages", verbose_name="学校"
    )
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止", null=True, blank=True)
    document = models.CharField("依据文号", max_length=60, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "覆盖单位"
        ordering = ["organization_id", F("start").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "school"],
                condition=Q(end=None, withdrawn_at=None),
                name="coverage_one_open",
            ),
            models.CheckConstraint(
                name="coverage_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="止日要晚于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} 覆盖 {self.school}"
