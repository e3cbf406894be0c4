"""The page of a transfer: its letter corrected, its history."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from orgs.models import Transfer
from orgs.services_transfers import touched
from orgs.transfers.forms import TransferForm
from schools.access import EDIT
from schools.records import RecordPages
from schools.roles import EDIT_ROLES
from schools.scoping import granted_paths, within


class TransferPages(RecordPages):
    slug = "transfer"
    model = Transfer
    form_class = TransferForm
    title = "组织关系转接"
    list_url, list_label = "transfers", "组织关系转接"
    related = ("member", "sender__jurisdiction__place", "receiver__jurisdiction__place")
    # Sending a member makes one.
    can_create = False

    def name(self, record):
        return f"{record.member.name}，{record.from_label}转{record.to_label}"

    def holder(self, record):
        return record.sender or record.receiver

    def may_edit(self, user, record):
        """The side that wrote the letter corrects it: the sender, or who received from outside."""
        side = "sender" if record.sender_id else "receiver"
        return self.is_on(user, record, side)

    def is_on(self, user, record, side: str) -> bool:
        """Tell whether `user` may act for one side, "sender" or "receiver"."""
        if not user.has_perm(EDIT):
            return False
        mine = within(granted_paths(user, EDIT_ROLES), f"{side}__jurisdiction__path")
        return Transfer.everything.filter(mine, pk=record.pk).exists()

    def withdraw(self, record, *, act, expected):
        """Withdraw a transfer that moved nobody."""
        if record.is_pending:
            raise ValidationError("还在等待接收。不转的，请用“撤回转出”。")
        if record.state == "received":
            raise ValidationError(
                "已经接收，党员的组织关系已随之变动，不能撤回这条记录。请再办一次转接。"
            )
        return super().withdraw(record, act=act, expected=expected)

    def touched(self, record):
        return touched(record)


class EitherSide(TransferPages):
    """The same for the acts: each side finds the transfer, its acts tell who may do what."""

    def may_edit(self, user, record):
        return any(self.is_on(user, record, side) for side in ("sender", "receiver"))
