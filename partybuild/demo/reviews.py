"""Reviewed scores: what no record can decide yet, given so that each organization lands.

The rules judge the records first; what is still pending then gets points that bring
the organization to its outcome. Only the reviews are adjusted, never a result.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.bulk import insert_rows
from assessments.models import Assessment, Cycle, ReviewedScore, Verdict
from assessments.rules import number
from assessments.rules.base import share
from assessments.scoring import judge_cycle
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.outcomes import Outcome

FIELDS = ("cycle", "organization", "code", "points", "reason", "reviewer", "reviewed_at")
# What is weak in a county: how much of the lost points falls on an indicator.
HABITS: dict[str, dict[str, float]] = {
    "direct": {"F1": 3, "D1": 2},
    "yundong": {"E2": 3, "F3": 2},
    "binhe": {"D3": 3, "G1": 3},
    "qingyan": {"G4": 3, "F3": 2},
    "linxi": {"D1": 2, "G3": 3},
    "anling": {"D1": 4, "B3": 4, "B5": 2},
    "shidu": {"D3": 2, "F3": 3, "G2": 3},
    "liutang": {"C6": 3, "E2": 3, "G3": 2},
}
# Where there may be nothing to review: the share found not applicable, and why.
NOT_APPLICABLE = {
    "E1": (0.6, "本年没有处于发展环节的对象"),
    "D5": (0.85, "没有流动党员和失联党员"),
    "D2": (0.55, "没有新入党的党员"),
    "E3": (0.3, "近三年没有新发展党员"),
}
# Indicators that are shares of members or months.
SHARES = ("C6", "D1", "D3", "F3")
# Sentences of reviewers: in full, in part, none.
REASONS: dict[str, tuple[str, str, str]] = {
    "A4": ("党小组划分合理", "部分党员未编入党小组", "未划分党小组"),
    "B3": ("书记和委员学时达标", "委员培训学时不足 56 学时", "书记未参加县级以上培训"),
    "B5": ("述职评议结果为好", "述职评议结果为较好或一般", "未参加述职评议"),
    "C3": ("党小组会记录齐全", "部分月份缺党小组会记录", "没有党小组会记录"),
    "C6": ("谈心谈话全覆盖，问题清单和整改清单齐全", "谈心谈话未全覆盖", "缺问题清单和整改清单"),
    "D1": ("年度计划按时批准，党员学时达标", "部分党员培训学时不足 32 学时", "没有年度培训计划"),
    "D2": ("新党员均参加集中培训", "部分新党员未参加集中培训", "新党员未参加集中培训"),
    "D3": ("按月足额交纳并公示", "部分党员未按月交纳党费", "党费收缴无台账"),
    "D4": ("组织关系转接及时", "有转接超过 30 天", "有转接超过 90 天"),
    "D5": ("按季联系流动党员", "联系流动党员不足每季一次", "没有联系记录"),
    "D6": ("抽查档案齐全", "抽查档案缺项", "档案未建立"),
    "E1": ("发展程序规范", "个别环节超过时限", "培养考察记录缺失"),
    "E2": ("入党积极分子充足", "入党积极分子不足", "没有入党积极分子"),
    "E3": ("新发展党员中教师占比达标", "新发展党员中教师占比偏低", "没有发展教师党员"),
    "F1": ("双培台账完整", "双培台账无年度评议", "没有双培台账"),
    "F2": ("先锋岗设置到位并评议", "先锋岗数量不足", "没有设置先锋岗"),
    "F3": ("志愿服务四次以上", "志愿服务次数不足", "没有志愿服务记录"),
    "F4": ("融合项目有成效", "只有一个融合项目", "没有融合项目"),
    "F5": ("每学期专题研究", "只有一个学期研究", "没有专题研究记录"),
    "G1": ("阵地规范", "阵地设施不全", "没有活动场所"),
    "G2": ("经费列入预算，有专人负责", "没有明确党务工作者", "经费未列入预算"),
    "G3": ("台账齐全", "台账缺项", "台账未建立"),
    "G4": ("满意度测评 90% 以上", "满意度测评 80% 左右", "没有有效的满意度测评"),
    "G5": ("问题按期整改", "个别问题逾期整改", "问题整改逾期超过 90 天"),
}


@dataclass
class Standing:
    """What the rules found: hundredths earned and full where decided, and what is pending."""

    earned: int = 0
    full: int = 0
    # (code, hundredths the record already gives, full hundredths)
    pending: list[tuple[str, int, int]] = field(default_factory=list)


def standings(cycle: Cycle, ids: set[int]) -> dict[int, Standing]:
    """Judge the records there are; return the standing of `ids` by organization key."""
    found = {pk: Standing() for pk in ids}
    for card in judge_cycle(cycle):
        standing = found.get(card.facts.organization_id)
        if standing is None:
            continue
        for code, score in card.scores.items():
            if score.points is None:
                continue
            if score.pending and score.origin != "rollup":
                standing.pending.append((code, score.points, score.of))
            else:
                standing.earned += score.points
                standing.full += score.of
    return found


def fit(
    plan: OrgPlan, outcome: Outcome, standing: Standing, rng: Random, *, is_open: bool
) -> list[tuple[str, int | None, str]]:
    """Return (code, hundredths or None, reason) for what is pending at `plan`.

    In a year in progress (`is_open`) the weakest points of a failing organization are
    not reviewed yet.
    """
    pending = sorted(standing.pending)
    found: list[tuple[str, int | None, str]] = []
    for code, (odds, why) in NOT_APPLICABLE.items():
        if rng.random() < odds and any(code == other for other, _, _ in pending):
            found.append((code, None, why))
    if plan.school.is_private and rng.random() < 0.3:
        found.append(("F1", None, "没有骨干教师称号人员"))
    left_out = {code for code, _, _ in found}
    open_codes = [(code, got, of) for code, got, of in pending if code not in left_out]
    most = sum(of for _, _, of in open_codes)
    full = standing.full + most
    if not full:
        return found
    wanted = _wanted(outcome, standing.earned, full)
    lost = _share_out(plan, open_codes, max(0, standing.earned + most - wanted), rng)
    for code, got, of in open_codes:
        points = of - lost[code]
        full_text, part, none = REASONS.get(code, ("符合要求", "部分符合要求", "不符合要求"))
        if is_open and not outcome.passes and points <= got and rng.random() < 0.5:
            continue
        reason = full_text if points == of else part if points > got else none
        found.append((code, points, reason))
    return found


def _wanted(outcome: Outcome, earned: int, full: int) -> int:
    """Return the hundredths to earn in all, so that the rounded score is right."""
    target = Decimal(str(outcome.score))
    wanted = int(target * full / 100)
    while share(10_000, wanted, full) < 100 * target:
        wanted += 1
    return wanted


def _share_out(
    plan: OrgPlan, codes: list[tuple[str, int, int]], lost: int, rng: Random
) -> dict[str, int]:
    """Spread `lost` hundredths over the indicators, more over what is weak here."""
    taken = {code: 0 for code, _, _ in codes}
    room = {code: of - got for code, got, of in codes}
    habits = HABITS[plan.unit.key]
    names = list(room)
    weights = [room[code] * habits.get(code, 1.0) * rng.uniform(0.3, 1.7) for code in names]
    step = 50 if lost < 1200 else 100
    lost = min(lost, sum(room.values()))
    # What is no half point falls on shares, which have hundredths by nature.
    shares = [code for code in names if code in SHARES and room[code] >= 50]
    if lost % 50 and shares:
        taken[rng.choice(shares)] = lost % 50
        lost -= lost % 50
    while lost and names:
        code = rng.choices(names, weights)[0]
        part = min(step, lost, room[code] - taken[code])
        taken[code] += part
        lost -= part
        if taken[code] == room[code]:
            where = names.index(code)
            del names[where], weights[where]
    return taken


def store_reviews(
    cycle: Cycle,
    plans: list[OrgPlan],
    outcomes: dict[str, Outcome],
    *,
    reviewers: dict[str, int],
    seed: int,
) -> None:
    """Review what is pending at `plans` so that each comes to its outcome.

    `reviewers` maps a unit key to the user who reviews there, "" to the one elsewhere.
    """
    found = standings(cycle, {plan.row.pk for plan in plans})
    is_open = cycle.year >= timezone.localdate().year
    day = datetime.datetime(cycle.year + 1, 2, 26, 15, 30)
    at = min(timezone.now() - datetime.timedelta(days=1), timezone.make_aware(day))
    reviewed_at = str(connection.ops.adapt_datetimefield_value(at))

    def rows() -> Iterator[tuple]:
        for plan in plans:
            rng = Random(f"{seed}/reviews/{cycle.year}/{plan.name}")
            outcome, standing = outcomes[plan.name], found[plan.row.pk]
            reviewer = reviewers.get(plan.unit.key, reviewers[""])
            for code, points, reason in fit(plan, outcome, standing, rng, is_open=is_open):
                text = None if points is None else number(points)
                yield cycle.pk, plan.row.pk, code, text, reason, reviewer, reviewed_at

    insert_rows(ReviewedScore, FIELDS, rows())


def astray(cycle: Cycle, plans: list[OrgPlan], outcomes: dict[str, Outcome]) -> list[OrgPlan]:
    """Return the organizations that did not land as chosen."""
    passed = dict(
        Assessment.objects.filter(cycle=cycle, exclusion="").values_list(
            "organization_id", "verdict"
        )
    )
    return [
        plan
        for plan in plans
        if (passed.get(plan.row.pk) == Verdict.COMPLIANT) != outcomes[plan.name].passes
    ]
