"""Which bodies manage the schools of each unit: the paragraph 隶属关系 of the report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import register as registered
from reports.figures import AFFILIATION
from reports.groups import Groups
from schools.models import JurisdictionKind, Ownership

if TYPE_CHECKING:
    from reports.writing.material import Material

Kind = JurisdictionKind


# The types of management of public schools, each with the kinds of body that make it.
CITY, COUNTY, ZONE, SHARED, OTHER = "city", "county", "zone", "shared", "other"
TYPES = {
    CITY: "市教育局党组管理",
    COUNTY: "县（市、区）教育局党委（党组）管理",
    ZONE: "开发区教育分工委管理",
    SHARED: "县（区）教育局与乡镇党委分别管理",
    OTHER: "其他党组织管理",
}


def types_of(kinds: set[str]) -> set[str]:
    """Return the types that public schools of one unit show, by the kinds of their bodies."""
    found = set()
    if Kind.CITY_EDU_BUREAU in kinds or Kind.CITY in kinds:
        found.add(CITY)
    if Kind.TOWNSHIP_COMMITTEE in kinds:
        found.add(SHARED)
    elif kinds & {Kind.COUNTY_EDU_BUREAU, Kind.COUNTY}:
        found.add(COUNTY)
    if Kind.DEV_ZONE_EDU_SUBCOMMITTEE in kinds:
        found.add(ZONE)
    others = {Kind.LOCAL_COMMITTEE, Kind.NON_PUBLIC_COMMITTEE, Kind.NON_PUBLIC_EDU_SUBCOMMITTEE}
    if kinds & others:
        found.add(OTHER)
    return found


@dataclass(frozen=True)
class Managing:
    """The units by type (public schools), and by the kinds of managing bodies (private ones).

    The kinds of a variant are joined by "+", in the order of `JurisdictionKind`.
    """

    public: dict[str, list[str]]
    private: dict[str, list[str]]

    def of(self, ownership: str, kinds: str) -> list[str]:
        """Return the units of one type or variant."""
        found = self.private if ownership == Ownership.PRIVATE else self.public
        return found.get(kinds, [])


def read(m: Material) -> Managing:
    """Return who manages the schools registered on the day of the document."""
    groups = Groups(m.user, m.scope, AFFILIATION)
    bodies = registered.Bodies(m.user, m.scope)
    names = list(groups.names.values()) if groups.by_unit else [m.scope.label]
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    schools = registered.schools_on(m.user, m.scope, m.day).order_by()
    keys = ("jurisdiction__path", "place_id", "ownership")
    for path, place, ownership in schools.values_list(*keys).distinct():
        name = groups.name(path=path, place=place) if groups.by_unit else names[0]
        kinds[name, ownership].add(bodies.of(path)[0])
    public: dict[str, list[str]] = {}
    for kind in TYPES:
        units = [name for name in names if kind in types_of(kinds[name, Ownership.PUBLIC])]
        if units:
            public[kind] = units
    private: dict[str, list[str]] = {}
    for name in names:
        known = [kind for kind in Kind if kind in kinds[name, Ownership.PRIVATE]]
        if known:
            private.setdefault("+".join(known), []).append(name)
    return Managing(public, private)
