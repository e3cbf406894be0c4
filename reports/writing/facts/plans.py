"""Who leads by which plan, and who manages whom."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from reports.writing.facts.declared import closed, fact, plain_page, report_page
from schools.models import Jurisdiction
from supervision.models import PlanMeasure, PlanTarget

if TYPE_CHECKING:
    from reports.writing.material import Material


@fact("领导小组的名称", plain_page("leading_groups"))
def group_name(m: Material) -> str:
    group = m.group
    return group.name if group else ""


@fact("领导小组的组长", plain_page("leading_groups"))
def group_head(m: Material) -> str:
    group = m.group
    return group.head if group else ""


@fact("领导小组的成立文号", plain_page("leading_groups"))
def group_document(m: Material) -> str:
    group = m.group
    return closed(group.document) if group else ""


@fact("三年行动计划的名称", plain_page("action_plans"))
def plan_title(m: Material) -> str:
    plan = m.plan
    return closed(plan.title) if plan else ""


@fact("三年行动计划的文号", plain_page("action_plans"))
def plan_document(m: Material) -> str:
    plan = m.plan
    return closed(plan.document) if plan else ""


@fact("三年行动计划下一年度的目标", plain_page("action_plans"))
def plan_goals(m: Material) -> str:
    return "、".join(f"{target.name}{goal.normalize():f}{target.unit}" for target, goal in goals(m))


def goals(m: Material) -> list[tuple[PlanTarget, Decimal]]:
    """Return the targets of the plan with what is to be reached in the next year."""
    plan = m.plan
    if plan is None or not 0 <= m.year + 1 - plan.first_year <= 2:
        return []
    goal = f"goal_{m.year + 2 - plan.first_year}"
    targets = PlanTarget.objects.visible_to(m.user).filter(plan=plan).exclude(**{goal: None})
    return [(target, getattr(target, goal)) for target in targets]


@fact("三年行动计划没有完成的措施", plain_page("action_plans"))
def plan_open_measures(m: Material) -> str:
    plan = m.plan
    if plan is None:
        return ""
    measures = PlanMeasure.objects.visible_to(m.user).filter(plan=plan, progress__lt=100)
    return "、".join(f"“{text}”" for text in measures.values_list("text", flat=True)[:4])


@fact("公办学校党建工作管理类型数", report_page("management-types"))
def management_kinds(m: Material) -> int:
    return len(m.managing.public)


@fact("{ownership}学校为“{kinds}”的单元", report_page("management-types"))
def managed_by(m: Material, *, ownership: str, kinds: str) -> str:
    return "、".join(m.managing.of(ownership, kinds))


@fact("写材料的单位", plain_page("jurisdictions"))
def body_name(m: Material) -> str:
    return m.scope.label


@fact("范围内管理学校党建工作的乡镇（街道）党委数", plain_page("jurisdictions"))
def townships(m: Material) -> int:
    bodies = Jurisdiction.objects.visible_to(m.user).inside(m.scope)
    return bodies.filter(kind="township").count()
