"""Confirmed results (标准化建设达标情况汇总表): rates of units and details of organizations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessments import services
from assessments.models import OfficialResult, UnitYear
from orgs.matching import Organizations
from orgs.models import Organization
from orgs.naming import organization_key, school_part
from schools.matching import Schools, Tree, Unit, Unknown
from schools.models import School
from schools.sheets import ASK_ABOVE, COUNTY, OUT_OF_SCOPE, county_names, county_of
from sheets.compare import lay, note
from sheets.forms import (
    SERIAL,
    Column,
    Context,
    Cross,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    Type,
    register,
)
from sheets.normalise import CellError, fold, parse_rate

_PASSED = "达标、√、✓、合格、优秀、是、通过、已达标、示范、标准型、示范型"
_FAILED = "未达标、不达标、×、不合格、否、未通过、基本达标、基本合格、整改"
VERDICTS = {fold(t): True for t in _PASSED.split("、")} | {
    fold(t): False for t in _FAILED.split("、")
}

YEAR = Column(
    "year",
    "年度",
    Type.YEAR,
    ("年份", "考评年度"),
    hint="整张表是一年的可以不填，写在表题里",
)
RATE = Column(
    "rate",
    "达标率",
    Type.RATE,
    ("达标率(%)", "本年达标率", "达标比例"),
    hint="可以不填，由两个数相除",
    examples=("42.9%", "37.5%"),
)
UNITS = Table(
    "units",
    "达标率汇总",
    (
        SERIAL,
        replace(COUNTY, required=True),
        YEAR,
        Column(
            "due",
            "应评党组织数",
            Type.INT,
            ("应评数", "党组织总数", "应评", "应参评党组织数", "应评党组织总数", "党组织数"),
            required=True,
            examples=("21", "16"),
        ),
        Column(
            "passed",
            "达标党组织数",
            Type.INT,
            ("达标数", "已达标数", "达标"),
            required=True,
            examples=("9", "6"),
        ),
        RATE,
        Column(
            "rate_before",
            "上年达标率",
            Type.RATE,
            ("上年", "上年达标率(%)", "去年达标率"),
            examples=("38%", "31%"),
        ),
        Column("rank", "排名", Type.SKIPPED, ("名次", "位次", "比上年")),
    ),
)
# The rates of several years; here a bare year over a number means the rate.
OVER_YEARS = Cross(
    "over_years",
    "历年达标率",
    (
        replace(COUNTY, required=True),
        YEAR,
        RATE,
        replace(UNITS.column("due"), required=False),
        replace(UNITS.column("passed"), required=False),
    ),
)
DETAILS = Table(
    "details",
    "党组织明细",
    (
        SERIAL,
        COUNTY,
        Column(
            "name",
            "党组织名称",
            Type.NAME,
            ("党组织全称", "支部名称", "党支部名称", "组织名称"),
            required=True,
            max_length=120,
            identifies=True,
        ),
        Column("self_score", "自评得分", Type.SCORE, ("自评", "自评分")),
        Column(
            "final_score",
            "复核得分",
            Type.SCORE,
            ("验收得分", "复核(验收)得分", "复核", "最终得分", "得分", "考核得分"),
        ),
        Column(
            "compliant",
            "评定结果",
            Type.CHOICE,
            ("等次", "结果", "认定结果", "评定等次", "是否达标", "验收结果"),
            required=True,
            choices=VERDICTS,
            tick=True,
        ),
        Column("first_time", "是否首次达标", Type.BOOL, ("首次达标",), lenient=True),
        Column("remark", "备注", Type.TEXT, ("存在问题", "主要问题"), max_length=200),
    ),
)


# How far a printed rate may lie from the counts: whole per cents, rounded.
TOLERANCE = Decimal("0.006")


@dataclass
class Plan:
    """The records of a row: a result, or the figures of a unit this year and last."""

    result: OfficialResult | None = None
    changed: list[str] = field(default_factory=list)
    unit_years: list[UnitYear] = field(default_factory=list)


@register
class ResultForm(Form):
    """Rows of a unit sheet are units; rows of a detail sheet are organizations."""

    kind = "results"
    title = "标准化建设达标结果"
    also_called = ("达标结果", "达标情况", "达标率", "认定结果", "验收结果")
    tables = (UNITS, OVER_YEARS, DETAILS)
    needs_year = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "name": names}

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        units = [row for row in rows if row.sheet.table is not DETAILS]
        details = [row for row in rows if row.sheet.table is DETAILS]
        notices = self._judge_units(units, tree, context) if units else []
        if details:
            self._judge_details(details, tree, context)
        return Judgement(notices=notices)

    # --- Rates of units ---

    def _judge_units(self, rows: list[Row], tree: Tree, context: Context) -> list[str]:
        """Compare the rates of units; return what is to be said of the file as a whole."""
        years = {row.get("year") or context.year or 0 for row in rows}
        known = {
            (u.year, u.unit_id): u
            for u in UnitYear.objects.filter(year__in=years | {year - 1 for year in years})
        }
        seen: dict[tuple[int, int], int] = {}
        for row in rows:
            row.label = row.get("county") or ""
            unit = county_of(row, tree) if row.label else None
            year = row.get("year") or context.year or 0
            if row.get("year"):
                row.label += f" {year} 年"
            if year > context.today.year:
                row.refuse("year", "DATE_FUTURE", f"{year} 年还没有到", "请核对年度")
            due, passed = row.get("due"), row.get("passed")
            rate, before = self._rates(row, due, passed)
            if unit is None:
                continue
            if not tree.editable(unit.node):
                row.refuse("county", "OUT_OF_SCOPE", OUT_OF_SCOPE, ASK_ABOVE)
                continue
            key = (year, unit.node.pk)
            if key in seen:
                row.refuse(
                    "county", "ORG_DUPLICATE", f"与第 {seen[key]} 行重复", "同一单元一年只留一行"
                )
                continue
            seen[key] = row.number
            if None in (due, passed) and rate is None and not row.refused:
                row.refuse("rate", "REQUIRED_MISSING", "没有达标率，也没有两个数", "请补填")
            if row.refused:
                continue
            this = known.get(key) or UnitYear(year=year, unit=unit.node)
            row.is_new = this.pk is None
            row.plan = Plan()
            if self._lay_year(row, this, due, passed, rate):
                row.plan.unit_years.append(this)
            last_key = (year - 1, unit.node.pk)
            last = known.get(last_key) or UnitYear(year=year - 1, unit=unit.node)
            if (
                before is not None
                and last.due is None
                and note(
                    row, "上年达标率", _percent(last.rate), _percent(before), is_new=row.is_new
                )
            ):
                last.rate = before
                row.plan.unit_years.append(last)
        if any(row.sheet.table is OVER_YEARS for row in rows):
            told = "、".join(str(year) for year in sorted(years))
            return [f"读到 {told} 年的达标率。它们只用于历年比较，报表里注明“导入”。"]
        return []

    def _lay_year(self, row: Row, this: UnitYear, due, passed, rate) -> bool:
        """Lay counts, or a rate alone, beside what is stored; tell whether anything changes.

        A rate that comes with its counts, or meets stored ones, is divided from them.
        """
        if None not in (due, passed):
            changed = lay(row, this, {"due": due, "passed": passed})
            if this.rate is not None:
                this.rate = None
                changed.append("rate")
            return bool(changed)
        if this.due and this.passed is not None:
            known = Decimal(this.passed) / this.due
            if abs(known - rate) > TOLERANCE:
                row.warn(
                    "rate",
                    "RATE_DIFFERS",
                    f"系统里已有数量，达标率是 {_percent(known)}",
                    "以数量为准，没有改动",
                )
            return False
        changed_rate = note(row, "达标率", _percent(this.rate), _percent(rate), is_new=row.is_new)
        this.rate = rate
        return changed_rate

    def _rates(
        self, row: Row, due: int | None, passed: int | None
    ) -> tuple[Decimal | None, Decimal | None]:
        """Read the rates of a row, holding this year's against its counts."""
        expected = None
        if due is not None and passed is not None:
            if passed > due:
                row.refuse(
                    "passed",
                    "PASSED_GT_TOTAL",
                    f"达标 {passed} 个多于应评 {due} 个",
                    "请核对两个数",
                )
            elif due:
                expected = Decimal(passed) / due
        rates = []
        for key, known in (("rate", expected), ("rate_before", None)):
            percent = any(
                "%" in fold(text) for text in (row.sheet.heading_of(key), row.sheet.unit_line)
            )
            try:
                rates.append(parse_rate(row.get(key), expected=known, percent_header=percent))
            except CellError as error:
                row.refuse(key, error.code, error.reason, error.fix)
                rates.append(None)
        return rates[0], rates[1]

    # --- Results of organizations ---

    def _judge_details(self, rows: list[Row], tree: Tree, context: Context) -> None:
        schools = Schools(context.user, tree)
        organizations = Organizations(context.user, tree)
        year = context.year or context.today.year
        known = {r.name_key: r for r in OfficialResult.objects.filter(year=year)}
        first: dict[str, int] = {}
        for row in rows:
            row.label = row.get("name") or ""
            if not row.label:
                continue
            unit = county_of(row, tree)
            found = self._find(row, unit, schools, organizations)
            if found is None:
                continue
            organization, school = found
            key = organization.name_key if organization else organization_key(row.label)
            if key in first:
                row.refuse("name", "ORG_DUPLICATE", f"与第 {first[key]} 行重复", "同一组织只留一行")
                continue
            first[key] = row.number
            place = (organization or school).jurisdiction  # type: ignore[union-attr]
            result = known.get(key)
            if result and not tree.editable(tree.by_path.get(result.jurisdiction.path)):
                row.refuse("name", "OUT_OF_SCOPE", OUT_OF_SCOPE, ASK_ABOVE)
            if row.refused:
                continue
            row.is_new = result is None
            if result is None:
                result = OfficialResult(year=year, name_key=key, jurisdiction=place)
            row.plan = Plan(result)
            row.plan.changed = self._compare(row, result, organization, school)

    def _find(
        self, row: Row, unit: Unit | None, schools: Schools, organizations: Organizations
    ) -> tuple[Organization | None, School | None] | None:
        """Find the organization of a row, or at least the school its name tells.

        An organization not registered yet may still have its result kept: the name of
        a registered school of the same county vouches for it.
        """
        try:
            organization = organizations.find(row.label, unit)
        except Unknown as unknown:
            stem = school_part(row.label)
            try:
                school = schools.find(stem, unit) if stem else None
            except Unknown:
                school = None
            if school is None:
                row.refuse("name", "ORG_UNKNOWN", unknown.reason, unknown.fix)
                return None
            row.warn(
                "name",
                "ORG_NOT_REGISTERED",
                f"“{row.label}”还没有登记，结果先按{school.name}保留",
                "导入党组织名单后会自动对上",
            )
            return None, school
        return organization, organization.school

    def _compare(self, row, result, organization, school) -> list[str]:
        values = {
            "self_score": row.get("self_score"),
            "final_score": row.get("final_score"),
            "compliant": row.get("compliant"),
            "first_time": row.get("first_time"),
            "remark": row.get("remark"),
        }
        changed = lay(row, result, values)
        if row.is_new:
            result.printed_name = row.label
        for name, value in (("organization", organization), ("school", school)):
            if value is not None and getattr(result, f"{name}_id") != value.pk:
                setattr(result, name, value)
                changed.append(name)
        return changed

    def store(self, rows: list[Row], context: Context) -> Stored:
        details = [row for row in rows if row.plan.result]
        services.save_results(
            results=[(row.plan.result, row.place) for row in details],
            result_fields={n for row in details if not row.is_new for n in row.plan.changed},
            unit_years=[(u, row.place) for row in rows for u in row.plan.unit_years],
            act=context.act,
        )
        return Stored(
            self.kind,
            frozenset(
                row.plan.result.organization_id
                for row in details
                if row.plan.result.organization_id
            ),
            frozenset({context.year}) if context.year else None,
        )


def _percent(rate: Decimal | None) -> str | None:
    """Return a rate as it is shown: 41%, 27.5%."""
    return None if rate is None else f"{(rate * 100).quantize(Decimal('0.01')).normalize():f}%"
