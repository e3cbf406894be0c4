"""After the confirmation: look-back, revocation, rectification and the re-test."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import Act
from assessments.models import Verdict
from assessments.workflow import rights, states
from assessments.workflow.filing import move
from assessments.workflow.models import Filing, LookBack, Schedule
from orgs.models.tenure import add_months


def _locked(filing: Filing) -> Filing:
    return (
        Filing.objects.select_for_update(of=("self",))
        .select_related("cycle", "organization__jurisdiction")
        .get(pk=filing.pk)
    )


def _reviewer(act: Act, filing: Filing) -> None:
    if not rights.reviews_city(rights.person(act)):
        raise PermissionDenied("回头看、撤销和重新验收由市级审核人员办理，您可以查看。")


@transaction.atomic
def look_back(*, record: LookBack, act: Act) -> LookBack:
    """Record a look-back at an organization that passed; it may revoke the result.

    A revocation takes effect from its day: the rate of the year stays as it was confirmed.
    """
    filing = _locked(record.filing)
    _reviewer(act, filing)
    if filing.state != states.State.CONFIRMED or filing.verdict != Verdict.COMPLIANT:
        raise ValidationError("只有已确认达标的党组织可以登记回头看。")
    today = timezone.localdate()
    if record.looked_on > today:
        raise ValidationError({"looked_on": "日期还没有到，请核对。"})
    record.filing = filing
    record.full_clean()
    history.create(record, act=act)
    audit.record(
        "lookback.create",
        actor=act.actor,
        obj=filing,
        changes={"结论": record.get_outcome_display(), "情况": record.finding},
    )
    if record.outcome == LookBack.Outcome.REVOKED:
        move(
            filing,
            states.REVOKE,
            act,
            revoked_on=record.looked_on,
            revoked_for=record.finding[:300],
        )
    return record


@transaction.atomic
def rectify(*, filing: Filing, act: Act) -> Filing:
    """Begin the rectification of an organization that failed, until the day of the schedule."""
    filing = _locked(filing)
    if not rights.reviews(rights.person(act), filing):
        raise PermissionDenied("整改由管理主体的审核人员布置，您可以查看。")
    if filing.state == states.State.CONFIRMED and filing.verdict == Verdict.COMPLIANT:
        raise ValidationError("已经达标，不用整改。")
    schedule = Schedule.objects.filter(cycle=filing.cycle_id).first()
    months = schedule.rectify_months if schedule else 6
    move(filing, states.RECTIFY, act, due_on=add_months(timezone.localdate(), months))
    return filing


@transaction.atomic
def retest(*, filing: Filing, tested_on: datetime.date, passed: bool, act: Act) -> Filing:
    """Record the re-test of a rectified organization; one in a year.

    It is told beside the result of the year and never changes the confirmed rate.
    """
    filing = _locked(filing)
    _reviewer(act, filing)
    if not act.reason.strip():
        raise ValidationError({"reason": "请写明重新验收的情况。"})
    if tested_on > timezone.localdate():
        raise ValidationError({"tested_on": "日期还没有到，请核对。"})
    if filing.retested_on and filing.retested_on.year == tested_on.year:
        raise ValidationError(
            f"{tested_on.year} 年已经重新验收过（{filing.retested_on}），每年一次。"
        )
    move(filing, states.RETEST, act, retested_on=tested_on, retest_passed=passed, due_on=None)
    return filing
