"""The pages of rectification items: the record, and what is done with it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.history import Act
from activities.entry import Acceptance
from orgs.sections import Section, organization_fact
from orgs.showing import ShownPages
from schools import writing
from schools.access import EDIT
from schools.act_pages import ActPage
from schools.facts import Fact
from supervision.forms import with_organization
from supervision.models import ItemState, RectificationItem, Source
from supervision.rectification import services
from supervision.rectification.forms import (
    AskForm,
    ItemForm,
    RecheckForm,
    ReopenForm,
    ReportForm,
)
from supervision.rectification.tables import state_of

REVIEW = "assessments.review"


# The way of an item, as its page draws it.
WAY = (ItemState.OPEN, ItemState.WORKING, ItemState.REVIEW, ItemState.CLOSED)


class ItemPages(ShownPages):
    slug = "rectification"
    model = RectificationItem
    form_class = ItemForm
    title = "整改事项"
    list_url, list_label = "rectifications", "问题整改台账"
    related = ("organization__jurisdiction__place", "asked_by")
    new_title = "列入整改"
    new_lead = "一个问题一条；整改、申请销号、复核在它的页面上办理"

    def initial(self, request):
        return with_organization(request, source=Source.SELF_CHECK, found_on=timezone.localdate())

    def name(self, record):
        return record.description[:30]

    def write(self, form, *, act, expected):
        """Store an item under the name its acts have in the log."""
        item = form.save(commit=False)
        return writing.write(
            item,
            act=act,
            action=f"rectification.{'open' if item.pk is None else 'change'}",
            touched=self.touched,
            expected=expected,
        )

    def withdraw(self, record, *, act, expected):
        """Withdraw an item entered by mistake; only the managing body takes one out."""
        if not Acceptance(act.actor)(record.organization):
            raise ValidationError("列入台账的问题由管理主体撤回。录错了的，请找管理主体。")
        return super().withdraw(record, act=act, expected=expected)

    def touched(self, record):
        return services.touched(record)

    # -- the page of an item --------------------------------------------------------------

    def lead(self, record):
        return (
            f"{record.organization.short_name}，{record.get_source_display()}发现，"
            f"期限 {record.deadline}"
        )

    def notice(self, record, day):
        over, left = record.days_over(day), (record.deadline - day).days
        if record.is_closed:
            by = f"，{record.reviewer}复核" if record.reviewer else ""
            late = f"超期 {over} 天。" if over else "在期限以内。"
            return "ok", f"{record.closed_on} 销号{by}，{late}"
        asked = record.state == ItemState.REVIEW
        if over and asked:
            return "err", f"已逾期 {over} 天。整改单位已申请销号，等管理主体复核。"
        if over:
            return "err", (
                f"已逾期 {over} 天。请抓紧整改并申请销号；超期 90 天以上，“问题整改”最多得 1 分。"
            )
        if asked:
            return "info", f"已申请销号，由管理主体的另一位同志复核。离期限还有 {left} 天。"
        return None

    def steps(self, record):
        place = WAY.index(ItemState(record.state))

        def state(n: int) -> str:
            if n < place or record.is_closed:
                return "done"
            return "now" if n == place else ""

        steps = [(str(step.label), state(n)) for n, step in enumerate(WAY)]
        return state_of(record, timezone.localdate()), steps

    def groups(self, record):
        indicator = f"{record.year} 年度" if record.year else ""
        return [
            (
                "问题",
                [
                    organization_fact(record.organization),
                    Fact("问题描述", record.description),
                    Fact("来源", record.get_source_display()),
                    Fact("发现时间", record.found_on),
                    Fact("问题类型", record.get_category_display()),
                    Fact("严重程度", record.get_severity_display()),
                    Fact("依据", record.rule_reference),
                    *([Fact("考评指标", record.indicator, indicator)] if record.indicator else []),
                ],
            ),
            (
                "整改",
                [
                    Fact("责任人", record.responsible),
                    Fact("整改期限", record.deadline),
                    Fact("整改措施", record.measures),
                    Fact("佐证说明", record.evidence),
                    Fact(
                        "申请销号", record.asked_on, record.asked_by.name if record.asked_by else ""
                    ),
                    Fact("复核人", record.reviewer),
                    Fact("复核结果", record.recheck),
                    Fact("销号时间", record.closed_on),
                ],
            ),
        ]

    def sections(self, record, user, day):
        notes = record.notes.filter(withdrawn_at=None)
        return [
            Section(
                "notes",
                "整改过程",
                ("时间", "事项", "说明", "填报人"),
                [(f"{one.day}", one.title, one.text, one.author_name) for one in notes],
                note="填报后不能改",
                empty="还没有填报进展。",
            )
        ]

    def acts_of(self, user, record):
        """Return the acts the state of the item allows; reviewers, who change nothing, check."""
        if record.withdrawn_at:
            return []
        acts = [one() for one in ACTS]
        return [
            (act.title, act.address(record), act.is_grave)
            for act in acts
            if act.fits(record) and act.may(user, record)
        ]


class CheckedPages(ItemPages):
    """The same for re-checking: reviewers, who change no records, find the item too."""

    def editable(self, request, pk):
        if not (request.user.has_perm(EDIT) or request.user.has_perm(REVIEW)):
            raise PermissionDenied
        return self.visible(request, pk)


class ItemAct(ActPage):
    """An act on an item in one of `states`."""

    pages = ItemPages()
    states: tuple[ItemState, ...] = (ItemState.OPEN, ItemState.WORKING)

    def fits(self, record) -> bool:
        """Tell whether the act is worth offering now."""
        return record.state in self.states

    def stop(self, record):
        if self.fits(record):
            return ""
        return f"这个问题现在是“{record.get_state_display()}”，不能这样办理。"


class Report(ItemAct):
    slug, path = "rectification_progress", "progress"
    title, verb = "填报进展", "保存进展"
    form_class = ReportForm

    def do(self, record, form, act):
        told = form.cleaned_data
        services.report(
            item=record, text=told["text"], day=told["day"], act=act, expected=told["version"]
        )
        return "已保存整改进展。"


class Ask(ItemAct):
    slug, path = "rectification_ask", "ask"
    title = "申请销号"
    lead = "整改到位后申请；由管理主体的另一位同志到现场或查材料复核"
    form_class = AskForm

    def do(self, record, form, act):
        told = form.cleaned_data
        services.ask(
            item=record,
            measures=told["measures"],
            evidence=told["evidence"],
            day=told["day"],
            act=act,
            expected=told["version"],
        )
        return "已申请销号，等管理主体复核。"


class Recheck(ItemAct):
    slug, path = "rectification_recheck", "recheck"
    title, verb = "复核", "保存复核结果"
    pages = CheckedPages()
    form_class = RecheckForm
    states = (ItemState.REVIEW,)

    def may(self, user, record):
        return bool(user.has_perm(EDIT) or user.has_perm(REVIEW)) and Acceptance(user)(
            record.organization
        )

    def refusal(self, record):
        return "复核由管理主体办理，您可以查看，不能复核。"

    def view_stop(self, user, record) -> str:
        """Return why this user may not check it although his body may."""
        return services.why_not_recheck(record, Act(user))

    def extra(self, request, record, form):
        stop = self.stop(record) or self.view_stop(request.user, record)
        return {"stop": stop} if stop else {}

    def do(self, record, form, act):
        told = form.cleaned_data
        passed = told["passed"] == "yes"
        services.recheck(
            item=record,
            passed=passed,
            opinion=told["opinion"],
            day=told["day"],
            act=act,
            expected=told["version"],
        )
        return "已复核销号，得分已重算。" if passed else "已退回整改。"


class Reopen(ItemAct):
    slug, path = "rectification_reopen", "reopen"
    title = "重新整改"
    lead = "销号后问题反弹的，重新列入整改，另定期限"
    pages = CheckedPages()
    form_class = ReopenForm
    states = (ItemState.CLOSED,)
    is_grave = True

    def may(self, user, record):
        return bool(user.has_perm(EDIT) or user.has_perm(REVIEW)) and Acceptance(user)(
            record.organization
        )

    def refusal(self, record):
        return "重新整改由管理主体决定，您可以查看，不能办理。"

    def do(self, record, form, act):
        told = form.cleaned_data
        services.reopen(
            item=record,
            why=told["why"],
            deadline=told["deadline"],
            day=timezone.localdate(),
            act=act,
            expected=told["version"],
        )
        return f"已重新列入整改，期限 {told['deadline']}。"


ACTS: tuple[type[ItemAct], ...] = (Report, Ask, Recheck, Reopen)


def urls() -> list:
    """Return the URL patterns of items and their acts."""
    prefix = "rectification/"
    return [*ItemPages.urls(prefix), *(act.url(prefix) for act in ACTS)]
