"""The acts of a transfer, one for each side (orgs/services_transfers.py)."""

from __future__ import annotations

from django.utils import timezone

from orgs import services_members, services_transfers
from orgs.members.acts import MemberAct
from orgs.transfers.forms import RecallForm, ReceiveForm, ReturnForm, SendForm
from orgs.transfers.pages import EitherSide
from schools.act_pages import ActPage

TRANSFERS = EitherSide()


class Send(MemberAct):
    """An act on the member: it makes the transfer."""

    slug, path = "member_send", "send"
    title, verb = "转出组织关系", "转出"
    lead = "对方接收以前，党员仍计在本组织，由本组织负责；超过 30 天没有接收会提醒"
    form_class = SendForm
    waits_for_transfer = True

    def check(self, member):
        super().check(member)
        services_members.check_settled(member)

    def extra(self, request, record, form):
        day = timezone.localdate()
        posts = [
            p
            for p in services_members.open_posts(record, day)
            if p.organization_id == record.organization_id
        ]
        aside = [
            ("person-dash", f"{p.organization.short_name}{p.get_kind_display()}", "接收之日离任")
            for p in posts
        ]
        return {"aside": aside} if aside else {}

    def do(self, record, form, act):
        told = form.cleaned_data
        sent = services_transfers.send(
            member=record,
            receiver=told["receiver"],
            receiver_name=told["receiver_name"],
            sent_on=told["sent_on"],
            letter_number=told["letter_number"],
            cause=told["cause"],
            act=act,
            expected=told["version"],
        )
        return f"{record.name}的组织关系已转往{sent.to_label}，等待接收。"


class TransferAct(ActPage):
    """An act on a transfer by one of its sides."""

    pages = TRANSFERS
    # Whose act it is; a transfer out of the system is closed by its sender.
    side = "sender"

    def may(self, user, record):
        return self.pages.is_on(user, record, self.side_of(record))

    def side_of(self, record) -> str:
        """Return the side that may do this."""
        return self.side

    def fits(self, record) -> bool:
        """Tell whether there is anything left to do."""
        return record.is_pending

    def stop(self, record):
        if record.is_pending:
            return ""
        return f"这次转接{record.get_state_display()}（{record.closed_on}），不能再办理。"

    def refusal(self, record):
        other = record.receiver if self.side_of(record) == "receiver" else record.sender
        return f"这一步由{other.short_name if other else '对方'}办理。您可以查看进展。"


class Receive(TransferAct):
    slug, path = "transfer_receive", "receive"
    title, verb = "接收", "接收"
    lead = "核对介绍信和本人情况后接收。从接收之日起计入转入党组织"
    form_class = ReceiveForm

    def side_of(self, record):
        return "receiver" if record.receiver_id else "sender"

    def do(self, record, form, act):
        told = form.cleaned_data
        services_transfers.receive(
            transfer=record, day=told["day"], act=act, expected=told["version"]
        )
        return f"{record.member.name} {told['day']} 转入{record.to_label}。"


class SendBack(TransferAct):
    slug, path = "transfer_return", "return"
    title, verb = "退回", "退回转出方"
    lead = "不能接收的，写明理由退回。党员一直计在转出方"
    form_class = ReturnForm
    side = "receiver"
    is_grave = True

    def fits(self, record):
        return record.is_pending and record.receiver_id is not None

    def side_of(self, record):
        return "receiver" if record.receiver_id else "sender"

    def do(self, record, form, act):
        told = form.cleaned_data
        services_transfers.send_back(
            transfer=record,
            day=timezone.localdate(),
            answer=told["answer"],
            act=act,
            expected=told["version"],
        )
        return f"{record.member.name}的组织关系已退回{record.from_label}。"


class Recall(TransferAct):
    slug, path = "transfer_recall", "recall"
    title, verb = "撤回转出", "撤回"
    lead = "对方还没有接收时可以撤回。党员一直计在本组织"
    form_class = RecallForm
    is_grave = True

    def do(self, record, form, act):
        services_transfers.recall(transfer=record, act=act, expected=form.cleaned_data["version"])
        return f"{record.member.name}的组织关系不再转往{record.to_label}。"


ACTS: tuple[type[TransferAct], ...] = (Receive, SendBack, Recall)


def urls(prefix: str) -> list:
    """Return the URL patterns of the acts under the addresses of transfers."""
    return [act.url(prefix) for act in ACTS]
