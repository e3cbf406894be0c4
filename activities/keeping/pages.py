"""Pages of records of one organization, and of the records that belong to those."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.urls import reverse

from orgs.acting import years_since
from orgs.models import Organization
from orgs.picks import ORGANIZATIONS
from orgs.showing import ShownPages
from schools.access import EDIT
from schools.asked import named, number
from schools.records import RecordPages
from sheets.forms import Stored


def year_of(value: Any) -> int | None:
    """Return the year of a day, or the year itself."""
    return value.year if isinstance(value, datetime.date) else value


class OrganizationRecordPages(ShownPages):
    """Pages of records of one organization, with a page of their own.

    `kind` names what is stored to those who must hear of it; `dated` the field whose year
    the record counts for, one that `lasts` from that day on.
    """

    kind: ClassVar[str]
    dated: ClassVar[str]
    lasts: ClassVar[bool] = False
    related: ClassVar[tuple[str, ...]] = ("organization__jurisdiction__place",)

    def lead(self, record):
        return record.organization.short_name

    def initial(self, request):
        found: dict[str, Any] = {**ORGANIZATIONS.asked(request, "organization")}
        year = number(request.GET.get("year", ""))
        if year and "year" in self.form_class.base_fields:
            found["year"] = year
        return found

    def touched(self, record):
        told = getattr(record, self.dated)
        return Stored(
            self.kind,
            frozenset(filter(None, (record.organization_id,))),
            years_since(told) if self.lasts else frozenset(filter(None, (year_of(told),))),
        )


class ChildPages(RecordPages):
    """Pages of records that belong to another record and are shown on its page.

    `parent` names the relation, and the parameter of the address of a new one; `kind` what is
    stored, where it is told apart from its parent.
    """

    parent: ClassVar[str]
    parent_pages: ClassVar[type[OrganizationRecordPages]]
    kind: ClassVar[str] = ""

    def initial(self, request):
        rows = self.parent_pages.model.objects.editable_by(request.user)
        found = named(rows, request.GET.get(self.parent, ""))
        return {self.parent: found.pk} if found else {}

    def url(self, record):
        return reverse(self.parent_pages.slug, args=[getattr(record, f"{self.parent}_id")])

    def touched(self, record):
        stored = self.parent_pages().touched(getattr(record, self.parent))
        years = self.years(record) or stored.years
        return Stored(self.kind or stored.kind, stored.organization_ids, years)

    def years(self, record) -> frozenset[int]:
        """Return the years the record itself counts for; none: those of its parent."""
        return frozenset()


def day_of(value: datetime.date | None) -> str:
    """Return a day as a table shows it."""
    return f"{value:%Y-%m-%d}" if value else ""


def may_add(user, organization) -> bool:
    """Tell whether the page of an organization offers a new record to `user`."""
    return (
        user.has_perm(EDIT)
        and not organization.dissolved_on
        and Organization.objects.editable_by(user).filter(pk=organization.pk).exists()
    )
