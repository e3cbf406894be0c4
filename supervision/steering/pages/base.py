"""What the pages of groups, plans, work meetings and inspections share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse

from orgs.showing import ShownPages
from schools.asked import named, number
from schools.forms import BODIES
from schools.models import Jurisdiction
from schools.records import RecordPages
from schools.roles import grants_of


class OfBody(ShownPages):
    """Records of a managing body."""

    related = ("jurisdiction__place",)

    def initial(self, request):
        """Start with the body of the user, where he has just one."""
        rows = Jurisdiction.objects.editable_by(request.user)
        found = named(rows, request.GET.get("body", ""))
        if found is None:
            grants = grants_of(request.user)
            found = grants[0].jurisdiction if len(grants) == 1 else None
        return {"jurisdiction": BODIES.label(found)} if found else {}

    def holder(self, record):
        return record


class PartOf(RecordPages):
    """Records shown on the page of another one, named by the attribute `owner`."""

    owner: ClassVar[str]
    owner_slug: ClassVar[str]

    def owner_of(self, record: Any) -> Any:
        """Return the record it is shown with."""
        return getattr(record, self.owner)

    def url(self, record):
        return reverse(self.owner_slug, args=[self.owner_of(record).pk])

    def initial(self, request):
        asked = number(request.GET.get(self.owner, ""))
        return {self.owner: asked} if asked else {}

    def holder(self, record):
        return holder_of_group(self.owner_of(record))


def holder_of_group(record: Any) -> Any:
    """Return what has a `jurisdiction`: a school-level group is that of its school."""
    return record if getattr(record, "jurisdiction_id", None) else record.school


def add_link(pages: ShownPages, record, user, label: str, page: str, owner: str):
    """Return the link that adds a part to `record`, for those who may."""
    if not pages.may_change_now(user, record):
        return []
    return [(label, f"{reverse(page)}?{owner}={record.pk}")]


def figure(value) -> str:
    """Return a figure of a target without needless zeros."""
    return "" if value is None else f"{value.normalize():f}"
