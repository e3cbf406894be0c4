"""One field of many records changed together, each by its own form and with its own history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from accounts.history import Act, Conflict
from accounts.models import User
from schools.lists import ListPage
from schools.records import EDIT, RecordPages

# Records changed in one go; more are done by workbook.
MOST = 500


@dataclass
class Done:
    """What came of a bulk change: how many were changed, stood so already, were refused."""

    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def change_many(pages: RecordPages, records: list[Any], name: str, value: Any, *, act: Act) -> Done:
    """Set the field `name` of each record by way of its form; refusals stop only themselves.

    `value` is what a browser would send. Every record gets its own revision and log entry;
    what they touch is scored anew once.
    """
    done = Done()
    for record in records:
        label = pages.name(record)
        shown = pages.form_class(instance=record, user=cast(User, act.actor))
        data = pages.as_data(shown.values())
        data.pop(name, None)
        if value not in (None, "", False):
            data[name] = value
        data |= {"version": str(record.version), "reason": act.reason}
        form = pages.form_class(data, instance=record, user=cast(User, act.actor))
        if not form.is_valid():
            reasons = [str(e) for errors in form.errors.values() for e in errors]
            done.refused.append((label, "；".join(reasons)))
            continue
        try:
            with transaction.atomic():
                revision = pages.write(form, act=act, expected=record.version)
        except (ValidationError, Conflict) as refusal:
            reasons = getattr(refusal, "messages", [str(refusal)])
            done.refused.append((label, "；".join(reasons)))
        except IntegrityError:
            done.refused.append((label, "与已有的记录重复"))
        else:
            done.changed += revision is not None
            done.unchanged += revision is None
    return done


class BulkChange(View):
    """The page of a bulk change: which records, which field, which value, and why.

    The records are those ticked in the list (`pk`), or all its conditions find (`all`).
    """

    list_class: type[ListPage] = ListPage
    pages: type[RecordPages] = RecordPages

    @classmethod
    def of(cls, list_class: type[ListPage], pages: type[RecordPages]):
        """Return the view for one list and its records."""
        return cls.as_view(list_class=list_class, pages=pages)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.record_pages = self.pages()
        self.lister = self.list_class()
        self.lister.setup(request)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def records(self) -> Any:
        """Return the records meant, as far as the user may change them."""
        asked = self.request.GET
        if self.lister.day:
            raise Http404
        rows = self.lister.filterset.qs
        keys = asked.getlist("pk")
        if not asked.get("all"):
            if not keys or not all(key.isdecimal() for key in keys):
                return rows.none()
            rows = self.lister.rows().visible_to(self.request.user).filter(pk__in=keys)
            if rows.count() < len(set(keys)):
                raise Http404
        editable = self.record_pages.model.objects.editable_by(self.request.user)
        return rows.filter(pk__in=editable.values("pk")).order_by("pk")

    def form(self, data=None) -> forms.Form | None:
        """Return the form for the chosen field: its value and the reason; None before."""
        name = self.request.GET.get("field", "")
        if not name:
            return None
        if name not in self.record_pages.bulk_fields:
            raise Http404
        model_form = self.record_pages.form_class(
            instance=self.record_pages.model(), user=self.request.user
        )
        chosen = model_form.fields[name]
        chosen.initial = None
        reason = forms.CharField(
            label="修改理由",
            max_length=200,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": "请写明理由，它会写进每条记录的历史。"},
        )
        form = forms.Form(data)
        form.fields = {name: chosen, "reason": reason}
        return form

    def get(self, request):
        return self.page(self.form())

    def post(self, request):
        form = self.form(request.POST)
        if form is None:
            raise Http404
        found = list(self.records()[: MOST + 1])
        if not found or len(found) > MOST or not form.is_valid():
            return self.page(form, status=400)
        name = request.GET["field"]
        label = form.fields[name].label
        act = Act(request.user, reason=form.cleaned_data["reason"], source=f"批量修改{label}")
        done = change_many(self.record_pages, found, name, request.POST.get(name, ""), act=act)
        if not done.refused:
            messages.success(request, f"已改 {done.changed} 条，{done.unchanged} 条本来就是这样。")
            return redirect(reverse(self.record_pages.list_url))
        return self.page(form, done=done, status=400)

    def page(self, form, *, done: Done | None = None, status: int = 200):
        """Return the page; `done` where some records were refused."""
        records = self.records()
        count = records.count()
        asked = [(k, v) for k in self.request.GET for v in self.request.GET.getlist(k)]
        kept = [(k, v) for k, v in asked if k != "field"]
        fields = self.record_pages.form_class.base_fields
        context = {
            "pages": self.record_pages,
            "form": form,
            "done": done,
            "count": count,
            "most": MOST,
            "too_many": count > MOST,
            "names": [self.record_pages.name(record) for record in records[:8]],
            "fields": [(n, fields[n].label) for n in self.record_pages.bulk_fields],
            "field": self.request.GET.get("field", ""),
            "kept": kept,
            "address": f"?{urlencode(asked)}",
            "conditions": self.lister.conditions() if self.request.GET.get("all") else "",
        }
        return render(self.request, "records/bulk.html", context, status=status)
