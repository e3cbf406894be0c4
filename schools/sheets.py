"""The list of schools (学校基本情况表)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schools import services
from schools.matching import Tree, Unit
from schools.models import Ownership, School, SchoolStage, Urban
from schools.naming import school_key
from sheets.compare import lay
from sheets.forms import (
    SERIAL,
    Column,
    Context,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    Type,
    choices_by_label,
    register,
)

OUT_OF_SCOPE = "这一行不在您的管理范围内，没有导入"
ASK_ABOVE = "请核对县区和名称，或请上级导入"

COUNTY = Column(
    "county",
    "县(市、区)",
    Type.NAME,
    ("县区", "所属县区", "区域", "属地", "县市区", "所在县区", "县(区)", "单位", "统计单元"),
    max_length=60,
    identifies=True,
    hint="写简称即可；整张表是一个县区的可以不填，写在表题里",
)

STAGES = choices_by_label(
    SchoolStage,
    KINDERGARTEN="幼儿园、幼儿学校",
    PRIMARY="小学、中心小学、完小",
    TEACHING_POINT="教学点",
    JUNIOR="初中、初级中学",
    NINE_YEAR="九年一贯制、九年一贯制学校、九年制学校",
    SENIOR="普通高中、高中、高级中学",
    COMPLETE_SECONDARY="完全中学、完中",
    VOCATIONAL="中职、职高、中等职业学校、中职学校、职业高中、中专、职业学校",
    SPECIAL="特殊教育学校、特殊教育、特教、特校",
    TEACHER_TRAINING="教师进修学校、教研室、教师进修、教研单位、教师进修(教研)单位",
)
OWNERSHIPS = choices_by_label(
    Ownership,
    PUBLIC="公办、公立、教育部门办、集体办、教育部门和集体办、其他部门办、公、1、3",
    PRIVATE="民办、私立、社会力量办学、社会力量办、民、2",
)
URBANS = choices_by_label(Urban, CITY="城区、城市", TOWN="镇区、县镇", RURAL="乡村、农村")

TABLE = Table(
    "schools",
    "学校基本情况表",
    (
        SERIAL,
        COUNTY,
        Column(
            "name",
            "学校名称",
            Type.NAME,
            ("单位名称", "学校(机构)名称", "校名", "学校全称", "学校名称(全称)"),
            required=True,
            max_length=100,
            identifies=True,
            hint="与印章一致的全称",
            examples=("东关小学", "青松幼儿园"),
        ),
        Column("short_name", "学校简称", Type.NAME, ("简称",), max_length=50),
        Column(
            "code",
            "学校标识码",
            Type.NAME,
            ("学校代码", "机构标识码", "学校(机构)标识码"),
            hint="10 位数字",
        ),
        Column(
            "stage",
            "学校类别",
            Type.CHOICE,
            ("办学类型", "学段", "类型", "学校类型", "类别"),
            required=True,
            choices=STAGES,
            examples=("小学", "幼儿园"),
        ),
        Column(
            "ownership",
            "办学性质",
            Type.CHOICE,
            ("办别", "公办/民办", "举办者类型", "公民办", "性质"),
            required=True,
            choices=OWNERSHIPS,
            examples=("公办", "民办"),
        ),
        Column(
            "town",
            "所在乡镇(街道)",
            Type.NAME,
            ("乡镇", "所属街道或乡镇", "所在乡镇", "乡镇街道", "所属乡镇"),
            max_length=30,
            examples=("东关街道", "东关街道"),
        ),
        Column(
            "urban", "城乡类型", Type.CHOICE, ("城乡", "城乡分类"), choices=URBANS, lenient=True
        ),
        Column(
            "students",
            "在校学生数",
            Type.INT,
            ("学生数", "在校生数", "学生人数"),
            examples=("860", "240"),
        ),
        Column(
            "staff",
            "教职工数",
            Type.INT,
            ("教职工总数", "教职工人数", "教职工", "从业人员数"),
            examples=("52", "21"),
        ),
        Column(
            "teachers",
            "专任教师数",
            Type.INT,
            ("其中:专任教师", "专任教师", "专任教师人数"),
            examples=("48", "15"),
        ),
        Column(
            "declared_members",
            "党员数",
            Type.INT,
            ("党员人数", "教职工党员数", "党员总数", "教职工党员"),
            examples=("18", "4"),
        ),
        Column(
            "principal",
            "校长",
            Type.NAME,
            ("校长姓名", "负责人", "园长"),
            max_length=50,
            examples=("张某某", "李某某"),
        ),
        Column(
            "phone",
            "办公电话",
            Type.TEXT,
            ("联系电话", "电话"),
            max_length=30,
            examples=("0990-1234567", "0990-7654321"),
        ),
        Column("remark", "备注", Type.TEXT, (), max_length=200),
    ),
)

# Columns whose values go into the field of the same name.
FIELDS = (
    "short_name",
    "code",
    "stage",
    "ownership",
    "town",
    "urban",
    "students",
    "staff",
    "teachers",
    "declared_members",
    "principal",
    "phone",
    "remark",
)


def county_of(row: Row, tree: Tree) -> Unit | None:
    """Return the unit of a row: its own cell, else the texts of its sheet, else the user's.

    Refuses the row where the cell names a county the city does not have.
    """
    text = row.get("county")
    if text:
        unit = tree.unit(text)
        if unit is None:
            names = "、".join(unit.name for unit in tree.units)
            row.refuse(
                "county", "ENUM_INVALID", f"“{text}”不是本市的县（市、区）", f"可填：{names}"
            )
        return unit
    return tree.unit_of_sheet(row.sheet)


def county_names(tree: Tree) -> list[str]:
    """Return the units a user has anything to do with, as a county cell names them."""
    return [
        unit.name
        for unit in tree.units
        if any(
            path.startswith(unit.node.path) or unit.node.path.startswith(path)
            for path in tree.paths
        )
    ]


@dataclass
class Plan:
    """The school of a row, and which of its fields change."""

    school: School
    changed: list[str] = field(default_factory=list)


@register
class SchoolForm(Form):
    """Each row is a school; the county and the name tell which."""

    kind = "schools"
    title = "学校基本情况表"
    also_called = ("学校名单", "学校基本情况", "学校一览", "学校信息")
    tables = (TABLE,)
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        return {"county": county_names(Tree(context.user))}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        units = {unit.place.pk: unit.name for unit in Tree(context.user).units if unit.place}
        schools = School.objects.editable_by(context.user).filter(closed_on=None)
        for school in schools.order_by("place__order", "name").iterator():
            yield {
                "county": units.get(school.place_id),
                "name": school.name,
                **{name: getattr(school, name) for name in FIELDS},
            }

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        places = {u.place.pk for u in tree.units if u.place}
        known = {
            (school.place_id, school.name_key): school
            for school in School.objects.filter(place__in=places).select_related("jurisdiction")
        }
        codes = {school.code: school for school in known.values() if school.code}
        seen: dict[tuple, int] = {}
        file_codes = Counter(row.get("code") for row in rows if row.get("code"))
        for row in rows:
            row.label = row.get("name") or ""
            unit = county_of(row, tree)
            if unit is None or unit.place is None:
                if not row.get("county"):
                    row.refuse(
                        "county",
                        "REQUIRED_MISSING",
                        "不知道是哪个县（市、区）",
                        "请填县区一列，或写在表题里",
                    )
                continue
            if not row.label:
                continue
            key = (unit.place.pk, school_key(row.label))
            if key in seen:
                row.refuse(
                    "name", "SCHOOL_DUPLICATE", f"与第 {seen[key]} 行重复", "同一所学校只留一行"
                )
                continue
            seen[key] = row.number
            self._judge_school(row, unit, tree, known.get(key), codes, file_codes)
        return Judgement()

    def _judge_school(self, row, unit, tree, school, codes, file_codes):
        body = school.jurisdiction if school else unit.body
        if not tree.editable(body):
            row.refuse("county", "OUT_OF_SCOPE", OUT_OF_SCOPE, ASK_ABOVE)
            return
        code = row.get("code")
        if code:
            other = codes.get(code)
            if not code.isascii() or not code.isdigit() or len(code) != 10:
                row.refuse("code", "NUMBER_INVALID", "学校标识码应为 10 位数字", "请核对标识码")
            elif file_codes[code] > 1 or (other is not None and other is not school):
                row.refuse("code", "SCHOOL_DUPLICATE", "学校标识码与别的学校重复", "请核对标识码")
        members, staff = row.get("declared_members"), row.get("staff")
        if members is not None and staff is not None and members > staff:
            row.warn(
                "declared_members",
                "MEMBERS_GT_STAFF",
                f"党员数 {members} 大于教职工数 {staff}",
                "含离退休党员的可以保留",
            )
        row.is_new = school is None
        if school is None:
            school = School(name=row.label, place=unit.place, jurisdiction=unit.body)
        changed = lay(row, school, {name: row.get(name) for name in FIELDS})
        row.plan = Plan(school, changed)

    def store(self, rows: list[Row], context: Context) -> Stored:
        services.save_schools(
            new=[(row.plan.school, row.place) for row in rows if row.is_new],
            changed=[(row.plan.school, row.place) for row in rows if not row.is_new],
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
            act=context.act,
        )
        return Stored(
            self.kind, school_ids=frozenset(row.plan.school.pk for row in rows if not row.is_new)
        )
