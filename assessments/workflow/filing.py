"""Self-score, submission, review and return: every step one transaction with its log entry."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import NOWHERE, Act
from accounts.models import User
from assessments import scoring
from assessments.models import Assessment, Cycle, Indicator, ReviewedScore, Verdict
from assessments.scores import Score
from assessments.workflow import rights, sampling, states
from assessments.workflow.models import Evidence, Filing, FilingItem, Schedule
from assessments.workflow.sampling import Risk
from assessments.workflow.states import Move, Stage
from assessments.workflow.totals import final_of
from orgs.development.calendar import working_days_on

# How the log names a score, and what each stage writes of an item.
_SCORED = {
    Stage.SELF: "filing.score_self",
    Stage.FIRST: "filing.score_first",
    Stage.SECOND: "filing.score_second",
}
_STAGES = {Stage.SELF: "self", Stage.FIRST: "first", Stage.SECOND: "second"}


# -- beginning --------------------------------------------------------------------------


@transaction.atomic
def begin(*, cycle: Cycle, act: Act) -> int:
    """Make the filings of all organizations with a scorecard that have none; return how many.

    May be done again: organizations founded since then join.
    """
    due = (
        Assessment.objects.filter(cycle=cycle, exclusion="")
        .exclude(organization__filings__cycle=cycle)
        .values_list("organization", flat=True)
    )
    filings = [Filing(cycle=cycle, organization_id=pk) for pk in due]
    history.create_many([(one, NOWHERE) for one in filings], act=act)
    if filings:
        audit.record(
            "filing.begin", actor=act.actor, obj=cycle, changes={"organizations": len(filings)}
        )
    return len(filings)


# -- the items --------------------------------------------------------------------------


def items_to_score(
    indicators: Iterable[Indicator], kind: str, scores: Mapping[str, Score]
) -> list[Indicator]:
    """Return the indicators people score for an organization of `kind`.

    Those of the standard that are reviewed, and those that records cannot decide yet;
    never those taken from the branches below.
    """
    found = []
    for one in indicators:
        if kind not in one.applies or kind in one.rolls_up:
            continue
        score = scores.get(one.code)
        is_open = score is not None and (score.pending or score.origin in ("review", "self"))
        if one.kind == Indicator.Kind.MANUAL or is_open:
            found.append(one)
    return found


def risk_of(filing: Filing) -> Risk:
    """Return what the year before tells of the organization."""
    before = (
        Assessment.objects.filter(
            organization=filing.organization_id, cycle__year=filing.cycle.year - 1, exclusion=""
        )
        .values_list("verdict", flat=True)
        .first()
    )
    items = FilingItem.objects.filter(
        filing__organization=filing.organization_id, filing__cycle__year=filing.cycle.year - 1
    )
    return Risk(
        passed_before=None if before is None else before == Verdict.COMPLIANT,
        cut_before=frozenset(item.code for item in items if was_cut(item)),
    )


def was_cut(item: FilingItem) -> bool:
    """Tell whether reviewers gave less than the organization gave itself."""
    last = item.second_points if item.second_points is not None else item.first_points
    return item.self_points is not None and last is not None and last < item.self_points


def evidence_asked(filing: Filing, codes: Iterable[str]) -> Mapping[str, str]:
    """Return the items that need a file, each with the reason; none without a schedule."""
    schedule = Schedule.of(filing.cycle)
    if schedule is None:
        return {}
    return sampling.evidence_asked(
        filing.organization_id,
        codes,
        seed=schedule.seed,
        percent=schedule.evidence_percent,
        risk=risk_of(filing),
    )


@transaction.atomic
def give(
    *,
    filing: Filing,
    code: str,
    stage: Stage,
    points: Decimal | None,
    note: str,
    act: Act,
    not_applicable: bool = False,
    expected: int | None = None,
) -> FilingItem:
    """Write what one stage thinks of one item.

    Points lie between 0 and the full points; a reviewer who changes what the stage before
    said gives a reason; "not applicable" always needs one. Raises ValidationError,
    PermissionDenied, history.Conflict.
    """
    filing = lock(filing)
    actor = rights.person(act)
    if refusal := rights.score_refusal(actor, filing, stage):
        raise PermissionDenied(refusal)
    indicator = filing.cycle.standard.indicators.filter(code=code).first()
    if indicator is None:
        raise ValidationError(f"标准里没有指标 {code}。")
    note = note.strip()
    _check_points(indicator, points, not_applicable, note)
    item = FilingItem.objects.filter(filing=filing, code=code).first()
    item = item or FilingItem(filing=filing, code=code)
    name = _STAGES[stage]
    before = _before(item, stage)
    if before and before != (points, not_applicable) and not note:
        raise ValidationError({"note": "与前一阶段的分不同，请写明理由。"})
    setattr(item, f"{name}_points", None if not_applicable else points)
    setattr(item, f"{name}_na", not_applicable)
    setattr(item, f"{name}_note", note)
    if item.pk is None:
        history.create(item, act=act)
    elif history.save(item, act=act, expected=expected) is None:
        return item
    if stage == Stage.SELF and filing.self_by_id != actor.pk:
        filing.self_by = actor
        history.save(filing, act=act)
    said = "不适用" if not_applicable else str(points)
    audit.record(
        _SCORED[stage],
        actor=act.actor,
        obj=filing,
        changes={"指标": code, "得分": said, "说明": note},
    )
    if stage != Stage.SELF:
        _keep_review(filing, item, stage, actor)
    # A self-score counts in the preview, a review in the result.
    scoring.rescore_after_commit([filing.organization_id], [filing.cycle.year], actor=actor)
    return item


def _check_points(
    indicator: Indicator, points: Decimal | None, not_applicable: bool, note: str
) -> None:
    if not_applicable:
        if not note:
            raise ValidationError({"note": "认为不适用的，请写明理由。"})
        return
    if points is None:
        raise ValidationError({"points": "请填写得分。"})
    full = indicator.points.normalize()
    if not 0 <= points <= indicator.points:
        raise ValidationError(
            {"points": f"{indicator.name}满分 {full:f} 分，得分应在 0 到 {full:f} 之间。"}
        )
    if points != points.quantize(Decimal("0.01")):
        raise ValidationError({"points": "得分最多两位小数。"})


def _before(item: FilingItem, stage: Stage) -> tuple[Decimal | None, bool] | None:
    """Return what the stage before said; None where it said nothing, or there is none."""
    previous = {Stage.FIRST: ("self",), Stage.SECOND: ("first", "self")}.get(stage, ())
    for name in previous:
        if item.given(name):
            return getattr(item, f"{name}_points"), getattr(item, f"{name}_na")
    return None


def _keep_review(filing: Filing, item: FilingItem, stage: Stage, actor: User) -> None:
    """Keep the review as the score that judging reads."""
    name = _STAGES[stage]
    ReviewedScore.objects.update_or_create(
        cycle=filing.cycle,
        organization_id=filing.organization_id,
        code=item.code,
        defaults={
            "points": getattr(item, f"{name}_points"),
            "reason": getattr(item, f"{name}_note")[:200],
            "reviewer": actor,
            "reviewed_at": timezone.now(),
        },
    )


# -- the moves --------------------------------------------------------------------------


def lock(filing: Filing) -> Filing:
    """Return a filing as it is stored now, locked until the transaction ends."""
    return (
        Filing.objects.select_for_update(of=("self",))
        .select_related("cycle__standard", "organization__jurisdiction")
        .get(pk=filing.pk)
    )


def move(filing: Filing, step: Move, act: Act, **facts) -> None:
    """Put a filing (locked by the caller) into the next state, with its log entry.

    ValidationError where the state does not allow it.
    """
    if refusal := step.refusal(filing.state):
        raise ValidationError(refusal)
    old = filing.get_state_display()
    filing.state, filing.since = step.target, timezone.now()
    for name, value in facts.items():
        setattr(filing, name, value)
    history.save(filing, act=act)
    audit.record(
        "filing.move",
        actor=act.actor,
        obj=filing,
        changes={"状态": [old, filing.get_state_display()], "说明": act.reason},
    )


def scores_of(filing: Filing) -> Mapping[str, Score]:
    """Return the scores of the card of the filing; none where it was never scored."""
    found = (
        Assessment.objects.filter(cycle=filing.cycle_id, organization=filing.organization_id)
        .select_related("scorecard")
        .first()
    )
    return found.scores if found else {}


def total(scores: Mapping[str, Score], items: Iterable[FilingItem], stage: Stage) -> Decimal | None:
    """Return the final score as `stage` sees it: its own points, else those before it."""
    names = {"self": ("self",), "first": ("first", "self"), "second": ("second", "first", "self")}
    opinions: dict[str, int | None] = {}
    for item in items:
        if item.code not in scores:
            continue
        for name in names[_STAGES[stage]]:
            if item.given(name):
                opinions[item.code] = sampling.in_hundredths(getattr(item, f"{name}_points"))
                break
    return final_of(scores, opinions)


def left(
    wanted: Iterable[Indicator], items: Mapping[str, FilingItem], stage: Stage
) -> list[Indicator]:
    """Return the indicators the stage has said nothing about."""
    name = _STAGES[stage]
    return [one for one in wanted if one.code not in items or not items[one.code].given(name)]


def problems(
    wanted: Sequence[Indicator],
    items: Mapping[str, FilingItem],
    asked: Mapping[str, str],
    held: Collection[str],
) -> list[str]:
    """Return what must be done before a filing can be handed in (预检).

    `asked` tells of which items a file is needed and why, `held` of which there is one.
    """
    found = [f"{one.code} {one.name}还没有自评。" for one in left(wanted, items, Stage.SELF)]
    for code, why in asked.items():
        item = items.get(code)
        if item and item.self_points and code not in held:
            found.append(f"{code} 还没有佐证材料：{why}")
    return found


def _wanted(filing: Filing) -> list[Indicator]:
    indicators = filing.cycle.standard.indicators.all()
    return items_to_score(indicators, filing.organization.kind, scores_of(filing))


def _items(filing: Filing) -> dict[str, FilingItem]:
    return {item.code: item for item in filing.items.all()}


@transaction.atomic
def submit(*, filing: Filing, act: Act, today: datetime.date | None = None) -> Filing:
    """Hand the filing in; the records of the year are closed from now on."""
    filing = lock(filing)
    actor = rights.person(act)
    today = today or timezone.localdate()
    if not rights.fills_in(actor, filing):
        raise PermissionDenied("申报由本单位的填报人员办理，您可以查看。")
    if refusal := states.SUBMIT.refusal(filing.state):
        raise ValidationError(refusal)
    if refusal := rights.window_refusal(Schedule.of(filing.cycle), filing, today):
        raise ValidationError(refusal)
    wanted, items = _wanted(filing), _items(filing)
    asked = evidence_asked(filing, [one.code for one in wanted])
    held = Evidence.objects.filter(item__filing=filing).values_list("item__code", flat=True)
    if missing := problems(wanted, items, asked, set(held)):
        raise ValidationError(missing)
    move(
        filing,
        states.SUBMIT,
        act,
        submitted_by=actor,
        submitted_at=timezone.now(),
        due_on=None,
        returned_for="",
        self_total=total(scores_of(filing), filing.items.all(), Stage.SELF),
    )
    return filing


@transaction.atomic
def send_back(*, filing: Filing, act: Act, today: datetime.date | None = None) -> Filing:
    """Return the filing to the organization with the reason (`act.reason`)."""
    filing = lock(filing)
    actor = rights.person(act)
    if not act.reason.strip():
        raise ValidationError({"reason": "请写明退回的原因，填报的人才知道补什么。"})
    if refusal := states.RETURN.refusal(filing.state) or rights.return_refusal(actor, filing):
        raise PermissionDenied(refusal)
    schedule = Schedule.of(filing.cycle)
    days = schedule.return_days if schedule else 5
    move(
        filing,
        states.RETURN,
        act,
        returned_for=act.reason,
        due_on=working_days_on(today or timezone.localdate(), days),
    )
    return filing


def _refuse_unfinished(filing: Filing, stage: Stage, what: str) -> None:
    if rest := left(_wanted(filing), _items(filing), stage):
        names = "、".join(f"{one.code} {one.name}" for one in rest[:6])
        raise ValidationError(f"还有 {len(rest)} 项没有{what}：{names}。")


@transaction.atomic
def pass_up(*, filing: Filing, act: Act) -> Filing:
    """Finish the first review; every item must have been scored."""
    filing = lock(filing)
    actor = rights.person(act)
    if refusal := rights.first_review_refusal(actor, filing):
        raise PermissionDenied(refusal)
    _refuse_unfinished(filing, Stage.FIRST, "评分")
    move(
        filing,
        states.PASS_UP,
        act,
        first_by=actor,
        first_at=timezone.now(),
        first_total=total(scores_of(filing), filing.items.all(), Stage.FIRST),
    )
    return filing


@transaction.atomic
def settle(*, filing: Filing, act: Act) -> Filing:
    """Finish the re-review of a filing that was drawn; every item must have been scored."""
    filing = lock(filing)
    actor = rights.person(act)
    if refusal := rights.second_review_refusal(actor, filing):
        raise PermissionDenied(refusal)
    _refuse_unfinished(filing, Stage.SECOND, "复核")
    move(
        filing,
        states.SETTLE,
        act,
        second_by=actor,
        second_at=timezone.now(),
        second_total=total(scores_of(filing), filing.items.all(), Stage.SECOND),
    )
    return filing
