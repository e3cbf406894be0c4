"""Writing: a reason for a finding, its withdrawal, and the counts of a look through all."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.history import Act
from accounts.models import User
from assessments.consistency import summary
from assessments.consistency.base import Check, Look
from assessments.consistency.models import CheckCount, CheckRun, Explanation
from assessments.consistency.summary import Summary, Tally
from assessments.newest import state_of
from schools import writing

SOURCE = "表间校核"


def explanation_of(check: Check, record: Any, year: int) -> Explanation | None:
    """Return the reason written for a finding this year, or None."""
    return Explanation.objects.filter(code=check.code, year=year, object_id=record.pk).first()


@transaction.atomic
def explain(*, actor: User, check: Check, record: Any, look: Look, text: str) -> Explanation:
    """Write the reason why a finding may stand, or change it; it counts as 已说明 then.

    Refused where the check takes no reason, where the record is no finding (any more),
    and where `actor` may not change the record.
    """
    if not check.takes_reason:
        raise ValidationError(f"“{check.title}”不能用说明代替改正。{check.remedy}")
    _may(actor, check, record)
    if not check.found(look).filter(pk=record.pk).exists():
        raise ValidationError("这条记录现在没有这个问题，不用再写说明。")
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写明原因。"})
    explanation = explanation_of(check, record, look.day.year)
    if explanation is None:
        explanation = Explanation(code=check.code, year=look.day.year, object_id=record.pk)
    explanation.label = f"{check.title}：{check.subject.name(record)}"[:200]
    explanation.jurisdiction = check.subject.holder(record).jurisdiction
    explanation.text = text
    explanation.author = actor
    explanation.written_at = timezone.now()
    # The text stands in the log in any case, also that of a first reason.
    act = Act(actor, reason=text, source=SOURCE)
    writing.write(explanation, act=act, action="consistency.explain")
    return explanation


@transaction.atomic
def withdraw(*, actor: User, check: Check, record: Any, look: Look) -> None:
    """Take the reason back: the finding is open again."""
    _may(actor, check, record)
    explanation = explanation_of(check, record, look.day.year)
    if explanation is None:
        raise ValidationError("这一条没有说明，可能已经有人撤回。")
    act = Act(actor, reason="撤回说明", source=SOURCE)
    writing.withdraw(explanation, act=act, action="consistency.withdraw")


def _may(actor: User, check: Check, record: Any) -> None:
    rows = check.subject.model._default_manager.all()
    if not actor.has_perm("schools.edit_records") or not (
        rows.editable_by(actor).filter(pk=record.pk).exists()  # type: ignore[attr-defined]
    ):
        raise PermissionDenied("您可以查看这条记录，不能写说明。需要时请找它的管理主体。")


def look_through(look: Look) -> Summary:
    """Return the counts in view: the kept ones while they hold, else counted now.

    A count of the whole tree is kept for all who come after.
    """
    run = summary.last_run(look)
    told = summary.answered(look) if run.has_reasons else set()
    if summary.is_fresh(run, look):
        return Summary(summary.kept(look, told), run.at)
    # The state of before: what is written while we count makes the counts stale.
    state, at = state_of(run), timezone.now()
    tally = summary.count(look, told)
    if look.sees_all:
        keep(tally=tally, day=look.day, state=state, at=at)
    return Summary(tally, at)


@transaction.atomic
def keep(*, tally: Tally, day: datetime.date, state: str, at: datetime.datetime) -> None:
    """Replace the kept counts by those of a look through the whole tree."""
    # The row is written first: of two who keep at once, the second waits for the first.
    CheckRun.objects.filter(pk=1).update(at=at, day=day, state=state)
    CheckCount.objects.all().delete()
    CheckCount.objects.bulk_create(
        CheckCount(code=code, path=path, open=counts.open, explained=counts.explained, at=at)
        for code, by_body in tally.items()
        for path, counts in by_body.items()
    )
