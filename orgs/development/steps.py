"""The 25 steps of developing a member in their five phases, told once for page and forms."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orgs.models import DevStage


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the field with its day, further fields told with it, rules shown beside it.

    A step without a day is done once one of its other fields is filled in; `reviews`
    marks the two steps told by the half-yearly reviews.
    """

    number: int
    title: str
    day: str = ""
    more: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    reviews: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields of the step."""
        return (self.day, *self.more) if self.day else self.more


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the procedure."""

    title: str
    steps: tuple[Step, ...]


PHASES = (
    Phase(
        "申请入党",
        (
            Step(1, "递交入党申请书", "applied_on", checks=("R45",)),
            Step(2, "党组织派人谈话", "first_talk_on", ("first_talk_by",), ("R46",)),
        ),
    ),
    Phase(
        "入党积极分子的确定和培养教育",
        (
            Step(3, "推荐和确定入党积极分子", "activist_on", ("recommendation",)),
            Step(4, "上级党委备案", "activist_filed_on"),
            Step(5, "指定培养联系人", "", ("cultivators",), ("R47",)),
            Step(6, "培养教育考察", checks=("R48", "R49"), reviews=True),
        ),
    ),
    Phase(
        "发展对象的确定和考察",
        (
            Step(
                7,
                "确定发展对象",
                "target_on",
                ("target_notice_from", "target_notice_to"),
                ("R51-target",),
            ),
            Step(8, "上级党委备案", "target_filed_on"),
            Step(9, "确定入党介绍人", "", ("sponsors",), ("R52",)),
            Step(10, "政治审查", "political_review_on", ("political_review_passed",)),
            Step(11, "短期集中培训", "training_on", ("training_days", "training_hours"), ("R50",)),
        ),
    ),
    Phase(
        "预备党员的接收",
        (
            Step(12, "支部委员会审查", "committee_review_on"),
            Step(13, "上级党委预审", "pre_review_on"),
            Step(14, "填写入党志愿书", "", ("form_number",)),
            Step(
                15,
                "支部大会讨论",
                "admitted_on",
                (
                    "admission_notice_from",
                    "admission_notice_to",
                    "votes_entitled",
                    "votes_present",
                    "votes_for",
                ),
                ("R53", "R51-admission"),
            ),
            Step(16, "上级党委派人谈话", "superior_talk_on"),
            Step(
                17,
                "上级党委审批",
                "approved_on",
                ("approval_document", "approval_is_special"),
                ("R54-admission",),
            ),
            Step(18, "再上一级党委组织部门备案", "admission_filed_on"),
        ),
    ),
    Phase(
        "预备党员的教育考察和转正",
        (
            Step(19, "编入党支部和党小组", "grouped_on"),
            Step(20, "入党宣誓", "oath_on"),
            Step(21, "继续教育考察", checks=("R55", "R55-extension"), reviews=True),
            Step(22, "提出转正申请", "confirmation_applied_on"),
            Step(
                23,
                "支部大会讨论转正",
                "confirmation_meeting_on",
                (
                    "confirmation_notice_from",
                    "confirmation_notice_to",
                    "extended_on",
                    "extended_to",
                ),
                ("R55-discussion", "R51-confirmation"),
            ),
            Step(
                24,
                "上级党委审批",
                "confirmation_approved_on",
                ("confirmed_on",),
                ("R54-confirmation", "R56"),
            ),
            Step(25, "材料归档", "archived_on"),
        ),
    ),
)

STEPS = tuple(step for phase in PHASES for step in phase.steps)

# Days that follow one another: each is on or after those before it.
ORDERS = (
    ("applied_on", "first_talk_on"),
    ("applied_on", "activist_on", "target_on", "pre_review_on", "admitted_on", "approved_on"),
    ("admitted_on", "oath_on"),
    ("admitted_on", "confirmation_meeting_on", "confirmation_approved_on", "archived_on"),
    ("admitted_on", "extended_on"),
    ("admitted_on", "confirmed_on"),
    ("target_notice_from", "target_notice_to"),
    ("admission_notice_from", "admission_notice_to"),
    ("confirmation_notice_from", "confirmation_notice_to"),
    ("applied_on", "ended_on"),
)


def current_phase(case: Any) -> int:
    """Return the place in PHASES of the phase a case is in; one past the last when confirmed."""
    place = {
        DevStage.APPLICANT: 0,
        DevStage.ACTIVIST: 1,
        DevStage.DEVELOPMENT_TARGET: 2,
        DevStage.PROBATIONARY: 4,
        DevStage.FULL: 5,
    }[case.stage]
    admitting = place == 2 and any(getattr(case, step.day, None) for step in PHASES[3].steps)
    return place + admitting


def out_of_order(told: Callable[[str], Any]) -> list[tuple[str, str]]:
    """Return the pairs (later field, earlier field) whose days stand the wrong way round.

    `told` returns the day of a field, None where there is none.
    """
    found = []
    for order in ORDERS:
        days = [(name, day) for name in order if (day := told(name))]
        for (before, first), (after, second) in itertools.pairwise(days):
            if second < first:
                found.append((after, before))
    return found
