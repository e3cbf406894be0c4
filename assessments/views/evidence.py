"""Evidence files of a filing: added, handed out inside the scope, withdrawn."""

from __future__ import annotations

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.history import Act
from assessments.views.filings import find
from assessments.workflow import evidence as files
from assessments.workflow.models import Evidence
from schools.access import EDIT, READ, needs

# A file somebody uploaded does nothing on its own and stands in no frame.
EVIDENCE_POLICY = {"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True}


@needs(EDIT)
@require_POST
def evidence_add(request, pk: int):
    """Keep a file for an item."""
    record = find(request, pk)
    code = request.POST.get("code", "")
    uploads = request.FILES.getlist("file")
    if not uploads:
        messages.error(request, "没有选择文件。请先选择要上传的佐证材料。")
    for upload in uploads[: files.MOST_FILES]:
        try:
            kept = files.add(
                filing=record,
                code=code,
                upload=upload,
                act=Act(request.user, source="上传佐证材料"),
            )
        except ValidationError as error:
            messages.error(request, f"{upload.name}：{' '.join(error.messages)}")
        else:
            messages.success(request, f"已上传 {kept.name}。")
    return redirect(f"{reverse('filing', args=[pk])}?item={code}#item")


def _evidence(request, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).select_related(
        "item__filing__cycle", "item__filing__organization"
    )
    return get_object_or_404(rows, pk=pk)


@needs(READ)
@require_safe
@csp(EVIDENCE_POLICY)  # type: ignore[arg-type]  # it passes on what the address names
def evidence(request, pk: int):
    """Hand a file out: pictures and PDF shown, the rest as a download; never as a page."""
    record = _evidence(request, pk)
    try:
        content = files.content_of(record)
    except files.Damaged as damage:
        audit.record("evidence.damaged", actor=request.user, obj=record, success=False)
        return HttpResponse(str(damage), status=409, content_type="text/plain; charset=utf-8")
    shown = record.content_type in files.SHOWN and "download" not in request.GET
    response = HttpResponse(content, content_type=record.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(not shown, record.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@needs(EDIT)
@require_POST
def evidence_withdraw(request, pk: int):
    """Withdraw a file with a reason."""
    record = _evidence(request, pk)
    reason = request.POST.get("reason", "").strip()[:200] or "不需要"
    files.take_away(evidence=record, act=Act(request.user, reason=reason, source="撤回佐证材料"))
    messages.success(request, f"已撤回 {record.name}。")
    filing_id, code = record.item.filing_id, record.item.code
    return redirect(f"{reverse('filing', args=[filing_id])}?item={code}#item")
