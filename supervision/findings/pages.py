"""The pages of findings and of the weak list."""

from __future__ import annotations

from django.utils import timezone

from orgs.acting import covers, require_superior, years_since
from orgs.sections import organization_fact
from orgs.showing import ShownPages
from schools.facts import Fact
from sheets.forms import Stored
from supervision.findings.forms import FindingForm, WeakForm
from supervision.forms import with_organization
from supervision.models import VetoFinding, WeakListing


class FromAbovePages(ShownPages):
    """Records that only those above the organization enter, change and withdraw."""

    related = ("organization__jurisdiction__place",)

    def initial(self, request):
        return with_organization(request)

    def may_edit(self, user, record):
        return super().may_edit(user, record) and covers(user, record.organization.jurisdiction)

    def write(self, form, *, act, expected):
        organization = form.cleaned_data.get("organization") or form.instance.organization
        require_superior(act, organization.jurisdiction)
        return super().write(form, act=act, expected=expected)


class FindingPages(FromAbovePages):
    slug = "veto_finding"
    model = VetoFinding
    form_class = FindingForm
    title = "一票否决认定"
    list_url, list_label = "veto_findings", "一票否决认定"
    new_lead = "凭文件登记；认定撤销的，撤回这条记录并写明理由，得分随即重算"

    def name(self, record):
        return f"{record.organization.short_name} {record.year} 年{record.get_kind_display()}"

    def touched(self, record):
        return Stored("findings", frozenset({record.organization_id}), frozenset({record.year}))

    def lead(self, record):
        return f"{record.decided_by} {record.document_on} 认定，{record.document}"

    def notice(self, record, day):
        return "err", (
            f"{record.year} 年度触发一票否决 {record.kind}：{record.get_kind_display()}。"
            "得分照常列出，结果为未达标。认定撤销的，由登记单位撤回这条记录。"
        )

    def groups(self, record):
        return [
            (
                "认定",
                [
                    organization_fact(record.organization),
                    Fact("否决情形", record.get_kind_display(), record.kind),
                    Fact("考评年度", str(record.year)),
                    Fact("认定事实", record.description),
                    Fact("认定文号", record.document),
                    Fact("认定时间", record.document_on),
                    Fact("认定机关", record.decided_by),
                ],
            )
        ]


class WeakPages(FromAbovePages):
    slug = "weak_listing"
    model = WeakListing
    form_class = WeakForm
    title = "软弱涣散党组织"
    list_url, list_label = "weak_listings", "软弱涣散党组织"
    new_title = "列入软弱涣散名单"
    new_lead = "凭文件登记；整顿验收后，在这条记录上填写撤销时间和文号"

    def initial(self, request):
        return with_organization(request, listed_on=timezone.localdate())

    def name(self, record):
        return f"{record.organization.short_name} {record.listed_on} 列入"

    def touched(self, record):
        return Stored(
            "findings", frozenset({record.organization_id}), years_since(record.listed_on)
        )

    def lead(self, record):
        return f"{record.listed_on} 列入，{record.listing_document}"

    def notice(self, record, day):
        if record.removed_on and record.removed_on <= day:
            return "ok", f"{record.removed_on} 已撤销（{record.removal_document}）。"
        return "err", "还在软弱涣散名单上。考核日仍在名单上的，当年一票否决（V10）。"

    def groups(self, record):
        return [
            (
                "列入",
                [
                    organization_fact(record.organization),
                    Fact("列入时间", record.listed_on),
                    Fact("列入文号", record.listing_document),
                    Fact("主要问题", record.cause),
                    Fact("联系领导", record.helper),
                ],
            ),
            (
                "撤销",
                [
                    Fact("撤销时间", record.removed_on),
                    Fact("撤销文号", record.removal_document),
                ],
            ),
        ]
