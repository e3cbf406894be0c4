"""Party groups (党小组) of a branch, and who belongs to them, each with its days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models.members import Member
from orgs.models.organizations import OfOrganizationQuerySet, Organization
from schools.scoping import KeptManager, ScopedQuerySet


class PartyGroup(Record):
    """A group of a branch, from `start` to the day before `end`.

    A group is no organization: it has no scope and no score of its own (支部工作条例 Art. 13).
    A `start` of None means "since before the register".
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="groups", verbose_name="党支部"
    )
    name = models.CharField("名称", max_length=50)
    start = models.DateField("成立时间", null=True, blank=True)
    end = models.DateField("撤销时间", null=True, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党小组"
        ordering = ["organization_id", F("end").desc(nulls_first=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(end=None, withdrawn_at=None),
                name="group_name_once",
                violation_error_message="这个支部已经有同名的党小组。",
            ),
            models.CheckConstraint(
                name="group_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gt=F("start")),
                violation_error_message="撤销时间要晚于成立时间。",
            ),
        ]

    def __str__(self):
        return self.name


class OfGroupQuerySet(ScopedQuerySet):
    scope_lookup = "group__organization__jurisdiction__path"


class GroupMembership(Record):
    """Which group a member belongs to, from `start` to the day before `end`; one at a time."""

    group = models.ForeignKey(
        PartyGroup, models.CASCADE, related_name="memberships", verbose_name="党小组"
    )
    member = models.ForeignKey(
        Member, models.CASCADE, related_name="group_memberships", verbose_name="党员"
    )
    is_leader = models.BooleanField("组长", default=False)
    start = models.DateField("起", null=True, blank=True)
    end = models.DateField("止", null=True, blank=True)

    objects = KeptManager.from_queryset(OfGroupQuerySet)()
    everything = OfGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党小组成员"
        ordering = ["group_id", "-is_leader", "member_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(end=None, withdrawn_at=None),
                name="group_member_once",
                violation_error_message="一名党员只能编入一个党小组。",
            ),
            models.CheckConstraint(
                name="group_member_dates",
                condition=Q(end=None) | Q(start=None) | Q(end__gte=F("start")),
            ),
        ]

    def __str__(self):
        return f"{self.member} → {self.group}"
