"""The managing body of a record: never the leaf of a school."""

from __future__ import annotations

from collections.abc import Iterable

from schools.models import Jurisdiction, JurisdictionKind


def set_bodies(records: Iterable) -> None:
    """Set `body` on each record that has a `jurisdiction`.

    A school with accounts of its own has a leaf in the tree; its managing body is the one
    above. At most one query.
    """

    def above(jurisdiction: Jurisdiction) -> str:
        return jurisdiction.path[: -Jurisdiction.steplen]

    leaves = [r.jurisdiction for r in records if r.jurisdiction.kind == JurisdictionKind.SCHOOL]
    found = {}
    if leaves:
        parents = Jurisdiction.objects.filter(path__in={above(leaf) for leaf in leaves})
        found = {body.path: body for body in parents}
    for record in records:
        body = record.jurisdiction
        if body.kind == JurisdictionKind.SCHOOL:
            body = found.get(above(body), body)
        record.body = body
