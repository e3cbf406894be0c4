"""Which organizations are looked at, and the tree they form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from orgs.models import Organization, OrgKind

# A longer list of numbers is not worth a condition: everything is read instead.
MOST_IDS = 5000
BRANCHES = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)


@dataclass(frozen=True)
class OrgTree:
    """Who stands above whom, for all organizations; `children` by parent."""

    parents: dict[int, int]
    children: dict[int, list[int]]

    @classmethod
    def read(cls) -> OrgTree:
        """Read the tree in one query."""
        rows = Organization.objects.order_by().exclude(parent=None).values_list("pk", "parent")
        parents = {pk: parent for pk, parent in rows if parent is not None}
        children: dict[int, list[int]] = {}
        for pk, parent in parents.items():
            children.setdefault(parent, []).append(pk)
        return cls(parents, children)

    def above(self, pk: int) -> Iterator[int]:
        """Yield the organizations above `pk`, nearest first; a loop ends the walk."""
        seen = {pk}
        while (pk := self.parents.get(pk, 0)) and pk not in seen:
            seen.add(pk)
            yield pk

    def top(self, pk: int) -> int:
        """Return the organization at the top of the family of `pk`, itself if alone."""
        for above in self.above(pk):
            pk = above
        return pk

    def below(self, pk: int) -> list[int]:
        """Return the organizations below `pk` at any depth."""
        found: list[int] = []
        seen = {pk}
        waiting = [pk]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    found.append(child)
                    waiting.append(child)
        return found

    def families(self, pks: Iterable[int]) -> set[int]:
        """Return `pks`, everything above them, and everything below those."""
        found: set[int] = set()
        for pk in pks:
            if pk in found:
                continue
            top = self.top(pk)
            found.update((pk, top, *self.above(pk), *self.below(top)))
        return found


def limited(queryset: QuerySet, ids: Collection[int] | None, field: str = "organization"):
    """Return `queryset` for the organizations `ids`; None means all of them."""
    return queryset if ids is None else queryset.filter(**{f"{field}__in": ids})
