"""Which row of a table a record belongs to, by the name of the row.

The cuts are those of `assessments.compliance`, so that every report has the rows of the
compliance table; names are made different where two bodies share a label, because the
formulas of the workbook find the rows of the detail sheets by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any, Literal

from accounts.models import User
from assessments.compliance import UnitGrouping, group
from reports.figures import PLACE
from schools.models import Jurisdiction, Place


def grouping(by: str) -> Literal["affiliation", "place"]:
    """Return the grouping of a context as the rows of the table know it."""
    return "place" if by == PLACE else "affiliation"


class Groups:
    """The rows of a table for `scope`; `heading` is what such a row is called.

    `bodies` maps the key of a body to the name of its row.
    """

    def __init__(self, user: User, scope: Jurisdiction, by: str) -> None:
        self.grouping = group(user, scope, grouping(by))
        self.by_unit = isinstance(self.grouping, UnitGrouping)
        self.by = by
        self.by_place = by == PLACE
        # Rows found already: a body has many organizations.
        self._known: dict[tuple[str, str | None], str] = {}
        possible: set = {None, scope.path}
        if self.by_place:
            self.heading = "行政区划"
            possible |= set(Place.objects.values_list("pk", flat=True))
        else:
            self.heading = "县（市、区）" if self.by_unit else "管理主体"
        slots = self.grouping.slots(possible)
        seen = Counter(slot.name for slot in slots)
        self.names = {
            slot.id: slot.key.name
            if seen[slot.name] > 1 and isinstance(slot.key, Jurisdiction)
            else slot.name
            for slot in slots
        }
        self.bodies = {
            slot.key.pk: self.names[slot.id]
            for slot in slots
            if isinstance(slot.key, Jurisdiction) and not slot.is_own_level
        }
        self.slots = {self.names[slot.id]: slot for slot in slots}
        self.always = {slot.id for slot in self.grouping.slots(set())}
        self.units = (
            {s.key.path: s.key.pk for s in slots if isinstance(s.key, Jurisdiction)}
            if self.by_unit
            else {}
        )

    def params(self, name: str) -> dict[str, Any]:
        """Return the parameters that narrow the list of organizations to one row."""
        slot = self.slots[name]
        if self.by_place:
            return {"place": slot.id or "none"}
        if self.by_unit:
            return {"unit": slot.id or "none"}
        return {"direct": 1} if slot.is_own_level else {"scope": slot.key.pk if slot.key else ""}

    def name(self, *, path: str, place: str | None) -> str:
        """Return the row of a record by the path of its body, or by its place."""
        if (path, place) in self._known:
            return self._known[path, place]
        step = Jurisdiction.steplen
        ancestors = (path[:end] for end in range(len(path), 0, -step))
        unit = next((self.units[node] for node in ancestors if node in self.units), None)
        name = self.name_of_assessed(unit=unit, path=path, place=place)
        self._known[path, place] = name
        return name

    def name_of_assessed(self, *, unit: int | None, path: str, place: str | None) -> str:
        """Return the row of an assessment, whose unit is that of its check date."""
        return self.name_of({"unit": unit, "jurisdiction__path": path, "place": place})

    def name_of(self, values: Mapping[str, Any]) -> str:
        """Return the row of `values`, which hold the fields of the grouping."""
        return self.names[self.grouping.slot_id(values)]

    def shown(self, used: Container[str]) -> list[str]:
        """Return the names of the rows to show, given the names that have records."""
        return [name for id_, name in self.names.items() if id_ in self.always or name in used]
