"""The decisions that take a case to its next stage, as data: what each asks and checks.

A rule in `refuse` stops the decision, one in `ask` needs a written reason: the former are
said without exception (age, a year of cultivation, two sponsors, the probation), the
latter "as a rule", or what they ask for can no longer be made good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orgs.development.checks import probation_end
from orgs.development.facts import facts_of
from orgs.models import DevelopmentCase, DevStage

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `fields` are those of the case it asks for, `needs` the required ones."""

    path: str
    title: str
    lead: str
    stage: DevStage
    fields: tuple[str, ...]
    needs: frozenset[str]
    refuse: frozenset[str] = frozenset()
    ask: frozenset[str] = frozenset()
    # Tells whether a case of the stage has come so far.
    ready: Callable[[DevelopmentCase], bool] = lambda case: True
    # Further refusals by field, from what is told.
    wrong: Callable[[Told], dict[str, str]] = lambda told: {}
    # Values the form starts with where the case has none.
    initial: Callable[[DevelopmentCase], dict[str, Any]] = lambda case: {}
    # What happens then, as (icon, text, note).
    then: tuple[tuple[str, str, str], ...] = field(default=())


def _meeting(told: Told) -> dict[str, str]:
    """Refuse a vote that does not carry, or a political review not passed.

    More than half of those entitled must be present and vote for the admission
    (发展党员工作细则 2014 Arts 20-21, 2026 Arts 19-20; Art. 16 on the review).
    """
    wrong = {}
    if told.get("political_review_passed") is not True:
        wrong["political_review_passed"] = "没有经过政治审查或者审查不合格的，不能发展入党。"
    entitled, present = told.get("votes_entitled"), told.get("votes_present")
    votes = told.get("votes_for")
    if entitled is None or present is None or votes is None:
        return wrong
    if present > entitled:
        wrong["votes_present"] = f"应到 {entitled} 人，实到 {present} 人。实到不能多于应到。"
    elif present * 2 <= entitled:
        wrong["votes_present"] = f"应到 {entitled} 人，实到 {present} 人，没有超过半数，不能表决。"
    if votes > present:
        wrong["votes_for"] = f"实到 {present} 人，赞成 {votes} 票。赞成票不能多于实到人数。"
    elif votes * 2 <= entitled:
        wrong["votes_for"] = f"应到 {entitled} 人，赞成 {votes} 票，没有超过半数，没有通过。"
    return wrong


def _no_extension(case: DevelopmentCase) -> bool:
    return case.extended_to is None


DECISIONS = (
    Decision(
        "activist",
        "确定为积极分子",
        "党员推荐或群团组织推优，支部委员会研究决定，报上级党委备案",
        DevStage.APPLICANT,
        (
            "first_talk_on",
            "first_talk_by",
            "recommendation",
            "activist_on",
            "activist_filed_on",
            "cultivators",
        ),
        frozenset({"activist_on"}),
        refuse=frozenset({"R45"}),
        ask=frozenset({"R46"}),
        then=(("calendar-check", "开始培养考察", "每半年考察一次，满一年才能列为发展对象"),),
    ),
    Decision(
        "target",
        "列为发展对象",
        "听取党小组、培养联系人、党员和群众意见，公示，支部委员会讨论同意，报上级党委备案",
        DevStage.ACTIVIST,
        (
            "cultivators",
            "target_notice_from",
            "target_notice_to",
            "target_on",
            "target_filed_on",
        ),
        frozenset({"target_on"}),
        refuse=frozenset({"R49"}),
        ask=frozenset({"R47", "R48", "R51-target"}),
        then=(("clipboard-check", "下一步", "确定入党介绍人，政治审查，集中培训"),),
    ),
    Decision(
        "meeting",
        "登记支部大会决议",
        "支部大会讨论表决通过接收；还没有上级审批，不算预备党员",
        DevStage.DEVELOPMENT_TARGET,
        (
            "sponsors",
            "political_review_on",
            "political_review_passed",
            "training_on",
            "training_days",
            "training_hours",
            "committee_review_on",
            "pre_review_on",
            "form_number",
            "admission_notice_from",
            "admission_notice_to",
            "admitted_on",
            "votes_entitled",
            "votes_present",
            "votes_for",
        ),
        frozenset(
            {
                "sponsors",
                "political_review_on",
                "admitted_on",
                "votes_entitled",
                "votes_present",
                "votes_for",
            }
        ),
        refuse=frozenset({"R52"}),
        ask=frozenset({"R50", "R53", "R51-admission"}),
        ready=lambda case: case.admitted_on is None,
        wrong=_meeting,
        then=(("hourglass-split", "报上级党委审批", "三个月内审批，特殊情况不超过六个月"),),
    ),
    Decision(
        "approve",
        "登记审批",
        "上级党委审批同意接收为预备党员",
        DevStage.DEVELOPMENT_TARGET,
        (
            "superior_talk_on",
            "approved_on",
            "approval_document",
            "approval_is_special",
            "admission_filed_on",
        ),
        frozenset({"approved_on"}),
        ask=frozenset({"R54-admission"}),
        ready=lambda case: case.admitted_on is not None,
        then=(
            ("person-plus", "登记到党员名册", "人员类别为预备党员，入党时间为支部大会通过之日"),
            ("calendar-check", "预备期一年", "从支部大会通过之日算起"),
        ),
    ),
    Decision(
        "extend",
        "延长预备期",
        "支部大会决定延长，报上级党委批准；只能延长一次，不少于半年、不超过一年",
        DevStage.PROBATIONARY,
        ("extended_on", "extended_to"),
        frozenset({"extended_on", "extended_to"}),
        refuse=frozenset({"R55-extension"}),
        ready=_no_extension,
    ),
    Decision(
        "confirm",
        "登记转正",
        "预备期满，支部大会讨论通过，上级党委审批同意转为正式党员",
        DevStage.PROBATIONARY,
        (
            "confirmation_applied_on",
            "confirmation_notice_from",
            "confirmation_notice_to",
            "confirmation_meeting_on",
            "confirmation_approved_on",
            "confirmed_on",
            "archived_on",
        ),
        frozenset({"confirmation_meeting_on", "confirmation_approved_on", "confirmed_on"}),
        refuse=frozenset({"R55"}),
        ask=frozenset({"R55-discussion", "R51-confirmation", "R54-confirmation"}),
        initial=lambda case: {"confirmed_on": probation_end(facts_of(case))},
        then=(("patch-check", "党员名册改为正式党员", "党龄从转正时间起算"),),
    ),
)


def open_decisions(case: DevelopmentCase) -> list[Decision]:
    """Return the decisions that can be taken on a case now."""
    if case.ended_on or case.withdrawn_at:
        return []
    return [one for one in DECISIONS if one.stage == case.stage and one.ready(case)]
