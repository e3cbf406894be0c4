"""The operation log, read by the auditor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django import forms
from django.apps import apps
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.actions import ACTIONS, action_name
from accounts.models import AuditEntry, AuditQuerySet

PAGE_SIZE = 50
# Words for what `changes` holds besides fields of the record.
FACTS = {
    "body": "共用单位",
    "changed": "改变",
    "checksum": "校验码",
    "columns": "列",
    "decision_version": "口径版本",
    "due": "应评",
    "excluded": "不计入",
    "file": "文件",
    "filter": "条件",
    "found": "找到",
    "grant": "授权",
    "indicators": "指标",
    "kind": "种类",
    "organizations": "组织",
    "passed": "达标",
    "query": "条件",
    "reason": "原因",
    "report": "报表",
    "rows": "行数",
    "scope": "范围",
    "sha256": "文件校验值",
    "standard": "标准",
    "verdicts": "结果",
    "vetoed": "否决",
    "year": "年度",
}
VALUES = {True: "是", False: "否", None: "—", "": "—"}


class LogFilter(forms.Form):
    """Search conditions of the log."""

    action = forms.ChoiceField(
        label="操作", choices=[("", "全部"), *ACTIONS.items()], required=False
    )
    person = forms.CharField(label="操作人", max_length=50, required=False)
    object = forms.CharField(label="对象", max_length=100, required=False)
    since = forms.DateField(label="从", required=False)
    until = forms.DateField(label="到", required=False)
    failed = forms.BooleanField(label="只看没有成功的", required=False)


class Change(NamedTuple):
    """One changed field, ready to be drawn; `old` is None for a plain fact."""

    label: str
    old: str | None
    new: str


def start_of(day: date) -> datetime:
    """Return the first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def narrow(entries: AuditQuerySet, conditions: dict) -> AuditQuerySet:
    """Return the entries that meet the conditions of a valid `LogFilter`."""
    tests = {
        "action": conditions["action"],
        "actor_name__icontains": conditions["person"],
        "object_label__icontains": conditions["object"],
    }
    if conditions["since"]:
        tests["at__gte"] = start_of(conditions["since"])
    if conditions["until"]:
        tests["at__lt"] = start_of(conditions["until"] + timedelta(days=1))
    if conditions["failed"]:
        entries = entries.filter(success=False)
    return entries.filter(**{lookup: value for lookup, value in tests.items() if value})


def field_label(object_type: str, name: str) -> str:
    """Return the Chinese name of a field of a model, or of a fact, or the name itself."""
    try:
        label = str(apps.get_model(object_type)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, AttributeError, FieldDoesNotExist):
        label = ""
    # A field without a Chinese name has its own, spaced out.
    return FACTS.get(name, name) if label in ("", name.replace("_", " ")) else label


def word(value) -> str:
    """Return a logged value as text."""
    if isinstance(value, list):
        return "、".join(map(word, value))
    if isinstance(value, dict):
        return "；".join(f"{FACTS.get(key, key)} {word(inner)}" for key, inner in value.items())
    if isinstance(value, bool | str | None):
        return VALUES.get(value, str(value))
    return str(value)


def changes_of(entry: AuditEntry) -> list[Change]:
    """Return what an entry says was changed, field by field."""
    rows = []
    for name, value in entry.changes.items():
        label = field_label(entry.object_type, name)
        if isinstance(value, list) and len(value) == 2:
            rows.append(Change(label, word(value[0]), word(value[1])))
        else:
            rows.append(Change(label, None, word(value)))
    return rows


@require_safe
@permission_required("accounts.view_log", raise_exception=True)
def log(request):
    """Show the log, newest first, narrowed by the conditions in the address."""
    form = LogFilter(request.GET)
    entries = AuditEntry.objects.select_related("actor")
    entries = narrow(entries, form.cleaned_data) if form.is_valid() else entries.none()
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(entry, action_name(entry.action), changes_of(entry)) for entry in page]
    numbers = page.paginator.get_elided_page_range(page.number)
    context = {"form": form, "page": page, "rows": rows, "numbers": numbers}
    return render(request, "accounts/log.html", context)
