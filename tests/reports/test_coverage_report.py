"""The report of the two coverages, counted by hand."""

import datetime

import pytest

from reports.definitions.coverage import TwoCoverages
from supervision.models import Instructor
from tests.conftest import make_organization, make_school


@pytest.fixture
def report(tree, users):
    def make(name, members, **kwargs):
        place = tree.places["990102"]
        return make_school(name, tree.east_edu, place, declared_members=members, **kwargs)

    own, joint, sent, due, bare = (
        make(f"东区第{n}小学", m) for n, m in zip("一二三四五", (9, 2, 1, 3, 0), strict=True)
    )
    make_organization("中共东区第一小学支部委员会", tree.east_edu, school=own)
    branch = make_organization("中共东区联合支部委员会", tree.east_edu, kind="joint_branch")
    branch.covered_schools.add(joint)
    Instructor.objects.create(
        school=sent, name="王", sent_by="镇党委", start=datetime.date(2024, 1, 1)
    )
    return TwoCoverages().layout(
        users.viewer, scope=tree.city, year=2025, cycle=None, by="affiliation"
    )


def test_coverage_is_counted_by_unit_and_divided_once(report):
    rows = {row["name"]: row for row in report.rows}
    east, west = rows["东区"], rows["西县"]
    keys = ("schools", "OWN", "JOINT", "organized", "WORK", "worked", "NONE", "due")
    assert [east[key] for key in keys] == [5, 1, 1, 2, 1, 3, 2, 1]
    assert (east["organized_rate"].value, east["worked_rate"].value) == (0.4, 0.6)
    assert west["organized_rate"].value is None
    assert west["organized_rate"].reason == "没有学校"
    assert [report.total[key] for key in keys] == [5, 1, 1, 2, 1, 3, 2, 1]
    assert report.total["organized_rate"].value == 0.4


def test_the_list_behind_it_names_each_school(report):
    told = {row["name"]: (row["covered"], row["due"]) for row in report.details[0].rows}
    assert told["东区第四小学"] == ("没有覆盖", "应建未建")
    assert told["东区第三小学"] == ("只有工作覆盖", "")
    assert told["东区第二小学"] == ("联合党支部", "")
