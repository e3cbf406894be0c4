"""The list of transfers, and the page of one."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from orgs.models import OPEN_DAYS, Member, Organization, Transfer
from orgs.personal import cover_id_number
from orgs.transfers.acts import ACTS
from orgs.transfers.pages import TransferPages
from orgs.transfers.tables import TransferFilter, TransferTable, state_of
from schools.access import EDIT, READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.facts import Fact
from schools.lists import ListPage, Shortcut


class TransferList(ListPage):
    title = "组织关系转接"
    lead = "转出、转入的双方都能看到。接收以前，党员计在转出方。"
    counter, noun = "人次", "转接"
    sheet_title = "党员组织关系转接台账"
    table_class = TransferTable
    filterset_class = TransferFilter
    # Pending ones first: the states are in this order.
    default_order = ("state", "-sent_on")
    shortcuts = (
        Shortcut("待我接收", "mine=waiting"),
        Shortcut("我转出的", "mine=sent"),
        Shortcut(f"超 {OPEN_DAYS} 天", "open=overdue"),
    )
    import_kind = "transfers"
    empty_title = "还没有组织关系转接"
    empty_text = "在党员页面用“转出组织关系”发起，也可以用“组织关系转接台账”表导入。"

    def rows(self):
        return Transfer.objects.select_related("member", "sender", "receiver")


@needs(READ)
@limited(RECORDS)
def transfer(request, pk):
    """Show one transfer to either side: the letter, the person as far as it names him, the
    state, and what may be done next.
    """
    rows = Transfer.objects.visible_to(request.user).select_related(
        "member__organization", "sender__jurisdiction", "receiver__jurisdiction"
    )
    record = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    sides = [side for side in (record.sender, record.receiver) if side]
    set_bodies(sides)
    edits = request.user.has_perm(EDIT)
    acts = [act() for act in ACTS] if edits and record.is_pending else []
    pages = TransferPages()
    context: dict[str, Any] = {
        "transfer": record,
        "body": sides[0].body,
        "today": today,
        "state": state_of(record, today),
        "days": record.days_open(today),
        "overdue": record.days_open(today) - OPEN_DAYS if record.is_overdue(today) else 0,
        "letter": letter_facts(record, request.user),
        "person": person_facts(record, request.user),
        "acts": [
            (act, act.address(record))
            for act in acts
            if act.fits(record) and act.may(request.user, record)
        ],
        "waits_for": record.receiver or record.sender,
        "may_edit": edits and pages.may_edit(request.user, record),
    }
    return render(request, "orgs/transfer.html", context)


def letter_facts(record: Transfer, user) -> list[Fact]:
    """Return what the letter tells; an organization is a link where the user may see it."""
    seen = set(
        Organization.objects.visible_to(user)
        .filter(pk__in=[pk for pk in (record.sender_id, record.receiver_id) if pk])
        .values_list("pk", flat=True)
    )

    def side(label, organization, name) -> Fact:
        if organization is None:
            return Fact(label, name, "系统外")
        url = reverse("organization", args=[organization.pk]) if organization.pk in seen else ""
        return Fact(label, organization.short_name, organization.body.label, url)

    return [
        side("转出党组织", record.sender, record.sender_name),
        side("转入党组织", record.receiver, record.receiver_name),
        Fact("转出时间", record.sent_on),
        Fact("办结时间", record.closed_on or "还没有办结"),
        Fact("介绍信编号", record.letter_number),
        Fact("转接原因", record.cause),
    ]


def person_facts(record: Transfer, user) -> list[Fact]:
    """Return what both sides are told of the member: what stands in a letter, masked."""
    member = record.member
    url = ""
    if Member.objects.visible_to(user).filter(pk=member.pk).exists():
        url = reverse("member", args=[member.pk])

    def month_or_day(day, month_only):
        return f"{day:%Y-%m}" if day and month_only else day

    return [
        Fact("姓名", member.name, url=url),
        Fact("性别", member.get_sex_display()),
        Fact("民族", member.ethnicity),
        Fact("公民身份号码", cover_id_number(member.id_number), "已遮挡"),
        Fact("人员类别", member.get_status_display()),
        Fact("入党时间", month_or_day(member.joined_on, member.joined_month_only)),
        Fact("转正时间", month_or_day(member.confirmed_on, member.confirmed_month_only)),
        Fact("在职情况", member.get_employment_display()),
    ]
