"""The record a row belongs to: the plan of a course, the model post of a review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from orgs.models import Member, Organization
from orgs.sheets.people import BORN
from orgs.sheets.records.cells import Cell, Parent, field_at, value_at
from orgs.sheets.records.finding import Finder, by_relation, chunks, plain
from sheets.forms import Row
from sheets.normalise import fold

SECRETS = ("id_number", "phone")


class Parents:
    """The records of some owners that rows can belong to, by what tells them."""

    def __init__(self, parent: Parent, owners: Iterable[tuple[str, Any]], finder: Finder):
        self.parent, self.finder = parent, finder
        self._known: dict[tuple, list[Any]] = defaultdict(list)
        above = {cell.name.rpartition("__")[0] for cell in parent.cells} - {""}
        people = parent.people
        hidden = [f"{name}__{secret}" for name in people for secret in SECRETS]
        if parent.model is Member:
            hidden += SECRETS
        for relation, keys in by_relation(owners).items():
            lookup = parent.via + relation
            for chunk in chunks(keys):
                rows = parent.model.objects.filter(**{f"{lookup}__in": chunk})
                for one in rows.select_related(lookup, *above, *people).defer(*hidden):
                    told = (self._plain(value_at(one, cell.name)) for cell in parent.cells)
                    self._known[relation, value_at(one, lookup).pk, *told].append(one)

    @staticmethod
    def _plain(value: Any) -> Any:
        """Return what a cell is compared by: members by their names, until days tell them."""
        return fold(value.name) if isinstance(value, Member) else plain(value)

    def find(self, row: Row, owner: tuple[str, Any]) -> Any:
        """Return the record the row names, None with a refusal where it tells none or several."""
        parent = self.parent
        told = [self._told(row, cell) for cell in parent.cells]
        if row.refused:
            return None
        relation, whose = owner
        found = self._known.get((relation, whose.pk, *told), [])
        if len(found) > 1 and parent.names_member and (born := row.get(BORN.key)):
            found = [one for one in found if self._born(one) == born]
        if len(found) == 1:
            return found[0]
        what, words = (
            parent.model._meta.verbose_name,
            "、".join(map(self._shown(row), parent.cells)),
        )
        if not found:
            row.refuse(
                parent.key(parent.cells[-1]), parent.code, f"没有登记{what}“{words}”", parent.fix
            )
            return None
        fix = f"请填“{BORN.label}”来区分" if parent.names_member else "请在页面上登记"
        row.refuse(
            parent.key(parent.cells[-1]),
            parent.code,
            f"登记的{what}“{words}”有 {len(found)} 条",
            fix,
        )
        return None

    def _told(self, row: Row, cell: Cell) -> Any:
        key = self.parent.key(cell)
        if field_at(self.parent.model, cell.name).related_model is Organization:
            return plain(self.finder.organization(row, key))
        return plain(row.get(key))

    def _born(self, one: Any) -> Any:
        member = one if self.parent.model is Member else value_at(one, self.parent.people[0])
        return member.birth_date

    def _shown(self, row: Row):
        def text(cell: Cell) -> str:
            value = row.get(self.parent.key(cell))
            choices = dict(field_at(self.parent.model, cell.name).flatchoices or ())
            return str(choices.get(value, value))

        return text
