"""After the confirmation: look-back, revocation, rectification and the re-test."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import Act
from assessments.models import Assessment, Cycle, Verdict
from assessments.workflow import deciding, rights, states
from assessments.workflow.filing import lock, move
from assessments.workflow.models import Filing, LookBack, Schedule
from orgs.models.tenure import add_months
from supervision.rectification.services import open_failed


def _reviewer(act: Act, filing: Filing) -> None:
    if not rights.reviews_city(rights.person(act)):
        raise PermissionDenied("回头看、撤销和重新验收由市级审核人员办理，您可以查看。")


@transaction.atomic
def look_back(*, record: LookBack, act: Act) -> LookBack:
    """Record a look-back at an organization that passed; it may revoke the result.

    A revocation takes effect from its day: the rate of the year stays as it was confirmed.
    """
    filing = lock(record.filing)
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
    """Begin the rectification of an organization that failed or was revoked.

    Each failed indicator becomes an item of the rectification ledger, until the day the
    schedule gives.
    """
    filing = lock(filing)
    if not rights.reviews(rights.person(act), filing):
        raise PermissionDenied("整改由管理主体的审核人员布置，您可以查看。")
    if filing.state == states.State.CONFIRMED and filing.verdict == Verdict.COMPLIANT:
        raise ValidationError("已经达标，不用整改。")
    due_on = _deadline(filing.cycle)
    move(filing, states.RECTIFY, act, due_on=due_on)
    _open_items(filing.cycle, [filing.organization_id], due_on, act)
    return filing


@transaction.atomic
def rectify_failed(*, cycle: Cycle, act: Act) -> int:
    """Begin the rectification of all organizations of a confirmed year that failed.

    Returns how many. In bulk: the items of the ledger are written in one go.
    """
    deciding.check_manager(act)
    if not cycle.is_confirmed:
        raise ValidationError(f"{cycle} 还没有确认，确认以后才布置整改。")
    rows = list(
        Filing.objects.select_for_update(of=("self",))
        .select_related("cycle")
        .filter(cycle=cycle, state=states.State.CONFIRMED, retested_on=None)
        .exclude(verdict__in=("", Verdict.COMPLIANT, Verdict.OBSERVED))
        .order_by("pk")
    )
    if not rows:
        raise ValidationError("没有要布置整改的党组织。")
    due_on = _deadline(cycle)
    count = deciding.move_many(rows, states.RECTIFY, act, due_on=due_on)
    _open_items(cycle, [one.organization_id for one in rows], due_on, act)
    return count


def _deadline(cycle: Cycle) -> datetime.date:
    schedule = Schedule.of(cycle)
    return add_months(timezone.localdate(), schedule.rectify_months if schedule else 6)


def _open_items(cycle: Cycle, organizations: list[int], due_on: datetime.date, act: Act) -> None:
    """Enter what each organization lost in the ledger: indicators, and vetoes as their own."""
    names = dict(cycle.standard.indicators.values_list("code", "name"))
    lost: dict[int, dict[str, str]] = {}
    rows = Assessment.objects.filter(cycle=cycle, organization__in=organizations)
    for one in rows.select_related("scorecard").iterator(chunk_size=500):
        found = {veto["code"]: veto.get("reason", "") for veto in one.vetoes}
        for code, score in one.scores.items():
            if score.points is not None and score.points < score.of and score.origin != "rollup":
                found[code] = f"{names.get(code, code)}：{score.reason}"
        lost[one.organization_id] = found
    open_failed(lost=lost, year=cycle.year, found_on=timezone.localdate(), deadline=due_on, act=act)


@transaction.atomic
def retest(*, filing: Filing, tested_on: datetime.date, passed: bool, act: Act) -> Filing:
    """Record the re-test of a rectified organization; one in a year.

    It is told beside the result of the year and never changes the confirmed rate.
    """
    filing = lock(filing)
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
