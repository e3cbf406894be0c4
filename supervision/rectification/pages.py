"""The pages of rectification items: the record, and what is done with it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.history import Act
from activities.entry import Acceptance
from schools import writing
from schools.access import EDIT
from schools.act_pages import ActPage
from schools.records import RecordPages
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

REVIEW = "assessments.review"


class ItemPages(RecordPages):
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
