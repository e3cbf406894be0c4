"""The tree of managing bodies: the city, its bureau, counties and what they manage with."""

from __future__ import annotations

from partybuild.demo import places
from partybuild.demo.places import UNITS, Town, Unit
from schools.models import Jurisdiction, JurisdictionKind, Place

# (unit key, role): role is "unit", "edu", "non_public", "non_public_edu", "dev_zone",
# or the name of a town for the committee of that town.
BodyKey = tuple[str, str]
Bodies = dict[BodyKey, Jurisdiction]
CITY_KEY: BodyKey = ("", "city")


def create_places() -> dict[str, Place]:
    """Create the city and its counties and return them by code."""
    found = [Place(code=places.CITY_CODE, name=places.CITY_NAME, order=0)]
    found += [
        Place(code=unit.code, name=unit.name, order=order)
        for order, unit in enumerate(UNITS)
        if unit.key != "direct"
    ]
    Place.objects.bulk_create(found)
    return {place.code: place for place in found}


def _members_of(unit: Unit, towns: tuple[Town, ...]) -> list[tuple[str, str, JurisdictionKind]]:
    """Return (role, name, kind) of the bodies directly below a county."""
    kind = JurisdictionKind
    rows = [("edu", places.education_body(unit), kind.COUNTY_EDU_BUREAU)]
    if unit.key == "yundong":
        rows.append(("dev_zone", places.DEV_ZONE, kind.DEV_ZONE_EDU_SUBCOMMITTEE))
    if unit.key in places.NON_PUBLIC:
        rows.append(("non_public", places.NON_PUBLIC[unit.key], kind.NON_PUBLIC_COMMITTEE))
    if unit.streets:
        seat = unit.seat
        rows.append((seat, places.town_body(unit, seat), kind.LOCAL_COMMITTEE))
    if not towns:
        return rows
    rows += [
        (street, places.town_body(unit, street), kind.LOCAL_COMMITTEE) for street in unit.streets
    ]
    # In 云东区 the education body manages the towns' schools as well; in 滨河区 the
    # street offices belong to the town proper.
    if unit.key == "yundong":
        return rows
    rows += [
        (town.name, places.town_body(unit, town.name), kind.TOWNSHIP_COMMITTEE)
        for town in towns
        if not (unit.key == "binhe" and town.is_street)
    ]
    return rows


def create_bodies(towns: dict[str, tuple[Town, ...]] | None = None) -> Bodies:
    """Create the tree and return its nodes.

    `towns` gives the towns of each unit; None leaves the towns' committees out (they
    then come with the workbook that names them).
    """
    place = create_places()
    kind = JurisdictionKind
    nodes = Jurisdiction.objects
    city = nodes.add_root(
        instance=Jurisdiction(name=places.CITY_NAME, kind=kind.CITY, place=place[places.CITY_CODE])
    )
    bodies: Bodies = {CITY_KEY: city}
    for order, unit in enumerate(UNITS, start=1):
        is_bureau = unit.key == "direct"
        node = nodes.add_child(
            city,
            instance=Jurisdiction(
                name=places.BUREAU if is_bureau else unit.name,
                kind=kind.CITY_EDU_BUREAU if is_bureau else kind.COUNTY,
                place=place[unit.code],
                is_reporting_unit=True,
                unit_name=unit.name,
                unit_order=order,
            ),
        )
        bodies[unit.key, "unit"] = node
        if is_bureau:
            bodies[unit.key, "edu"] = node
            continue
        for role, name, body_kind in _members_of(unit, (towns or {}).get(unit.key, ())):
            bodies[unit.key, role] = nodes.add_child(
                node, instance=Jurisdiction(name=name, kind=body_kind, place=place[unit.code])
            )
        if unit.key in places.NON_PUBLIC_EDU:
            bodies[unit.key, "non_public_edu"] = nodes.add_child(
                bodies[unit.key, "non_public"],
                instance=Jurisdiction(
                    name=places.NON_PUBLIC_EDU[unit.key],
                    kind=kind.NON_PUBLIC_EDU_SUBCOMMITTEE,
                    place=place[unit.code],
                ),
            )
    return bodies


def create_school_leaf(body: Jurisdiction, name: str) -> Jurisdiction:
    """Create the leaf of one school under its managing body, for the school's account."""
    body.refresh_from_db()
    return Jurisdiction.objects.add_child(
        body, instance=Jurisdiction(name=name, kind=JurisdictionKind.SCHOOL, place=body.place)
    )
