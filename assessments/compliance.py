"""Compliance rates: counts of the due and the passed, grouped the way the bureau reads them.

The one place where assessments become rows of the table. A rate is passed ÷ due,
divided once; a total is the division of the sums, never the mean of rates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.db.models import Q

from accounts.models import User
from assessments.models import Assessment, Cycle
from schools.models import Jurisdiction, JurisdictionKind, Place
from schools.scoping import granted_paths

NO_DATA = "—"
OWN_LEVEL = "本级"
NO_UNIT = "未归入统计单元"
NO_PLACE = "未填行政区划"
TOTAL = "合计"


def rate(passed: int, due: int) -> Fraction | None:
    """Return passed ÷ due exactly, or None where nothing is due."""
    return Fraction(passed, due) if due else None


def percent_text(passed: int, due: int) -> str:
    """Return the rate in whole per cent, half up ("33%"), or "—" where nothing is due."""
    return f"{(200 * passed + due) // (2 * due)}%" if due else NO_DATA


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of one group: a reporting unit, a body, a place, or the rest of them.

    `key` is None for organizations outside every unit or place. `is_own_level` marks
    the organizations that lie directly under the scope, whose body is then the key.
    """

    key: Jurisdiction | Place | None
    name: str
    due: int = 0
    passed: int = 0
    vetoed: int = 0
    excluded: int = 0
    is_own_level: bool = False

    @property
    def rate(self) -> Fraction | None:
        """Passed ÷ due, or None."""
        return rate(self.passed, self.due)

    @property
    def percent(self) -> str:
        """The rate as text: whole per cent half up, or "—"."""
        return percent_text(self.passed, self.due)


def total_row(rows: Iterable[Row]) -> Row:
    """Return the 合计 row: sums of the counts, so that its rate is pooled."""
    rows = list(rows)
    return Row(
        key=None,
        name=TOTAL,
        due=sum(row.due for row in rows),
        passed=sum(row.passed for row in rows),
        vetoed=sum(row.vetoed for row in rows),
        excluded=sum(row.excluded for row in rows),
    )


@dataclass(slots=True)
class _Counts:
    """Counts while they are being added up."""

    due: int = 0
    passed: int = 0
    vetoed: int = 0
    excluded: int = 0

    def add(self, row: dict) -> None:
        """Add one row of `AssessmentQuerySet.tally`."""
        self.due += row["due"]
        self.passed += row["passed"]
        self.vetoed += row["vetoed"]
        self.excluded += row["excluded"]

    def __bool__(self) -> bool:
        return bool(self.due or self.excluded)

    def row(self, key, name: str, **kwargs) -> Row:
        """Return them as a finished row."""
        return Row(key, name, self.due, self.passed, self.vetoed, self.excluded, **kwargs)


def unit_rows(
    user: User,
    cycle: Cycle,
    *,
    scope: Jurisdiction | None = None,
    by: Literal["affiliation", "place"] = "affiliation",
    grouping: Grouping | None = None,
) -> list[Row]:
    """Return the rows of the compliance table for what `user` sees inside `scope`.

    By affiliation: where the scope holds reporting units, one row for each of them in
    official order, also when nothing is due; organizations outside every unit stand
    last as 未归入统计单元, so that the total ties. Inside one unit the rows are the
    bodies under the scope, then 本级. Without a scope the rows follow the grants of
    the user, a body inside a unit being a row of its own.

    By place: one row for each place, in the order of the places.

    `grouping` is that of the scope (`group`), where it is known already.
    """
    assessments = Assessment.objects.visible_to(user).filter(cycle=cycle)
    if scope is not None:
        assessments = assessments.inside(scope)
    elif by != "place":
        return _granted_rows(assessments, granted_paths(user))
    grouping = grouping or group(user, scope, by)
    counts: dict[SlotId, _Counts] = defaultdict(_Counts)
    for row in assessments.tally(*grouping.fields):
        counts[grouping.slot_id(row)].add(row)
    slots = grouping.slots({slot_id for slot_id, count in counts.items() if count})
    return [
        counts[slot.id].row(slot.key, slot.name, is_own_level=slot.is_own_level) for slot in slots
    ]


# The path or key of what a row stands for; None for the rest.
SlotId = str | int | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A row before it is counted: what it stands for and its name."""

    id: SlotId
    key: Jurisdiction | Place | None
    name: str
    is_own_level: bool = False


class Grouping:
    """How the assessments inside one scope fall into rows.

    `fields` are the columns to tally by; `slot_id` tells the row of such a tally.
    """

    fields: tuple[str, ...]

    def slot_id(self, values: Mapping) -> SlotId:
        """Return the id of the row that `values` (a dict holding `fields`) belongs to."""
        raise NotImplementedError

    def slots(self, seen: set[SlotId]) -> list[Slot]:
        """Return the rows in order: those always shown, and others with data (`seen`)."""
        raise NotImplementedError


def group(
    user: User,
    scope: Jurisdiction | None,
    by: Literal["affiliation", "place"] = "affiliation",
) -> Grouping:
    """Return how `unit_rows` groups; by affiliation it needs a scope."""
    if by == "place":
        return PlaceGrouping(user, scope)
    if scope is None:
        raise TypeError("grouping by affiliation needs a scope")
    below = Q(depth=scope.depth + 1) & ~Q(kind=JurisdictionKind.SCHOOL)
    nodes = list(Jurisdiction.objects.inside(scope).filter(below | Q(is_reporting_unit=True)))
    units = [node for node in nodes if node.is_reporting_unit]
    if any(unit.pk != scope.pk for unit in units):
        return UnitGrouping(sorted(units, key=lambda unit: (unit.unit_order, unit.path)))
    return BodyGrouping(scope, [node for node in nodes if node.pk != scope.pk])


class UnitGrouping(Grouping):
    """A row per reporting unit in official order, then the organizations outside all."""

    fields = ("unit",)

    def __init__(self, units: Sequence[Jurisdiction]):
        self.units = {unit.pk: unit for unit in units}

    def slot_id(self, values):
        return values["unit"] if values["unit"] in self.units else None

    def slots(self, seen):
        slots = [Slot(pk, unit, unit.label) for pk, unit in self.units.items()]
        return slots + [Slot(None, None, NO_UNIT)] * (None in seen)


class BodyGrouping(Grouping):
    """The bodies directly under `scope`, then 本级; schools belong to 本级."""

    fields = ("jurisdiction__path",)

    def __init__(self, scope: Jurisdiction, bodies: Sequence[Jurisdiction]):
        self.scope = scope
        self.length = len(scope.path) + Jurisdiction.steplen
        self.bodies = {body.path: body for body in bodies}

    def slot_id(self, values):
        path = values["jurisdiction__path"][: self.length]
        return path if path in self.bodies else self.scope.path

    def slots(self, seen):
        slots = [Slot(path, body, body.label) for path, body in self.bodies.items()]
        if self.scope.path in seen or not slots:
            name = f"{self.scope.label}{OWN_LEVEL}" if slots else self.scope.label
            slots.append(Slot(self.scope.path, self.scope, name, is_own_level=True))
        return slots


class PlaceGrouping(Grouping):
    """A row for each place the scope or its organizations touch."""

    fields = ("place",)

    def __init__(self, user: User, scope: Jurisdiction | None):
        bodies = Jurisdiction.objects.visible_to(user).filter(is_reporting_unit=True)
        if scope is not None:
            bodies = bodies.inside(scope)
        # A unit's own division is shown even when it is empty; the city's is not one.
        self.always = set(
            bodies.exclude(place=None)
            .exclude(kind=JurisdictionKind.CITY_EDU_BUREAU)
            .values_list("place", flat=True)
        )

    def slot_id(self, values):
        return values["place"]

    def slots(self, seen):
        codes = [code for code in self.always | seen if code]
        slots = [Slot(p.pk, p, p.name) for p in Place.objects.filter(pk__in=codes)]
        return slots + [Slot(None, None, NO_PLACE)] * (None in seen)


def _granted_rows(assessments, paths: Sequence[str]) -> list[Row]:
    """Return the units under the granted subtrees; a subtree without a unit is one row."""
    units = list(Jurisdiction.objects.reporting_units())
    inner = [path for path in paths if not any(_covers(path, unit.path) for unit in units)]
    bodies = {body.path: body for body in Jurisdiction.objects.filter(path__in=inner)}
    shown = [unit for unit in units if any(_covers(path, unit.path) for path in paths)]
    counts = {unit.pk: _Counts() for unit in shown}
    inner_counts = {path: _Counts() for path in inner}
    rest = _Counts()
    for row in assessments.tally("unit", "jurisdiction__path"):
        body = next((p for p in inner if _covers(p, row["jurisdiction__path"])), None)
        target = inner_counts[body] if body else counts.get(row["unit"], rest)
        target.add(row)
    rows = [counts[unit.pk].row(unit, unit.label) for unit in shown]
    rows += [inner_counts[path].row(bodies[path], bodies[path].label) for path in inner]
    if rest:
        rows.append(rest.row(None, NO_UNIT))
    return rows


def _covers(path: str, other: str) -> bool:
    """Return whether the node at `path` is the one at `other` or above it."""
    return other.startswith(path)
