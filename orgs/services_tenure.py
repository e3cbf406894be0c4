"""Elections, extensions, by-elections, appointments, and leaving a post.

Each is one transaction with a revision of every record, one entry of the operation log, and
new scores. Refusals are ValidationErrors with the field.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import history
from accounts.history import NOWHERE, Act, Place
from orgs import rules
from orgs.acting import check_day, finish, require_superior
from orgs.models import (
    Member,
    MemberStatus,
    Organization,
    Post,
    PostBasis,
    PostEnd,
    PostKind,
    Term,
)
from orgs.services_structure import check_alive, take


@dataclass(frozen=True, slots=True)
class Elected:
    """Somebody elected to a post."""

    kind: str
    holder: str
    is_principal: bool = False
    in_management: bool = False


# -- reading --------------------------------------------------------------------------------


def find_member(
    organization: Organization, name: str, day: datetime.date | None = None
) -> Member | None:
    """Return the only member called `name` of the organization or one below it; else None."""
    rows = Member.objects.filter(
        Q(organization=organization) | Q(organization__parent=organization), name=name
    )
    if day is not None:
        rows = rows.active_on(day)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def posts_on(organization: Organization, day: datetime.date) -> QuerySet[Post]:
    """Return the posts held on `day`."""
    return organization.posts.filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day)
    )


def present_term(organization: Organization, day: datetime.date) -> Term | None:
    """Return the term the organization is in on `day`."""
    return organization.terms.filter(elected_on__lte=day).order_by("-elected_on").first()


# -- elections ------------------------------------------------------------------------------


@transaction.atomic
def elect(
    *,
    organization: Organization,
    term: Term,
    elected: Sequence[Elected],
    act: Act,
    expected: int | None = None,
) -> Term:
    """Begin a new term with the posts elected; all posts of the old term end on that day.

    `term` is unsaved and holds the day, the years, the document and the numbers of the
    election. An election before the present term is not an act but a record to be added.
    """
    organization = take(organization, expected)
    check_alive(organization)
    term.organization = organization
    day = term.elected_on
    check_day(day, organization, "elected_on")
    _raise(rules.election_problems(organization, _values(term)))
    later = organization.terms.filter(elected_on__gte=day).order_by("elected_on").first()
    if later:
        raise ValidationError(
            {
                "elected_on": f"{later.elected_on:%Y-%m-%d} 已经有一届。"
                "更早的届次请用“补登以前的任期”；录错日期的，请修改那一届。"
            }
        )
    _one_each(elected)
    if not any(one.kind == PostKind.SECRETARY for one in elected):
        raise ValidationError({"secretary": "请填选出的书记。"})
    ended = end_posts(organization, day, reason=PostEnd.TERM_OVER, act=act)
    history.create(term, act=act)
    for one in elected:
        values = {"kind": one.kind, "start": day, "end": None}
        if found := rules.post_problems(organization, None, values):
            raise ValidationError({one.kind: [finding.text for finding in found]})
        post = Post(
            organization=organization,
            kind=one.kind,
            holder=one.holder,
            member=_holder(organization, one.holder, day, one.kind),
            start=day,
            basis=PostBasis.ELECTED,
            is_principal=one.is_principal,
            in_management=one.in_management,
        )
        history.create(post, act=act)
    finish(
        "term.elect",
        organization,
        act=act,
        day=day,
        changes={
            "换届时间": day,
            "任期": f"{term.years} 年",
            "文号": term.document,
            "选举": _counts(term),
            "班子": _posts(elected),
            "同日届满离任": "、".join(sorted({post.holder for post in ended})),
        },
    )
    return term


def end_posts(
    organization: Organization, day: datetime.date, *, reason: PostEnd, act: Act
) -> list[Post]:
    """End every post held on `day` from that day on, and withdraw none."""
    ended = []
    for post in posts_on(organization, day):
        post.end, post.end_reason = day, reason
        history.save(post, act=act)
        ended.append(post)
    return ended


def _values(term: Term) -> dict[str, Any]:
    return {
        name: getattr(term, name)
        for name in ("elected_on", "entitled", "present", "candidates", "seats")
    }


def _raise(found: Iterable[rules.Finding]) -> None:
    errors: dict[str, list[str]] = {}
    for finding in found:
        errors.setdefault(finding.field, []).append(finding.text)
    if errors:
        raise ValidationError(errors)


def _one_each(elected: Collection[Elected]) -> None:
    seen = set()
    for one in elected:
        if (one.kind, one.holder) in seen:
            raise ValidationError(f"{one.holder}的同一职务填了两次，请去掉一个。")
        seen.add((one.kind, one.holder))


def _holder(organization: Organization, name: str, day: datetime.date, field: str) -> Member | None:
    """Return the member a name means; only full members hold posts (选举条例 Art. 5)."""
    member = find_member(organization, name, day)
    if member and member.status != MemberStatus.FULL:
        raise ValidationError(
            {field: f"{name}是{member.get_status_display()}，只有正式党员可以任职。"}
        )
    return member


def _counts(term: Term) -> str:
    pairs = (
        ("有选举权", term.entitled),
        ("实到", term.present),
        ("候选人", term.candidates),
        ("应选", term.seats),
    )
    return "，".join(f"{label} {n} 人" for label, n in pairs if n is not None)


def _posts(elected: Iterable[Elected]) -> str:
    labels = dict(PostKind.choices)
    return "、".join(f"{labels[one.kind]}{one.holder}" for one in elected)


# -- extensions -----------------------------------------------------------------------------


@transaction.atomic
def extend(
    *,
    term: Term,
    extended_to: datetime.date,
    document: str,
    act: Act,
    expected: int | None = None,
) -> Term:
    """Put off the election of a term with the approval of the superior, a year at most."""
    term.organization = take(term.organization, expected)
    check_alive(term.organization)
    require_superior(act, term.organization.jurisdiction)
    values: Mapping[str, Any] = {
        "elected_on": term.elected_on,
        "years": term.years,
        "extended_to": extended_to,
        "extension_document": document,
    }
    _raise(rules.extension_problems(values))
    old = term.extended_to
    term.extended_to, term.extension_document = extended_to, document
    if history.save(term, act=act) is None:
        raise ValidationError({"extended_to": "和现在的一样，没有改动。"})
    changes = {"延期至": [old, extended_to], "批复文号": document}
    finish("term.extend", term.organization, act=act, day=term.ends_on, changes=changes)
    return term


# -- single posts ---------------------------------------------------------------------------


@transaction.atomic
def appoint(
    *, post: Post, leaving: Collection[Post] = (), why: str = PostEnd.MOVED, act: Act
) -> Post:
    """Fill a post inside a term by election, appointment or acting; `leaving` end that day.

    The superior may appoint a secretary or deputy, not the other members of a committee.
    """
    organization = post.organization = take(post.organization)
    check_alive(organization)
    day = post.start
    if day is None:
        raise ValidationError({"start": "请填写任职时间。"})
    check_day(day, organization, "start")
    if post.basis == PostBasis.APPOINTED or post.is_acting:
        require_superior(act, organization.jurisdiction)
        if post.kind not in rules.APPOINTABLE:
            raise ValidationError(
                {"kind": "委员由党员大会选举产生，上级只能任命书记、副书记。请选“补选”。"}
            )
    for old in leaving:
        _end(old, day, why, "leaving", act)
    same = posts_on(organization, day).filter(kind=post.kind, holder=post.holder)
    if same.exists():
        raise ValidationError({"holder": f"{post.holder}已经任这个职务。"})
    values = {"kind": post.kind, "start": day, "end": None, "basis": post.basis}
    _raise(rules.post_problems(organization, None, values))
    post.member = _holder(organization, post.holder, day, "holder")
    history.create(post, act=act)
    finish(
        "post.appoint",
        organization,
        act=act,
        day=day,
        changes={
            "职务": post.get_kind_display(),
            "姓名": post.holder,
            "方式": "临时负责" if post.is_acting else post.get_basis_display(),
            "任职时间": day,
            "文号": post.appointment_document,
            "同日离任": "、".join(f"{old.get_kind_display()}{old.holder}" for old in leaving),
        },
    )
    return post


@transaction.atomic
def leave(
    *, post: Post, on: datetime.date, why: str, act: Act, expected: int | None = None
) -> Post:
    """End a post on a day, for one of the reasons of `PostEnd`."""
    stored = history.lock(post)
    if expected is not None and stored.version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    check_day(on, stored.organization)
    _end(stored, on, why, "on", act)
    finish(
        "post.leave",
        stored.organization,
        act=act,
        day=on,
        changes={
            "职务": stored.get_kind_display(),
            "姓名": stored.holder,
            "免职时间": on,
            "原因": stored.get_end_reason_display(),
        },
    )
    return stored


def _end(post: Post, day: datetime.date, why: str, field: str, act: Act) -> None:
    if post.end:
        raise ValidationError({field: f"{post.holder} {post.end:%Y-%m-%d} 已经离任。"})
    if post.start and day < post.start:
        raise ValidationError({field: f"早于{post.holder}的任职时间（{post.start:%Y-%m-%d}）。"})
    post.end, post.end_reason = day, why
    history.save(post, act=act)


# -- workbooks ------------------------------------------------------------------------------


@dataclass
class TermPlan:
    """What storing a row of a workbook does: a term, posts that end, posts that begin."""

    organization: Organization
    term: Term
    place: Place = NOWHERE
    changed: list[str] = field(default_factory=list)
    ended: list[Post] = field(default_factory=list)
    begun: list[Post] = field(default_factory=list)


@transaction.atomic
def save_terms(*, plans: Collection[TermPlan], act: Act) -> None:
    """Write the terms and posts of one workbook in bulk; the import that calls it keeps the log."""
    stored = [plan for plan in plans if plan.term.pk]
    history.create_many([(p.term, p.place) for p in plans if not p.term.pk], act=act)
    history.save_many(
        [(plan.term, plan.place) for plan in stored],
        act=act,
        fields={name for plan in stored for name in plan.changed},
    )
    ended = [(post, plan.place) for plan in plans for post in plan.ended]
    history.save_many(ended, act=act, fields={"end", "end_reason"})
    history.create_many([(post, p.place) for p in plans for post in p.begun], act=act)
