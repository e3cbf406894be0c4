"""Further workbooks as offices send them (tests/data/make_messy.py), each for one kind of mess."""

import datetime
import io
from pathlib import Path

import openpyxl
import pytest

from activities.models import Meeting
from assessments.models import OfficialResult
from orgs.models import Member, Organization
from schools.models import School
from sheets import importing
from sheets.models import ImportBatch
from sheets.views import _questions
from tests.conftest import make_organization, make_school
from tests.sheets.test_returning import returned

MESSY = Path(__file__).parent.parent / "data" / "messy"
BRANCH = "东区第一小学党支部"


@pytest.fixture
def east(tree, users):
    """东区 with schools 1 to 4 and branches at the first three."""
    for number in "一二三四":
        school = make_school(f"东区第{number}小学", tree.east_edu, tree.places["990102"])
        if number != "四":
            make_organization(f"中共东区第{number}小学支部委员会", tree.east_edu, school=school)
    return users.manager


def bring_in(name, user):
    with (MESSY / name).open("rb") as stream:
        return importing.save("auto", stream, name, user=user)


def refusals(outcome):
    return [(r["row"], r["code"]) for r in outcome.as_json()["rejected"]]


@pytest.mark.parametrize("name", ["members_side_by_side.xlsx", "members_side_by_side.xls"])
def test_two_halves_beside_one_another_are_one_roster(east, name):
    outcome = bring_in(name, east)
    assert set(Member.objects.values_list("name", flat=True)) == {"赵甲", "钱乙", "李丁"}
    assert refusals(outcome) == [(5, "ENUM_INVALID"), (4, "ID_DUPLICATE")]
    assert outcome.questions == ()


def test_refused_halves_come_back_beside_one_another(east):
    name = "members_side_by_side.xlsx"
    batch = importing.upload("auto", (MESSY / name).open("rb"), name, user=east)
    sheet = openpyxl.load_workbook(io.BytesIO(returned(batch)))["花名册"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[1] for row in rows] == ["钱乙", "孙丙"]
    assert rows[0][8] == "周戊"
    assert rows[0][13].startswith("第 4 行：身份证号")
    again = importing.upload("auto", io.BytesIO(returned(batch)), "再报.xlsx", user=east)
    assert again.report["counts"]["refused"] == 1


def test_every_writing_of_a_day_and_of_a_number(east):
    outcome = bring_in("members_every_date.xlsx", east)
    full = datetime.date(2015, 7, 1)
    known = {m.name: m for m in Member.objects.all()}
    for index in [*range(1, 15), 24]:
        member = known[f"党员{index}"]
        assert (member.joined_on, member.joined_month_only) == (full, False), index
    for index in (15, 16, 17):
        member = known[f"党员{index}"]
        assert (member.joined_on, member.joined_month_only) == (full, True), index
    assert refusals(outcome) == [
        (19, "DATE_INVALID"),
        (20, "DATE_INVALID"),
        (21, "DATE_INVALID"),
        (22, "DATE_INVALID"),
        (23, "DATE_AMBIGUOUS"),
        (24, "DATE_FUTURE"),
        (31, "ID_DUPLICATE"),
        (32, "ID_LENGTH"),
        (33, "ID_LENGTH"),
        (34, "ID_LENGTH"),
        (35, "ID_CHECK_DIGIT"),
        (36, "ID_FORMAT"),
        (37, "ID_CHECK_DIGIT"),
        (38, "ID_PRECISION_LOST"),
    ]
    assert len(known) == 23


def test_formulas_give_their_value_or_are_named(east):
    outcome = bring_in("schools_formulas.xlsx", east)
    eighth = School.objects.get(name="东区第八小学")
    assert (eighth.staff, eighth.students) == (20, 200)
    assert School.objects.get(name="东区第九小学").staff is None
    assert refusals(outcome) == [(4, "REQUIRED_MISSING")]
    told = "".join(outcome.notices)
    assert "有 2 格公式没有保存计算结果" in told
    assert "有 1 格显示错误" in told


def test_text_is_kept_as_text(east):
    outcome = bring_in("schools_hostile_text.xlsx", east)
    assert outcome.counts["new"] == 10
    remarks = dict(School.objects.exclude(remark="").values_list("name", "remark"))
    assert remarks["=cmd小学"] == "=cmd|'/c calc'!A0"
    assert remarks["脚本小学"] == "<script>alert(1)</script>"
    assert remarks["＝全角小学"] == "＝1+1"
    # Marks that turn the writing round are no part of a name.
    assert remarks["反向小学"] == "倒写"


def test_the_pages_show_hostile_text_as_text(client, east, users):
    client.force_login(users.manager)
    bring_in("schools_hostile_text.xlsx", east)
    batch = ImportBatch.objects.get()
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_nothing_but_data_is_read(east):
    outcome = bring_in("schools_furniture.xlsx", east)
    assert [row.label for row in outcome.rows] == ["东区东关小学", "东区西关小学"]
    assert refusals(outcome) == []
    west = School.objects.get(name="东区西关小学")
    assert (west.students, west.staff, west.remark) == (300, 30, "")
    # Bordered empty rows below are nobody's concern.
    assert max(passed.number for passed in outcome.passed) == 16


def test_hidden_rows_are_data_and_a_hidden_sheet_is_named(east):
    outcome = bring_in("schools_hidden.xlsx", east)
    assert outcome.hidden_rows == 1
    assert School.objects.filter(name="东区西关小学", phone="0990-2").exists()
    assert not School.objects.filter(name="东区已撤小学").exists()
    assert any("工作表“去年”是隐藏的，没有读取" in notice for notice in outcome.notices)


def test_a_sheet_for_each_month(east):
    outcome = bring_in("meetings_per_month.xlsx", east)
    assert outcome.year == 2025
    assert Meeting.objects.count() == 9
    lecture = Meeting.objects.get(held_on="2025-02-20")
    assert (lecture.type, lecture.topic, lecture.due) == ("lecture", "第2讲", 15)
    assert Meeting.objects.get(held_on="2025-03-15").present == 14
    # One question for the column, whatever the number of sheets.
    assert [q["column"] for q in _questions(outcome.report())] == ["会议内容"]


def test_ticks_and_vacancies(east):
    outcome = bring_in("organizations_ticks.xlsx", east)
    second = Organization.objects.get(name__contains="第二小学")
    assert second.has_committee is True
    assert second.posts.get().is_principal is True
    third = Organization.objects.get(name="中共东区第三小学支部委员会")
    assert not third.posts.exists()
    joint = Organization.objects.get(kind="joint_branch")
    assert [s.name for s in joint.covered_schools.all()] == ["东区第四小学"]
    assert joint.posts.get().holder == "钱·某"
    assert refusals(outcome) == [(5, "ENUM_INVALID")]


def test_where_success_is_a_tick_nothing_means_no(east):
    outcome = bring_in("results_ticks.xlsx", east)
    results = {r.printed_name: r for r in OfficialResult.objects.all()}
    assert results["东区第一小学党支部"].compliant is True
    assert str(results["东区第一小学党支部"].final_score) == "92.50"
    assert results["东区第二小学党支部"].compliant is False
    assert refusals(outcome) == [(5, "SCORE_RANGE")]


def test_rows_and_cells_without_places(east):
    outcome = bring_in("schools_no_places.xlsx", east)
    assert School.objects.filter(name="东区东关小学").exists()
    assert refusals(outcome) == [(3, "ENUM_INVALID")]
