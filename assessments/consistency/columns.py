"""The columns of the matrix check × body: the bodies under the one at hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from assessments.compliance import OWN_LEVEL, UnitGrouping, group
from assessments.consistency.base import Look
from assessments.consistency.summary import Counts
from schools.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its label, and the parameters that narrow a list to it."""

    path: str
    label: str
    query: str


class Columns:
    """The bodies a table is cut into, by the longest path that leads to a record.

    A body without bodies below it has no columns: its findings are few enough to be read.
    """

    def __init__(self, look: Look, tops: list[Jurisdiction]):
        self.columns: list[Column] = []
        if len(tops) == 1:
            grouping = group(look.user, tops[0])
            if isinstance(grouping, UnitGrouping):
                bodies = list(grouping.units.values())
            else:
                bodies = list(grouping.bodies.values())  # type: ignore[attr-defined]
        else:
            bodies = tops
        if len(tops) > 1 or any(body.pk != tops[0].pk for body in bodies if tops):
            self.columns = [Column(b.path, _short(b, tops), f"scope={b.pk}") for b in bodies]
        self.paths = {column.path for column in self.columns}
        if self.columns and len(tops) == 1:
            # What lies with the body itself, or outside every unit.
            rest = Column(tops[0].path, f"{tops[0].label}{OWN_LEVEL}", f"scope={tops[0].pk}&own=1")
            self.columns.append(rest)

    def fold(self, by_body: dict[str, Counts]) -> Counter:
        """Return the open findings by the path of the column they fall in."""
        found: Counter = Counter()
        for path, counts in by_body.items():
            found[self.place(path)] += counts.open
        return found

    def place(self, path: str) -> str:
        """Return the path of the column a body falls in."""
        step = Jurisdiction.steplen
        for end in range(len(path), 0, -step):
            if path[:end] in self.paths:
                return path[:end]
        return self.columns[-1].path if self.columns else ""


def _short(body: Jurisdiction, tops: list[Jurisdiction]) -> str:
    """Return the label of a body without the name of its county, where that is the page's."""
    return body.label.removeprefix(tops[0].short_name) or body.label
