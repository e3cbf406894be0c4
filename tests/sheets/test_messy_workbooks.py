"""Workbooks as offices send them (tests/data/make_messy.py): what is made of each."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from activities.models import Meeting
from assessments.models import OfficialResult, UnitYear
from orgs.models import Member, Organization
from schools.models import Jurisdiction, JurisdictionKind, Place, School
from sheets import importing
from sheets.safety import Refused
from tests.conftest import make_organization, make_school
from tests.sheets.city import make_city, make_manager

MESSY = Path(__file__).parent.parent / "data" / "messy"


def bring_in(kind, name, user, **kwargs):
    with (MESSY / name).open("rb") as stream:
        return importing.save(kind, stream, name, user=user, **kwargs)


def refusals(outcome):
    return [(r["sheet"], r["row"], r["code"]) for r in outcome.as_json()["rejected"]]


def warnings(outcome):
    return [(w["row"], w["code"]) for w in outcome.as_json()["warnings"]]


@pytest.fixture
def east(tree):
    """东区 with schools 1 to 4 and a branch at the first."""
    schools = [
        make_school(f"东区第{number}小学", tree.east_edu, tree.places["990102"])
        for number in "一二三四"
    ]
    make_organization("中共东区第一小学支部委员会", tree.east_edu, school=schools[0])
    return tree


@pytest.mark.parametrize("name", ["schools_two_rows.xlsx", "schools_two_rows.xls"])
def test_two_header_rows_and_the_county_in_the_title(db, name):
    outcome = bring_in("schools", name, make_manager(make_city()))
    assert refusals(outcome) == [
        ("Sheet1", 9, "NUMBER_INVALID"),
        ("Sheet1", 10, "ENUM_INVALID"),
        ("Sheet1", 10, "NUMBER_INVALID"),
    ]
    assert outcome.as_json()["ignored_rows"] == [5, 6, 11, 12, 13, 14]
    bridge = School.objects.get(name="石桥小学")
    assert bridge.place.name == "临溪县"
    assert (bridge.stage, bridge.ownership) == ("primary", "public")
    assert (bridge.students, bridge.staff, bridge.teachers) == (320, 20, 18)
    private = School.objects.get(name="临溪县青松幼儿园（民办）")
    assert (private.ownership, private.staff) == ("private", 15)
    assert warnings(outcome) == [(8, "MEMBERS_GT_STAFF")]


def test_merged_schools_joint_branches_and_formulas_without_value(east, users):
    outcome = bring_in("organizations", "organizations_merged.xlsx", users.manager)
    assert refusals(outcome) == [
        ("党组织", 8, "ORG_DUPLICATE"),
        ("党组织", 9, "ENUM_INVALID"),
        ("党组织", 9, "SCHOOL_UNKNOWN"),
        ("党组织", 9, "ORG_UNKNOWN"),
    ]
    general = Organization.objects.get(name="中共东区第一小学总支部委员会")
    assert general.school.name == "东区第一小学"
    assert general.jurisdiction == east.east_edu
    assert general.terms.get().elected_on == datetime.date(2024, 3, 18)
    assert general.founded_on == datetime.date(2001, 9, 30)
    first = Organization.objects.get(name="东区第一小学第1党支部")
    # The school cell is merged over two rows; the secretary's post is vacant.
    assert first.school == general.school
    assert first.parent == general
    assert not first.posts.exists()
    assert (5, "TERM_END_DIFFERS") in warnings(outcome)
    joint = Organization.objects.get(kind="joint_branch")
    assert joint.jurisdiction == east.baiyang
    assert joint.school.name == "东区第二小学"
    assert [s.name for s in joint.covered_schools.all()] == ["东区第三小学"]
    assert joint.terms.get().elected_on == datetime.date(2024, 4, 1)
    assert (joint.declared_members, joint.posts.get().holder) == (8, "孙某")
    new = Organization.objects.get(name="东区新城小学党支部")
    assert new.jurisdiction.name == "中共东区新城街道工作委员会"
    assert new.jurisdiction.kind == JurisdictionKind.TOWNSHIP_COMMITTEE
    assert new.jurisdiction.is_descendant_of(east.east)
    assert outcome.created_bodies == ("中共东区新城街道工作委员会",)
    assert new.posts.get().holder == "李·某某"
    # A month typed as text is that month, and means its last day for a term.
    assert new.terms.get().elected_on == datetime.date(2025, 1, 31)


def test_a_mac_workbook_with_hidden_rows_and_every_kind_of_number(east, users):
    outcome = bring_in("members", "members_1904.xlsx", users.manager)
    assert outcome.hidden_rows == 2
    assert refusals(outcome) == [
        ("花名册", 7, "ID_PRECISION_LOST"),
        ("花名册", 7, "JOIN_UNDER_18"),
        ("花名册", 8, "ID_LENGTH"),
        ("花名册", 8, "ENUM_INVALID"),
        ("花名册", 8, "DATE_FUTURE"),
        ("花名册", 9, "DATE_INVALID"),
        ("花名册", 9, "ID_FORMAT"),
        ("花名册", 9, "FULL_BEFORE_JOIN"),
    ]
    wang, zhao, qian = (
        Member.objects.order_by("birth_date")[1:2].get(),
        *(Member.objects.get(name=name) for name in ("赵·某", "钱某")),
    )
    assert wang.name == "王小明"
    assert wang.id_number.endswith("X")
    assert wang.joined_on == datetime.date(2012, 7, 1)
    # 39994 without a date format, counted from 1904.
    assert (wang.confirmed_on, wang.confirmed_month_only) == (datetime.date(2013, 7, 1), False)
    # 1988.1 as a number may be October: the ID number says so.
    assert zhao.birth_date == datetime.date(1988, 10, 5)
    assert (zhao.employment, zhao.is_teacher, zhao.joined_month_only) == ("retired", False, True)
    assert (qian.status, qian.is_teacher, qian.ethnicity) == ("probationary", True, "汉族")
    questions = [question.column for question in outcome.questions]
    assert questions == ["籍贯"]


def test_a_sheet_for_each_kind_of_meeting(east, users):
    outcome = bring_in("meetings", "meetings_per_type.xlsx", users.manager)
    assert outcome.year == 2025
    assert refusals(outcome) == [
        ("支委会", 5, "MEETING_DUPLICATE"),
        ("支委会", 6, "YEAR_NOT_IN_LEDGER"),
        ("支委会", 7, "DATE_INVALID"),
        ("组织生活会", 5, "YEAR_NOT_IN_LEDGER"),
    ]
    meetings = list(Meeting.objects.order_by("held_on"))
    assert [(m.type, f"{m.held_on:%m-%d}", m.counts_for_year) for m in meetings] == [
        ("assembly", "03-05", 2025),
        ("committee", "04-08", 2025),
        ("assembly", "06-20", 2025),
        ("org_life", "02-13", 2025),
    ]
    assert (meetings[0].due, meetings[0].absence_note) == (15, "李某")
    assert [m.is_election for m in meetings] == [False, False, True, False]
    assert [m.studies_party_building for m in meetings] == [False, True, False, False]


def test_the_quarterly_statistics_are_not_the_ledger(east, users):
    with pytest.raises(Refused, match="看起来像《三会一课统计表.*不是《三会一课台账》"):
        bring_in("meetings", "meetings_statistics.xlsx", users.manager)
    assert not Meeting.objects.exists()


def test_rates_in_every_writing(east, users):
    outcome = bring_in("results", "results_percents.xlsx", users.manager)
    assert sorted(refusals(outcome)) == sorted(
        [
            ("汇总", 6, "ENUM_INVALID"),
            ("汇总2", 2, "ORG_DUPLICATE"),
            ("汇总2", 2, "RATE_MISMATCH"),
            ("汇总2", 3, "ORG_DUPLICATE"),
            ("汇总2", 3, "PASSED_GT_TOTAL"),
            ("汇总2", 3, "RATE_RANGE"),
            ("明细", 3, "NUMBER_INVALID"),
        ]
    )
    before = {u.unit.unit_name: u.rate for u in UnitYear.objects.filter(year=2024)}
    assert before == {"东区": Decimal("0.28"), "西县": Decimal("0.275")}
    compliant = OfficialResult.objects.values_list("printed_name", "compliant", "final_score")
    assert set(compliant) == {
        ("东区第一小学党支部", True, Decimal("92.50")),
        ("东区第三小学党支部", False, Decimal("66.67")),
    }


def test_a_wrong_dimension_and_columns_nobody_knows(east, users):
    outcome = bring_in("schools", "schools_wps.xlsx", users.manager)
    assert outcome.counts["new"] == 2
    assert refusals(outcome) == [("学校", 4, "SCHOOL_DUPLICATE")]
    # A column without a single value is nobody's concern.
    assert [q.column for q in outcome.questions] == ["校训", "第 6 列（没有表头）"]
    assert School.objects.filter(name__in=["东区第五小学", "东区第六小学"]).count() == 2
    mapped = bring_in(
        "schools",
        "schools_wps.xlsx",
        users.manager,
        mapping={"校训": "remark", "第 6 列（没有表头）": ""},
    )
    assert mapped.questions == ()
    assert School.objects.get(name="东区第五小学").remark == "勤学"


def test_a_county_editor_brings_in_only_his_county(east, users):
    outcome = bring_in("results", "results_percents.xlsx", users.editor)
    codes = {(s, row): code for s, row, code in refusals(outcome)}
    assert codes["汇总", 3] == codes["汇总", 5] == "OUT_OF_SCOPE"
    assert UnitYear.objects.filter(year=2025).get().unit == east.east


def test_places_are_left_as_they_are(east, users):
    before = list(Place.objects.values()), Jurisdiction.objects.count()
    bring_in("schools", "schools_wps.xlsx", users.manager)
    assert before == (list(Place.objects.values()), Jurisdiction.objects.count())
