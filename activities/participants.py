"""Who took part in a training or an activity, and for how many hours: one page, one write.

The page lists the members the organization has on that day; an amount makes somebody a
participant, an empty box leaves him out.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from accounts import audit, history
from accounts.history import NOWHERE, Act
from accounts.models import User
from activities.keeping.pages import OrganizationRecordPages
from orgs.models import Member
from sheets.forms import Stored, tell


class Participants:
    """How the members of one event are kept. A subclass names event pages and row model."""

    # URL name, the pages of the event, the model of a row and its relation to the event.
    slug: ClassVar[str]
    pages: ClassVar[OrganizationRecordPages]
    model: ClassVar[Any]
    relation: ClassVar[str]
    # The field of the event's day, and what is counted, in words.
    day: ClassVar[str]
    unit: ClassVar[str]
    title: ClassVar[str]
    # How the operation log names a change.
    action: ClassVar[str]

    @classmethod
    def url(cls, prefix: str):
        """Return the URL pattern of the page."""
        return path(f"{prefix}<int:pk>/members/", cls().page, name=cls.slug)

    def members(self, event: Any, rows: Mapping[int, Any]) -> list[Member]:
        """Return the members of the day and those already written down, by name."""
        there = set(
            Member.objects.in_organization_on(event.organization, getattr(event, self.day))
            .order_by()
            .values_list("pk", flat=True)
        )
        found = Member.objects.filter(pk__in=there | set(rows))
        return list(found.defer("id_number", "phone").order_by("name", "pk"))

    def rows(self, event: Any) -> dict[int, Any]:
        """Return the rows of the event by key of the member."""
        found = self.model.objects.filter(**{self.relation: event})
        return {row.member_id: row for row in found}

    @property
    def page(self):
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request, pk):
            event = self.pages.editable(request, pk)
            rows = self.rows(event)
            members = self.members(event, rows)
            data = self._filled(request, members, event) if request.method == "POST" else None
            form = HoursForm(data, members=members, rows=rows, unit=self.unit)
            if data is not None and form.is_valid():
                act = Act(cast(User, request.user), source=self.title)
                count = self.save(event=event, hours=form.hours(), act=act)
                if count:
                    messages.success(request, f"已保存，改动 {count} 名党员。")
                else:
                    messages.info(request, "没有改动，没有保存。")
                return redirect(self.pages.url(event))
            context = self.pages.context(event) | {
                "form": form,
                "heading": f"{self.title}：{self.pages.name(event)}",
                "unit": self.unit,
                "event": event,
                "lines": [(member, form[f"m{member.pk}"]) for member in members],
            }
            status = 400 if form.is_bound else 200
            return render(request, "activities/participants.html", context, status=status)

        return page

    def _filled(self, request, members, event):
        """Return what was sent; with the button 全体参加, empty boxes hold the event's hours."""
        data = request.POST.copy()
        if "all" in data:
            for member in members:
                if not data.get(f"m{member.pk}", "").strip():
                    data[f"m{member.pk}"] = str(event.hours)
        return data

    @transaction.atomic
    def save(self, *, event: Any, hours: Mapping[int, Decimal | None], act: Act) -> int:
        """Write the hours by key of the member (None: not a participant); return how many differ."""
        rows = self.rows(event)
        new, changed, gone = [], [], []
        for member, amount in hours.items():
            row = rows.get(member)
            if row is None and amount:
                fresh = self.model(**{self.relation: event}, member_id=member, hours=amount)
                new.append((fresh, NOWHERE))
            elif row is not None and not amount:
                gone.append(row)
            elif row is not None and row.hours != amount:
                row.hours = amount
                changed.append((row, NOWHERE))
        history.create_many(new, act=act)
        history.save_many(changed, act=act, fields={"hours"})
        history.withdraw_many(gone, act=act)
        count = len(new) + len(changed) + len(gone)
        if count:
            audit.record(
                self.action,
                actor=act.actor,
                obj=event,
                changes={"新增": len(new), "改动": len(changed), "去掉": len(gone)},
            )
            tell(cast(Stored, self.pages.touched(event)), act.actor)
        return count


class HoursForm(forms.Form):
    """Hours of each member; with each goes what it was when the page was opened."""

    def __init__(self, *args: Any, members, rows: Mapping[int, Any], unit: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.members, self.rows = members, rows
        for member in members:
            row = rows.get(member.pk)
            self.fields[f"m{member.pk}"] = forms.DecimalField(
                label=f"{member.name}{unit}",
                required=False,
                min_value=0,
                max_digits=4,
                decimal_places=1,
                initial=row.hours if row else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
                error_messages={
                    "invalid": "应为数字。",
                    "min_value": "不能是负数。",
                    "max_decimal_places": "最多一位小数。",
                    "max_digits": "太大，请核对。",
                    "max_whole_digits": "太大，请核对。",
                },
            )

    def hours(self) -> dict[int, Decimal | None]:
        """Return what was filled in by key of the member."""
        return {member.pk: self.cleaned_data[f"m{member.pk}"] for member in self.members}
