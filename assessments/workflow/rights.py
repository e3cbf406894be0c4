"""Who may do what in the assessment of a year; every refusal is a sentence.

Two persons: nobody reviews what he scored or handed in himself, and nobody reviews twice
(standard, process of a year: the person who self-scored cannot review).
"""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied

from accounts.history import Act
from accounts.models import User
from assessments.workflow.models import Filing, Schedule
from assessments.workflow.states import Stage, State
from orgs.models import Organization
from schools.roles import REVIEW_ROLES
from schools.scoping import holds_all

# The permission of those who review, wherever it may be.
REVIEW = "assessments.review"


def person(act: Act) -> User:
    """Return who acts; the steps of an assessment are always somebody's."""
    if act.actor is None:
        raise PermissionDenied("考评的每一步都要由具体的人办理。")
    return act.actor


def fills_in(user: User, filing: Filing) -> bool:
    """Tell whether `user` scores and hands in for the organization."""
    return Organization.objects.editable_by(user).filter(pk=filing.organization_id).exists()


def reviews(user: User, filing: Filing) -> bool:
    """Tell whether `user` reviews the organization as its managing body or above."""
    return Organization.objects.reviewable_by(user).filter(pk=filing.organization_id).exists()


def reviews_city(user: User) -> bool:
    """Tell whether `user` re-reviews: a reviewing grant on the whole tree."""
    return holds_all(user, REVIEW_ROLES)


def self_score_refusal(user: User, filing: Filing) -> str:
    """Return why `user` may not score the organization himself; "" if he may."""
    if not fills_in(user, filing):
        return "自评由本单位的填报人员填写，您可以查看。"
    if filing.state not in (State.DRAFT, State.RETURNED):
        return f"现在是“{filing.get_state_display()}”，自评已经不能改。要更正请联系管理主体退回。"
    if filing.cycle.is_confirmed:
        return f"{filing.cycle} 已经确认，自评不能再改。"
    return ""


def first_review_refusal(user: User, filing: Filing) -> str:
    """Return why `user` may not review first; "" if he may."""
    if filing.state != State.SUBMITTED:
        return f"现在是“{filing.get_state_display()}”，不在初审阶段。"
    if not reviews(user, filing):
        return "初审由管理主体的审核人员办理，您可以查看。"
    if user.pk in (filing.self_by_id, filing.submitted_by_id):
        return "自评和申报是您本人办理的，按两人原则由别的审核人员初审。"
    return ""


def second_review_refusal(user: User, filing: Filing) -> str:
    """Return why `user` may not re-review; "" if he may."""
    if filing.state != State.FIRST_REVIEWED:
        return f"现在是“{filing.get_state_display()}”，不在复核阶段。"
    if not reviews_city(user):
        return "复核由市级审核人员办理，您可以查看。"
    if user.pk in (filing.self_by_id, filing.submitted_by_id, filing.first_by_id):
        return "自评、申报或初审是您本人办理的，按两人原则由别的审核人员复核。"
    if not filing.drawn:
        return "初审已经完成，等待抽查；抽中的才逐项复核。"
    return ""


def score_refusal(user: User, filing: Filing, stage: Stage) -> str:
    """Return why `user` may not score at `stage`; "" if he may."""
    return {
        Stage.SELF: self_score_refusal,
        Stage.FIRST: first_review_refusal,
        Stage.SECOND: second_review_refusal,
    }[stage](user, filing)


def return_refusal(user: User, filing: Filing) -> str:
    """Return why `user` may not send the filing back; "" if he may."""
    if filing.state == State.SUBMITTED:
        return first_review_refusal(user, filing)
    return second_review_refusal(user, filing)


def window_refusal(schedule: Schedule | None, filing: Filing, today: datetime.date) -> str:
    """Return why nothing can be handed in today; "" if it can.

    Handed in within the window of the schedule; sent back, until the day that was set.
    """
    if schedule is None:
        return f"{filing.cycle} 还没有考评日程，不能申报。请等市教育局公布日程。"
    if today < schedule.self_from:
        return f"申报从 {schedule.self_from} 开始，现在可以先自评，到时再申报。"
    if filing.state == State.RETURNED and filing.due_on:
        if today > filing.due_on:
            return f"补正期限 {filing.due_on} 已过，不能申报。请联系管理主体延长期限。"
        return ""
    if today > schedule.self_until:
        return f"申报已于 {schedule.self_until} 截止。请联系市教育局，需要时调整日程。"
    return ""
