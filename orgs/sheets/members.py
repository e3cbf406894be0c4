"""The roster of members (党员花名册)."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orgs import services
from orgs.matching import Organizations
from orgs.models import Employment, Member, MemberStatus, Organization, Sex, add_years
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, lookup_hash, mask_phone
from orgs.sheets.masks import keeps_phone, prefilled, unmask
from orgs.sheets.member_columns import TABLE
from schools.matching import Schools, Tree, Unknown
from schools.models import School
from schools.sheets import county_names, county_of
from sheets.compare import lay, note
from sheets.dates import PartialDate
from sheets.forms import (
    Context,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    register,
)
from sheets.normalise import id_birth_date, id_is_male

TEACHER = re.compile(r"教师|班主任|教研|年级组长|备课组|学科|骨干|讲师|教员|老师")


@dataclass
class Plan:
    """The member of a row, and which of his fields change."""

    member: Member
    changed: list[str] = field(default_factory=list)


@register
class MemberForm(Form):
    """Each row is a member; the ID number tells who."""

    kind = "members"
    title = "党员花名册"
    also_called = ("花名册", "党员名册", "党员名单", "党员基本信息")
    tables = (TABLE,)
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        return {
            "county": county_names(tree),
            "branch": [o.name for o in Organizations(context.user, tree).all],
            "school": [s.name for s in Schools(context.user, tree).all],
        }

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        return prefilled(context)

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        schools, organizations = Schools(context.user, tree), Organizations(context.user, tree)
        places = {id(row): self._place(row, tree, schools, organizations) for row in rows}
        unmask(rows, {key: organization for key, (organization, _) in places.items()})
        hashes = {id(row): lookup_hash(n) for row in rows if (n := row.get("id_number"))}
        known = {
            member.id_hash: member
            for chunk in chunks(set(hashes.values()))
            for member in Member.objects.filter(id_hash__in=chunk)
            .select_related("school")
            .defer("id_number")
        }
        first: dict[str, int] = {}
        counted: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            row.label = row.get("name") or ""
            key = hashes.get(id(row))
            if key and key in first:
                row.refuse(
                    "id_number",
                    "ID_DUPLICATE",
                    f"身份证号与第 {first[key]} 行重复",
                    "同一人只留一行，或核对号码",
                )
            elif key:
                first[key] = row.number
            organization, school = places[id(row)]
            self._check_person(row)
            member = known.get(key or "")
            if organization is None or key is None:
                continue
            if member and (member.organization_id != organization.pk or member.left_on):
                row.refuse("id_number", "ID_NOT_AVAILABLE", ELSEWHERE, ELSEWHERE_FIX)
                continue
            if row.refused:
                continue
            if not keeps_phone(row, member):
                continue
            row.is_new = member is None
            member = member or Member(organization=organization, id_hash=key)
            row.plan = Plan(member)
            self._compare(row, member, school)
            counted[organization.pk].append(row)
        self._count(counted, organizations)
        return Judgement()

    def _place(
        self, row: Row, tree: Tree, schools: Schools, organizations: Organizations
    ) -> tuple[Organization | None, School | None]:
        """Find the school and the organization of a row."""
        unit, school = county_of(row, tree), None
        if name := row.get("school"):
            try:
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

    def _check_person(self, row: Row) -> None:
        """Hold the cells of one person against each other."""
        number, birth = row.get("id_number"), row.get("birth")
        born = None
        if number:
            born = id_birth_date(number)
            # A bare 1998.1 may be October: the ID number tells.
            for problem in row.problems:
                if problem.code == "DATE_AMBIGUOUS" and _is_birth(row, problem.column):
                    if (born.year, born.month) in _meanings(row.raw["birth"]):
                        row.problems.remove(problem)
                    break
            sex = Sex.MALE if id_is_male(number) else Sex.FEMALE
            if row.get("sex") and row.get("sex") != sex:
                row.refuse(
                    "sex",
                    "ID_SEX_MISMATCH",
                    f"性别与身份证号不符，按号码应为“{sex.label}”",
                    "请核对性别和号码",
                )
            row.values["sex"] = sex
            if birth and not _same_day(birth, born):
                row.refuse(
                    "birth",
                    "ID_BIRTH_MISMATCH",
                    f"出生年月 {birth} 与身份证号不符",
                    "请核对出生年月和号码",
                )
        born = born or (birth.day if birth else None)
        joined: PartialDate | None = row.get("joined")
        confirmed: PartialDate | None = row.get("confirmed")
        if joined and born and joined.last_day < add_years(born, 18):
            row.refuse(
                "joined",
                "JOIN_UNDER_18",
                f"入党时未满 18 周岁（{add_years(born, 18)} 满）",
                "请核对入党时间",
            )
        if joined and confirmed and confirmed.last_day < joined.day:
            row.refuse(
                "confirmed", "FULL_BEFORE_JOIN", "转正日期早于入党日期", "请核对入党和转正时间"
            )
        if row.get("status") == MemberStatus.PROBATIONARY and confirmed:
            row.warn(
                "confirmed",
                "PROBATIONARY_CONFIRMED",
                "预备党员填了转正时间，没有导入",
                "已转正的请改人员类别",
            )
            row.values["confirmed"] = None
        if (
            row.get("status") == MemberStatus.FULL
            and not confirmed
            and "confirmed" in row.sheet.headings
        ):
            row.warn(
                "confirmed", "FULL_NOT_CONFIRMED", "正式党员没有填转正时间", "请补填，党龄由此起算"
            )

    def _compare(self, row: Row, member: Member, school: School | None) -> None:
        job = row.get("job")
        retired = teacher = employment = None
        # What the job tells is told anew only where the job changes.
        if job is not None and (row.is_new or job != member.job):
            retired = bool(re.search(r"退休|离休|离退", job))
            teacher = bool(TEACHER.search(job)) and not retired
            employment = Employment.RETIRED if retired else Employment.ACTIVE
        values = {
            "name": row.get("name"),
            "sex": row.get("sex"),
            "ethnicity": _ethnicity(row.get("ethnicity")),
            "birth_date": id_birth_date(row.get("id_number")),
            # Without a cell of its own a new member gets the school of the organization.
            "school": school if row.is_new or row.get("school") else None,
            "education": row.get("education"),
            "status": row.get("status"),
            "job": job,
            "employment": employment,
            "is_teacher": teacher,
            "phone": row.get("phone"),
            "is_lost_contact": row.get("lost"),
            "is_floating": row.get("floating"),
            "remark": row.get("remark"),
        }
        if row.is_new:
            member.id_number = row.get("id_number")
        changed = lay(row, member, values, masks={"phone": mask_phone})
        changed += _lay_date(row, member, "joined", row.get("joined"), "入党时间")
        changed += _lay_date(row, member, "confirmed", row.get("confirmed"), "转正时间")
        if member.confirmed_on and member.joined_on and member.confirmed_on < member.joined_on:
            # The month of both: the first of the month would lie before admission.
            member.confirmed_on = member.joined_on
        row.plan.changed = changed

    def _count(self, counted: dict[int, list[Row]], organizations: Organizations) -> None:
        """Warn where the roster and the counts told by the organization differ."""
        registered = Counter(
            Member.objects.filter(organization__in=list(counted), left_on=None)
            .order_by()
            .values_list("organization", flat=True)
        )
        for organization in organizations.all:
            rows = counted.get(organization.pk)
            declared = organization.declared_members
            if not rows or declared is None:
                continue
            members = registered[organization.pk] + sum(row.is_new for row in rows)
            if members != declared:
                rows[0].warn(
                    "branch",
                    "MEMBERS_DIFFER",
                    f"{organization.short_name}填报党员 {declared} 人，名册有 {members} 人",
                    "以名册为准，请核对",
                )

    def store(self, rows: list[Row], context: Context) -> Stored:
        services.save_members(
            new=[(row.plan.member, row.place) for row in rows if row.is_new],
            changed=[(row.plan.member, row.place) for row in rows if not row.is_new],
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
            act=context.act,
            today=context.today,
        )
        return Stored(self.kind, frozenset(row.plan.member.organization_id for row in rows))


def chunks(values: Iterable[Any], size: int = 5000) -> Iterator[list[Any]]:
    """Cut `values` into lists no database refuses as parameters."""
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _is_birth(row: Row, column: str) -> bool:
    return column == row.sheet.heading_of("birth")


def _meanings(value: Any) -> set[tuple[int, int]]:
    """Return the months a number like 1998.1 may mean."""
    year = int(float(value))
    return {(year, 1), (year, 10)}


def _same_day(told: PartialDate, born: datetime.date) -> bool:
    if told.month_only:
        return (told.day.year, told.day.month) == (born.year, born.month)
    return told.day == born


def _ethnicity(text: str | None) -> str | None:
    return f"{text}族" if text and not text.endswith("族") and len(text) <= 4 else text


def _lay_date(
    row: Row, member: Member, name: str, told: PartialDate | None, label: str
) -> list[str]:
    """Set a date and its month-only mark; a month does not blur a day already known."""
    if told is None:
        return []
    day_field, month_field = f"{name}_on", f"{name}_month_only"
    day, month_only = getattr(member, day_field), getattr(member, month_field)
    old = PartialDate(day, month_only) if day else None
    if old and told.month_only and not month_only and _same_day(told, old.day):
        told = old
    if not note(row, label, old, told, is_new=row.is_new):
        return []
    setattr(member, day_field, told.day)
    setattr(member, month_field, told.month_only)
    return [day_field, month_field]
