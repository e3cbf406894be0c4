"""The report of admissions, counted by hand: steps of a year, teachers, quota."""

import datetime

import pytest

from orgs.models import DevelopmentCase, DevelopmentQuota, Sex
from reports.definitions.development import Development
from tests.conftest import make_organization


def make_case(organization, index, **kwargs):
    values = {
        "name": f"陈某{index}",
        "sex": Sex.FEMALE,
        "birth_date": datetime.date(1995, 1, 1),
        "id_number": "",
        "id_hash": f"{index:064d}",
        "applied_on": datetime.date(2022, 3, 1),
        "activist_on": datetime.date(2023, 1, 5),
        "is_teacher": True,
    }
    return DevelopmentCase.objects.create(organization=organization, **values | kwargs)


@pytest.fixture
def branches(tree):
    return (
        make_organization("中共东区第一小学支部委员会", tree.baiyang),
        make_organization("中共西县第一小学支部委员会", tree.west_edu),
    )


def layout(users, tree, scope=None, **kwargs):
    asked = {"year": 2025, "cycle": None, "by": "affiliation"} | kwargs
    return Development().table(users.viewer, scope=scope or tree.city, **asked)


def test_steps_of_the_year_are_counted_and_teachers_divided_once(branches, tree, users):
    east, west = branches
    day = datetime.date(2025, 6, 1)
    make_case(east, 1, admitted_on=day, approved_on=day)
    make_case(east, 2, admitted_on=day, approved_on=day, is_teacher=False)
    make_case(east, 3, admitted_on=day.replace(year=2024), confirmed_on=day)
    make_case(east, 4, ended_on=day, end_kind="cancelled")
    make_case(east, 5, ended_on=day, end_kind="died")
    make_case(west, 6, applied_on=day, activist_on=None)
    DevelopmentQuota.objects.create(jurisdiction=tree.east, year=2025, quota=1)
    # What the county has divided among its townships is not counted again.
    DevelopmentQuota.objects.create(jurisdiction=tree.baiyang, year=2025, quota=1)
    DevelopmentQuota.objects.create(jurisdiction=tree.west, year=2024, quota=9)
    table = layout(users, tree)
    rows = {row["name"]: row for row in table.rows}
    keys = ("applied", "activist", "admitted", "teachers", "confirmed", "cancelled")
    assert [rows["东区"][key] for key in keys] == [0, 0, 2, 1, 1, 1]
    assert [rows["西县"][key] for key in keys] == [1, 0, 0, 0, 0, 0]
    assert rows["东区"]["share"].value == 0.5
    assert rows["西县"]["share"].reason == "本年度没有发展党员"
    assert [rows["东区"][key].value for key in ("quota", "used", "left")] == [1, 2.0, -1]
    assert rows["西县"]["quota"].reason == "没有登记指标"
    assert [table.total[key].value for key in ("quota", "left")] == [1, -1]
    assert [table.total[key] for key in keys] == [1, 0, 2, 1, 1, 1]
    assert table.says == [
        "全市本年度发展人数 2 人。",
        "其中教师 1 人，占 50%；指标 1 人，使用 200%。",
        "超出指标的有东区。",
    ]


def test_the_quota_of_the_whole_is_its_own_where_it_has_one(branches, tree, users):
    DevelopmentQuota.objects.create(jurisdiction=tree.city, year=2025, quota=20)
    DevelopmentQuota.objects.create(jurisdiction=tree.east, year=2025, quota=8)
    assert layout(users, tree).total["quota"].value == 20
    assert layout(users, tree, by="place").total["quota"].value is None
    inside = layout(users, tree, scope=tree.baiyang)
    assert inside.total["quota"].value is None
    assert inside.says == ["全镇没有本年度发展人数。"]
