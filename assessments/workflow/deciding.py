"""Drawing for the re-review, the decision meeting, the public notice, and confirmation."""

from __future__ import annotations

import datetime
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import NOWHERE, Act
from accounts.models import User
from assessments import scoring, services_cycles
from assessments.models import Assessment, Cycle, Verdict
from assessments.workflow import rights, sampling, states
from assessments.workflow.filing import lock, move
from assessments.workflow.models import Decision, Filing, Objection, Schedule
from assessments.workflow.sampling import Candidate, Reviewed
from assessments.workflow.states import Move, State
from orgs.development.calendar import DAY, working_days_on


def new_seed() -> str:
    """Return a fresh seed for the draws of a year."""
    return secrets.token_hex(8)


def default_schedule(cycle: Cycle) -> Schedule:
    """Return the usual dates of a year: self-score in January, decision in April."""
    after = cycle.year + 1
    return Schedule(
        cycle=cycle,
        self_from=datetime.date(after, 1, 5),
        self_until=datetime.date(after, 1, 25),
        first_until=datetime.date(after, 3, 1) - DAY,
        second_until=datetime.date(after, 3, 31),
        decide_until=datetime.date(after, 4, 15),
    )


def check_manager(act: Act) -> None:
    if not services_cycles.manages_cycles(rights.person(act)):
        raise PermissionDenied("这一步由全市的业务管理办理，您可以查看进度。")


@transaction.atomic
def set_schedule(*, schedule: Schedule, act: Act, expected: int | None = None) -> Schedule:
    """Store the dates of a year. A confirmed year keeps its dates."""
    check_manager(act)
    if schedule.cycle.is_confirmed:
        raise ValidationError(f"{schedule.cycle} 已经确认，日程不能再改。")
    if schedule.self_from < datetime.date(schedule.cycle.year, 1, 1):
        raise ValidationError({"self_from": f"日程不能早于 {schedule.cycle.year} 年。"})
    if not schedule.seed:
        schedule.seed = new_seed()
    schedule.full_clean()
    if schedule.pk is None:
        history.create(schedule, act=act)
        audit.record("schedule.create", actor=act.actor, obj=schedule.cycle, changes={})
    elif history.save(schedule, act=act, expected=expected):
        audit.record("schedule.change", actor=act.actor, obj=schedule.cycle, changes={})
    return schedule


def move_many(filings: Iterable[Filing], step: Move, act: Act, **facts: Any) -> int:
    """Move filings (locked by the caller) in bulk; each has its revision, the log one entry."""
    rows = list(filings)
    for one in rows:
        if refusal := step.refusal(one.state):
            raise ValidationError(refusal)
        one.state, one.since = step.target, timezone.now()
        for name, value in facts.items():
            setattr(one, name, value)
    if not rows:
        return 0
    fields = {"state", "since", "drawn", "second_total", "verdict", *facts}
    history.save_many([(one, NOWHERE) for one in rows], act=act, fields=fields)
    audit.record(
        "filing.move_many",
        actor=act.actor,
        obj=rows[0].cycle,
        changes={"状态": State(step.target).label, "organizations": len(rows)},
    )
    return len(rows)


def _of(cycle: Cycle, *wanted: str) -> list[Filing]:
    rows = Filing.objects.select_for_update(of=("self",)).select_related("cycle__standard")
    return list(rows.filter(cycle=cycle, state__in=wanted).order_by("pk"))


@transaction.atomic
def draw(*, cycle: Cycle, act: Act) -> Counter[str]:
    """Draw who is re-reviewed; those not drawn are settled with their first review.

    Returns the counts by reason, "" for those not drawn. Reproducible: the seed stands in
    the schedule.
    """
    check_manager(act)
    schedule = Schedule.objects.select_for_update().filter(cycle=cycle).first()
    if schedule is None:
        raise ValidationError(f"{cycle} 还没有考评日程，不能抽查。请先设定日程。")
    filings = [one for one in _of(cycle, State.FIRST_REVIEWED) if not one.drawn]
    if not filings:
        raise ValidationError("没有初审完成、等待抽查的党组织。")
    known = {
        row.organization_id: row
        for row in Assessment.objects.filter(cycle=cycle, organization__filings__in=filings).only(
            "organization_id", "unit_id", "final", "is_vetoed"
        )
    }
    candidates = []
    for one in filings:
        row = known.get(one.organization_id)
        final = one.first_total if one.first_total is not None else (row.final if row else None)
        candidates.append(
            Candidate(
                one.organization_id,
                row.unit_id if row else None,
                sampling.in_hundredths(final) or 0,
                bool(row and row.is_vetoed),
            )
        )
    drawn = sampling.draw(
        candidates,
        seed=schedule.seed,
        percent=schedule.sample_percent,
        pass_line=int(cycle.standard.pass_line * 100),
        margin=int(schedule.margin * 100),
    )
    taken, others = [], []
    for one in filings:
        if one.organization_id in drawn:
            one.drawn = drawn[one.organization_id]
            taken.append(one)
        else:
            one.second_total = one.first_total
            others.append(one)
    history.save_many([(one, NOWHERE) for one in taken], act=act, fields={"drawn"})
    move_many(others, states.SETTLE, act)
    counts: Counter[str] = Counter(drawn.values())
    counts[""] = len(others)
    audit.record(
        "filing.draw",
        actor=act.actor,
        obj=cycle,
        changes={"种子": schedule.seed, "抽中": len(taken), "未抽中": len(others)},
    )
    return counts


@transaction.atomic
def decide(*, cycle: Cycle, met_on: datetime.date, minutes: str, act: Act) -> Decision:
    """Take the decision meeting down: every settled filing is decided by its score.

    Refused while filings wait for the re-review. Those never handed in stay where they
    are: they count as not compliant. Where the schedule voids units, the passes of a unit
    in which a drawn one fails go back to be done again.
    """
    check_manager(act)
    minutes = minutes.strip()
    if not minutes:
        raise ValidationError({"minutes": "请填写会议纪要编号。"})
    if met_on > timezone.localdate() or met_on < cycle.check_date:
        raise ValidationError(
            {"met_on": f"会议日期应在考核日 {cycle.check_date} 到今天之间，请核对。"}
        )
    waiting = Filing.objects.filter(cycle=cycle, state=State.FIRST_REVIEWED).count()
    if waiting:
        raise ValidationError(f"还有 {waiting} 个党组织等待抽查或复核，不能认定。")
    filings = _of(cycle, State.RE_REVIEWED)
    if not filings:
        raise ValidationError("没有复核完成的党组织，不能认定。")
    results = {
        row.organization_id: row
        for row in Assessment.objects.filter(cycle=cycle, organization__filings__in=filings).only(
            "organization_id", "unit_id", "verdict"
        )
    }
    filings = _without_voided(cycle, filings, results, act)
    for one in filings:
        row = results.get(one.organization_id)
        one.verdict = row.verdict if row else ""
    decision = Decision.objects.select_for_update().filter(cycle=cycle).first()
    if decision is None:
        decision = Decision(cycle=cycle, met_on=met_on, minutes=minutes)
        history.create(decision, act=act)
    else:
        decision.met_on, decision.minutes = met_on, minutes
        history.save(decision, act=act)
    move_many(filings, states.DECIDE, act)
    _leave_out_self_scores(cycle, rights.person(act))
    return decision


def _without_voided(
    cycle: Cycle, filings: list[Filing], results: Mapping[int, Assessment], act: Act
) -> list[Filing]:
    """Send back the passes of units the schedule voids; return the others."""
    schedule = Schedule.of(cycle)
    if schedule is None or not schedule.void_units:
        return filings
    line = cycle.standard.pass_line
    gone = sampling.voided(
        Reviewed(
            one.organization_id,
            row.unit_id,
            drawn=bool(one.drawn),
            reached=one.first_total is not None and one.first_total >= line,
            passed=row.verdict == Verdict.COMPLIANT,
        )
        for one in filings
        if (row := results.get(one.organization_id))
    )
    move_many(
        (one for one in filings if one.organization_id in gone),
        states.VOID,
        act,
        drawn="",
        second_total=None,
        returned_for="本单元抽中的党组织复核没有达标，按日程规定本单元的达标作废，请核对后重新申报。",
        due_on=working_days_on(timezone.localdate(), schedule.return_days),
    )
    return [one for one in filings if one.organization_id not in gone]


def _leave_out_self_scores(cycle: Cycle, actor: User) -> None:
    """Score those anew that were never handed in: what nobody reviewed counts no more."""
    left = Filing.objects.filter(cycle=cycle, state__in=(State.DRAFT, State.RETURNED))
    scored = left.filter(items__self_points__isnull=False).distinct()
    organizations = list(scored.values_list("organization", flat=True))
    if organizations:
        scoring.rescore_after_commit(organizations, [cycle.year], actor=actor)


@transaction.atomic
def publish(*, cycle: Cycle, notice_from: datetime.date, act: Act) -> Decision:
    """Begin the public notice; it lasts the working days of the schedule."""
    check_manager(act)
    decision = Decision.objects.select_for_update().filter(cycle=cycle).first()
    if decision is None:
        raise ValidationError("还没有认定，不能公示。")
    if notice_from < decision.met_on:
        raise ValidationError({"notice_from": f"公示不能早于认定会议（{decision.met_on}）。"})
    if notice_from > timezone.localdate():
        raise ValidationError({"notice_from": "公示开始的日期还没有到，到那天再办理。"})
    schedule = Schedule.of(cycle)
    days = schedule.notice_days if schedule else 5
    if not move_many(_of(cycle, State.DECIDED), states.PUBLISH, act):
        raise ValidationError("没有已认定、等待公示的党组织。")
    decision.notice_from = notice_from
    decision.notice_until = working_days_on(notice_from - DAY, days)
    history.save(decision, act=act)
    return decision


@transaction.atomic
def object_to(*, objection: Objection, act: Act) -> Objection:
    """Record an objection to a published result."""
    filing = lock(objection.filing)
    if not rights.reviews(rights.person(act), filing):
        raise PermissionDenied("异议由管理主体的审核人员登记，请向他们提出。")
    if filing.state != State.PUBLISHED:
        raise ValidationError(
            f"{filing.organization.short_name}现在是“{filing.get_state_display()}”，"
            "只有公示中的结果可以登记异议。"
        )
    if objection.raised_on > timezone.localdate():
        raise ValidationError({"raised_on": "提出日期还没有到，请核对。"})
    objection.full_clean()
    history.create(objection, act=act)
    audit.record("objection.create", actor=act.actor, obj=filing, changes={})
    return objection


@transaction.atomic
def answer(*, objection: Objection, upheld: bool, text: str, act: Act) -> Objection:
    """Answer an objection; one that was right sends the filing to a new re-review."""
    check_manager(act)
    filing = lock(objection.filing)
    if objection.outcome != Objection.Outcome.OPEN:
        raise ValidationError("这条异议已经处理过。")
    if not text.strip():
        raise ValidationError({"answer": "请写明答复。"})
    objection.outcome = Objection.Outcome.UPHELD if upheld else Objection.Outcome.DISMISSED
    objection.answer, objection.answered_on = text.strip()[:500], timezone.localdate()
    history.save(objection, act=act)
    audit.record(
        "objection.answer",
        actor=act.actor,
        obj=filing,
        changes={"处理结果": objection.get_outcome_display(), "答复": objection.answer},
    )
    if upheld:
        move(filing, states.RECONSIDER, act, drawn=sampling.Draw.SAMPLE, second_total=None)
    return objection


@transaction.atomic
def confirm(*, cycle: Cycle, document: str, act: Act) -> int:
    """Confirm the results after the notice; from now on they are the official ones.

    Refused before the notice is over, while an objection is open, and while a filing is
    still on its way. Returns the number of organizations confirmed.
    """
    check_manager(act)
    decision = Decision.objects.filter(cycle=cycle).first()
    today = timezone.localdate()
    if decision is None or decision.notice_until is None:
        raise ValidationError("还没有公示，不能确认。")
    if today <= decision.notice_until:
        raise ValidationError(f"公示到 {decision.notice_until} 结束，之后才能确认。")
    left = Objection.objects.filter(filing__cycle=cycle, outcome=Objection.Outcome.OPEN).count()
    if left:
        raise ValidationError(f"还有 {left} 条异议没有答复，不能确认。")
    under_way = Filing.objects.filter(
        cycle=cycle,
        state__in=(State.SUBMITTED, State.FIRST_REVIEWED, State.RE_REVIEWED, State.DECIDED),
    ).count()
    if under_way:
        raise ValidationError(f"还有 {under_way} 个党组织没有走完认定和公示，不能确认。")
    services_cycles.confirm(
        actor=rights.person(act),
        cycle=cycle,
        confirmed_on=decision.met_on,
        document=document,
        decided=True,
    )
    return move_many(_of(cycle, State.PUBLISHED), states.CONFIRM, act)
