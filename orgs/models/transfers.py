"""Transfers of members between organizations (组织关系转接)."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models.members import Member
from orgs.models.organizations import Organization
from schools.roles import EDIT_ROLES
from schools.scoping import KeptManager, ScopedQuerySet, granted_paths, within

# A transfer open for longer is overdue (standard, D4).
OPEN_DAYS = 30


class TransferQuerySet(ScopedQuerySet):
    """Both sides see a transfer."""

    scope_lookup = "sender__jurisdiction__path"
    further_lookups = ("receiver__jurisdiction__path",)

    def pending(self):
        """Return the transfers that wait for their receiver."""
        return self.filter(state=TransferState.PENDING)

    def sent_by(self, user):
        """Return the transfers of members `user` keeps the records of."""
        return self.filter(within(granted_paths(user, EDIT_ROLES), self.scope_lookup))

    def waiting_for(self, user):
        """Return the transfers that `user` may receive or send back."""
        mine = within(granted_paths(user, EDIT_ROLES), "receiver__jurisdiction__path")
        return self.pending().filter(mine)

    def overdue_on(self, day: datetime.date):
        """Return the transfers still open on `day` after more than 30 days."""
        return self.pending().filter(sent_on__lt=day - datetime.timedelta(days=OPEN_DAYS))


class TransferState(models.TextChoices):
    PENDING = "pending", "待接收"
    RECEIVED = "received", "已接收"
    RETURNED = "returned", "已退回"
    RECALLED = "recalled", "已撤回"


class Transfer(Record):
    """A member sent from one organization to another, or over the border of the system.

    A side outside the system has a name and no organization. The member belongs to the
    sender until he is received (党员教育管理工作条例 Art. 25).
    """

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="transfers", verbose_name="党员"
    )
    sender = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_out",
        verbose_name="转出党组织",
    )
    sender_name = models.CharField("系统外转出党组织", max_length=100, blank=True)
    receiver = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_in",
        verbose_name="转入党组织",
    )
    receiver_name = models.CharField("系统外转入党组织", max_length=100, blank=True)
    state = models.CharField("状态", max_length=8, choices=TransferState)
    sent_on = models.DateField("转出时间")
    letter_number = models.CharField("介绍信编号", max_length=40, blank=True)
    cause = models.CharField("转接原因", max_length=100, blank=True)
    # The day it was received, returned or recalled, and why it was returned.
    closed_on = models.DateField("办结时间", null=True, blank=True)
    answer = models.CharField("退回理由", max_length=200, blank=True)

    objects = KeptManager.from_queryset(TransferQuerySet)()
    everything = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系转接"
        ordering = ["-sent_on", "-pk"]
        indexes = [models.Index(fields=["state", "sent_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(state="pending", withdrawn_at=None),
                name="transfer_one_pending",
                violation_error_message="这名党员的组织关系正在转接，还没有办结。",
            ),
            models.CheckConstraint(name="transfer_sides", condition=~Q(sender=None, receiver=None)),
            models.CheckConstraint(
                name="transfer_closed",
                condition=Q(state="pending", closed_on=None)
                | (~Q(state="pending") & Q(closed_on__gte=F("sent_on"))),
                violation_error_message="办结时间不能早于转出时间。",
            ),
        ]

    def __str__(self):
        return f"{self.member}：{self.from_label} → {self.to_label}"

    @property
    def from_label(self) -> str:
        """The sending organization in short, or its name outside the system."""
        return self.sender.short_name if self.sender else self.sender_name

    @property
    def to_label(self) -> str:
        """The receiving organization in short, or its name outside the system."""
        return self.receiver.short_name if self.receiver else self.receiver_name

    @property
    def is_pending(self) -> bool:
        return self.state == TransferState.PENDING

    def days_open(self, day: datetime.date) -> int:
        """Return how many days it has been open by `day`, or was until it was closed."""
        return ((self.closed_on or day) - self.sent_on).days

    def is_overdue(self, day: datetime.date) -> bool:
        """Whether it is still open after more than 30 days."""
        return self.is_pending and self.days_open(day) > OPEN_DAYS
