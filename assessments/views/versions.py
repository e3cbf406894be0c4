"""The versions of the standard: a list, each as a file, two side by side; and which one a
year uses.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.limits import EXPORTS
from assessments.editing import services
from assessments.editing.layouts import differences_layout
from assessments.editing.models import StandardDraft
from assessments.models import Cycle, Standard
from assessments.services_cycles import MANAGE_CYCLE, manages_cycles
from assessments.standards.content import as_yaml, content_of, differences
from assessments.views.trials import show_trial
from schools.access import READ, needs
from schools.asked import number
from schools.exporting import EXPORT, export


@needs(READ)
@require_safe
def versions(request):
    """List the versions with the years that use them; the managers' drafts above."""
    standards = list(
        Standard.objects.select_related("published_by")
        .prefetch_related("cycle_set")
        .order_by("-pk")
    )
    manages = manages_cycles(request.user)
    drafts = StandardDraft.objects.filter(published=None).select_related("based_on")
    return render(
        request,
        "assessments/versions.html",
        {
            "standards": standards,
            "manages": manages,
            "drafts": list(drafts) if manages else [],
        },
    )


@needs(EXPORT)
@require_safe
def version_file(request, pk: int):
    """Send a version as the file from which it can be loaded again."""
    standard = get_object_or_404(Standard, pk=pk)
    EXPORTS.spend(request.user)
    audit.record("standard.file", actor=request.user, obj=standard)
    name = f"{standard.slug}-{standard.version}.yaml"
    return HttpResponse(
        as_yaml(content_of(standard)),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@needs(READ)
@require_safe
def version_differences(request):
    """Lay two versions side by side: `?old=` and `?new=`, by default the newest two."""
    standards = list(Standard.objects.order_by("-pk"))
    chosen: dict[str, Standard | None] = {}
    for place, name in enumerate(("new", "old")):
        wanted = request.GET.get(name, "")
        if wanted:
            chosen[name] = next((one for one in standards if str(one.pk) == wanted), None)
            if chosen[name] is None:
                raise Http404("no such version")
        else:
            chosen[name] = standards[place] if len(standards) > place else None
    old, new = chosen["old"], chosen["new"]
    changed = list(differences(content_of(old), content_of(new))) if old and new else []
    if request.GET.get("format") == "xlsx":
        if not (old and new):
            raise Http404("nothing to export")
        layout = differences_layout(str(old), str(new), changed)
        return export(layout, user=request.user, action="assessments.export", obj=new)
    return render(
        request,
        "assessments/differences.html",
        {"standards": standards, "old": old, "new": new, "changed": changed},
    )


class ReasonForm(forms.Form):
    """Why a year gets another version."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写入操作日志，如印发新标准的文件和文号",
        error_messages={"required": "请写明换标准的理由。"},
    )


@needs(MANAGE_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_standard(request, year: int):
    """Give an open year another version: choose it (`?standard=`), try it, say why."""
    if not manages_cycles(request.user):
        raise PermissionDenied("年度用哪个标准由全市的业务管理决定。")
    cycle = get_object_or_404(Cycle.objects.select_related("standard"), year=year)
    if cycle.is_confirmed:
        messages.info(request, f"{year} 年度已经确认，标准不能再换。")
        return redirect("cycles")
    others = Standard.objects.exclude(pk=cycle.standard_id).order_by("-pk")
    wanted = request.GET.get("standard", "")
    if not wanted:
        page = {"cycle": cycle, "others": list(others)}
        return render(request, "assessments/cycle_standard.html", page)
    shown = get_object_or_404(others, pk=number(wanted))
    asked = request.method == "POST" and "change" in request.POST
    form = ReasonForm(request.POST if asked else None)
    if asked and form.is_valid():
        try:
            services.change_standard(
                actor=request.user, cycle=cycle, standard=shown, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{year} 年度已改用 {shown}，结果已重新测算。")
            return redirect("cycles")
    page = {"target": shown, "form": form}
    return show_trial(
        request,
        content_of(shown),
        cycle,
        title=str(shown),
        template="assessments/cycle_trial.html",
        page=page,
        status=400 if asked else 200,
    )
