"""One filing: its page, the score of an item, handing in and reviewing."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.history import Act, Conflict
from assessments.models import Verdict
from assessments.views.filing_list import mark
from assessments.workflow import filing as services
from assessments.workflow import rights
from assessments.workflow.models import Filing
from assessments.workflow.sheet import Sheet, changes
from assessments.workflow.states import LOCKED, State
from schools.access import READ, needs
from schools.bodies import set_bodies
from schools.record_forms import refuse


class ScoreForm(forms.Form):
    """What a stage thinks of one item."""

    code = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    points = forms.DecimalField(
        label="得分",
        required=False,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "score-in"}),
        error_messages={
            "invalid": "得分要写成数字，如 1.5。",
            "max_decimal_places": "得分最多两位小数。",
        },
    )
    not_applicable = forms.BooleanField(label="不适用（要写明理由）", required=False)
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def find(request, pk: int) -> Filing:
    """Return a filing inside the scope of the user; Http404 otherwise."""
    rows = Filing.objects.visible_to(request.user).select_related(
        "cycle__standard",
        "organization__jurisdiction",
        "self_by",
        "submitted_by",
        "first_by",
        "second_by",
    )
    return get_object_or_404(rows, pk=pk)


@needs(READ)
@require_safe
def filing(request, pk: int):
    """Show one filing: the three opinions side by side, and the item being scored."""
    return _page(request, find(request, pk), request.GET.get("item", ""))


def _page(request, record: Filing, code: str, *, form: ScoreForm | None = None):
    sheet = Sheet(record, request.user)
    line = sheet.chosen(code)
    set_bodies([record.organization])
    if form is None and line is not None and sheet.can_score:
        opinion = line.opinions[sheet.scoring]
        before = opinion
        if not opinion.is_given and sheet.scoring == "second":
            before = line.first
        elif not opinion.is_given and sheet.scoring == "first":
            before = line.own
        form = ScoreForm(
            initial={
                "code": line.code,
                "version": line.item.version if line.item else None,
                "points": "" if before.points is None else f"{before.points:.2f}",
                "not_applicable": before.not_applicable,
                "note": opinion.note,
            }
        )
    today = timezone.localdate()
    reviewer = rights.reviews(request.user, record)
    context = {
        "filing": record,
        "sheet": sheet,
        "line": line,
        "form": form,
        "changes": changes(record),
        "reopenings": record.reopenings.select_related("opened_by"),
        "is_closed": record.state in LOCKED,
        "can_reopen": reviewer and record.state in LOCKED,
        "can_return": record.state in (State.SUBMITTED, State.FIRST_REVIEWED)
        and not rights.return_refusal(request.user, record),
        "window": rights.window_refusal(sheet.schedule, record, today),
        "following": _next(request, record),
        "mark": mark(record),
        "acts": _acts(request.user, record, reviewer),
        "may_rectify": reviewer
        and (
            record.state == State.REVOKED
            or (record.state == State.CONFIRMED and record.verdict != Verdict.COMPLIANT)
        ),
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "assessments/filing.html", context, status=status)


def _acts(user, record: Filing, reviewer: bool) -> list[tuple[str, str]]:
    """Return address and label of what `user` may do with a filing that was decided."""
    found = []
    if record.state == State.PUBLISHED and reviewer:
        found.append((reverse("objection_new", args=[record.pk]), "登记异议"))
    if rights.reviews_city(user):
        if record.state == State.CONFIRMED and record.verdict == Verdict.COMPLIANT:
            found.append((reverse("look_back_new", args=[record.pk]), "回头看"))
        if record.state == State.RECTIFYING:
            found.append((reverse("filing_retest", args=[record.pk]), "重新验收"))
    return found


def _next(request, record: Filing) -> Filing | None:
    """Return the next filing that waits at the same stage, for those who review."""
    if record.state not in (State.SUBMITTED, State.FIRST_REVIEWED):
        return None
    rows = Filing.objects.visible_to(request.user).filter(cycle=record.cycle_id, state=record.state)
    if record.state == State.FIRST_REVIEWED:
        rows = rows.exclude(drawn="")
    rows = rows.exclude(pk=record.pk).order_by("pk")
    return rows.filter(pk__gt=record.pk).first() or rows.first()


@needs(READ)
@require_POST
def filing_score(request, pk: int):
    """Store what the present stage thinks of one item, and go on to the next."""
    record = find(request, pk)
    sheet = Sheet(record, request.user)
    if sheet.refusal:
        raise PermissionDenied(sheet.refusal)
    form = ScoreForm(request.POST)
    code = request.POST.get("code", "")
    if not form.is_valid():
        return _page(request, record, code, form=form)
    data = form.cleaned_data
    try:
        services.give(
            filing=record,
            code=data["code"],
            stage=sheet.stage,
            points=data["points"],
            note=data["note"],
            not_applicable=data["not_applicable"],
            expected=data["version"],
            act=Act(request.user, reason=data["note"][:200], source=sheet.stage.label),
        )
    except ValidationError as error:
        refuse(form, error)
        return _page(request, record, code, form=form)
    except Conflict as conflict:
        last = conflict.since[0]
        form.add_error(
            None,
            f"您打开以后，{last.actor_name or '有人'}刚改过这一项，没有覆盖。请刷新核对后再保存。",
        )
        return _page(request, record, code, form=form)
    after = Sheet(find(request, pk), request.user).after(data["code"])
    messages.success(request, f"{data['code']} 已保存。")
    return redirect(f"{reverse('filing', args=[pk])}?item={after or data['code']}#item")


_MOVES = {
    "submit": (services.submit, "申报", "已申报，这一年度的记录从现在起锁定。"),
    "return": (services.send_back, "退回", "已退回，填报的人会看到原因和期限。"),
    "pass": (services.pass_up, "完成初审", "初审完成，等待抽查复核。"),
    "settle": (services.settle, "完成复核", "复核完成，等待认定。"),
}


@needs(READ)
@require_POST
def filing_move(request, pk: int):
    """Hand in, send back, or finish a review."""
    record = find(request, pk)
    if request.POST.get("what") not in _MOVES:
        raise Http404
    service, source, said = _MOVES[request.POST["what"]]
    reason = request.POST.get("reason", "").strip()[:300]
    try:
        service(filing=record, act=Act(request.user, reason=reason, source=source))
    except ValidationError as error:
        for sentence in error.messages[:8]:
            messages.error(request, sentence)
    else:
        messages.success(request, said)
    return redirect("filing", pk)
