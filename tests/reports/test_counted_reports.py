"""The reports that count lines: figures of the small city counted by hand."""

import datetime

import pytest

from assessments.workflow.models import Filing
from orgs.models import Term
from reports import definitions  # noqa: F401 - registers the reports
from reports.counting import Count, _sums
from sheets.layout import plain
from supervision.models import RectificationItem
from tests.reports.cities import hand_worked
from tests.reports.layouts import layout_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def cells(layout, name, *keys):
    """Return the values of one row, or of 合计."""
    rows = {row["name"]: row for row in layout.rows} | {"合计": layout.total}
    return [plain(rows[name][key]) for key in keys]


def test_vetoed_organizations_are_counted_once_and_each_veto_by_itself(city, users, tree):
    layout = layout_of("vetoes", users.manager, tree.city)
    assert cells(layout, "西县", "organizations", "V1", "V2") == [2, 2, 1]
    assert cells(layout, "合计", "organizations", "V1", "V2") == [2, 2, 1]
    assert len(layout.details[0].rows) == 3


def test_who_did_not_pass_with_gap_and_losses(city, users, tree):
    layout = layout_of("not-passed", users.manager, tree.city)
    assert cells(layout, "合计", "organizations", "vetoed", "nearly", "near") == [8, 2, 3, 2]
    assert cells(layout, "西县", "organizations", "vetoed", "nearly", "near") == [5, 2, 2, 1]
    west2 = next(line for line in layout.details[0].rows if "西二" in line["name"])
    assert (str(west2["gap"]), west2["near"], west2["row"]) == ("3.00", "是", "西县")


def test_elections_by_the_state_of_the_present_term(city, users, tree):
    organizations = city[2]
    for name, elected in (
        ("west1", (2020, 5, 1)),
        ("west2", (2023, 1, 15)),
        ("west3", (2025, 9, 1)),
        # Elected again in time: the older term does not count.
        ("poplar", (2019, 3, 1)),
        ("poplar", (2024, 3, 1)),
    ):
        Term.objects.create(
            organization=organizations[name], elected_on=datetime.date(*elected), years=3
        )
    layout = layout_of("elections", users.manager, tree.city)
    keys = ("organizations", "OVER", "ONE", "NORMAL", "UNKNOWN")
    assert cells(layout, "西县", *keys) == [6, 1, 1, 1, 3]
    assert cells(layout, "东区", "OVER", "NORMAL") == [0, 1]
    assert layout.details[0].rows[0]["state"] == "已超期"


def test_schools_with_and_without_an_organization(city, users, tree):
    layout = layout_of("school-coverage", users.manager, tree.city)
    assert cells(layout, "合计", "schools", "organized", "without", "share") == [13, 13, 0, 1.0]
    city[2]["west1"].school = None
    city[2]["west1"].save()
    layout = layout_of("school-coverage", users.manager, tree.city)
    assert cells(layout, "西县", "schools", "organized", "without") == [6, 5, 1]
    without = layout_of("schools-without-organization", users.manager, tree.city)
    assert [line["name"] for line in without.details[0].rows] == ["西一小学"]
    assert cells(without, "合计", "schools", "public", "nothing") == [1, 1, 1]


def test_rectification_and_progress(city, users, tree):
    west = city[2]["west1"]
    first = datetime.date(2025, 3, 1)
    for state, deadline, closed in (
        ("open", datetime.date(2025, 6, 1), None),
        ("closed", datetime.date(2025, 6, 1), datetime.date(2025, 5, 1)),
        ("working", datetime.date(2026, 6, 1), None),
    ):
        RectificationItem.objects.create(
            organization=west,
            source="inspection",
            found_on=first,
            description="略",
            category="other",
            deadline=deadline,
            state=state,
            closed_on=closed,
        )
    layout = layout_of("rectification", users.manager, tree.city)
    assert cells(layout, "西县", "items", "closed", "overdue") == [3, 1, 1]
    assert cells(layout, "合计", "share") == [1 / 3]
    assert cells(layout, "东区", "items", "share") == [0, None]

    Filing.objects.create(cycle=city[1], organization=west)
    Filing.objects.create(cycle=city[1], organization=city[2]["west2"], state="submitted")
    progress = layout_of("progress-of-assessment", users.manager, tree.city)
    assert cells(progress, "西县", "filings", "self", "first", "handed_in", "share") == [
        2,
        1,
        1,
        1,
        0.5,
    ]


def test_lines_alike_are_counted_once_and_amounts_added():
    lines = [
        {"row": "东区", "kind": "甲", "money": 2},
        {"row": "东区", "kind": "甲", "money": 3},
        {"row": "东区", "kind": "乙", "money": 5},
        {"row": "西县", "kind": "乙", "money": 7},
    ]
    counts = [
        Count("all", "全部"),
        Count("a", "甲", where={"kind": "甲"}),
        Count("sum", "金额", of="money"),
        Count("b", "乙的金额", where={"kind": "乙"}, of="money"),
    ]
    assert _sums(lines, counts) == {
        "东区": {"all": 3, "a": 2, "sum": 10, "b": 5},
        "西县": {"all": 1, "a": 0, "sum": 7, "b": 7},
    }
