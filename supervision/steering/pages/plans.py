"""The pages of three-year plans, their targets and measures."""

from __future__ import annotations

from orgs.sections import Section, change_link
from schools.facts import Fact
from supervision.models import ActionPlan, PlanMeasure, PlanTarget
from supervision.steering import forms
from supervision.steering.pages.base import OfBody, PartOf, add_link, figure


class PlanPages(OfBody):
    slug = "action_plan"
    model = ActionPlan
    form_class = forms.PlanForm
    title = "三年行动计划"
    list_url, list_label = "action_plans", "三年行动计划"

    def lead(self, record):
        first, *_, last = record.years
        return f"{record.jurisdiction.short_name}，{first}—{last} 年"

    def groups(self, record):
        return [
            (
                "计划",
                [
                    Fact("印发单位", record.issued_by),
                    Fact("文号", record.document),
                    Fact("印发时间", record.issued_on),
                ],
            )
        ]

    def sections(self, record, user, day):
        targets = list(record.targets.filter(withdrawn_at=None))
        measures = list(record.measures.filter(withdrawn_at=None))
        late = sum(one.state_on(day) == "逾期" for one in measures)
        done = sum(one.state_on(day) == "完成" for one in measures)
        return [
            Section(
                "targets",
                "目标",
                ("指标", "单位", "基数", *(f"{year} 年目标 / 实际" for year in record.years)),
                [
                    (
                        change_link(user, "plan_target", one.pk, one.name),
                        one.unit,
                        figure(one.base),
                        *(
                            f"{figure(goal) or '—'} / {figure(reached) or '—'}"
                            for goal, reached in (
                                (one.goal_1, one.reached_1),
                                (one.goal_2, one.reached_2),
                                (one.goal_3, one.reached_3),
                            )
                        ),
                    )
                    for one in targets
                ],
                links=add_link(self, record, user, "增加目标", "plan_target_new", "plan"),
                empty="还没有分年度目标。",
            ),
            Section(
                "measures",
                "措施",
                ("措施", "责任单位", "完成时限", "进度", "状态", "季度进展"),
                [
                    (
                        change_link(user, "plan_measure", one.pk, one.text),
                        one.department,
                        f"{one.deadline}",
                        f"{one.progress}%",
                        one.state_on(day),
                        "；".join(line for line in one.notes.splitlines() if line.strip()),
                    )
                    for one in measures
                ],
                note=f"共 {len(measures)} 条，完成 {done} 条，逾期 {late} 条" if measures else "",
                links=add_link(self, record, user, "增加措施", "plan_measure_new", "plan"),
                empty="还没有措施。",
            ),
        ]


class TargetPages(PartOf):
    slug = "plan_target"
    model = PlanTarget
    form_class = forms.TargetForm
    title = "计划目标"
    list_url, list_label = "action_plans", "三年行动计划"
    related = ("plan__jurisdiction__place",)
    owner, owner_slug = "plan", "action_plan"


class MeasurePages(PartOf):
    slug = "plan_measure"
    model = PlanMeasure
    form_class = forms.MeasureForm
    title = "计划措施"
    list_url, list_label = "action_plans", "三年行动计划"
    related = ("plan__jurisdiction__place",)
    owner, owner_slug = "plan", "action_plan"
