"""Seal, look a code up, withdraw."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import audit
from reports.editions.codes import is_well_formed, normalise
from reports.editions.reading import find
from reports.editions.services import MANAGE, check_may, may_seal, seal, withdraw
from reports.figures import FigureContext
from schools.access import READ, needs
from sheets.progress import say, watched


class SealForm(forms.Form):
    """What a new edition is called; `job` is the number of this form."""

    title = forms.CharField(label="名称", max_length=100, required=False)
    job = forms.UUIDField(widget=forms.HiddenInput)


@needs(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request) -> HttpResponse:
    """Seal the figures of the scope and year at hand."""
    figures = FigureContext.from_request(request)
    allowed = may_seal(request.user, figures.scope)
    form = SealForm(request.POST or None)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied(f"您不是{figures.scope.label}的业务管理人员，不能定稿。")
        if form.is_valid():
            job: UUID = form.cleaned_data["job"]
            try:
                with watched(str(job), request.user):
                    edition = seal(
                        scope=figures.scope,
                        year=figures.year,
                        title=form.cleaned_data["title"],
                        request=job,
                        actor=request.user,
                        say=say,
                    )
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, f"已定稿，编号 {edition.code}。")
                return redirect("edition", edition.code)
    context = {
        "figures": figures,
        "form": form,
        "allowed": allowed,
        # Kept when the form comes back, so that what it asked for is sealed once.
        "job": getattr(form, "cleaned_data", {}).get("job") or uuid4(),
        "standing": figures.scope.editions.standing().filter(year=figures.year).count(),
    }
    return render(request, "reports/editions/new.html", context, status=400 if form.errors else 200)


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request) -> HttpResponse:
    """Find the edition of a code read from paper.

    A code outside the user's scope is answered like one that was never given out.
    """
    typed = request.POST.get("code", "")[:40]
    error = ""
    if request.method == "POST":
        code = normalise(typed)
        if not code:
            error = "请输入编号。"
        elif not is_well_formed(code):
            error = "编号有误：长度、字母或校验位不对。请对照原件再输入一次。"
        else:
            try:
                edition = find(request.user, code)
            except Http404:
                error = "没有这个编号的定稿，或者它不在您的范围内。请核对编号，或请定稿单位查验。"
            else:
                audit.record(
                    "reports.edition_check",
                    actor=request.user,
                    obj=edition,
                    changes={"code": edition.code},
                )
                return redirect(f"{reverse('edition', args=[edition.code])}?checked=1")
    context = {"code": typed, "error": error}
    return render(request, "reports/editions/check.html", context, status=400 if error else 200)


@needs(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request, code: str) -> HttpResponse:
    """Withdraw an edition with a reason."""
    edition = find(request.user, code)
    check_may(request.user, edition.scope)
    reason, error = request.POST.get("reason", "")[:200], ""
    if request.method == "POST":
        try:
            withdraw(edition=edition, reason=reason, actor=request.user)
        except ValidationError as refused:
            error = "".join(refused.messages)
        else:
            messages.success(request, f"已撤回定稿 {edition.code}，内容和理由仍可查看。")
            return redirect("edition", edition.code)
    context = {"edition": edition, "reason": reason, "error": error}
    return render(request, "reports/editions/withdraw.html", context, status=400 if error else 200)
