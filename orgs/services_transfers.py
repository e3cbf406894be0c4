"""Transfers of members (组织关系转接): sent by one side, received or sent back by the other.

The member belongs to the sender until he is received (党员教育管理工作条例 Art. 25).
"""

from __future__ import annotations

import datetime
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import history
from accounts.history import Act
from orgs import services_memberships as memberships
from orgs.acting import check_day, years_since
from orgs.development import keeping
from orgs.models import (
    Beginning,
    CaseEnd,
    DevelopmentCase,
    ExitKind,
    Member,
    Organization,
    PostEnd,
    Transfer,
    TransferState,
)
from orgs.services_members import (
    check_place,
    check_present,
    check_settled,
    check_span,
    depart,
    end_posts,
    enter,
)
from schools import writing
from sheets.forms import Stored, tell


def touched(transfer: Transfer) -> Stored:
    """Return what is to be scored anew: both sides, from the day it was closed."""
    sides = {pk for pk in (transfer.sender_id, transfer.receiver_id) if pk is not None}
    day = transfer.closed_on or transfer.sent_on
    return Stored("transfers", frozenset(sides), years_since(day))


@transaction.atomic
def send(
    *,
    member: Member,
    receiver: Organization | None = None,
    receiver_name: str = "",
    sent_on: datetime.date,
    letter_number: str = "",
    cause: str = "",
    act: Act,
    expected: int | None = None,
) -> Transfer:
    """Send a member to `receiver`, or to `receiver_name` outside the system.

    `expected` is the version of the member the person saw.
    """
    check_present(member)
    check_settled(member)
    check_span(member, sent_on, "sent_on")
    if (receiver is None) == (not receiver_name):
        raise ValidationError({"receiver": "请选转入党组织；转到系统外的，写明对方党组织名称。"})
    if receiver:
        if receiver.pk == member.organization_id:
            raise ValidationError({"receiver": f"{member.name}已经在{receiver.short_name}。"})
        check_receiver(receiver, sent_on)
    if expected is not None and (stored := history.lock(member)).version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    transfer = Transfer(
        member=member,
        sender=member.organization,
        receiver=receiver,
        receiver_name=receiver_name,
        state=TransferState.PENDING,
        sent_on=sent_on,
        letter_number=letter_number,
        cause=cause,
    )
    writing.write(transfer, act=act, action="transfer.send", touched=touched)
    return transfer


def check_receiver(receiver: Organization, day: datetime.date) -> None:
    """Refuse a receiver that has no members of its own, or none on `day`."""
    try:
        check_place(receiver)
        check_day(day, receiver)
    except ValidationError as error:
        raise ValidationError({"receiver": error.messages}) from None


@transaction.atomic
def receive(
    *, transfer: Transfer, day: datetime.date, act: Act, expected: int | None = None
) -> None:
    """Receive a member on `day`: from then on he belongs to the receiver.

    Sent outside the system, he leaves with the slip that came back.
    """
    member = _close(transfer, TransferState.RECEIVED, day)
    if transfer.receiver:
        check_receiver(transfer.receiver, day)
        memberships.finish(member, day, act=act)
        memberships.begin(
            member,
            organization=transfer.receiver,
            start=day,
            beginning=Beginning.TRANSFERRED,
            document=transfer.letter_number,
            act=act,
        )
        end_posts(member, day, PostEnd.MOVED, organization=transfer.sender, act=act)
        member.organization, member.school = transfer.receiver, transfer.receiver.school
        _take_case_along(member, transfer.receiver, day, act)
    else:
        depart(member, kind=ExitKind.MOVED, day=day, document=transfer.letter_number, act=act)
        _take_case_along(member, None, day, act)
    history.save(member, act=act)
    _write(transfer, "transfer.receive", act, expected)


def _take_case_along(
    member: Member, receiver: Organization | None, day: datetime.date, act: Act
) -> None:
    """Let the file of somebody on probation travel with him; over the border it ends."""
    case = DevelopmentCase.objects.running().filter(member=member).first()
    if case is None:
        return
    if receiver:
        case.organization, case.school = receiver, receiver.school
    else:
        case.end_kind, case.ended_on = CaseEnd.MOVED, day
    history.save(case, act=act)
    tell(keeping.touched(case), act.actor)


@transaction.atomic
def send_back(
    *, transfer: Transfer, day: datetime.date, answer: str, act: Act, expected: int | None = None
) -> None:
    """Send a member back with the reason; he has belonged to the sender all the time."""
    if not answer:
        raise ValidationError({"answer": "请写明退回的理由。"})
    _close(transfer, TransferState.RETURNED, day)
    transfer.answer = answer
    _write(transfer, "transfer.return", act, expected)


@transaction.atomic
def recall(*, transfer: Transfer, act: Act, expected: int | None = None) -> None:
    """Take a transfer back that has not been received."""
    day = max(timezone.localdate(), transfer.sent_on)
    _close(transfer, TransferState.RECALLED, day)
    _write(transfer, "transfer.recall", act, expected)


@transaction.atomic
def arrive(
    *,
    member: Member,
    sender_name: str,
    day: datetime.date,
    sent_on: datetime.date | None = None,
    letter_number: str = "",
    act: Act,
) -> Member:
    """Receive a member from outside the system; one who had moved away keeps his record."""
    check_place(member.organization)
    check_day(day, member.organization, "day")
    if sent_on and sent_on > day:
        raise ValidationError({"sent_on": f"转出时间 {sent_on} 晚于接收时间 {day}，请核对。"})
    member = enter(
        member,
        start=day,
        beginning=Beginning.TRANSFERRED,
        document=letter_number,
        again={ExitKind.MOVED},
        action="member.arrive",
        act=act,
    )
    history.create(
        Transfer(
            member=member,
            sender_name=sender_name,
            receiver=member.organization,
            state=TransferState.RECEIVED,
            sent_on=sent_on or day,
            closed_on=day,
            letter_number=letter_number,
        ),
        act=act,
    )
    return member


def _close(transfer: Transfer, state: TransferState, day: datetime.date) -> Member:
    """Close an open transfer on `day` and return its member, locked; nothing is stored yet."""
    if not transfer.is_pending:
        raise ValidationError(
            f"这次转接{transfer.get_state_display()}（{transfer.closed_on}），不能再办理。"
        )
    check_day(day, field="day")
    if day < transfer.sent_on:
        raise ValidationError({"day": f"转出时间是 {transfer.sent_on}，{day} 早于这一天。"})
    transfer.state, transfer.closed_on = state, day
    member = cast(Member, history.lock(transfer.member))
    if state == TransferState.RECEIVED:
        check_present(member)
    return member


def _write(transfer: Transfer, action: str, act: Act, expected: int | None) -> None:
    expected = transfer.version if expected is None else expected
    writing.write(transfer, act=act, action=action, touched=touched, expected=expected)
