"""What the apps above show on the page of an organization, of a school or of a member.

An app appends a function to `of_organization`, `of_school` or `of_member` (in its `AppConfig.ready`); it
is called with the record, the user and the day, and returns a section, or None for nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from orgs.models import Organization
from schools.access import EDIT
from schools.facts import Fact


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading. `rows` hold cells as text or safe HTML, the first is the name;
    `links` are (label, address) for those who may; `empty` is said where there is no row.
    """

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    links: Sequence[tuple[str, str]] = ()
    empty: str = "还没有记录。"

    @property
    def lines(self) -> list[tuple[Any, list[tuple[str, Any]]]]:
        """For each row its first cell, and the others with their headings."""
        return [(row[0], list(zip(self.heads[1:], row[1:], strict=True))) for row in self.rows]


def link(name: str, pk: int, text: Any):
    """Return a link to a record: `name` is the URL name of its page."""
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), text)


def change_link(user: Any, slug: str, pk: int, text: Any):
    """Return the link to change a record, for those who may change any, else to its history."""
    return link(f"{slug}_{'edit' if user.has_perm(EDIT) else 'history'}", pk, text)


def organization_fact(organization: Organization) -> Fact:
    """Return the fact that says whose record it is."""
    return Fact(
        "党组织", organization.short_name, url=reverse("organization", args=[organization.pk])
    )


Maker = Callable[[Any, Any, datetime.date], Section | None]
of_organization: list[Maker] = []
of_school: list[Maker] = []
of_member: list[Maker] = []


def sections(makers: list[Maker], record: Any, user: Any, day: datetime.date) -> list[Section]:
    """Return the sections `makers` have for `record`, in their order."""
    found = (make(record, user, day) for make in makers)
    return [section for section in found if section is not None]
