"""The pages of a survey."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from orgs.sections import organization_fact
from orgs.showing import ShownPages
from schools.facts import Fact
from schools.forms import SCHOOLS
from sheets.forms import Stored
from supervision.forms import with_organization
from supervision.models import LEAST_ANSWERS, LEAST_PERCENT, Survey
from supervision.surveys.forms import SurveyForm
from supervision.surveys.tables import rate_text


def touched(survey: Survey) -> Stored:
    """Return what is to be scored anew when a survey changes."""
    schools = frozenset({survey.school_id}) if survey.school_id else frozenset()
    organizations = frozenset({survey.organization_id}) if survey.organization_id else frozenset()
    return Stored("surveys", organizations, frozenset({survey.year}), schools)


class SurveyPages(ShownPages):
    slug = "survey"
    model = Survey
    form_class = SurveyForm
    title = "满意度调查"
    list_url, list_label = "surveys", "满意度调查"
    related = ("organization__jurisdiction__place", "school__jurisdiction__place", "school__place")
    new_lead = "对一类人员的一次调查填一条；只填汇总数，不填个人意见的姓名"

    def initial(self, request):
        school = SCHOOLS.asked(request, "school")
        return with_organization(request, surveyed_on=timezone.localdate(), **school)

    def name(self, record):
        whose = record.organization.short_name if record.organization else record.school.name
        return f"{whose} {record.year} 年{record.get_group_display()}满意度"

    def holder(self, record):
        return record.subject

    def touched(self, record):
        return touched(record)

    def lead(self, record):
        return f"{record.surveyed_on} 调查，发放 {record.asked} 份，有效 {record.valid} 份"

    def notice(self, record, day):
        rate = rate_text(record.content, record.valid)
        if record.is_valid:
            return "ok", (
                f"调查有效。满意率 {rate}：非常满意、满意共 {record.content} 份，"
                f"有效 {record.valid} 份。"
            )
        return "warn", (
            f"调查无效，不计分，也不触发一票否决：有效问卷 {record.valid} 份，不足 "
            f"{LEAST_ANSWERS} 份，也不到发放 {record.asked} 份的 {LEAST_PERCENT}%。"
        )

    def groups(self, record):
        subject = (
            organization_fact(record.organization)
            if record.organization
            else Fact("学校", record.school.name, url=reverse("school", args=[record.school_id]))
        )
        levels = [
            Fact(
                Survey._meta.get_field(name).verbose_name,
                getattr(record, name),
                rate_text(getattr(record, name), record.valid),
            )
            for name in (
                "very_satisfied",
                "satisfied",
                "fair",
                "dissatisfied",
                "very_dissatisfied",
            )
        ]
        return [
            (
                "调查",
                [
                    subject,
                    Fact("年度", str(record.year)),
                    Fact("调查对象", record.get_group_display()),
                    Fact("调查时间", record.surveyed_on),
                    Fact("发放问卷", record.asked),
                    Fact("有效问卷", record.valid, rate_text(record.valid, record.asked)),
                ],
            ),
            ("五档人数", levels),
            ("意见建议", [Fact("意见建议", record.comments)]),
        ]
