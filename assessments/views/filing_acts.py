"""Acts on one filing that need a form: reopening, objection, look-back, re-test.

Each is a declaration (`FilingAct`); one view shows the form, asks the service and says what
was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.history import Act
from accounts.models import User
from assessments.views.filings import find
from assessments.workflow import after, deciding, locking, rights
from assessments.workflow.models import Filing, LookBack, Objection, Reopening
from schools.access import needs
from schools.form_fields import DayField
from schools.record_forms import InWords, refuse


class ReopenForm(InWords, forms.Form):
    """Until when the records of a closed year are open for correction, and why."""

    until = DayField(label="开放到", future=True, help_text="最长 60 天，例如 2026-03-15")
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionForm(InWords, forms.ModelForm):
    """An objection to one published result."""

    class Meta:
        model = Objection
        fields = ("raised_on", "raised_by", "content")
        field_classes = {"raised_on": DayField}
        widgets = {"content": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"raised_by": "单位或个人；要求保密的写“匿名”"}


class LookBackForm(InWords, forms.ModelForm):
    """What a look-back found, and whether the result stands."""

    class Meta:
        model = LookBack
        fields = ("looked_on", "team", "finding", "outcome")
        field_classes = {"looked_on": DayField}
        widgets = {"finding": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"outcome": "撤销达标从检查日期起生效，已确认年度的达标率不变"}


class RetestForm(InWords, forms.Form):
    """What the re-test after the rectification found."""

    tested_on = DayField(label="验收日期")
    passed = forms.BooleanField(label="验收通过", required=False)
    reason = forms.CharField(
        label="验收情况", max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True)
class FilingAct:
    """An act on one filing.

    `form` makes the form of a filing from what was posted (None: nothing yet). `may` tells
    whether a reviewer may do it, `refusal` what others read. `do` takes the filing, the valid
    form and who acts, and returns the address to go to.
    """

    title: str
    verb: str
    form: Callable[[Filing, QueryDict | None], forms.BaseForm]
    may: Callable[[User, Filing], bool]
    refusal: str
    do: Callable[[Filing, Any, Act], str]
    done: str


def _page(filing: Filing) -> str:
    return reverse("filing", args=[filing.pk])


def _reopen(filing: Filing, form: ReopenForm, act: Act) -> str:
    data = form.cleaned_data
    locking.reopen(filing=filing, until=data["until"], act=act)
    return _page(filing)


def _object(filing: Filing, form: ObjectionForm, act: Act) -> str:
    deciding.object_to(objection=form.save(commit=False), act=act)
    return f"{reverse('decision')}?year={filing.cycle.year}"


def _look_back(filing: Filing, form: LookBackForm, act: Act) -> str:
    after.look_back(record=form.save(commit=False), act=act)
    return _page(filing)


def _retest(filing: Filing, form: RetestForm, act: Act) -> str:
    data = form.cleaned_data
    after.retest(filing=filing, tested_on=data["tested_on"], passed=data["passed"], act=act)
    return _page(filing)


def _reopen_form(filing: Filing, data: QueryDict | None) -> ReopenForm:
    return ReopenForm(data)


def _objection_form(filing: Filing, data: QueryDict | None) -> ObjectionForm:
    new = Objection(filing=filing, raised_on=timezone.localdate())
    return ObjectionForm(data, instance=new)


def _look_back_form(filing: Filing, data: QueryDict | None) -> LookBackForm:
    return LookBackForm(data, instance=LookBack(filing=filing))


def _retest_form(filing: Filing, data: QueryDict | None) -> RetestForm:
    return RetestForm(data, initial={"tested_on": timezone.localdate()})


def _city_reviews(user: User, filing: Filing) -> bool:
    return rights.reviews_city(user)


REOPEN = FilingAct(
    "开放更正",
    "开放记录",
    _reopen_form,
    rights.reviews,
    "开放更正由管理主体的审核人员办理，您可以查看。",
    _reopen,
    "记录已开放，到期自动锁定。",
)
OBJECT = FilingAct(
    "登记异议",
    "登记异议",
    _objection_form,
    rights.reviews,
    "异议由管理主体的审核人员登记，请向他们提出。",
    _object,
    "异议已登记。答复以前不能确认这一年度。",
)
LOOK_BACK = FilingAct(
    "回头看",
    "登记回头看",
    _look_back_form,
    _city_reviews,
    "回头看由市级审核人员登记，您可以查看。",
    _look_back,
    "回头看已登记。",
)
RETEST = FilingAct(
    "重新验收",
    "登记验收",
    _retest_form,
    _city_reviews,
    "重新验收由市级审核人员登记，您可以查看。",
    _retest,
    "重新验收已登记。",
)


@needs(rights.REVIEW)
def filing_act(request, pk: int, what: FilingAct):
    """Show the form of an act on a filing, and do it."""
    filing = find(request, pk)
    if not what.may(request.user, filing):
        raise PermissionDenied(what.refusal)
    form = what.form(filing, request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            address = what.do(filing, form, Act(request.user, reason=reason, source=what.title))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, what.done)
            return redirect(address)
    context = {"filing": filing, "form": form, "title": what.title, "verb": what.verb}
    status = 400 if form.is_bound else 200
    return render(request, "assessments/filing_form.html", context, status=status)


@needs(rights.REVIEW)
@require_POST
def filing_close(request, pk: int):
    """End a reopening before its day."""
    rows = Reopening.objects.visible_to(request.user).select_related("filing")
    record = get_object_or_404(rows, pk=pk)
    try:
        locking.close_again(reopening=record, act=Act(request.user, source="提前锁定"))
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    messages.success(request, "记录已重新锁定。")
    return redirect("filing", record.filing_id)


@needs(rights.REVIEW)
@require_POST
def filing_rectify(request, pk: int):
    """Begin the rectification of an organization that failed or was revoked."""
    record = find(request, pk)
    try:
        after.rectify(filing=record, act=Act(request.user, source="布置整改"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "已布置整改，失分的指标列入整改台账。")
    return redirect("filing", pk)
