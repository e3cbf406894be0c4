"""The roster of those on the way to membership (入党积极分子花名册, 发展党员情况统计表)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orgs.development import services
from orgs.development.checks import ADULT_AGE, State, checks
from orgs.development.facts import facts_of
from orgs.development.keeping import KIND
from orgs.development.people import set_person
from orgs.development.steps import out_of_order
from orgs.matching import Organizations
from orgs.models import ActivistReview, DevelopmentCase, Member, Organization, add_years
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, cover_id_number, lookup_hash
from orgs.sheets.masks import unmask
from orgs.sheets.member_columns import TABLE as ROSTER
from orgs.sheets.members import TEACHER, chunks
from schools.matching import Schools, Tree, Unknown
from schools.models import School
from schools.sheets import COUNTY, county_names, county_of
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
    register,
)
from sheets.normalise import fold, id_birth_date, id_is_male

# Columns of days: key of the column → field of the case.
DAYS = {
    "applied": "applied_on",
    "talk": "first_talk_on",
    "activist": "activist_on",
    "target": "target_on",
    "training": "training_on",
    "admitted": "admitted_on",
    "approved": "approved_on",
    "confirmed": "confirmed_on",
}
# Rules a roster tells enough about to warn of: those its own columns decide.
TOLD = frozenset({"R47", "R49", "R52", "R55"})

TABLE = Table(
    "development",
    "发展党员花名册",
    (
        SERIAL,
        COUNTY,
        *(ROSTER.column(key) for key in ("name", "sex", "ethnicity", "birth", "id_number")),
        *(ROSTER.column(key) for key in ("education", "branch", "school", "job")),
        Column(
            "applied",
            "申请入党时间",
            Type.DATE,
            (
                "递交入党申请书时间",
                "提交申请书",
                "提交申请书时间",
                "递交申请书时间",
                "申请时间",
                "申请入党日期",
            ),
            required=True,
            hint="写到日",
            examples=("2024-03-05", "2025-09-10"),
        ),
        Column("talk", "派人谈话时间", Type.DATE, ("谈话时间",), examples=("2024-03-20", "")),
        Column(
            "activist",
            "确定为入党积极分子时间",
            Type.DATE,
            (
                "确定入党积极分子时间",
                "列为入党积极分子时间",
                "确定积极分子时间",
                "列为积极分子时间",
                "积极分子时间",
                "积极分子",
            ),
            examples=("2024-09-10", ""),
        ),
        Column(
            "cultivators",
            "培养联系人",
            Type.TEXT,
            ("培养人", "联系人"),
            max_length=60,
            hint="一至两名正式党员，用“、”隔开",
            examples=("王某某、李某某", ""),
        ),
        Column(
            "target",
            "确定为发展对象时间",
            Type.DATE,
            (
                "确定发展对象时间",
                "列为发展对象时间",
                "发展对象时间",
                "发展对象",
            ),
            examples=("2025-09-12", ""),
        ),
        Column(
            "sponsors",
            "入党介绍人",
            Type.TEXT,
            ("介绍人",),
            max_length=60,
            hint="两名正式党员，用“、”隔开",
            examples=("王某某、李某某", ""),
        ),
        Column(
            "training",
            "短期集中培训时间",
            Type.DATE,
            ("集中培训时间", "培训时间", "培训结业时间"),
            lenient=True,
            examples=("2025-10-20", ""),
        ),
        Column(
            "hours",
            "集中培训学时",
            Type.INT,
            ("培训学时", "短期集中培训学时", "短期集中培训时间/学时"),
            examples=("24", ""),
        ),
        Column(
            "admitted",
            "接收预备党员时间",
            Type.DATE,
            ("支部大会通过时间", "入党时间", "接收为预备党员时间", "接收时间"),
            hint="支部大会通过的日期",
            examples=("2025-12-01", ""),
        ),
        Column(
            "approved",
            "上级党委审批时间",
            Type.DATE,
            ("审批时间", "批准时间"),
            examples=("2026-01-15", ""),
        ),
        Column(
            "confirmed",
            "转正时间",
            Type.DATE,
            ("转正日期", "转为正式党员时间"),
            examples=("", ""),
        ),
        Column(
            "elsewhere",
            "党内职务",
            Type.SKIPPED,
            ("奖励", "年龄", "入党时所在支部", "转正时所在支部", "人员类别", "联系电话"),
        ),
        Column("remark", "备注", Type.TEXT, (), max_length=200),
    ),
)
_FIELDS = ("name", "ethnicity", "education", "job", "remark")


@dataclass
class Plan:
    """The case of a row, and which of its fields change."""

    case: DevelopmentCase
    changed: list[str] = field(default_factory=list)


@register
class DevelopmentForm(Form):
    """Each row is one person's case; the ID number tells who."""

    kind = KIND
    title = "发展党员花名册"
    also_called = ("入党积极分子花名册", "发展对象花名册", "发展党员情况统计表", "发展党员台账")
    tables = (TABLE,)
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        return {
            "county": county_names(tree),
            "branch": [o.name for o in Organizations(context.user, tree).all],
        }

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree = Tree(context.user)
        schools = dict(School.objects.editable_by(context.user).values_list("pk", "name"))
        cases = DevelopmentCase.objects.editable_by(context.user).running()
        cases = cases.filter(organization__dissolved_on=None)
        for case in cases.select_related("organization__jurisdiction").iterator():
            unit = tree.unit_of(case.organization.jurisdiction)
            yield {name: getattr(case, name) for name in (*_FIELDS, "sex")} | {
                "county": unit.name if unit else "",
                "birth": case.birth_date,
                "id_number": cover_id_number(case.id_number),
                "branch": case.organization.name,
                "school": schools.get(case.school_id, ""),
                "cultivators": case.cultivators,
                "sponsors": case.sponsors,
                "hours": case.training_hours,
                **{key: getattr(case, name) for key, name in DAYS.items()},
            }

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        schools, organizations = Schools(context.user, tree), Organizations(context.user, tree)
        places = {id(row): _place(row, tree, schools, organizations) for row in rows}
        running = DevelopmentCase.objects.filter(ended_on=None)
        unmask(rows, {key: organization for key, (organization, _) in places.items()}, running)
        hashes = {id(row): lookup_hash(n) for row in rows if (n := row.get("id_number"))}
        cases, members, reviews = _known(set(hashes.values()))
        mine = {organization.pk: organization for organization in organizations.all}
        first: dict[str, int] = {}
        for row in rows:
            row.label = row.get("name") or ""
            self._check(row)
            key = hashes.get(id(row))
            organization, school = places[id(row)]
            if key is None or organization is None:
                continue
            if key in first:
                row.refuse(
                    "id_number",
                    "ID_DUPLICATE",
                    f"身份证号与第 {first[key]} 行重复",
                    "同一人只留一行，或核对号码",
                )
            first.setdefault(key, row.number)
            case, member = cases.get(key), members.get(key)
            foreign = case and case.organization_id != organization.pk
            known = mine.get(case.organization_id) if case else None
            # A member has a case only as the one who was admitted by it.
            other = member and (
                member.organization_id != organization.pk
                or not (row.get("admitted") or (case and case.member_id == member.pk))
            )
            if foreign and known:
                row.refuse(
                    "branch",
                    "ORG_DIFFERS",
                    f"登记在{known.short_name}，与表中不同",
                    "请核对党支部；换了支部的，请在这个人的页面修改所在党组织",
                )
            elif foreign or other:
                row.refuse("id_number", "ID_NOT_AVAILABLE", ELSEWHERE, ELSEWHERE_FIX)
            if row.refused:
                continue
            row.is_new = case is None
            if case is None:
                case = DevelopmentCase(organization=organization)
                set_person(case, row.get("id_number"))
            row.plan = Plan(case)
            self._compare(row, case, school, member)
            self._warn(row, case, reviews.get(case.pk or 0, []), context)
        return Judgement()

    def _check(self, row: Row) -> None:
        """Hold the cells of one person against each other; every day is told to the day."""
        for key in DAYS:
            told = row.get(key)
            if told is not None and told.month_only:
                row.refuse(
                    key,
                    "DATE_INVALID",
                    f"{told} 没有写日，不能核对时限",
                    "请写到日，例如 2025-03-05",
                )
        number, applied = row.get("id_number"), row.get("applied")
        if number:
            born, birth = id_birth_date(number), row.get("birth")
            same = birth is None or (
                (birth.day.year, birth.day.month) == (born.year, born.month)
                if birth.month_only
                else birth.day == born
            )
            if not same:
                row.refuse(
                    "birth",
                    "ID_BIRTH_MISMATCH",
                    f"出生年月 {birth} 与身份证号不符",
                    "请核对出生年月和号码",
                )
            sex = "male" if id_is_male(number) else "female"
            if row.get("sex") and row.get("sex") != sex:
                row.refuse("sex", "ID_SEX_MISMATCH", "性别与身份证号不符", "请核对性别和号码")
            adult = add_years(born, ADULT_AGE)
            if applied and applied.last_day < adult:
                row.refuse(
                    "applied",
                    "APPLIED_UNDER_18",
                    f"申请时未满 {ADULT_AGE} 周岁（{adult} 满）",
                    "请核对申请入党时间",
                )
        days = {name: told.day for key, name in DAYS.items() if (told := row.get(key))}
        keys = {name: key for key, name in DAYS.items()}
        for later, earlier in out_of_order(days.get):
            row.refuse(
                keys[later],
                "DATE_ORDER",
                f"{row.sheet.heading_of(keys[later])} {days[later]} 早于"
                f"{row.sheet.heading_of(keys[earlier])} {days[earlier]}",
                "请核对两个日期",
            )

    def _compare(
        self, row: Row, case: DevelopmentCase, school: School | None, member: Member | None
    ) -> None:
        job = row.get("job")
        changed_job = job is not None and (row.is_new or job != case.job)
        values = {name: row.get(name) for name in _FIELDS} | {
            "school": school if row.is_new or row.get("school") else None,
            "is_teacher": bool(TEACHER.search(job)) if changed_job else None,
            "cultivators": names_told(row.get("cultivators")),
            "sponsors": names_told(row.get("sponsors")),
            "training_hours": row.get("hours"),
            **{name: told.day for key, name in DAYS.items() if (told := row.get(key))},
        }
        row.plan.changed = lay(row, case, values)
        if member is not None and case.member_id is None:
            case.member = member
            row.plan.changed.append("member")

    def _warn(self, row: Row, case: DevelopmentCase, reviews: list, context: Context) -> None:
        """Say which rules the row does not meet; it is kept all the same."""
        keys = {"R47": "cultivators", "R49": "target", "R52": "sponsors", "R55": "confirmed"}
        for found in checks(facts_of(case, reviews), context.today):
            if found.state == State.MISSED and found.code in TOLD and found.key in keys:
                row.warn(
                    keys[found.key],
                    "RULE_MISSED",
                    f"{found.words}：{found.sentence}",
                    f"请核对；依据{found.source}",
                )
        if case.admitted_on and case.member_id is None:
            row.warn(
                "admitted",
                "NOT_IN_ROSTER",
                "填了接收预备党员时间，党员花名册里没有这个人",
                "请在这个人的页面登记审批，或先导入党员花名册",
            )

    def store(self, rows: list[Row], context: Context) -> Stored:
        services.save_cases(
            new=[(row.plan.case, row.place) for row in rows if row.is_new],
            changed=[(row.plan.case, row.place) for row in rows if not row.is_new],
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
            act=context.act,
        )
        return Stored(self.kind, frozenset(row.plan.case.organization_id for row in rows))


def names_told(text: str | None) -> str | None:
    """Return the names of a cell parted by 、: "王 芳、李强" and "王芳 李强" alike."""
    if text is None:
        return None
    separator = r"[、，,；;\n]+" if re.search(r"[、，,；;\n]", text) else r"\s+"
    return "、".join(name for part in re.split(separator, text) if (name := fold(part)))


def _place(
    row: Row, tree: Tree, schools: Schools, organizations: Organizations
) -> tuple[Organization | None, School | None]:
    """Find the organization and the school of a row."""
    unit, school = county_of(row, tree), None
    try:
        if name := row.get("school"):
            school = schools.find(name, unit)
    except Unknown as unknown:
        row.refuse("school", "SCHOOL_UNKNOWN", unknown.reason, unknown.fix)
    if not row.get("branch"):
        return None, school
    try:
        organization = organizations.find(row.get("branch"), unit, school)
    except Unknown as unknown:
        row.refuse("branch", "ORG_UNKNOWN", unknown.reason, unknown.fix)
        return None, school
    return organization, school or organization.school


def _known(hashes: set[str]) -> tuple[dict, dict, dict]:
    """Return open cases and present members by hash, and the days of reviews by case."""
    cases: dict[str, DevelopmentCase] = {}
    members: dict[str, Member] = {}
    reviews: dict[int, list] = {}
    for chunk in chunks(hashes):
        found = DevelopmentCase.objects.filter(id_hash__in=chunk, ended_on=None)
        cases |= {case.id_hash: case for case in found.select_related("school")}
        present = Member.objects.filter(id_hash__in=chunk, left_on=None)
        members |= {m.id_hash: m for m in present.only("id_hash", "organization", "name")}
        rows = ActivistReview.objects.filter(case__id_hash__in=chunk)
        for case_id, day in rows.values_list("case", "reviewed_on"):
            reviews.setdefault(case_id, []).append(day)
    return cases, members, reviews
