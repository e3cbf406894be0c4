"""Where an organization stands in the tree: its reporting unit and kind of body."""

from __future__ import annotations

from dataclasses import dataclass

from schools.models import Jurisdiction, JurisdictionKind


@dataclass(frozen=True, slots=True)
class Body:
    """Where a jurisdiction stands: its reporting unit and the kind of body it is."""

    unit: int | None
    kind: str


def bodies() -> dict[int, Body]:
    """Return unit and kind of body of every jurisdiction; one query.

    The unit is the nearest flagged node upwards, itself included; the kind that of
    the nearest node that is not a school.
    """
    rows = Jurisdiction.objects.order_by("path").values_list(
        "pk", "path", "kind", "is_reporting_unit"
    )
    by_path: dict[str, Body] = {}
    found: dict[int, Body] = {}
    step = Jurisdiction.steplen
    for pk, path, kind, is_unit in rows:
        above = by_path.get(path[:-step])
        unit = pk if is_unit else above.unit if above else None
        if kind == JurisdictionKind.SCHOOL and above:
            kind = above.kind
        by_path[path] = found[pk] = Body(unit, kind)
    return found
