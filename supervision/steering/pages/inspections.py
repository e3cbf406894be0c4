"""The pages of inspections, the visits they make and what they find."""

from __future__ import annotations

import datetime

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from orgs.sections import Section, change_link, link
from schools import writing
from schools.act_forms import ActForm
from schools.act_pages import ActPage
from schools.facts import Fact
from schools.form_fields import DayField
from supervision.models import (
    Category,
    Inspection,
    InspectionFinding,
    InspectionVisit,
    Source,
)
from supervision.rectification.services import open_item
from supervision.rectification.tables import state_of
from supervision.steering import forms
from supervision.steering.pages.base import OfBody, PartOf, add_link, figure


class InspectionPages(OfBody):
    slug = "inspection"
    model = Inspection
    form_class = forms.InspectionForm
    title = "检查督查"
    list_url, list_label = "inspections", "检查督查"

    def lead(self, record):
        return f"{record.get_kind_display()}，{record.start} 至 {record.end}"

    def groups(self, record):
        return [
            (
                "检查",
                [
                    Fact("管理主体", record.jurisdiction.short_name),
                    Fact("类别", record.get_kind_display()),
                    Fact("组长", record.leader),
                    Fact("成员", record.team),
                    Fact("方式", record.methods),
                    Fact("检查方案", record.plan),
                ],
            )
        ]

    def sections(self, record, user, day):
        visits = list(record.visits.filter(withdrawn_at=None).select_related("organization"))
        found = list(
            InspectionFinding.objects.filter(visit__in=visits).select_related(
                "visit__organization", "item"
            )
        )
        may = self.may_change_now(user, record)
        counts = {visit.pk: sum(one.visit_id == visit.pk for one in found) for visit in visits}
        opened = sum(one.item_id is not None for one in found)
        return [
            Section(
                "visits",
                "检查的党组织",
                ("党组织", "检查时间", "得分", "问题", "反馈", "登记"),
                [
                    (
                        change_link(
                            user, "inspection_visit", visit.pk, visit.organization.short_name
                        ),
                        f"{visit.visited_on}",
                        figure(visit.score),
                        f"{counts[visit.pk]} 个",
                        f"{visit.feedback_on} {visit.feedback}" if visit.feedback_on else "未反馈",
                        link_to_new(visit) if may else "",
                    )
                    for visit in visits
                ],
                note=f"{len(visits)} 个" if visits else "",
                links=add_link(
                    self, record, user, "登记走访", "inspection_visit_new", "inspection"
                ),
                empty="还没有登记走访的党组织。",
            ),
            Section(
                "findings",
                "发现的问题",
                ("问题", "党组织", "程度", "依据", "整改"),
                [
                    (
                        change_link(user, "inspection_finding", one.pk, one.description),
                        one.visit.organization.short_name,
                        one.get_severity_display(),
                        one.rule_reference,
                        rectified(one, day, may=may),
                    )
                    for one in found
                ],
                note=f"{len(found)} 个，列入整改 {opened} 个" if found else "",
                empty="没有发现问题。",
            ),
        ]


class VisitPages(PartOf):
    slug = "inspection_visit"
    model = InspectionVisit
    form_class = forms.VisitForm
    title = "检查走访"
    list_url, list_label = "inspections", "检查督查"
    related = ("inspection__jurisdiction__place", "organization")
    owner, owner_slug = "inspection", "inspection"


class InspectionFindingPages(PartOf):
    slug = "inspection_finding"
    model = InspectionFinding
    form_class = forms.FindingForm
    title = "检查发现的问题"
    list_url, list_label = "inspections", "检查督查"
    related = ("visit__inspection__jurisdiction__place", "visit__organization", "item")
    owner, owner_slug = "visit", "inspection"

    def owner_of(self, record):
        return record.visit.inspection

    def name(self, record):
        return record.description[:30]


class RectifyForm(ActForm):
    """By when a finding is to be put right, and by whom."""

    category = django_forms.ChoiceField(
        label="问题类型", choices=[("", "请选择"), *Category.choices]
    )
    responsible = django_forms.CharField(label="责任人", max_length=50, required=False)
    deadline = DayField(label="整改期限", future=True)

    def prepare(self):
        del self.fields["reason"]
        self.fields["deadline"].initial = timezone.localdate() + datetime.timedelta(days=90)


class Rectify(ActPage):
    """Put a finding on the rectification ledger in one step."""

    slug, path = "inspection_finding_rectify", "rectify"
    title = "列入整改"
    lead = "生成一条整改事项，责任党组织填报进展、申请销号"
    pages = InspectionFindingPages()
    form_class = RectifyForm

    def stop(self, record):
        return "这个问题已经列入整改台账。" if record.item_id else ""

    @transaction.atomic
    def do(self, record, form, act):
        told = form.cleaned_data
        visit = record.visit
        if told["deadline"] < visit.visited_on:
            raise ValidationError({"deadline": "整改期限不能早于检查时间，请核对。"})
        record.item = open_item(
            organization=visit.organization,
            source=Source.INSPECTION,
            description=record.description,
            found_on=visit.visited_on,
            deadline=told["deadline"],
            category=told["category"],
            severity=record.severity,
            rule_reference=record.rule_reference,
            responsible=told["responsible"],
            act=act,
        )
        writing.write(
            record, act=act, action="inspection_finding.rectify", expected=told["version"]
        )
        return f"已列入整改台账，期限 {told['deadline']}。"


def link_to_new(visit: InspectionVisit):
    """Return the link that adds a finding to a visit."""
    return format_html(
        '<a href="{}?visit={}">登记问题</a>', reverse("inspection_finding_new"), visit.pk
    )


def rectified(finding: InspectionFinding, day, *, may: bool):
    """Return the state of the item of a finding, or the link that makes one."""
    if finding.item and finding.item.withdrawn_at is None:
        return state_of(finding.item, day)
    return link("inspection_finding_rectify", finding.pk, "列入整改") if may else "未列入"
