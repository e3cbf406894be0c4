"""The page of one record, beside those that change it: facts, then the tables that belong to it.

    class SurveyPages(ShownPages):
        slug, model, form_class, title = ...
        def facts(self, record): ...

A record withdrawn is still shown, and says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, ClassVar

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.limits import limited
from orgs.sections import Section
from schools.access import READ, RECORDS, needs
from schools.facts import Fact
from schools.records import RecordPages

# How a notice at the top is drawn: class and icon.
NOTICES = {
    "ok": ("say-ok", "check-circle-fill"),
    "info": ("say-info", "info-circle-fill"),
    "warn": ("say-warn", "exclamation-triangle-fill"),
    "err": ("say-err", "exclamation-triangle-fill"),
}


class ShownPages(RecordPages):
    """Pages of records with a page of their own."""

    # URL name of a page in which the record's children are entered, with its label.
    further: ClassVar[Sequence[tuple[str, str]]] = ()

    # -- what a subclass may tell -----------------------------------------------------

    def lead(self, record: Any) -> str:
        """Return the line under the title."""
        return ""

    def notice(self, record: Any, day: datetime.date) -> tuple[str, str] | None:
        """Return what is to be said first: a key of `NOTICES` and the sentence."""
        return None

    def facts(self, record: Any) -> list[Fact]:
        """Return what the page says of the record."""
        raise NotImplementedError

    def groups(self, record: Any) -> list[tuple[str, list[Fact]]]:
        """Return the facts under their headings; by default all under the title."""
        return [(self.title, self.facts(record))]

    def sections(self, record: Any, user: Any, day: datetime.date) -> list[Section]:
        """Return the tables below the facts."""
        return []

    def steps(self, record: Any) -> tuple[Any, list[tuple[str, str]]]:
        """Return in which state the record is, and the steps of its way: label and done, now or
        "" for what is ahead; no steps for a record that has no way.
        """
        return "", []

    def acts(self, record: Any) -> list[tuple[str, str]]:
        """Return label and address of what else may be done, for those who may change it."""
        return [(label, reverse(name, args=[record.pk])) for name, label in self.further]

    def acts_of(self, user: Any, record: Any) -> Sequence[tuple]:
        """Return what `user` may do: label and address, and whether it is grave."""
        return self.acts(record) if self.may_change_now(user, record) else []

    # -- the page ---------------------------------------------------------------------

    @classmethod
    def urls(cls, prefix):
        return [*super().urls(prefix), path(f"{prefix}<int:pk>/", cls().show, name=cls.slug)]

    def may_change_now(self, user: Any, record: Any) -> bool:
        """Tell whether the page offers `user` to change the record: not one withdrawn."""
        return record.withdrawn_at is None and self.may_edit(user, record)

    @property
    def show(self):
        @require_safe
        @needs(READ)
        @limited(RECORDS)
        def page(request, pk):
            record = self.visible(request, pk)
            today = timezone.localdate()
            notice = None if record.withdrawn_at else self.notice(record, today)
            may_edit = self.may_change_now(request.user, record)
            context = self.context(record) | {
                "lead": self.lead(record),
                "notice": (*NOTICES[notice[0]], notice[1]) if notice else None,
                "groups": self.groups(record),
                "sections": self.sections(record, request.user, today),
                "may_edit": may_edit,
                "steps": self.steps(record),
                "acts": self.acts_of(request.user, record),
            }
            return render(request, "records/record.html", context)

        return page
