"""一、基本情况: schools, staff, organizations, members, the rate with its table, management."""

from __future__ import annotations

from orgs.models import OrgKind
from reports.writing.blocks import Block, Paragraph, Section, Table, Words, joined, words
from reports.writing.figures import NUMERALS, OVER, PEOPLE, PERCENT, PLUS, TEXT
from reports.writing.managing import CITY, COUNTY, OTHER, SHARED, TYPES, ZONE
from reports.writing.material import Material
from schools.models import JurisdictionKind, SchoolStage

MEMBERS = f"members.count{PLUS}declared.members"
DUE, PASSED = "assessments.count?result=due", "assessments.count?result=passed"
RATE = f"{PASSED}{OVER}{DUE}"
# More columns than these do not fit on the page: the table is then set downwards.
ACROSS = 10


def basis(m: Material) -> Section:
    """Return the section."""
    blocks: list[Block] = []
    gaps: list[str] = []
    register = [*_schools(m), *_organizations(m)]
    if register:
        blocks.append(Paragraph(register))
    else:
        gaps.append("登记在册的学校和党组织")
    blocks.append(Paragraph(_rate(m)))
    if m.board.total.due:
        blocks.append(table(m))
    else:
        gaps.append("考评结果")
    if managed := [*_public(m), *_private(m)]:
        blocks.append(Paragraph(managed))
    else:
        gaps.append("学校党建工作由谁管理")
    return Section("basis", "一、基本情况", blocks, gaps)


def _schools(m: Material) -> list[Words]:
    if not m.value("schools.count"):
        return []
    stages = [
        words(f"{stage.label}{{}}", m.figure(f"schools.count?stage={stage}", "所"))
        for stage in SchoolStage
        if m.value(f"schools.count?stage={stage}")
    ]
    private = m.value("schools.count?ownership=private")
    text = words(
        "截至{}，{}共有学校{}，其中{}",
        m.figure("fact.day", TEXT),
        m.whole,
        m.figure("schools.count", "所"),
        joined(stages),
    )
    if private:
        text += words("；民办学校{}", m.figure("schools.count?ownership=private", "所"))
    if m.value("schools.staff"):
        text += words(
            "。在校教职工{}，其中专任教师{}",
            m.figure("schools.staff", PEOPLE),
            m.figure("schools.teachers", PEOPLE),
        )
    return [(*text, "。")]


def _organizations(m: Material) -> list[Words]:
    if not m.value("organizations.count"):
        return []
    kinds = [
        words(f"{kind.label}{{}}", m.figure(f"organizations.count?kind={kind}", "个"))
        for kind in OrgKind
        if m.value(f"organizations.count?kind={kind}")
    ]
    return [
        words(
            "建有基层党组织{}，其中{}；共有党员{}。",
            m.figure("organizations.count", "个"),
            joined(kinds),
            m.figure(MEMBERS, PEOPLE),
        )
    ]


def _rate(m: Material) -> list[Words]:
    """Return the sentence of the rate, or why there is none."""
    year = m.figure("fact.year", "年")
    if m.cycle is None:
        return [words("{}还没有建立考评年度，没有标准化建设达标率。", year)]
    if not m.board.total.due:
        return [words("{}{}没有应评的党组织，没有标准化建设达标率。", year, m.whole)]
    found = [
        words(
            "{}{}应参加标准化建设考评的党组织{}，达标{}，基层党组织标准化建设达标率为{}"
            "（达标线{}，有一票否决情形的不达标）{}。",
            year,
            m.whole,
            m.figure(DUE, "个"),
            m.figure(PASSED, "个"),
            m.figure(RATE, PERCENT),
            m.figure("fact.pass_line", "分"),
            "，具体情况如下表所示" if m.board.total.due else "",
        )
    ]
    if not m.cycle.is_confirmed:
        found.append(
            words(
                "以上为截至{}的系统测算数，尚未认定。",
                m.figure("fact.scored_as_of", TEXT),
            )
        )
    return found


def table(m: Material) -> Table:
    """Return the table of the rows and 合计: across as the bureau prints it, else down."""
    names = [row.name for row in m.board.rows]
    columns = [
        [_counts(m, row.params, label) for label in ("应评", "达标", "率")] for row in m.board.rows
    ]
    if len(names) > 1:
        names.append("合计")
        columns.append([_counts(m, {}, label) for label in ("应评", "达标", "率")])
    heads = ("应评", "达标", "达标率")
    caption = f"{m.scope.label}基层党组织标准化建设达标率"
    note = words(
        "注：单位为个、%。达标率＝达标组织数÷应评组织数；合计由组织数相除得出，不是各行达标率的平均。"
    )
    first = "单元" if m.board.row_word == "统计单元" else "管理主体"
    if len(names) <= ACROSS:
        head = [(first,), *((name,) for name in names)]
        rows = [
            [(title,), *(column[place] for column in columns)] for place, title in enumerate(heads)
        ]
        return Table(caption, head, rows, note)
    return Table(
        caption,
        [(first,), *((title,) for title in heads)],
        [[(name,), *column] for name, column in zip(names, columns, strict=True)],
        note,
        (12, 5, 5, 5),
    )


def _counts(m: Material, params: dict, label: str) -> Words:
    """Return one cell: a count, or the rate of a row."""
    row = "".join(f"&{key}={value}" for key, value in sorted(params.items()))
    due, passed = f"{DUE}{row}", f"{PASSED}{row}"
    if label == "率":
        return (m.figure(f"{passed}{OVER}{due}", PERCENT),)
    return (m.figure(due if label == "应评" else passed, ""),)


# Who manages whom ----------------------------------------------------------------------

_PUBLIC = {
    CITY: "{}的公办学校党建工作由市教育局党组管理",
    COUNTY: "{}的公办学校党建工作由教育局党委（党组）管理",
    ZONE: "{}辖区内开发区的公办学校党建工作由开发区教育分工委管理",
    SHARED: "{}的县（区）直属学校党建工作由教育局党委（党组）管理，乡镇学校由所在乡镇党委管理",
    OTHER: "{}部分公办学校党建工作由所在地党组织管理",
}
_BODIES = {
    JurisdictionKind.CITY_EDU_BUREAU: "市教育局党组",
    JurisdictionKind.COUNTY_EDU_BUREAU: "教育局党委（党组）",
    JurisdictionKind.TOWNSHIP_COMMITTEE: "所在乡镇党委",
    JurisdictionKind.DEV_ZONE_EDU_SUBCOMMITTEE: "开发区教育分工委",
    JurisdictionKind.NON_PUBLIC_COMMITTEE: "非公工委",
    JurisdictionKind.NON_PUBLIC_EDU_SUBCOMMITTEE: "非公工委教育分工委",
    JurisdictionKind.LOCAL_COMMITTEE: "所在地党委",
    JurisdictionKind.CITY: "市级党组织",
    JurisdictionKind.COUNTY: "县（市、区）级党组织",
}


def _public(m: Material) -> list[Words]:
    """Return how public schools are managed: the types that occur, then who has which."""
    types = m.managing.public
    if not types:
        return []
    parts = [
        words(_PUBLIC[kind], m.figure(f"fact.managed_by?kinds={kind}&ownership=public", TEXT))
        for kind in types
    ]
    named = "、".join(TYPES[kind] for kind in types)
    opening: Words = ("学校党组织按隶属关系分级管理。",)
    if len(types) > 1:
        opening = words(
            "学校党组织按隶属关系分级管理，{}的管理方式有{}：{}。",
            m.whole,
            m.figure("fact.management_kinds", NUMERALS),
            named,
        )
    return [opening, (*joined(parts, "；"), "。")]


def _private(m: Material) -> list[Words]:
    """Return how private schools are managed, by the units that do it alike."""
    parts = []
    for kinds in m.managing.private:
        units = m.figure(
            f"fact.managed_by?kinds={kinds.replace('+', '%2B')}&ownership=private", TEXT
        )
        names = [_BODIES[JurisdictionKind(kind)] for kind in kinds.split("+") if kind in _BODIES]
        if len(names) == 1:
            parts.append(words("{}全部由" + names[0] + "管理", units))
        elif names:
            parts.append(words("{}" + "、".join(f"部分由{name}管理" for name in names), units))
    return [("民办学校党建工作，", *joined(parts, "；"), "。")] if parts else []
