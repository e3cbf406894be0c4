"""From facts to scorecards: indicators, roll-up, vetoes, final score and verdict.

Pure: a standard and facts go in, scorecards come out; nothing is read or stored.
All points are whole hundredths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm
from typing import NamedTuple

from assessments.facts.model import Facts
from assessments.facts.scope import BRANCHES, OrgTree
from assessments.models import Exclusion, Indicator, Standard, Verdict, Veto
from assessments.rules import RULES, VETOES, Parameters, Rule, Score, number, share
from assessments.rules.base import earned as earned_text
from assessments.rules.base import not_applicable
from assessments.rules.vetoes import VetoRule
from orgs.models import ASSESSED_KINDS, OrgKind


class Line(NamedTuple):
    """One indicator as it applies to one kind of organization."""

    code: str
    points: int
    rule: Rule
    rolls_up: bool


def _outside(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Score an indicator that is not for this kind of organization."""
    return not_applicable(points, OrgKind(facts.kind).label)


@dataclass(frozen=True, slots=True)
class Judge:
    """A standard with its rules at hand."""

    # The indicators in order, by kind of organization.
    lines: Mapping[str, tuple[Line, ...]]
    vetoes: tuple[tuple[str, VetoRule], ...]
    parameters: Parameters
    pass_line: int
    near_line: int

    @classmethod
    def of(cls, standard: Standard) -> Judge:
        """Return the judge of a standard; its indicators are read in two queries."""
        return cls.made(standard, list(standard.indicators.all()), standard.vetoes.all())

    @classmethod
    def made(
        cls, standard: Standard, indicators: Iterable[Indicator], vetoes: Iterable[Veto]
    ) -> Judge:
        """Return the judge of a standard and its lines, stored or not."""
        indicators = list(indicators)
        return cls(
            lines={
                kind: tuple(
                    Line(
                        one.code,
                        int(one.points * 100),
                        RULES[one.code] if kind in one.applies else _outside,
                        kind in one.applies and kind in one.rolls_up,
                    )
                    for one in indicators
                )
                for kind in ASSESSED_KINDS
            },
            vetoes=tuple((one.code, VETOES[one.code]) for one in vetoes),
            parameters=standard.parameters,
            pass_line=int(standard.pass_line * 100),
            near_line=int(standard.near_line * 100),
        )

    def verdict(self, final: int) -> str:
        """Return the verdict of a final score without any veto."""
        if final >= self.pass_line:
            return Verdict.COMPLIANT
        return Verdict.NEARLY if final >= self.near_line else Verdict.NON_COMPLIANT


class Official(NamedTuple):
    """A result confirmed by the bureau: whether it passed, and the score in hundredths."""

    compliant: bool
    final: int | None


@dataclass(slots=True)
class Card:
    """The scorecard of one organization; without one, only why."""

    facts: Facts
    # By the code of the indicator, in order; and the codes that lost points.
    scores: dict[str, Score] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    # Some indicator waits for a review.
    is_pending: bool = False
    # (code, sentence) of each veto raised.
    vetoes: tuple[tuple[str, str], ...] = ()
    earned: int | None = None
    full: int | None = None
    final: int | None = None
    verdict: str = ""
    computed_verdict: str = ""
    note: str = ""


class _Below(NamedTuple):
    """What a branch hands up to the organizations above it."""

    weight: int
    passed: bool
    scores: dict[str, Score]


def judge(
    judge: Judge,
    facts: Sequence[Facts],
    tree: OrgTree,
    official: Mapping[int, Official] | None = None,
) -> list[Card]:
    """Return the card of every organization; branches come before those above them.

    Roll-up and the rule on passed branches see the branches among `facts` only, so a
    caller hands in whole families.
    """
    official = official or {}
    cards = [Card(one, note=one.note) for one in facts if not one.has_scorecard]
    below: dict[int, _Below] = {}
    # Branches are the first kinds.
    for kind in sorted(ASSESSED_KINDS, key=lambda kind: kind not in BRANCHES):
        alike = [one for one in facts if one.kind == kind and one.has_scorecard]
        branches = [
            [below[pk] for pk in tree.below(one.organization_id) if pk in below] for one in alike
        ]
        scores = _scores(judge, judge.lines[kind], alike, branches)
        for one, under, scored in zip(alike, branches, scores, strict=True):
            card = _card(judge, one, scored)
            _decide(judge, card, under, official.get(one.organization_id))
            cards.append(card)
            # New branches are observed only: they are not handed up.
            if one.is_branch and one.parent_id and not one.exclusion:
                passed = card.verdict == Verdict.COMPLIANT
                below[one.organization_id] = _Below(one.members, passed, scored)
    return cards


def _scores(
    judge: Judge,
    lines: Sequence[Line],
    facts: Sequence[Facts],
    branches: Sequence[Sequence[_Below]],
) -> list[dict[str, Score]]:
    """Return the scores of organizations of one kind, each with the `branches` below it.

    Indicator by indicator: one rule called many times in a row runs twice as fast.
    """
    parameters = judge.parameters
    columns = [
        [rolled_up(points, [(one.weight, one.scores[code]) for one in under]) for under in branches]
        if rolls_up
        else [rule(one, parameters, points) for one in facts]
        for code, points, rule, rolls_up in lines
    ]
    codes = [line.code for line in lines]
    return [dict(zip(codes, scores, strict=True)) for scores in zip(*columns, strict=True)]


def _card(judge: Judge, facts: Facts, scores: dict[str, Score]) -> Card:
    """Add up the scores of one organization, and raise the vetoes."""
    earned = full = 0
    lost = []
    is_pending = False
    for code, (got, of, _, _, waits, _) in scores.items():
        if got is not None:
            earned += got
            full += of
            is_pending = is_pending or waits
            if got < of:
                lost.append(code)
    final = share(10_000, earned, full) if full else 0
    vetoes = tuple(
        (code, reason) for code, rule in judge.vetoes if (reason := rule(facts, judge.parameters))
    )
    return Card(facts, scores, tuple(lost), is_pending, vetoes, earned, full, final)


def rolled_up(points: int, below: Iterable[tuple[int, Score]]) -> Score:
    """Return the mean of the branches' ratios, weighted by members, times the points."""
    below = list(below)
    rated = [(weight, one) for weight, one in below if one.points is not None]
    if not rated:
        what = "下级党支部均不适用" if below else "没有计入考评的下级党支部"
        return Score(None, points, f"{what}，不适用。", origin="rollup")
    weights = sum(weight for weight, _ in rated)
    if not weights:
        rated = [(1, one) for _, one in rated]
        weights = len(rated)
    # Over one common denominator, so that the mean is exact.
    of = lcm(*{one.of for _, one in rated})
    got_below = sum(weight * (one.points or 0) * (of // one.of) for weight, one in rated)
    got = share(points, got_below, weights * of)
    skipped = f"（另有 {len(below) - len(rated)} 个不适用）" if len(rated) < len(below) else ""
    percent = share(100, got_below, weights * of)
    reason = (
        f"下级 {len(rated)} 个党支部按党员数加权，平均得分率 {percent}%{skipped}，"
        f"{earned_text(got, points)}"
    )
    return Score(got, points, reason, {"branches": len(rated)}, origin="rollup")


def _decide(
    judge: Judge, card: Card, branches: Sequence[_Below], official: Official | None
) -> None:
    """Set verdict and note of a card."""
    facts, final = card.facts, card.final or 0
    card.note = facts.note
    if facts.exclusion == Exclusion.NEW:
        card.verdict = card.computed_verdict = Verdict.OBSERVED
        return
    verdict = judge.verdict(final)
    if card.vetoes:
        verdict = Verdict.NON_COMPLIANT
    elif verdict == Verdict.COMPLIANT and branches:
        wanted = judge.parameters["branch_pass_percent"]
        passed = sum(one.passed for one in branches)
        if 100 * passed < wanted * len(branches):
            verdict = Verdict.NON_COMPLIANT
            card.note = (
                f"得分 {number(final)} 分已到达标线，但下级 {len(branches)} 个党支部只有 "
                f"{passed} 个达标，不足 {wanted}%，不能达标。"
            )
    card.computed_verdict = card.verdict = verdict
    if official is None:
        return
    card.verdict = _official_verdict(judge, official, verdict)
    if (card.verdict == Verdict.COMPLIANT) != (verdict == Verdict.COMPLIANT):
        card.note = (
            f"认定结果为{Verdict(card.verdict).label}，"
            f"系统测算为{Verdict(verdict).label}，以认定结果为准。"
        )


def _official_verdict(judge: Judge, official: Official, computed: str) -> str:
    if official.compliant:
        return Verdict.COMPLIANT
    if official.final is not None:
        near = official.final >= judge.near_line
        return Verdict.NEARLY if near else Verdict.NON_COMPLIANT
    return Verdict.NEARLY if computed == Verdict.NEARLY else Verdict.NON_COMPLIANT
