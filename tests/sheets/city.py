"""The empty city the example workbooks are about: bodies and places, no schools."""

from schools.models import Jurisdiction, JurisdictionKind, Place
from schools.roles import Role
from tests.conftest import make_user
from tests.remembered import remembered

DISTRICTS = {"990102": "云东区", "990103": "滨河区", "990104": "青岩区"}
COUNTIES = {"990121": "临溪县", "990122": "安陵县", "990123": "石渡县", "990124": "柳塘县"}


@remembered
def make_city() -> Jurisdiction:
    """Make the tree of 云岭市 with its eight reporting units; return the city."""
    kind = JurisdictionKind
    names = {"990100": "云岭市"} | DISTRICTS | COUNTIES
    places = {
        code: Place.objects.create(code=code, name=name, order=order)
        for order, (code, name) in enumerate(names.items())
    }
    city = Jurisdiction.objects.add_root(
        instance=Jurisdiction(name="云岭市", kind=kind.CITY, place=places["990100"])
    )

    def add(parent, name, kind, place, unit="", order=0):
        parent = Jurisdiction.objects.get(pk=parent.pk)
        return Jurisdiction.objects.add_child(
            parent,
            instance=Jurisdiction(
                name=name,
                kind=kind,
                place=place,
                is_reporting_unit=bool(unit),
                unit_name=unit,
                unit_order=order,
            ),
        )

    add(city, "中共云岭市教育局党组", kind.CITY_EDU_BUREAU, places["990100"], "直属学校", 1)
    for order, (code, name) in enumerate((DISTRICTS | COUNTIES).items(), start=2):
        node = add(city, name, kind.COUNTY, places[code], name, order)
        body = "委教育工作委员会" if code in DISTRICTS else "教育局委员会"
        add(node, f"中共{name}{body}", kind.COUNTY_EDU_BUREAU, places[code])
    return Jurisdiction.objects.get(pk=city.pk)


def make_manager(city):
    """Return a city-wide manager."""
    return make_user("city_manager", (Role.MANAGER, city), name="陈立文")
