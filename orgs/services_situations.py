"""Acts on one member who is lost, floating or suspended (党员教育管理工作条例 Arts 24, 32)."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import Act
from orgs import services_memberships as memberships
from orgs.acting import check_day
from orgs.models import Contact, Member, MemberStatus, SituationKind, add_months, add_years
from orgs.services_members import check_present, touched
from schools import writing
from sheets.forms import Stored

# Lost for so long, a member is suspended; suspended for so long, removed (Art. 24).
LOST_MONTHS, SUSPENDED_YEARS = 6, 2


@transaction.atomic
def lose_contact(
    *, member: Member, since: datetime.date, note: str = "", act: Act, expected: int | None = None
) -> None:
    """Note that contact with a member is lost, since when, and what was done to find him."""
    check_present(member)
    check_day(since, field="day")
    check_not_yet(member, SituationKind.LOST)
    memberships.mark(member, SituationKind.LOST, start=since, note=note, act=act)
    member.is_lost_contact = True
    _write(member, "member.lost", act, expected, since, "失联起")


@transaction.atomic
def find_again(
    *, member: Member, day: datetime.date, note: str = "", act: Act, expected: int | None = None
) -> None:
    """Note that a lost member was found on `day`."""
    check_present(member)
    check_day(day, field="day")
    check_lost(member)
    _end(member, SituationKind.LOST, day, note, act)
    member.is_lost_contact = False
    _write(member, "member.found", act, expected, day, "取得联系")


@transaction.atomic
def float_away(
    *, member: Member, since: datetime.date, place: str, act: Act, expected: int | None = None
) -> None:
    """Note that a member is away for six months or more without a transfer, and where."""
    check_present(member)
    check_day(since, field="day")
    check_not_yet(member, SituationKind.FLOATING)
    memberships.mark(member, SituationKind.FLOATING, start=since, note=place, act=act)
    member.is_floating = True
    _write(member, "member.float", act, expected, since, "流动起")


@transaction.atomic
def settle(*, member: Member, day: datetime.date, act: Act, expected: int | None = None) -> None:
    """Note that a floating member has come back."""
    check_present(member)
    check_day(day, field="day")
    check_floating(member)
    _end(member, SituationKind.FLOATING, day, "", act)
    member.is_floating = False
    _write(member, "member.settle", act, expected, day, "流动止")


@transaction.atomic
def suspend(
    *,
    member: Member,
    day: datetime.date,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> None:
    """Stop the membership of somebody lost for six months and searched for (Art. 24)."""
    check_present(member)
    check_day(day, field="day")
    first = check_suspendable(member)
    if day < first:
        raise ValidationError({"day": f"失联到 {first} 满 6 个月，{day} 还不能停止党籍。"})
    memberships.mark(member, SituationKind.SUSPENDED, start=day, document=document, act=act)
    member.status = MemberStatus.SUSPENDED
    _write(member, "member.suspend", act, expected, day, "停止党籍起")


@transaction.atomic
def resume(
    *,
    member: Member,
    day: datetime.date,
    status: MemberStatus,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> None:
    """Give a suspended member his membership back as `status`; he is no longer lost."""
    check_present(member)
    check_day(day, field="day")
    check_suspended(member)
    _end(member, SituationKind.SUSPENDED, day, document, act)
    if member.is_lost_contact:
        _end(member, SituationKind.LOST, day, "", act)
    member.status, member.is_lost_contact = status, False
    _write(member, "member.resume", act, expected, day, "恢复党籍")


@transaction.atomic
def log_contact(*, contact: Contact, act: Act) -> None:
    """Note a contact with a floating member, or a search for a lost one."""
    check_present(contact.member)
    check_day(contact.held_on, field="day")
    writing.write(contact, act=act, action="contact.create", touched=contact_touched)


def contact_touched(contact: Contact) -> Stored:
    """Return what is to be scored anew when a contact changes: the year it is of."""
    organization = contact.member.organization_id
    return Stored("contacts", frozenset({organization}), frozenset({contact.held_on.year}))


def check_not_yet(member: Member, kind: SituationKind) -> None:
    """Refuse who is lost or floating already; a beginning nobody told may be added."""
    found = memberships.situation(member, kind)
    if found and found.start:
        raise ValidationError(f"{member.name}已登记为{kind.label}，从 {found.start} 起。")


def check_lost(member: Member) -> None:
    """Refuse who is not lost, or has been suspended since."""
    if not member.is_lost_contact:
        raise ValidationError(f"{member.name}没有登记为失联。")
    if member.status == MemberStatus.SUSPENDED:
        raise ValidationError(f"{member.name}已停止党籍，请办理“恢复党籍”，失联同时解除。")


def check_floating(member: Member) -> None:
    """Refuse who is not floating."""
    if not member.is_floating:
        raise ValidationError(f"{member.name}没有登记为流动党员。")


def check_suspendable(member: Member) -> datetime.date:
    """Return the first day of a suspension; refuse who is not known to be lost."""
    if member.status == MemberStatus.SUSPENDED:
        raise ValidationError(f"{member.name}已停止党籍。")
    first = may_suspend_from(member)
    if first is None:
        raise ValidationError(
            "停止党籍用于失去联系满 6 个月、多方查找没有找到的党员。请先登记失联和失联时间。"
        )
    return first


def check_suspended(member: Member) -> None:
    """Refuse who is not suspended."""
    if member.status != MemberStatus.SUSPENDED:
        raise ValidationError(f"{member.name}没有停止党籍。")


def may_suspend_from(member: Member) -> datetime.date | None:
    """Return the day from which a lost member may be suspended; None while unknown."""
    found = memberships.situation(member, SituationKind.LOST)
    return add_months(found.start, LOST_MONTHS) if found and found.start else None


def may_remove_from(member: Member) -> datetime.date | None:
    """Return the day from which a suspended member may be removed; None while unknown."""
    found = memberships.situation(member, SituationKind.SUSPENDED)
    return add_years(found.start, SUSPENDED_YEARS) if found and found.start else None


def _end(member: Member, kind: SituationKind, day: datetime.date, note: str, act: Act) -> None:
    """End a situation, not before it began."""
    found = memberships.situation(member, kind)
    if found and found.start and day < found.start:
        raise ValidationError(
            {"day": f"{found.get_kind_display()}从 {found.start} 起，{day} 早于这一天，请核对。"}
        )
    memberships.unmark(member, kind, day, note=note, act=act)


def _write(member, action, act, expected, day: datetime.date, label: str) -> None:
    writing.write(
        member,
        act=act,
        action=action,
        touched=touched(day),
        expected=expected,
        also={label: ["", day.isoformat()]},
    )
