"""Indicators B5, F1, F2 and F3 at, below and above their thresholds."""

import pytest

from assessments.facts.roles import Double, Pioneers, Secretary, Volunteering
from schools.models import Ownership
from tests.assessments.facts_maker import branch, points, score


@pytest.mark.parametrize(
    ("result", "got"),
    [("good", 2), ("fairly_good", 1.5), ("average", 0.5), ("poor", 0), ("absent", 0)],
)
def test_b5_follows_the_superiors_result(result, got):
    assert points("B5", branch(secretary_review=Secretary(result))) == got


def test_b5_without_a_result_is_the_reviewers():
    assert score("B5", branch()).pending
    assert points("B5", branch(reviewed={"B5": (150, "")})) == 1.5
    harsher = branch(secretary_review=Secretary("fairly_good"))
    assert points("B5", harsher, review_percents=[10, 50, 100]) == 1


GOOD = Double(
    pairs=2,
    reviewed=1,
    has_counts=True,
    teachers=40,
    member_teachers=10,
    backbone=8,
    member_backbone=2,
    admitted=4,
    admitted_backbone=2,
)


@pytest.mark.parametrize(
    ("changes", "got"),
    [
        ({}, 3),
        ({"reviewed": 0}, 2),
        ({"pairs": 0, "reviewed": 0}, 2),
        ({"admitted_backbone": 1}, 2),
        ({"member_backbone": 1}, 2),
        ({"member_teachers": 11}, 2),
        ({"admitted": 0, "admitted_backbone": 0}, 2),
        ({"admitted": 0, "admitted_backbone": 0, "backbone_activists": 1}, 3),
        ({"has_counts": False}, 2),
    ],
)
def test_f1_gives_a_point_for_each_of_its_three_parts(changes, got):
    assert points("F1", branch(double=GOOD._replace(**changes))) == got


def test_f1_without_key_teachers_and_for_retirees():
    none = GOOD._replace(backbone=0, member_backbone=0)
    found = score("F1", branch(double=none))
    assert (found.points, found.of) == (200, 200)
    assert points("F1", branch(double=none, ownership=Ownership.PRIVATE)) is None
    assert points("F1", branch(double=GOOD, is_retiree_branch=True)) is None
    assert score("F1", branch()).pending


def test_f1_in_a_running_year_waits_for_the_review():
    found = score("F1", branch(double=GOOD._replace(reviewed=0), year_over=False))
    assert (found.points, found.of) == (200, 200)
    assert "暂不计入" in found.reason


@pytest.mark.parametrize(
    ("members", "posts", "reviewed", "got"),
    [(9, 1, 1, 2), (19, 1, 1, 2), (20, 1, 1, 1.5), (20, 2, 1, 1.5), (20, 3, 3, 2), (30, 0, 0, 0)],
)
def test_f2_asks_for_a_post_in_ten_members_and_a_yearly_review(members, posts, reviewed, got):
    facts = branch(pioneers=Pioneers(True, posts, reviewed, members))
    assert points("F2", facts) == got


def test_f2_in_a_running_year_for_retirees_and_without_records():
    running = score("F2", branch(pioneers=Pioneers(True, 1, 0, 12), year_over=False))
    assert (running.points, running.of) == (100, 100)
    assert points("F2", branch(pioneers=Pioneers(True, 1, 1, 12), is_retiree_branch=True)) is None
    assert score("F2", branch()).pending
    assert points("F2", branch(pioneers=Pioneers(True, 1, 1, 12)), members_per_pioneer=6) == 1.5


@pytest.mark.parametrize(
    ("activities", "served", "got"),
    [
        (4, (10, 10), 2),
        (5, (10, 10, 3), 2),
        (3, (10, 10), 1.75),
        (4, (10, 9), 1.9),
        (1, (10,), 0.25),
        (1, (), 0.25),
    ],
)
def test_f3_adds_activities_and_members_with_two_services(activities, served, got):
    facts = branch(volunteering=Volunteering(activities, 10, served))
    assert points("F3", facts) == got


def test_f3_in_a_running_year_asks_for_the_quarters_gone_by():
    facts = branch(due_quarters=0b110, year_over=False, volunteering=Volunteering(2, 10, (10, 0)))
    assert points("F3", facts) == 2
    first = branch(due_quarters=0, year_over=False, volunteering=Volunteering(1, 10, (10,)))
    assert points("F3", first) is None


def test_f3_with_nobody_obliged_or_nothing_on_record():
    found = score("F3", branch(volunteering=Volunteering(4)))
    assert (found.points, found.of) == (100, 100)
    assert score("F3", branch()).pending
