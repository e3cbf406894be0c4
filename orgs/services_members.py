"""Acts on one member: entering the register, probation, leaving, coming back, retiring.

Each is one transaction with a revision of every record it touches and one entry of the
operation log. What is against a rule is refused by ValidationError, at the field it is
about. `expected` is the version of the record the person saw.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import history
from accounts.history import Act
from orgs import services_memberships as memberships
from orgs.acting import check_day, years_since
from orgs.models import (
    Beginning,
    Employment,
    ExitKind,
    Member,
    MemberStatus,
    Organization,
    OrgKind,
    Post,
    PostEnd,
    TransferState,
    add_months,
    add_years,
)
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX
from schools import writing
from sheets.forms import Stored

# Whoever left in one of these ways may be admitted again, as a new probationary member.
ADMITTED_AGAIN = frozenset(ExitKind) - {ExitKind.MOVED, ExitKind.DIED}


def touched(day: datetime.date | None) -> Callable[[Member], Stored]:
    """Return what tells which scores a change of a member that holds from `day` concerns."""

    def told(member: Member) -> Stored:
        return Stored("members", frozenset({member.organization_id}), years_since(day))

    return told


# -- entering -----------------------------------------------------------------------------


@transaction.atomic
def register(*, member: Member, act: Act) -> Member:
    """Enter somebody who has long been a member: his membership began before the register."""
    check_place(member.organization)
    member = stored_person(member, again=frozenset())
    writing.write(member, act=act, action="member.create", touched=touched(None))
    memberships.begin(
        member,
        organization=member.organization,
        start=None,
        beginning=Beginning.OPENED,
        act=act,
    )
    return member


@transaction.atomic
def admit(*, member: Member, document: str = "", act: Act) -> Member:
    """Admit a probationary member on `member.joined_on`, the day of the branch meeting.

    Refused in temporary and functional branches, and before the 18th birthday
    (发展党员工作细则 Arts 5, 32). Returns the stored member: somebody who had left the
    Party is taken up again on his own record.
    """
    day = member.joined_on
    if day is None:
        raise ValidationError({"joined_on": "请填写支部大会通过的日期。"})
    check_place(member.organization, admits=True)
    check_day(day, member.organization, "joined_on")
    if day < add_years(member.birth_date, 18):
        raise ValidationError(
            {"joined_on": f"接收时未满 18 周岁（{add_years(member.birth_date, 18)} 满），请核对。"}
        )
    member.status, member.confirmed_on, member.probation_until = (
        MemberStatus.PROBATIONARY,
        None,
        None,
    )
    member.joined_month_only = member.confirmed_month_only = False
    return enter(
        member,
        start=day,
        beginning=Beginning.ADMITTED,
        document=document,
        again=ADMITTED_AGAIN,
        action="member.admit",
        act=act,
    )


def enter(
    member: Member,
    *,
    start: datetime.date,
    beginning: Beginning,
    document: str,
    again: Collection[ExitKind],
    action: str,
    act: Act,
) -> Member:
    """Store a new or returning member with the membership that begins on `start`."""
    member = stored_person(member, again=again)
    if member.left_on:
        if start < member.left_on:
            raise ValidationError({"id_number": f"{ELSEWHERE}。{ELSEWHERE_FIX}。"})
        member.left_on, member.left_kind, member.left_document = None, "", ""
    writing.write(member, act=act, action=action, touched=touched(start))
    memberships.begin(
        member,
        organization=member.organization,
        start=start,
        beginning=beginning,
        document=document,
        act=act,
    )
    return member


def stored_person(member: Member, *, again: Collection[ExitKind]) -> Member:
    """Return the record to write for somebody who enters: a new one, or his own of earlier.

    His own only if he left in one of the ways `again` and bears the same name. Any other
    number that is known is refused by the one sentence that tells nothing.
    """
    known = Member.objects.filter(id_hash=member.id_hash).first()
    if known is None:
        return member
    if known.left_on is None or known.left_kind not in again or known.name != member.name:
        raise ValidationError({"id_number": f"{ELSEWHERE}。{ELSEWHERE_FIX}。"})
    kept = {"left_on", "left_kind", "left_document"}
    for field in history.tracked(Member):
        if field.name not in kept:
            setattr(known, field.attname, getattr(member, field.attname))
    return known


def check_place(organization: Organization, *, admits: bool = False) -> None:
    """Refuse an organization that has no members of its own.

    Members belong to branches (党员教育管理工作条例 Art. 25); those of a functional branch
    belong to others, and a temporary one admits nobody.
    """
    kind = OrgKind(organization.kind)
    if kind in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH):
        told = f"{kind.label}的党员编在下面的党支部，请选党支部。"
    elif kind == OrgKind.FUNCTIONAL_BRANCH:
        told = "功能型党支部不接转组织关系，请选党员组织关系所在的党支部。"
    elif admits and kind == OrgKind.TEMPORARY_BRANCH:
        told = "临时党支部不能接收预备党员，请选正式的党支部。"
    elif organization.dissolved_on:
        told = f"{organization.short_name}已于 {organization.dissolved_on} 撤销。"
    else:
        return
    raise ValidationError({"organization": told})


# -- probation ----------------------------------------------------------------------------


@transaction.atomic
def confirm(*, member: Member, day: datetime.date, act: Act, expected: int | None = None) -> None:
    """Confirm a probationary member by the branch meeting of `day`, not before his year is
    over (发展党员工作细则 Art. 32).
    """
    check_probationary(member)
    check_day(day, field="day")
    end = member.probation_ends_on
    if day < end:
        raise ValidationError({"day": f"预备期到 {end} 满，{day} 还没有满，不能转正。"})
    member.status, member.confirmed_on = MemberStatus.FULL, day
    member.confirmed_month_only = False
    _write(member, "member.confirm", act, expected, since=day)


@transaction.atomic
def extend_probation(
    *, member: Member, until: datetime.date, act: Act, expected: int | None = None
) -> None:
    """Extend probation, once, by half a year to a year (发展党员工作细则 Art. 32)."""
    check_extendable(member)
    end = member.probation_ends_on
    first, last = add_months(end, 6), add_years(end, 1)
    if not first <= until <= last:
        raise ValidationError(
            {"until": f"预备期 {end} 满，延长不少于半年、不多于一年：{first} 至 {last}。"}
        )
    member.probation_until = until
    _write(member, "member.extend", act, expected, since=until)


def check_extendable(member: Member) -> None:
    """Refuse who is not in probation, or whose probation has been extended."""
    check_probationary(member)
    if member.probation_until:
        raise ValidationError(
            f"预备期已延长到 {member.probation_until}，只能延长一次。期满请办理转正或取消资格。"
        )


def check_probationary(member: Member) -> None:
    """Refuse who is not in probation, or has been for nobody knows how long."""
    check_present(member)
    if member.status != MemberStatus.PROBATIONARY:
        raise ValidationError(f"{member.name}是{member.get_status_display()}，不在预备期。")
    if member.joined_on is None:
        raise ValidationError("没有登记入党时间，算不出预备期。请先在“修改”里补填入党时间。")


# -- leaving and coming back --------------------------------------------------------------


@transaction.atomic
def leave(
    *,
    member: Member,
    kind: ExitKind,
    day: datetime.date,
    document: str = "",
    act: Act,
    expected: int | None = None,
) -> None:
    """Let a member leave on `day`: his membership and his posts end, his record stays."""
    check_present(member)
    check_settled(member)
    in_probation = member.status == MemberStatus.PROBATIONARY
    if kind == ExitKind.CANCELLED and not in_probation:
        raise ValidationError({"kind": f"{member.name}不在预备期，不能取消预备党员资格。"})
    if kind == ExitKind.EXPELLED and in_probation:
        raise ValidationError({"kind": "预备党员不适用开除党籍，请选“取消预备党员资格”。"})
    check_span(member, day)
    depart(member, kind=kind, day=day, document=document, act=act)
    _write(member, "member.leave", act, expected, since=day)


def depart(member: Member, *, kind: ExitKind, day: datetime.date, document: str, act: Act) -> None:
    """Set how and when a member left, and end his membership and posts; he is not yet stored."""
    member.left_kind, member.left_on, member.left_document = kind, day, document
    memberships.finish(member, day, act=act)
    end_posts(member, day, PostEnd.OTHER, act=act)


def end_posts(
    member: Member,
    day: datetime.date,
    reason: PostEnd,
    *,
    organization: Organization | None = None,
    act: Act,
) -> None:
    """End the posts a member holds, all or those in one organization."""
    for post in open_posts(member, day):
        if organization is None or post.organization_id == organization.pk:
            post.end = max(day, post.start or day)
            post.end_reason = reason
            history.save(post, act=act)


def open_posts(member: Member, day: datetime.date) -> list[Post]:
    """Return the posts a member holds on `day` or is to hold."""
    posts = member.posts.filter(Q(end=None) | Q(end__gt=day))
    return list(posts.select_related("organization"))


@transaction.atomic
def come_back(*, member: Member, act: Act, expected: int | None = None) -> None:
    """Undo a leaving that was entered by mistake; posts that ended with it stay ended."""
    check_left(member)
    since = member.left_on
    last = member.memberships.order_by("-end", "-pk").first()
    if last and last.end:
        last.end = None
        history.save(last, act=act)
    member.left_on, member.left_kind, member.left_document = None, "", ""
    _write(member, "member.come_back", act, expected, since=since)


@transaction.atomic
def retire(*, member: Member, day: datetime.date, act: Act, expected: int | None = None) -> None:
    """Note the retirement of a member; his membership stays where it is."""
    check_present(member)
    check_day(day, field="day")
    if member.employment == Employment.RETIRED:
        raise ValidationError(f"{member.name}已登记为离退休。")
    member.employment, member.retired_on = Employment.RETIRED, day
    _write(member, "member.retire", act, expected, since=day)


def check_left(member: Member) -> None:
    """Refuse who has not left, and whose organization is gone."""
    if member.left_on is None:
        raise ValidationError(f"{member.name}没有离开，不用恢复。")
    if member.organization.dissolved_on:
        raise ValidationError(
            f"{member.organization.short_name}已于 {member.organization.dissolved_on} 撤销，"
            "不能恢复到这里。请从现在的党支部办理转入。"
        )


# -- what acts have in common -------------------------------------------------------------


def check_present(member: Member) -> None:
    """Refuse who is no longer a member here."""
    if member.withdrawn_at:
        raise ValidationError("这条记录已经撤回，要先恢复才能办理。")
    if member.left_on:
        raise ValidationError(
            f"{member.name}已于 {member.left_on} {member.get_left_kind_display() or '离开'}，"
            "不能再办理。如果是误登记，请先恢复。"
        )


def check_settled(member: Member) -> None:
    """Refuse while a transfer of the member is open."""
    if member.transfers.filter(state=TransferState.PENDING).exists():
        raise ValidationError(
            f"{member.name}的组织关系正在转接，还没有办结。请先由转出方撤回，或等接收方办结。"
        )


def check_span(member: Member, day: datetime.date, field: str = "day") -> None:
    """Refuse a day outside the present membership."""
    check_day(day, field=field)
    membership = memberships.present(member)
    known = (membership.start if membership else None, member.joined_on)
    since = max((told for told in known if told), default=None)
    if since and day < since:
        raise ValidationError(
            {
                field: f"{member.name} {since} 起在{member.organization.short_name}，{day} 早于这一天。"
            }
        )


def _write(member: Member, action: str, act: Act, expected: int | None, *, since) -> None:
    writing.write(member, act=act, action=action, touched=touched(since), expected=expected)
