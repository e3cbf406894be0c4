"""A case for each check of the records.

Each maker below makes one record of 东区 or 西县: wrong, or as near to it as can be right.
"""

import datetime
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

from orgs.models import MemberStatus, OrgKind, Post, PostKind, Term
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_assessment, make_meeting, make_member

DAY = datetime.date(2026, 11, 22)
_numbers = count(1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def ago(days: int) -> datetime.date:
    return DAY - datetime.timedelta(days=days)


@dataclass
class County:
    """Makes records that lie with one body."""

    body: Any
    place: Any
    other: Any
    cycles: SimpleNamespace
    made: int = field(default=0)

    def name(self) -> str:
        return f"第{next(_numbers)}"

    def school(self, **kwargs):
        kwargs.setdefault("town", f"{self.name()}镇")
        return make_school(f"{self.name()}小学", self.body, self.place, **kwargs)

    def organization(self, **kwargs):
        if "school" not in kwargs:
            kwargs["school"] = self.school()
        return make_organization(f"中共{self.name()}小学支部委员会", self.body, **kwargs)

    def joint(self, covered):
        joint = self.organization(kind=OrgKind.JOINT_BRANCH)
        joint.covered_schools.set([self.school() for _ in range(covered)])
        return joint

    def members(self, organization, full=0, probationary=0, **kwargs):
        for n in range(full + probationary):
            status = MemberStatus.FULL if n < full else MemberStatus.PROBATIONARY
            confirmed = day("2006-07-01") if n < full else None
            values = {"status": status, "confirmed_on": confirmed} | kwargs
            self.member(organization, **values)
        return organization

    def member(self, organization=None, **kwargs):
        kwargs.setdefault("confirmed_on", day("2006-07-01"))
        number = next(_numbers)
        organization = organization or self.organization()
        return make_member(f"党员{number}", organization, number, **kwargs)

    def post(self, organization, kind=PostKind.SECRETARY, **kwargs):
        kwargs.setdefault("start", day("2020-01-01"))
        return Post.objects.create(organization=organization, kind=kind, holder="李娜", **kwargs)

    def term(self, elected_on, years=3, **kwargs):
        organization = self.organization()
        Term.objects.create(organization=organization, elected_on=elected_on, years=years, **kwargs)
        return organization


# -- sizes ----------------------------------------------------------------------------------


def few_members(county, wrong):
    # Three members, of whom one is on probation: the most frequent mistake.
    return county.members(county.organization(), full=2 if wrong else 3, probationary=1)


def large_branch(county, wrong):
    return county.organization(declared_members=51 if wrong else 50)


def members_unknown(county, wrong):
    return county.organization(declared_members=None if wrong else 0)


def declared_members(county, wrong):
    return county.members(county.organization(declared_members=4 if wrong else 3), full=3)


def declared_probationary(county, wrong):
    branch = county.organization(declared_members=3, declared_probationary=1)
    return county.members(branch, full=3 if wrong else 2, probationary=0 if wrong else 1)


def opening_closing(county, wrong):
    branch = county.members(county.organization(), full=3)
    # One has joined since: he is no member of the last check date.
    county.members(branch, full=1, joined_on=day("2026-03-01"), confirmed_on=None)
    make_assessment(county.cycles.then, branch, members=4 if wrong else 3)
    return branch


def kind_size(county, wrong):
    above = county.organization(kind=OrgKind.GENERAL_BRANCH)
    for members in (30, 19 if wrong else 20):
        county.organization(parent=above, declared_members=members)
    return above


def few_branches(county, wrong):
    above = county.organization(kind=OrgKind.GENERAL_BRANCH)
    for _ in range(1 if wrong else 2):
        county.organization(parent=above, declared_members=25)
    # One that is dissolved does not count.
    county.organization(parent=above, declared_members=25, dissolved_on=DAY)
    return above


def parts(county, wrong):
    above = county.organization(kind=OrgKind.COMMITTEE, declared_members=8)
    between = county.organization(kind=OrgKind.GENERAL_BRANCH, parent=above, declared_members=5)
    # The register decides where it holds members, whatever the form says.
    county.members(county.organization(parent=between, declared_members=9), full=5)
    county.organization(parent=above, declared_members=4 if wrong else 3)
    return above


# -- schools --------------------------------------------------------------------------------


def unorganized(county, wrong):
    school, joint = county.school(), county.joint(2)
    county.members(joint, full=3 if wrong else 2, school=school)
    return school


def staff(county, wrong):
    school = county.school(staff=2)
    branch = county.organization(school=school)
    county.members(branch, full=2)
    county.members(branch, full=1, employment="active" if wrong else "retired")
    return school


def teachers(county, wrong):
    return county.school(staff=20, teachers=21 if wrong else 20)


def school_members(county, wrong):
    school = county.school(declared_members=7)
    county.members(county.organization(school=school), full=3)
    # Without a register, the branch counts as it declares.
    county.organization(school=school, declared_members=3 if wrong else 4)
    return school


def school_moved(county, wrong):
    branch = county.organization()
    make_assessment(county.cycles.then, branch, members=50)
    make_assessment(county.cycles.now, branch, members=40 if wrong else 41)
    return branch.school


def alike(county, wrong):
    town, number = f"{county.name()}镇", county.name()
    make_school(
        f"{county.place.name}{town}{number}小学",
        county.body,
        county.place,
        town=town,
        stage="primary" if wrong else "junior",
    )
    return make_school(f"{town}{number}小学", county.body, county.place, town=town)


def uncovered(county, wrong):
    school = county.school(declared_members=2)
    if not wrong:
        county.joint(1).covered_schools.add(school)
    return school


# -- leaders --------------------------------------------------------------------------------


def secretary_none(county, wrong):
    organization = county.organization()
    if not wrong:
        county.post(organization, start=None)
    return organization


def _left(days_wrong, days_right):
    def maker(county, wrong):
        organization = county.organization()
        county.post(organization, end=ago(days_wrong if wrong else days_right))
        return organization

    return maker


def two_secretaries(county, wrong):
    organization = county.organization()
    county.post(organization, end=None if wrong else DAY)
    county.post(organization, start=DAY)
    return organization


def term_long(county, wrong):
    # Ended 181 or 180 days ago.
    return county.term(day("2023-05-25") if wrong else day("2023-05-26"))


def term_over(county, wrong):
    return county.term(day("2023-11-21") if wrong else day("2023-11-22"))


def term_unknown(county, wrong):
    return county.organization() if wrong else county.term(day("2025-01-01"))


def term_extension(county, wrong):
    return county.term(
        day("2023-06-01"),
        extended_to=day("2027-06-02") if wrong else day("2027-06-01"),
        extension_document="云教〔2026〕3号",
    )


def posts(county, wrong):
    branch = county.members(county.organization(), full=7)
    county.post(branch)
    county.post(branch, PostKind.ORGANIZATION)
    county.post(branch, PostKind.PUBLICITY)
    county.post(branch, PostKind.DISCIPLINE, end=DAY if wrong else None)
    return branch


# -- setting --------------------------------------------------------------------------------


def closed_school(county, wrong):
    return county.organization(school=county.school(closed_on=DAY if wrong else ago(-1)))


def dissolved_parent(county, wrong):
    above = county.organization(kind=OrgKind.GENERAL_BRANCH, dissolved_on=DAY if wrong else ago(-1))
    return county.organization(parent=above)


def other_county(county, wrong):
    name = f"中共{county.name()}总支部委员会"
    body = county.other if wrong else county.body
    above = make_organization(name, body, kind=OrgKind.GENERAL_BRANCH)
    return county.organization(parent=above)


def organization_ahead(county, wrong):
    return county.organization(founded_on=ago(-1) if wrong else DAY)


def no_school(county, wrong):
    kind = OrgKind.BRANCH if wrong else OrgKind.COMMITTEE
    return county.organization(school=None, kind=kind)


def joint_units(county, wrong):
    # With its own school five units, or six.
    return county.joint(5 if wrong else 4)


# -- members --------------------------------------------------------------------------------


def joined_young(county, wrong):
    # Born on a leap day: of age on 28 February by our reading, on 1 March by the calendar.
    joined = day("2018-05-05") if wrong else day("2018-05-06")
    return county.member(birth_date=day("2000-05-06"), joined_on=joined, confirmed_on=DAY)


def left_before(county, wrong):
    joined = day("2020-06-02") if wrong else day("2020-06-01")
    return county.member(joined_on=joined, confirmed_on=None, left_on=day("2020-06-01"))


def member_ahead(county, wrong):
    return county.member(confirmed_on=ago(-1) if wrong else DAY)


def probationary_confirmed(county, wrong):
    status = "probationary" if wrong else "full"
    return county.member(status=status, confirmed_on=day("2006-07-01"))


def probation_two_years(county, wrong):
    joined = day("2024-11-21") if wrong else day("2024-11-22")
    return county.member(status="probationary", joined_on=joined, confirmed_on=None)


def dissolved_organization(county, wrong):
    return county.member(county.organization(dissolved_on=DAY if wrong else ago(-1)))


def confirmed_early(county, wrong):
    confirmed = day("2019-05-31") if wrong else day("2019-06-01")
    return county.member(joined_on=day("2018-06-01"), confirmed_on=confirmed)


def unconfirmed(county, wrong):
    return county.member(status="full" if wrong else "probationary", confirmed_on=None)


def probation_over(county, wrong):
    values = {"status": "probationary", "confirmed_on": None, "joined_on": day("2025-06-01")}
    return county.member(**values, probation_until=ago(1) if wrong else DAY)


def joined_unknown(county, wrong):
    return county.member(joined_on=None if wrong else day("2005-07-01"))


def other_school(county, wrong):
    joint = county.joint(1)
    school = county.school() if wrong else joint.covered_schools.get()
    return county.member(joint, school=school)


def twice(county, wrong):
    first = county.member()
    born = first.birth_date if wrong else day("1981-01-01")
    second = county.member(birth_date=born)
    second.name = first.name
    second.save()
    return first, second


# -- meetings -------------------------------------------------------------------------------


def meeting_outside(county, wrong):
    organization = county.organization(founded_on=day("2026-03-06"))
    return make_meeting(organization, day("2026-03-05") if wrong else day("2026-03-06"))


def meeting_ahead(county, wrong):
    return make_meeting(county.organization(), ago(-1) if wrong else DAY)


CASES = {
    "few-members": (few_members, "花名册党员 3 人，其中正式党员 2 人，不足 3 人"),
    "large-branch": (large_branch, "申报党员 51 人"),
    "members-unknown": (members_unknown, "花名册里没有党员"),
    "declared-members": (declared_members, "申报 4 人，花名册 3 人"),
    "declared-probationary": (declared_probationary, "申报预备党员 1 人，花名册 0 人"),
    "opening-closing": (
        opening_closing,
        "2025 年度考评时 4 人；按组织关系推算，2025-12-31 应为 3 人，少 1 人",
    ),
    "kind-size": (kind_size, "党员 49 人，党总支一般 50 到 99 人"),
    "few-branches": (few_branches, "所属党支部 1 个"),
    "parts": (parts, "申报 8 人，所属 2 个党支部合计 9 人"),
    "unorganized": (unorganized, "正式党员 3 人，没有自己的党组织"),
    "staff": (staff, "教职工 2 人，花名册里在职党员 3 人"),
    "teachers": (teachers, "专任教师 21 人，教职工 20 人"),
    "school-members": (school_members, "学校名单申报 7 人，党组织合计 6 人"),
    "school-moved": (school_moved, "2025 年度 50 人，2026 年度 40 人，减 10 人（20%）"),
    "alike": (alike, "名称相近"),
    "uncovered": (uncovered, "没有联合党支部覆盖；党员 2 人"),
    "secretary-none": (secretary_none, "从来没有登记过书记"),
    "secretary-long": (_left(91, 90), "2026-08-23 起没有书记，已 91 天"),
    "secretary-vacant": (_left(61, 60), "已 61 天"),
    "secretary-recent": (_left(60, 61), "已 60 天"),
    "two-secretaries": (two_secretaries, "2 名在任书记"),
    "term-long": (term_long, "任期至 2026-05-25，已超期 181 天"),
    "term-over": (term_over, "任期至 2026-11-21，已超期 1 天"),
    "term-unknown": (term_unknown, "没有本届换届时间"),
    "term-extension": (term_extension, "延期至 2027-06-02，超过一年"),
    "posts": (posts, "正式党员 7 人，应设支部委员会，缺纪检委员"),
    "closed-school": (closed_school, "已于 2026-11-22 撤并"),
    "dissolved-parent": (dissolved_parent, "已于 2026-11-22 撤销"),
    "other-county": (other_county, "管理，上级"),
    "organization-ahead": (organization_ahead, "成立时间 2026-11-23 还没有到"),
    "no-school": (no_school, "没有填报所在学校"),
    "joint-units": (joint_units, "覆盖 6 个单位，应为 2 到 5 个"),
    "joined-young": (joined_young, "2000-05-06 出生，2018-05-05 入党"),
    "left-before": (left_before, "2020-06-02 入党，2020-06-01 离开"),
    "member-ahead": (member_ahead, "转正时间 2026-11-23 还没有到"),
    "probationary-confirmed": (probationary_confirmed, "转正时间 2006-07-01"),
    "probation-two-years": (probation_two_years, "预备期已 731 天"),
    "dissolved-organization": (dissolved_organization, "已于 2026-11-22 撤销"),
    "confirmed-early": (confirmed_early, "2018-06-01 入党，2019-05-31 转正"),
    "unconfirmed": (unconfirmed, "没有转正时间"),
    "probation-over": (probation_over, "预备期延长至 2026-11-21，没有转正的记录"),
    "joined-unknown": (joined_unknown, "没有填入党时间"),
    "other-school": (other_school, "党组织在"),
    "twice": (twice, "还有一名同名同生日的党员"),
    "meeting-outside": (meeting_outside, "2026-03-05 召开，党组织 2026-03-06 才成立"),
    "meeting-ahead": (meeting_ahead, "2026-11-23 还没有到"),
}
