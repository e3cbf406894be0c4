"""The page of one record: declared with its facts, drawn by one template."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.limits import limited
from orgs.sections import Section
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.facts import Fact
from schools.records import RecordPages

# How a notice at the top is drawn: class and icon.
NOTICES = {
    "ok": ("say-ok", "check-circle-fill"),
    "info": ("say-info", "info-circle-fill"),
    "warn": ("say-warn", "exclamation-triangle-fill"),
    "err": ("say-err", "exclamation-triangle-fill"),
}


class ShowPage:
    """How one type of record is shown. A subclass names `pages` and tells the rest."""

    pages: ClassVar[RecordPages]
    template: ClassVar[str] = "supervision/record.html"

    def lead(self, record: Any) -> str:
        """Return the line under the title."""
        return ""

    def notice(self, record: Any, day) -> tuple[str, str] | None:
        """Return what is to be said first: a key of `NOTICES` and the sentence."""
        return None

    def facts(self, record: Any, user) -> list[tuple[str, list[Fact]]]:
        """Return the facts under their headings."""
        raise NotImplementedError

    def sections(self, record: Any, user, day) -> list[Section]:
        """Return the tables below the facts."""
        return []

    def acts(self, record: Any, user) -> list[tuple[str, str]]:
        """Return (label, address) of what `user` may do beside changing the record."""
        return []

    @classmethod
    def url(cls, prefix: str):
        """Return the URL pattern of the page."""
        return path(f"{prefix}<int:pk>/", cls().view, name=cls.pages.slug)

    @property
    def view(self):
        @require_safe
        @needs(READ)
        @limited(RECORDS)
        def page(request, pk):
            rows = self.pages.model.objects.visible_to(request.user)
            record = get_object_or_404(rows.select_related(*self.pages.related), pk=pk)
            holder = self.pages.holder(record)
            set_bodies([holder])
            today = timezone.localdate()
            may_edit = self.pages.may_edit(request.user, record)
            notice = self.notice(record, today)
            context = {
                "pages": self.pages,
                "record": record,
                "body": holder.body,
                "list_url": reverse(self.pages.list_url),
                "heading": self.pages.name(record),
                "lead": self.lead(record),
                "notice": (*NOTICES[notice[0]], notice[1]) if notice else None,
                "facts_groups": self.facts(record, request.user),
                "sections": self.sections(record, request.user, today),
                "may_edit": may_edit,
                "acts": self.acts(record, request.user),
                "history_url": reverse(f"{self.pages.slug}_history", args=[pk]),
                "edit_url": reverse(f"{self.pages.slug}_edit", args=[pk]),
            }
            return render(request, self.template, context)

        return page
