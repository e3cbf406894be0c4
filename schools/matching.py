"""Find counties, managing bodies and schools by the names written in workbooks."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from accounts.models import User
from schools.models import Jurisdiction, JurisdictionKind, Place, School
from schools.naming import body_short_name, fold, school_key
from schools.roles import EDIT_ROLES
from schools.scoping import granted_paths

Found = TypeVar("Found")

_DIRECT = ("市直属", "直属学校", "市属", "市直", "直属", "市本级", "局直属", "市直属学校")
# How many different unknown names get suggestions; a wrong file has thousands.
_SUGGESTIONS = 30


@dataclass(frozen=True, eq=False)
class Unit:
    """A county, or the schools directly under the city bureau.

    `node` is the reporting unit in the tree, `body` its education body, `place` the
    division its schools are registered under.
    """

    name: str
    node: Jurisdiction
    body: Jurisdiction
    place: Place | None


class Tree:
    """The managing bodies of the city, read once, as far as names need them."""

    def __init__(self, user: User):
        self.paths = granted_paths(user, EDIT_ROLES)
        self.nodes = list(Jurisdiction.objects.select_related("place").order_by("path"))
        self.by_path = {node.path: node for node in self.nodes}
        self._of_sheets: dict[int, Unit | None] = {}
        self.city = next((n for n in self.nodes if n.kind == JurisdictionKind.CITY), None)

    def editable(self, node: Jurisdiction | None) -> bool:
        """Tell whether the user may change what belongs to `node`."""
        return node is not None and any(node.path.startswith(path) for path in self.paths)

    @cached_property
    def units(self) -> list[Unit]:
        """Return the counties and the direct unit."""
        found = []
        for node in self.nodes:
            if node.kind == JurisdictionKind.COUNTY:
                body = next(
                    (
                        n
                        for n in self.nodes
                        if n.kind == JurisdictionKind.COUNTY_EDU_BUREAU
                        and n.path.startswith(node.path)
                    ),
                    node,
                )
                found.append(Unit(node.unit_name or node.name, node, body, node.place))
            elif node.kind == JurisdictionKind.CITY_EDU_BUREAU:
                place = node.place or (self.city.place if self.city else None)
                found.append(Unit(node.unit_name or "直属学校", node, node, place))
        return found

    @cached_property
    def bodies(self) -> list[Jurisdiction]:
        """Return the managing bodies the user may fill in for; a school's leaf is none."""
        return [
            node
            for node in self.nodes
            if node.kind != JurisdictionKind.SCHOOL and self.editable(node)
        ]

    def own_body(self, name: str, unit: Unit | None) -> Jurisdiction:
        """Return the one of `bodies` called `name` (full, short or unit's name); Unknown."""
        key = fold(name)
        found = [
            node
            for node in self.bodies
            if key in {fold(node.name), fold(node.short_name), fold(node.unit_name)}
        ]
        if not found and (node := self.body(name, unit)) and self.editable(node):
            found = [node]
        if len(found) > 1 and unit:
            found = [n for n in found if n.path.startswith(unit.node.path)] or found
        if len(found) == 1:
            return found[0]
        fix = closest(key, (node.name for node in self.bodies)) or "请核对名称，写全称"
        what = f"有 {len(found)} 个管理主体叫“{name}”" if found else f"没有您填报的管理主体“{name}”"
        raise Unknown(what, fix)

    @cached_property
    def _unit_names(self) -> dict[str, Unit]:
        names: dict[str, Unit] = {}
        for unit in self.units:
            direct = unit.node.kind == JurisdictionKind.CITY_EDU_BUREAU
            for name in (
                unit.name,
                unit.node.name,
                unit.node.short_name,
                *(_DIRECT if direct else ()),
            ):
                names[fold(name)] = unit
            if not direct and unit.place:
                names[fold(unit.place.name)] = unit
                names.setdefault(re.sub(r"[县区市]$", "", fold(unit.place.name)), unit)
        names.pop("", None)
        return names

    def unit(self, text: str | None) -> Unit | None:
        """Return the unit a county cell names: 临溪县, 临溪, 市直属."""
        if not text:
            return None
        name = fold(text)
        if self.city and name != fold(self.city.name):
            name = name.removeprefix(fold(self.city.name)) or name
        return self._unit_names.get(name)

    def unit_in(self, texts: Iterable[str]) -> Unit | None:
        """Return the unit named in a sheet name, title or file name, if just one is."""
        for text in texts:
            folded = fold(text)
            named = {name: unit for name, unit in self._full_names.items() if name in folded}
            # 云东区 is not also 东区.
            found = {
                unit
                for name, unit in named.items()
                if not any(name in other and name != other for other in named)
            }
            if len(found) == 1:
                return found.pop()
        return None

    @cached_property
    def _full_names(self) -> dict[str, Unit]:
        """Names by which a unit is recognised inside a longer text."""
        short = {re.sub(r"[县区市]$", "", fold(u.place.name)) for u in self.units if u.place}
        return {
            name: unit
            for name, unit in self._unit_names.items()
            if len(name) > 1 and name not in short
        }

    def unit_of_sheet(self, facts) -> Unit | None:
        """Return the unit the texts around a table name, else the one of the user."""
        if id(facts) not in self._of_sheets:
            texts = (facts.name, *facts.heading.split("\n"), facts.file_name)
            self._of_sheets[id(facts)] = self.unit_in(texts) or self.own_unit
        return self._of_sheets[id(facts)]

    @cached_property
    def own_unit(self) -> Unit | None:
        """Return the unit all grants of the user lie in, if there is just one."""
        units = [
            unit
            for unit in self.units
            if self.paths and all(path.startswith(unit.node.path) for path in self.paths)
        ]
        return units[0] if len(units) == 1 else None

    def unit_of(self, node: Jurisdiction | None) -> Unit | None:
        """Return the unit `node` lies in."""
        return next((u for u in self.units if node and node.path.startswith(u.node.path)), None)

    @cached_property
    def _bodies(self) -> dict[str, list[Jurisdiction]]:
        bodies = defaultdict(list)
        city = fold(self.city.name) if self.city else ""
        for node in self.nodes:
            if node.kind in (JurisdictionKind.CITY, JurisdictionKind.COUNTY):
                continue
            short = body_short_name(node.name)
            for key in {short, short.removeprefix(city)}:
                bodies[key].append(node)
        return bodies

    def body(self, name: str, unit: Unit | None) -> Jurisdiction | None:
        """Return the managing body with this full or short name, the unit's own first."""
        key = body_short_name(name)
        city = fold(self.city.name) if self.city else ""
        found = self._bodies.get(key) or self._bodies.get(key.removeprefix(city)) or []
        if not found and unit and unit.place:
            found = self._bodies.get(fold(unit.place.name) + key) or []
        if len(found) > 1 and unit:
            found = [n for n in found if n.path.startswith(unit.node.path)] or found
        return found[0] if len(found) == 1 else None


class Unknown(LookupError):
    """No school (or several) by that name; `fix` says what to write instead."""

    def __init__(self, reason: str, fix: str):
        super().__init__(reason)
        self.reason, self.fix = reason, fix


def remembered(found: dict[tuple, Found | Unknown], key: tuple, look: Callable[[], Found]) -> Found:
    """Return what `look` finds, or raise the `Unknown` it raises; it is asked once for a key."""
    if key not in found:
        try:
            found[key] = look()
        except Unknown as unknown:
            found[key] = unknown
    answer = found[key]
    if isinstance(answer, Unknown):
        raise answer
    return answer


class Schools:
    """The schools a user may see, found by the names written in workbooks.

    Order: the full name, without the city's name, with the county's name, the listed
    short name. Schools outside the user's scope are unknown like any other.
    """

    def __init__(self, user: User, tree: Tree):
        self.tree = tree
        # Few bodies and places serve many schools: made once each, not once for each school.
        found = School.objects.editable_by(user).prefetch_related("jurisdiction", "place")
        self.all = list(found)
        self.by_pk = {school.pk: school for school in self.all}
        self._names: dict[str, list[School]] = defaultdict(list)
        self._short: dict[str, list[School]] = defaultdict(list)
        for school in self.all:
            self._names[school.name_key].append(school)
            if school.short_name:
                self._short[school_key(school.short_name)].append(school)
        self._suggested: dict[str, str] = {}
        self._found: dict[tuple, School | Unknown] = {}

    def find(self, name: str, unit: Unit | None) -> School:
        """Return the school called `name` in `unit`, or raise `Unknown`."""
        key = (name, unit.name if unit else None)
        return remembered(self._found, key, lambda: self._find(name, unit))

    def _find(self, name: str, unit: Unit | None) -> School:
        text = school_key(name)
        city = fold(self.tree.city.name) if self.tree.city else ""
        place = fold(unit.place.name) if unit and unit.place else ""
        for candidates in (
            self._names.get(text),
            self._names.get(text.removeprefix(city)),
            self._names.get(place + text),
            self._names.get(place + text.removeprefix(city)),
            self._names.get(city + text),
            self._short.get(text),
        ):
            if not candidates:
                continue
            here = [s for s in candidates if unit is None or self._in_unit(s, unit)] or (
                candidates if candidates is self._names.get(text) else []
            )
            if len(here) == 1:
                return here[0]
            if here:
                names = " 或 ".join(school.name for school in here[:3])
                raise Unknown(f"“{name}”对应 {len(here)} 所学校", f"请写全称：{names}")
        raise Unknown(f"“{name}”不在学校名单中", self._suggest(text))

    def _in_unit(self, school: School, unit: Unit) -> bool:
        return school.jurisdiction.path.startswith(unit.node.path) or (
            unit.place is not None and school.place_id == unit.place.pk
        )

    def _suggest(self, text: str) -> str:
        if text not in self._suggested and len(self._suggested) < _SUGGESTIONS:
            self._suggested[text] = closest(text, (school.name for school in self.all))
        return self._suggested.get(text) or "请核对名称，或先导入学校名单"


def closest(text: str, names: Iterable[str]) -> str:
    """Return "相近的名称：…" with up to three names like `text`, or ""."""
    letters = set(text)
    likely = sorted(names, key=lambda name: len(letters ^ set(name)))[:40]
    found = difflib.get_close_matches(text, likely, n=3, cutoff=0.5)
    return f"相近的名称：{'、'.join(found)}" if found else ""
