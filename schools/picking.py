"""Records chosen by name in forms: one declaration per kind, one page that offers names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from schools.access import READ, needs
from schools.asked import named

# Between the name and what tells it from others of the same name.
SEPARATOR = " — "
OFFERED = 12


@dataclass(frozen=True, eq=False)
class Pick:
    """How records of a model are found by name.

    `names` are lookups a typed name may equal (searched by their beginning or middle as
    well); `name` and `note` are attribute paths shown before and after the separator.
    """

    slug: str
    model: type[Model]
    names: Sequence[str]
    name: str
    note: str
    related: Sequence[str] = field(default=())
    # Conditions on every offer, such as "not dissolved".
    only: Q = field(default_factory=Q)

    def label(self, record: Any) -> str:
        """Return the text by which the record is offered and recognised."""
        return f"{_follow(record, self.name)}{SEPARATOR}{_follow(record, self.note)}"

    def rows(self, user: User | None, *, editable: bool) -> QuerySet:
        """Return the records the user may choose from."""
        rows: Any = self.model._default_manager.filter(self.only).select_related(*self.related)
        return rows.editable_by(user) if editable else rows.visible_to(user)

    def asked(self, request: HttpRequest, name: str) -> dict[str, str]:
        """Return what the field `name` of a form starts with: the record the address names,
        if the user may change it.
        """
        rows: Any = self.model._default_manager.select_related(*self.related)
        found = named(rows.editable_by(request.user), request.GET.get(name, ""))
        return {name: self.label(found)} if found else {}

    def offers(self, text: str, user: User | None, *, editable: bool) -> list[str]:
        """Return labels of records with `text` in one of their names."""
        condition = Q()
        for lookup in self.names:
            condition |= Q(**{f"{lookup}__icontains": text})
        rows = self.rows(user, editable=editable).filter(condition).order_by("pk")
        return [self.label(record) for record in rows[:OFFERED]]

    def find(self, text: str, user: User | None, *, editable: bool) -> list[Any]:
        """Return the records a typed text names, at most a few."""
        name, _, note = text.partition(SEPARATOR)
        condition = Q()
        for lookup in self.names:
            condition |= Q(**{lookup: name.strip()})
        found = list(self.rows(user, editable=editable).filter(condition)[:10])
        return [r for r in found if _follow(r, self.note) == note.strip()] if note else found


def _follow(record: Any, path: str) -> str:
    for name in path.split("."):
        record = getattr(record, name, None)
    return str(record) if record is not None else ""


_picks: dict[str, Pick] = {}


def register(pick: Pick) -> Pick:
    """Make a kind of records known under its slug."""
    _picks[pick.slug] = pick
    return pick


@require_safe
@needs(READ)
def offers(request, slug):
    """Answer with the options for what has been typed so far (an htmx fragment)."""
    if slug not in _picks:
        raise Http404
    text = next((v for k, v in request.GET.items() if k != "all"), "").partition(SEPARATOR)[0]
    labels = []
    if len(text.strip()) >= 2:
        labels = _picks[slug].offers(text.strip(), request.user, editable="all" not in request.GET)
    return render(request, "records/options.html", {"labels": labels})
