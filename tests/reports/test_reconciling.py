"""Two trees, one total: the matrix of units and places, and what makes the difference."""

import pytest

from reports import definitions  # noqa: F401 - registers the reports
from reports.base import REPORTS
from sheets.layout import plain
from tests.reports.cities import hand_worked
from tests.reports.layouts import figures, layout_of, url


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def test_both_ways_come_to_the_same_total(city, users, tree):
    layout = layout_of("two-trees", users.manager, tree.city)
    keys = ("name", "due_990100", "due_990102", "due_990121", "passed_990102", "due", "passed")
    assert figures(layout, *keys) == [
        ("直属学校", "1", "1", "0", "1", "2", "1"),
        ("东区", "0", "4", "0", "2", "4", "2"),
        ("西县", "0", "0", "6", "0", "6", "1"),
        ("合计", "1", "5", "6", "3", "12", "4"),
    ]
    # 第一小学 of the bureau stands in 东区.
    differing = list(layout.details[1].rows)
    assert [(row["unit"], row["place"]) for row in differing] == [("直属学校", "东区")]
    assert REPORTS["two-trees"].says(layout) == [
        "全市按隶属关系合计 12 个，按行政区划合计 12 个，相同；达标 4 个，达标率 33%。",
        "1 个应评组织在两种口径下不在同一行，按管理主体分：市教育局党组 1 个。",
    ]


def test_each_cell_opens_its_organizations(client, city, users):
    client.force_login(users.manager)
    layout = client.get(url("two-trees")).context["layout"]
    for row in [*layout.rows, layout.total]:
        for key, cell in row.items():
            if getattr(cell, "url", ""):
                assert client.get(cell.url).context["count"] == plain(cell), key
