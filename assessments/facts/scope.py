"""Which organizations are looked at, and the tree they form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from accounts.prepared import Keys
from orgs.models import Organization, OrgKind

# A longer list of numbers is not worth a condition: everything is read instead.
MOST_IDS = 5000
BRANCHES = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)


@dataclass(frozen=True)
class OrgTree:
    """Who stands above whom, for all organizations or whole families; `children` by parent."""

    parents: dict[int, int]
    children: dict[int, list[int]]

    @classmethod
    def read(cls, ids: Keys = None) -> OrgTree:
        """Read the families of `ids` in two queries, or the whole tree in one."""
        if ids is None:
            rows = Organization.objects.order_by().exclude(parent=None)
            parents = {pk: above for pk, above in rows.values_list("pk", "parent") if above}
        else:
            parents = _parents(sorted(ids))
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


def _parents(ids: list[int]) -> dict[int, int]:
    """Return who stands directly above each member of the families of `ids`."""
    if not ids:
        return {}
    heads = [pk for (pk,) in _walk(_UP, ids)]
    return {pk: parent for pk, parent in _walk(_DOWN, heads) if parent}


def _walk(statement: str, ids: list[int]) -> list[tuple]:
    """Return the rows of one of the statements below, begun at `ids`."""
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(statement.format(ids=marks, table=Organization._meta.db_table), ids)
        return cursor.fetchall()


# Upwards to the heads of the families, then down again; a loop of parents ends with itself.
# In one statement the database expects so many heads that it reads the whole table.
_UP = """
    WITH RECURSIVE up(id) AS (
        SELECT id FROM {table} WHERE id IN ({ids})
        UNION SELECT one.parent_id FROM {table} one JOIN up ON one.id = up.id
        WHERE one.withdrawn_at IS NULL AND one.parent_id IS NOT NULL
    )
    SELECT id FROM up
"""
_DOWN = """
    WITH RECURSIVE down(id, parent_id) AS (
        SELECT id, CASE WHEN withdrawn_at IS NULL THEN parent_id END FROM {table}
        WHERE id IN ({ids})
        UNION SELECT one.id, one.parent_id FROM {table} one JOIN down ON one.parent_id = down.id
        WHERE one.withdrawn_at IS NULL
    )
    SELECT id, parent_id FROM down
"""
