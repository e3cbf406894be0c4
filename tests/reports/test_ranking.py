"""Honest places: ties, small bases, and work apart from the base."""

from fractions import Fraction

import pytest

from reports import definitions  # noqa: F401 - registers the reports
from reports.base import REPORTS
from reports.counts import shared_ranks
from tests.conftest import make_organization
from tests.reports.cities import assess, hand_worked
from tests.reports.layouts import figures, layout_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def test_equal_rates_share_a_place():
    rates = {name: Fraction(n, 10) for name, n in (("a", 3), ("b", 5), ("c", 3), ("d", 1))}
    assert shared_ranks(rates) == {
        "b": (1, False),
        "a": (2, True),
        "c": (2, True),
        "d": (4, False),
    }


def test_the_hand_worked_city(city, users, tree):
    layout = layout_of("ranking", users.manager, tree.city)
    keys = ("name", "rank", "rate", "before_rank", "moved", "worked", "based")
    # 2024: 直属 1/2, 西县 2/6, 东区 1/4.
    assert figures(layout, *keys)[:3] == [
        ("直属学校", "并列 1", "50%", "1", "0", "0", "0"),
        ("东区", "并列 1", "50%", "3", "+2", "+2", "0"),
        ("西县", "3", "17%", "2", "−1", "−1", "0"),
    ]
    said = REPORTS["ranking"].says(layout)
    assert said[0] == "并列第一的是直属学校、东区，50%（1/2）。"
    assert "应评不足 30 个" in said[2]


def test_a_place_won_by_the_base_is_told_apart(city, users, tree):
    _, now, _ = city
    # Six new ones that pass lift 西县 to 7/12 without anything done by the others.
    for number in range(6):
        assess(now, make_organization(f"中共增设{number}小学支部委员会", tree.west_edu), 95)
    layout = layout_of("ranking", users.manager, tree.city)
    west = next(row for row in layout.rows if row["name"] == "西县")
    assert [west[key].value if key == "moved" else west[key] for key in ("moved", "worked")] == [
        1,
        -1,
    ]
    assert west["based"] == 2


def test_without_a_year_before_there_is_no_comparison(city, users, tree):
    layout = layout_of("ranking", users.manager, tree.city, year=2024)
    assert "moved" not in {column.key for column in layout.columns}
    assert "不作名次比较" in layout.notes[2]
