"""Acts on development cases: the decisions of each stage, reviews, and the end of a case.

Each is one transaction with a revision of every record it touches and one entry of the
operation log. `expected` is the version of the case the person saw.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import history
from accounts.history import Act, Placed
from orgs import services_members
from orgs.development.keeping import touched
from orgs.models import (
    ActivistReview,
    CaseEnd,
    DevelopmentCase,
    ExitKind,
    Member,
    MemberStatus,
)
from schools import writing

# How somebody on probation leaves the register when his case ends.
LEAVES = {
    CaseEnd.CANCELLED: ExitKind.CANCELLED,
    CaseEnd.MOVED: ExitKind.MOVED,
    CaseEnd.DIED: ExitKind.DIED,
}


@transaction.atomic
def decide(
    *,
    case: DevelopmentCase,
    decision: str,
    told: Mapping[str, Any],
    act: Act,
    expected: int | None = None,
) -> None:
    """Record what was decided: `told` are fields of the case, `decision` names the log entry."""
    for name, value in told.items():
        setattr(case, name, value)
    writing.write(
        case, act=act, action=f"development_case.{decision}", touched=touched, expected=expected
    )


def take(decision: str, **told: Any) -> None:
    """Take a decision by its name: with what else it does, or as a mere record."""
    special = {"approve": approve, "extend": extend, "confirm": confirm}.get(decision)
    if special:
        special(**told)
    else:
        decide(decision=decision, **told)


@transaction.atomic
def approve(
    *, case: DevelopmentCase, told: Mapping[str, Any], act: Act, expected: int | None = None
) -> Member:
    """Record the approval of the admission: the person enters the register on probation.

    Raises ValidationError where the branch meeting is not recorded.
    """
    if case.admitted_on is None:
        raise ValidationError("还没有登记支部大会通过的时间，不能登记审批。")
    member = Member(
        organization=case.organization,
        school=case.school,
        name=case.name,
        sex=case.sex,
        ethnicity=case.ethnicity,
        birth_date=case.birth_date,
        id_number=case.id_number,
        id_hash=case.id_hash,
        education=case.education,
        job=case.job,
        is_teacher=case.is_teacher,
        joined_on=case.admitted_on,
    )
    document = told.get("approval_document") or ""
    member = services_members.admit(member=member, document=document, act=act)
    case.member = member
    decide(case=case, decision="approve", told=told, act=act, expected=expected)
    return member


@transaction.atomic
def extend(
    *, case: DevelopmentCase, told: Mapping[str, Any], act: Act, expected: int | None = None
) -> None:
    """Record that the probation was extended, once."""
    if case.extended_to:
        raise ValidationError(f"预备期已经延长到 {case.extended_to}，只能延长一次。")
    member = case.member
    if member is not None and not member.probation_until:
        services_members.extend_probation(member=member, until=told["extended_to"], act=act)
    decide(case=case, decision="extend", told=told, act=act, expected=expected)


@transaction.atomic
def confirm(
    *, case: DevelopmentCase, told: Mapping[str, Any], act: Act, expected: int | None = None
) -> None:
    """Record the confirmation: the member is a full one from `told["confirmed_on"]`."""
    member = case.member
    if member is not None and member.status == MemberStatus.PROBATIONARY:
        services_members.confirm(member=member, day=told["confirmed_on"], act=act)
    decide(case=case, decision="confirm", told=told, act=act, expected=expected)


@transaction.atomic
def end(
    *,
    case: DevelopmentCase,
    kind: CaseEnd,
    day: datetime.date,
    note: str,
    act: Act,
    expected: int | None = None,
) -> None:
    """End a case without confirmation; who was on probation leaves the register."""
    told = {"end_kind": kind, "ended_on": day, "end_note": note}
    member = case.member
    if member is not None and member.left_on is None:
        services_members.leave(member=member, kind=LEAVES[kind], day=day, document="", act=act)
    decide(case=case, decision="end", told=told, act=act, expected=expected)


@transaction.atomic
def resume(*, case: DevelopmentCase, act: Act, expected: int | None = None) -> None:
    """Undo an end that was entered by mistake."""
    told = {"end_kind": "", "ended_on": None, "end_note": ""}
    decide(case=case, decision="resume", told=told, act=act, expected=expected)


@transaction.atomic
def save_cases(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write the cases of one workbook in bulk; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)


@transaction.atomic
def review(
    *, case: DevelopmentCase, day: datetime.date, reviewer: str, conclusion: str, act: Act
) -> ActivistReview:
    """Record a half-yearly review. Raises ValidationError for a second one on a day."""
    found = ActivistReview(case=case, reviewed_on=day, reviewer=reviewer, conclusion=conclusion)
    found.validate_constraints()
    writing.write(
        found,
        act=act,
        action="activist_review.create",
        touched=lambda review: touched(review.case),
    )
    return found
