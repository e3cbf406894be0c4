"""Schools: names, stages, places, and the body each belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from partybuild.demo import names, places
from partybuild.demo.bodies import Bodies, BodyKey
from partybuild.demo.places import DISTRICTS, UNITS, Town, Unit
from partybuild.demo.scales import Scale
from schools.models import Ownership, School, SchoolStage, Urban

Stage = SchoolStage

# The school whose own account the demo has, and the township that manages it.
ACCOUNT_SCHOOL = "临溪县清溪镇初级中学"
ACCOUNT_TOWN = "清溪镇"

# Own schools of a county, by the ending of the name: (ending, short ending, stage).
COUNTY_SCHOOLS = (
    ("第一中学", "一中", Stage.SENIOR),
    ("第二中学", "二中", Stage.COMPLETE_SECONDARY),
    ("第三中学", "三中", Stage.JUNIOR),
    ("实验小学", "实小", Stage.PRIMARY),
    ("第二小学", "二小", Stage.PRIMARY),
    ("幼儿园", "幼儿园", Stage.KINDERGARTEN),
    ("职业中学", "职中", Stage.VOCATIONAL),
)
TOWN_SCHOOLS = (
    ("中心小学", Stage.PRIMARY),
    ("初级中学", Stage.JUNIOR),
    ("中心幼儿园", Stage.KINDERGARTEN),
)
CITY_SCHOOLS = (
    ("云岭市第一中学", "云岭一中", Stage.SENIOR, Ownership.PUBLIC),
    ("云岭市第二中学", "云岭二中", Stage.COMPLETE_SECONDARY, Ownership.PUBLIC),
    ("云岭市第三中学", "云岭三中", Stage.JUNIOR, Ownership.PUBLIC),
    ("云岭市实验小学", "市实小", Stage.PRIMARY, Ownership.PUBLIC),
    ("云岭市实验幼儿园", "市实验幼儿园", Stage.KINDERGARTEN, Ownership.PUBLIC),
    ("云岭市职业技术学校", "市职校", Stage.VOCATIONAL, Ownership.PUBLIC),
    ("云岭市特殊教育学校", "市特校", Stage.SPECIAL, Ownership.PUBLIC),
    ("云岭师范附属小学", "云师附小", Stage.PRIMARY, Ownership.PUBLIC),
    ("云岭市外国语学校", "市外国语", Stage.NINE_YEAR, Ownership.PRIVATE),
    ("云岭市机关幼儿园", "市机关幼儿园", Stage.KINDERGARTEN, Ownership.PUBLIC),
    ("云岭市高级中学", "云岭高中", Stage.SENIOR, Ownership.PUBLIC),
    ("云岭市教师进修学院", "市教师进修学院", Stage.TEACHER_TRAINING, Ownership.PUBLIC),
)
# Smallest and largest staff by stage; students are a multiple of it.
STAFF = {
    Stage.SENIOR: (140, 290),
    Stage.COMPLETE_SECONDARY: (110, 240),
    Stage.VOCATIONAL: (75, 200),
    Stage.JUNIOR: (30, 110),
    Stage.NINE_YEAR: (50, 120),
    Stage.PRIMARY: (14, 110),
    Stage.KINDERGARTEN: (9, 50),
    Stage.TEACHING_POINT: (3, 9),
    Stage.SPECIAL: (20, 60),
    Stage.TEACHER_TRAINING: (25, 60),
}


@dataclass(eq=False)
class SchoolPlan:
    """One school, before and after it is stored."""

    unit: Unit
    name: str
    short_name: str
    stage: Stage
    ownership: Ownership
    place: str
    town: str
    urban: str
    body: BodyKey
    staff: int = 0
    principal: str = ""
    # The stored row, once there is one.
    row: School = field(init=False, repr=False)

    @property
    def is_private(self) -> bool:
        return self.ownership == Ownership.PRIVATE

    @property
    def is_central(self) -> bool:
        """Tell a seat's or central school from a village one."""
        return "中心" in self.name or self.town == self.unit.seat or self.unit.key == "direct"


def towns_of(scale: Scale) -> dict[str, tuple[Town, ...]]:
    """Return the towns of every unit at this scale."""
    found, taken = {}, 0
    for unit in UNITS:
        extra = scale.of_unit(scale.extra_towns, unit.key)
        found[unit.key] = places.town_list(unit, extra, taken)
        taken += extra
    return found


def body_of(unit: Unit, town: str, ownership: Ownership, *, own: bool, rng: Random) -> BodyKey:
    """Return the body that manages a school, by the arrangement of its county.

    `own` marks the county's own schools at the seat. 云东区 manages all through its
    education body and the development zone; 青岩区 all public schools; in 滨河区 the
    outer towns and in the counties all towns manage theirs. Private schools: 云东区
    education body; 滨河区 and 青岩区 partly the town; 临溪县 非公工委; 安陵县 and 石渡县
    the committee of the place; 柳塘县 at the seat 非公工委教育分工委, else the town.
    """
    education = (unit.key, "edu")
    if unit.key == "direct" or own:
        return education
    if unit.key == "yundong":
        is_zone = town == places.DEV_ZONE_TOWN.name
        return (unit.key, "dev_zone") if is_zone and ownership == Ownership.PUBLIC else education
    at_seat = town == unit.seat
    if ownership == Ownership.PUBLIC:
        if at_seat or unit.key == "qingyan":
            return education
        if unit.key == "binhe" and town in {known.name for known in unit.towns}:
            return education
        return (unit.key, town)
    if unit.key == "linxi":
        return (unit.key, "non_public")
    if unit.streets:
        return (unit.key, town)
    if unit.key == "liutang":
        return (unit.key, "non_public_edu" if at_seat else town)
    # 滨河区 and 青岩区: the towns' private schools partly belong to the town.
    has_committee = not at_seat and not (unit.key == "binhe" and town.endswith("街道"))
    return (unit.key, town) if has_committee and rng.random() < 0.8 else education


class _Namer:
    """Collects the schools of one unit; a name once given is not given again."""

    def __init__(self, unit: Unit, rng: Random):
        self.unit, self.rng = unit, rng
        self.found: list[SchoolPlan] = []
        self.taken: set[str] = set()

    def add(
        self,
        name: str,
        stage: Stage,
        *,
        town: str,
        ownership: Ownership = Ownership.PUBLIC,
        short: str = "",
        own: bool = False,
        village: bool = False,
    ) -> bool:
        """Add a school unless the name is taken; tell whether it was added."""
        unit = self.unit
        if name in self.taken:
            return False
        self.taken.add(name)
        if unit.key == "direct":
            place = self.rng.choice(DISTRICTS)
            code, town, urban = place.code, "", Urban.CITY
        else:
            code = unit.code
            if village or town.endswith("乡"):
                urban = Urban.RURAL
            else:
                seat_urban = Urban.CITY if unit.is_district else Urban.TOWN
                urban = seat_urban if town == unit.seat else Urban.TOWN
        body = body_of(unit, town, ownership, own=own, rng=self.rng)
        self.found.append(
            SchoolPlan(
                unit,
                name,
                short or name[len(unit.name) :],
                stage,
                ownership,
                code,
                town,
                urban,
                body,
            )
        )
        return True


def _base(namer: _Namer, towns: tuple[Town, ...]) -> None:
    """Add the schools every county has, as in the workbooks."""
    unit = namer.unit
    stem = unit.name[:-1]
    for ending, short, stage in COUNTY_SCHOOLS:
        namer.add(unit.name + ending, stage, town=unit.seat, short=stem + short, own=True)
    namer.add(
        f"{unit.name}育英学校",
        Stage.NINE_YEAR,
        town=unit.seat,
        ownership=Ownership.PRIVATE,
        short=f"{stem}育英学校",
        own=True,
    )
    namer.add(
        f"{unit.name}小博士幼儿园",
        Stage.KINDERGARTEN,
        town=unit.seat,
        ownership=Ownership.PRIVATE,
        short=f"{stem}小博士幼儿园",
    )
    for town in towns:
        for ending, stage in TOWN_SCHOOLS:
            short = town.stem + ("初中" if stage == Stage.JUNIOR else ending)
            namer.add(f"{unit.name}{town.name}{ending}", stage, town=town.name, short=short)
        namer.add(
            f"{unit.name}{town.name}{town.village}小学",
            Stage.PRIMARY,
            town=town.name,
            short=f"{town.village}小学",
            village=True,
        )


def _kindergarten(namer: _Namer, towns: list[str]) -> bool:
    """Add one more kindergarten: private ones mostly where the towns are."""
    unit, rng = namer.unit, namer.rng
    if rng.random() < 0.6:
        if unit.streets:
            town = rng.choice([unit.seat, *unit.streets])
        else:
            town = rng.choice([unit.seat, unit.seat, *towns])
        brand = rng.choice(places.BRANDS)
        return namer.add(
            f"{unit.name}{town}{brand}幼儿园",
            Stage.KINDERGARTEN,
            town=town,
            ownership=Ownership.PRIVATE,
            short=f"{town.removesuffix('街道').rstrip('镇乡')}{brand}幼儿园",
        )
    if rng.random() < 0.2:
        number = rng.choice("二三四五六七八")
        return namer.add(
            f"{unit.name}第{number}幼儿园", Stage.KINDERGARTEN, town=unit.seat, own=True
        )
    town, village = rng.choice(towns), rng.choice(places.VILLAGES)
    return namer.add(
        f"{unit.name}{town}{village}幼儿园",
        Stage.KINDERGARTEN,
        town=town,
        short=f"{village}幼儿园",
        village=True,
    )


def _school(namer: _Namer, towns: list[str], grown: int) -> bool:
    """Add one more school that is no kindergarten; `grown` counts those added so far."""
    unit, rng = namer.unit, namer.rng
    if grown == 3:
        return namer.add(f"{unit.name}特殊教育学校", Stage.SPECIAL, town=unit.seat, own=True)
    if grown == 6:
        return namer.add(
            f"{unit.name}教师进修学校", Stage.TEACHER_TRAINING, town=unit.seat, own=True
        )
    draw = rng.random()
    if draw < 0.03:
        number = rng.choice("四五六七八九")
        return namer.add(f"{unit.name}第{number}中学", Stage.SENIOR, town=unit.seat, own=True)
    if draw < 0.042:
        kind = rng.choice(("工业", "农业", "卫生", "财经"))
        return namer.add(f"{unit.name}{kind}学校", Stage.VOCATIONAL, town=unit.seat, own=True)
    if draw < 0.10:
        number = rng.choice("三四五六七八九")
        return namer.add(f"{unit.name}第{number}小学", Stage.PRIMARY, town=unit.seat, own=True)
    town, village = rng.choice(towns), rng.choice(places.VILLAGES)
    full = f"{unit.name}{town}"
    if draw < 0.25:
        number = rng.choice("二三四")
        return namer.add(f"{full}第{number}初级中学", Stage.JUNIOR, town=town)
    if draw < 0.30:
        return namer.add(f"{full}{village}学校", Stage.NINE_YEAR, town=town, village=True)
    if draw < 0.33:
        street = rng.choice([unit.seat, *unit.streets])
        return namer.add(
            f"{unit.name}{street}{rng.choice(('新世纪', '博雅', '明德', '弘文', '树人', '致远'))}学校",
            Stage.NINE_YEAR,
            town=street,
            ownership=Ownership.PRIVATE,
        )
    if draw < 0.45:
        return namer.add(
            f"{full}{village}教学点",
            Stage.TEACHING_POINT,
            town=town,
            short=f"{village}教学点",
            village=True,
        )
    return namer.add(
        f"{full}{village}小学", Stage.PRIMARY, town=town, short=f"{village}小学", village=True
    )


def _plan_direct(namer: _Namer, count: int) -> None:
    rng = namer.rng
    for name, short, stage, ownership in CITY_SCHOOLS[:count]:
        namer.add(name, stage, town="", ownership=ownership, short=short)
    number = 0
    while len(namer.found) < count:
        if len(namer.found) % 2 and number < len(places.DIRECT_KINDERGARTENS):
            name = f"云岭市{places.DIRECT_KINDERGARTENS[number]}幼儿园"
            namer.add(name, Stage.KINDERGARTEN, town="")
            number += 1
        else:
            ending, stage = rng.choice(
                (("小学", Stage.PRIMARY), ("中学", Stage.JUNIOR), ("高级中学", Stage.SENIOR))
            )
            street = rng.choice(
                ("人民路", "学府路", "滨江", "东湖", "西苑", "南苑", "北关", "新城")
            )
            namer.add(f"云岭市{street}{ending}", stage, town="")


def plan_schools(scale: Scale, towns: dict[str, tuple[Town, ...]], seed: int) -> list[SchoolPlan]:
    """Return the schools of the whole city, more than half of them kindergartens."""
    plans: list[SchoolPlan] = []
    for unit in UNITS:
        rng = Random(f"{seed}/schools/{unit.key}")
        namer = _Namer(unit, rng)
        count = scale.of_unit(scale.schools, unit.key)
        if unit.key == "direct":
            _plan_direct(namer, count)
        else:
            own_towns = towns[unit.key]
            town_names = [town.name for town in own_towns]
            _base(namer, own_towns)
            kindergartens = sum(plan.stage == Stage.KINDERGARTEN for plan in namer.found)
            grown = 0
            while len(namer.found) < count:
                if kindergartens < 0.62 * count:
                    kindergartens += _kindergarten(namer, town_names)
                else:
                    grown += _school(namer, town_names, grown)
        for plan in namer.found:
            low, high = STAFF[plan.stage]
            if not plan.is_central:
                high = max(low + 2, high // 3)
            plan.staff = rng.randint(low, high)
            plan.principal = names.person(rng, rng.random() < 0.5)
        plans += namer.found
    return plans


def store_schools(plans: list[SchoolPlan], bodies: Bodies, seed: int) -> None:
    """Store the planned schools; `declared_members` follows with the organizations."""
    rng = Random(f"{seed}/school-figures")
    for number, plan in enumerate(plans):
        ratio = 11 if plan.stage == Stage.KINDERGARTEN else 14
        plan.row = School(
            name=plan.name,
            short_name=plan.short_name,
            code=f"99{number:08d}",
            stage=plan.stage,
            ownership=plan.ownership,
            place_id=plan.place,
            town=plan.town,
            urban=plan.urban,
            students=plan.staff * ratio + rng.randrange(-plan.staff, plan.staff),
            staff=plan.staff,
            teachers=max(1, round(plan.staff * rng.uniform(0.8, 0.94))),
            principal=plan.principal,
            phone=names.phone(rng),
            jurisdiction=bodies[plan.body],
        )
    School.objects.bulk_create([plan.row for plan in plans], batch_size=500)
