"""The search of the bar: schools, organizations and people by name, 拼音 or code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from orgs.models import Member, Organization
from orgs.naming import organization_key
from orgs.past import earlier_names, was_named
from schools.finding import closeness, enough, named
from schools.models import School
from schools.naming import fold


@dataclass(frozen=True, slots=True)
class Line:
    """One record found: its name, what tells it from others, the day it ended, its page."""

    name: str
    note: str
    ended: Any
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `more` is the list of all of them, if there are more."""

    label: str
    lines: list[Line]
    more: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its pages, how it is recognised, and what its line says.

    `ends` is the column of the day it left the register, `key` the column of its name and
    `form` how that column writes a name.
    """

    label: str
    page: str
    list_page: str
    model: Any
    related: tuple[str, ...]
    ends: str
    key: str
    form: Callable[[str], str]
    condition: Callable[[str], Q]
    note: Callable[[Any], str]
    # The earlier names by which records were found, by their keys.
    earlier: Callable[[Any, str], dict[int, str]] | None = None

    def find(self, user: User, text: str, most: int) -> Group:
        """Return the first `most` records `user` sees, those still in the register before others.

        Two queries: the keys come from few columns, so that an index alone answers where
        there is one; then the few records are read.
        """
        ended = When(**{f"{self.ends}__lte": timezone.localdate()}, then=Value(1))
        gone = Case(ended, default=Value(0))
        keys = list(
            self.model.objects.visible_to(user)
            .filter(self.condition(text))
            .order_by(gone, closeness(text, self.key, self.form(text)), "name", "pk")
            .values_list("pk", flat=True)[: most + 1]
        )
        records = self.model.objects.select_related(*self.related).in_bulk(keys[:most])
        former = self.earlier(records.values(), self.form(text)) if self.earlier else {}
        lines = [
            Line(
                record.name,
                "，".join(filter(None, (former.get(key, ""), self.note(record)))),
                getattr(record, self.ends),
                reverse(self.page, args=[record.pk]),
            )
            for key in keys[:most]
            if (record := records.get(key))
        ]
        address = f"{reverse(self.list_page)}?{urlencode({'q': text, 'state': 'all'})}"
        return Group(self.label, lines, address if len(keys) > most else "")


def school_condition(text: str) -> Q:
    """Return the condition that a school is meant by `text`."""
    return named(text, code="code", name_key=fold(text), short_name=fold(text))


def organization_condition(text: str) -> Q:
    """Return the condition that an organization is meant by `text`, in any form of its name,
    the earlier ones included.
    """
    key = organization_key(text)
    return named(text, name_key=key, name=fold(text)) | was_named(key)


def member_condition(text: str) -> Q:
    """Return the condition that a member is meant by `text`."""
    return named(text, name=fold(text))


KINDS = (
    Kind(
        label="学校",
        page="school",
        list_page="schools",
        model=School,
        related=("place",),
        ends="closed_on",
        key="name_key",
        form=fold,
        condition=school_condition,
        note=lambda s: f"{s.get_stage_display()}，{s.place.name}{s.town}",
    ),
    Kind(
        label="党组织",
        page="organization",
        list_page="organizations",
        model=Organization,
        related=("jurisdiction",),
        ends="dissolved_on",
        key="name_key",
        form=organization_key,
        condition=organization_condition,
        note=lambda o: f"{o.get_kind_display()}，{o.jurisdiction.label}",
        earlier=earlier_names,
    ),
    Kind(
        label="人员",
        page="member",
        list_page="members",
        model=Member,
        related=("organization",),
        ends="left_on",
        key="name",
        form=fold,
        condition=member_condition,
        note=lambda m: f"{m.get_status_display()}，{m.organization.short_name}",
    ),
)


def find(user: User, text: str, *, most: int) -> list[Group]:
    """Return what `user` may see of each kind for `text`; nothing for too short a text."""
    if not enough(text):
        return []
    return [group for kind in KINDS if (group := kind.find(user, text, most)).lines]
