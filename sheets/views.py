"""Pages that bring workbooks in: the list, the upload, the preview and its result."""

from __future__ import annotations

import io
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from sheets import importing
from sheets.forms import Understood, all_forms, grouped_forms, header_key
from sheets.forms_upload import UploadForm
from sheets.models import BatchStatus, ImportBatch
from sheets.outcome import KEPT_CHANGES
from sheets.progress import heard, is_saving, watched
from sheets.returning import write_errors
from sheets.undo import undo, undo_plan

SHOWN = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
may_import = permission_required("sheets.import_workbook", raise_exception=True)


@require_safe
@may_import
def imports(request):
    """List the user's own batches."""
    batches = ImportBatch.objects.visible_to(request.user).defer("content", "refusals")
    titles = {form.kind: form.title for form in all_forms()}
    page = Paginator(batches, 20).get_page(request.GET.get("page"))
    for batch in page:
        batch.title = titles.get(batch.kind, batch.kind)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return render(request, "sheets/imports.html", {"page": page, "numbers": numbers})


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_new(request):
    """Take a workbook in and show what it would change; a refused file stays out."""
    initial = {"kind": request.GET.get("kind", "")}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with watched(request.POST.get("job", ""), request.user):
                batch = importing.upload(
                    form.cleaned_data["kind"],
                    file,
                    file.name,
                    user=request.user,
                    year=form.cleaned_data["year"],
                )
        except importing.Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("import_batch", batch.pk)
    status = 400 if form.is_bound else 200
    context = {"form": form, "groups": grouped_forms(), "job": uuid4()}
    return render(request, "sheets/import_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_batch(request, pk):
    """Show a batch: before saving its preview, afterwards what was saved."""
    batches = ImportBatch.objects.visible_to(request.user).defer("content", "refusals")
    batch = get_object_or_404(batches, pk=pk)
    if request.method == "POST":
        return _act(request, batch)
    titles = {form.kind: form.title for form in all_forms()}
    report = batch.report
    if not batch.kind:
        candidates = report.get("candidates", [])
        return render(
            request, "sheets/import_choose.html", {"batch": batch, "candidates": candidates}
        )
    counts = report.get("counts", {})
    show = request.GET.get("show", "")
    rows = [
        r for r in report.get("rows", []) if show not in ("new", "changed") or r["action"] == show
    ]
    shown = rows if request.GET.get("all") else rows[:SHOWN]
    refused = report.get("refused", [])
    total = sum(
        counts.get(a, 0) for a in ((show,) if show in ("new", "changed") else ("new", "changed"))
    )
    context = {
        "batch": batch,
        "title": titles.get(batch.kind, batch.kind),
        "report": report,
        "sheets": [_sheet(facts) for facts in report.get("sheets", [])],
        "others": [(kind, title) for kind, title in titles.items() if kind != batch.kind],
        "counts": counts,
        "show": show,
        "waiting": batch.status == BatchStatus.PREVIEWED,
        "saved": batch.status == BatchStatus.SAVED,
        "is_saving": batch.status == BatchStatus.PREVIEWED and is_saving(batch.pk),
        "undone": batch.status == BatchStatus.UNDONE,
        "written": counts.get("new", 0) + counts.get("changed", 0),
        "all_rows": sum(counts.values()),
        "columns": _columns(shown),
        "rows": _lines(shown),
        "total": total,
        "more": len(rows) > len(shown),
        "kept": KEPT_CHANGES,
        "refused": refused if request.GET.get("all") else refused[:SHOWN],
        "problems": sum(len(row["problems"]) for row in refused),
        "questions": _questions(report) if batch.status == BatchStatus.PREVIEWED else [],
        "earlier": _earlier(batch),
        "job": uuid4(),
        "returnable": bool(batch.kept_until and counts.get("refused")),
    }
    return render(request, "sheets/import_batch.html", context)


@require_safe
@may_import
def import_progress(request, job):
    """Tell the page that waits what its upload or its saving is doing now."""
    return heard(job, request.user)


def _act(request, batch):
    """Carry out what the page asks: answer a question, save, or discard."""
    with watched(request.POST.get("job", ""), request.user):
        return _carry_out(request, batch)


def _carry_out(request, batch):
    action = request.POST.get("action")
    try:
        if action == "choose":
            kind = request.POST.get("kind", "")
            if kind not in {form.kind for form in all_forms()}:
                messages.error(request, "没有改变。请先选定这是哪种表格。")
            elif batch.status == BatchStatus.PREVIEWED:
                importing.choose(batch, user=request.user, kind=kind)
        elif action == "answer":
            importing.answer(batch, user=request.user, mapping=_answers(request, batch))
        elif action == "save":
            if _questions(batch.report):
                messages.error(request, "没有保存。还有没认出来的列，请先逐列选择怎么处理。")
            elif importing.confirm(batch, user=request.user) is None:
                messages.info(request, "这一批已经处理过，没有重复保存。")
        elif action == "discard":
            importing.discard(batch, user=request.user)
            messages.success(request, f"已放弃“{batch.file_name}”，没有保存任何内容。")
            return redirect("imports")
        else:
            raise Http404
    except importing.Refused as refusal:
        messages.error(request, f"没有保存。{refusal}")
    return redirect("import_batch", batch.pk)


# How the columns of a sheet are grouped on the page: state, heading, note.
_STATES = (
    (Understood.READ, "认出", ""),
    (Understood.SKIPPED, "不读", "序号，或由系统自己计算"),
    (Understood.ASKED, "待确认", "系统没有对应的栏目"),
    (Understood.DROPPED, "不导入", "按您的选择"),
    (Understood.EMPTY, "空列", "没有内容，也没有对应的栏目"),
)


def _sheet(facts: dict) -> dict:
    """Return what the page says of one sheet: its header, and its columns by what became of them."""
    first, last = facts["header"]
    columns = facts["columns"]
    groups = []
    for state, label, note in _STATES:
        texts = [
            f"{text}（{name}）" if name and header_key(text) != header_key(name) else text
            for text, name, found in columns
            if found == state
        ]
        if texts:
            groups.append((label, len(texts), "、".join(texts), note))
    return {
        "name": facts["name"],
        "table": facts["table"],
        "header": f"第 {first} 行" if first == last else f"第 {first}—{last} 行",
        "total": len(columns),
        "read": sum(found == Understood.READ for *_, found in columns),
        "groups": groups,
    }


def _questions(report: dict) -> list[dict]:
    """Return the unknown columns the user has not decided about."""
    mapping = report.get("mapping", {})
    # The same heading on several sheets is asked about once: the answer holds for all.
    asked: dict[str, dict] = {}
    for index, question in enumerate(report.get("questions", [])):
        if question["column"] not in mapping:
            asked.setdefault(question["column"], question | {"field": f"column-{index}"})
    return list(asked.values())


def _answers(request, batch) -> dict[str, str]:
    """Return the chosen answers: heading → key of a column, or "" for not imported."""
    answers = {}
    for question in _questions(batch.report):
        choice = request.POST.get(question["field"], "")
        if choice == "-":
            answers[question["column"]] = ""
        elif choice in {key for key, _ in question["options"]}:
            answers[question["column"]] = choice
    return answers


def _columns(rows: list[dict]) -> list[str]:
    """Return the headings worth showing: of new rows all, else those that change."""
    columns: dict[str, None] = {}
    for row in rows:
        for label, old, new in row["changes"]:
            if row["action"] == "new" or old != new:
                columns[label] = None
    return list(columns)


def _lines(rows: list[dict]) -> list[dict]:
    """Return the rows with their cells in the order of `_columns`."""
    columns = _columns(rows)
    lines = []
    for row in rows:
        cells = {label: (old, new) for label, old, new in row["changes"]}
        lines.append(
            row
            | {
                "cells": [
                    {
                        "label": label,
                        "old": cells.get(label, ("", ""))[0],
                        "new": cells.get(label, ("", ""))[1],
                        "present": label in cells,
                        "changed": label in cells
                        and row["action"] == "changed"
                        and cells[label][0] != cells[label][1],
                    }
                    for label in columns
                ]
            }
        )
    return lines


def _earlier(batch: ImportBatch) -> ImportBatch | None:
    """Return the first saved batch of the very same file."""
    same = ImportBatch.objects.filter(
        sha256=batch.sha256, kind=batch.kind, status=BatchStatus.SAVED, pk__lt=batch.pk
    )
    return same.defer("content", "refusals").order_by("saved_at").first()


@require_safe
@may_import
def import_errors(request, pk):
    """Download the refused rows with their reasons, before saving and some days after."""
    batches = ImportBatch.objects.visible_to(request.user).exclude(status=BatchStatus.DISCARDED)
    batch = get_object_or_404(batches.exclude(kind=""), pk=pk)
    stream = io.BytesIO()
    try:
        rows = write_errors(batch, stream)
    except importing.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("import_batch", batch.pk)
    audit.record(
        "sheets.errors",
        actor=request.user,
        obj=batch,
        label=batch.file_name,
        changes={"rows": rows},
    )
    stream.seek(0)
    name = batch.file_name.rsplit(".", 1)[0]
    return FileResponse(
        stream, as_attachment=True, filename=f"{name}（错误原因）.xlsx", content_type=XLSX
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_import
def import_undo(request, pk):
    """Show what undoing a batch would withdraw, put back and keep; do it on POST."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user).defer("content"), pk=pk)
    reason = request.POST.get("reason", "").strip()
    try:
        if request.method == "POST" and reason:
            plan = undo(batch, user=request.user, reason=reason)
            kept = f"；{len(plan.kept)} 处后来改过，保留现状" if plan.kept else ""
            messages.success(
                request,
                f"已撤销第 {batch.pk} 批：撤回 {plan.withdrawn} 条新增，"
                f"改回 {plan.values} 处{kept}。",
            )
            return redirect("import_batch", batch.pk)
        plan = undo_plan(batch, user=request.user)
    except importing.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("import_batch", batch.pk)
    context = {
        "batch": batch,
        "plan": plan,
        "error": "请写明撤销的理由。" if request.method == "POST" else "",
        "shown": SHOWN,
    }
    return render(
        request, "sheets/import_undo.html", context, status=400 if context["error"] else 200
    )
