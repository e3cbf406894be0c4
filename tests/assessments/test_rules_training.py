"""Indicators B3, D1 and D2 at, below and above their thresholds."""

import datetime

import pytest

from assessments.facts.training import Training
from tests.assessments.facts_maker import branch, points, score

D = datetime.date.fromisoformat
KEPT = Training(is_kept=True, has_plan=True, approved_on=D("2025-03-31"))
CLASS = D("2025-04-10")


def trained(**kwargs):
    return branch(training=KEPT._replace(**kwargs))


@pytest.mark.parametrize(
    ("hours", "got"),
    [(((12, 320),) * 4, 5), (((12, 320), (12, 319)), 3), (((12, 0),), 1)],
)
def test_d1_takes_the_share_of_members_with_32_hours(hours, got):
    assert points("D1", trained(hours=hours, names=("张三",))) == got


@pytest.mark.parametrize(
    ("months", "tenths", "got"), [(6, 160, 5), (6, 159, 1), (1, 27, 5), (1, 26, 1)]
)
def test_d1_asks_for_the_months_somebody_was_a_member(months, tenths, got):
    assert points("D1", trained(hours=((months, tenths),), names=("张三",))) == got


@pytest.mark.parametrize(("day", "got"), [("2025-03-31", 5), ("2025-04-01", 4), (None, 4)])
def test_d1_takes_a_point_for_a_plan_approved_by_march(day, got):
    approved = D(day) if day else None
    assert points("D1", trained(approved_on=approved, hours=((12, 400),))) == got


def test_d1_names_at_most_three_who_miss_hours():
    hours = tuple((12, 10 * n) for n in range(5))
    told = score("D1", trained(hours=hours, names=("张三", "李四", "王五"))).reason
    assert "张三、李四、王五等 5 名党员学时不足 32" in told


def test_d1_in_a_running_year_leaves_out_a_plan_that_is_not_due_yet():
    facts = branch(
        year_over=False, day=D("2025-02-28"), training=Training(is_kept=True, hours=((2, 54),))
    )
    found = score("D1", facts)
    assert (found.points, found.of) == (400, 400)


def test_d1_by_another_standard_and_without_records():
    facts = trained(hours=((12, 240),), names=("张三",))
    assert (points("D1", facts), points("D1", facts, training_hours=24)) == (1, 5)
    assert score("D1", branch()).pending
    assert points("D1", branch(reviewed={"D1": (450, "")})) == 4.5
    # Only exempt members: what is left is the plan.
    only_plan = score("D1", trained())
    assert (only_plan.points, only_plan.of) == (100, 100)


@pytest.mark.parametrize(
    ("secretary", "attended", "others", "got"),
    [
        (560, CLASS, (560, 560), 3),
        (559, CLASS, (560,), 3),
        (280, CLASS, (560,), 2.25),
        (560, None, (560,), 2.5),
        (560, CLASS, (560, 0), 2.5),
        (560, CLASS, (), 3),
        (280, CLASS, (), 1.75),
        (None, None, (560,), 1),
    ],
)
def test_b3_adds_secretary_class_and_committee(secretary, attended, others, got):
    facts = trained(secretary=secretary, secretary_class=attended, others=others)
    assert points("B3", facts) == got


@pytest.mark.parametrize(
    ("appointed", "attended", "day", "got", "of"),
    [
        ("2025-03-01", "2025-08-28", "2025-12-31", 300, 300),
        ("2025-03-01", "2025-08-29", "2025-12-31", 250, 300),
        ("2025-10-01", None, "2025-12-31", 250, 250),
    ],
)
def test_b3_gives_a_new_secretary_180_days_for_the_class(appointed, attended, day, got, of):
    facts = branch(
        training=KEPT._replace(secretary=560, secretary_class=D(attended) if attended else None),
        secretary_appointed_on=D(appointed),
        day=D(day),
    )
    found = score("B3", facts)
    assert (found.points, found.of) == (got, of)


def test_b3_in_a_running_year_asks_for_the_months_gone_by():
    facts = branch(
        training=KEPT._replace(secretary=280, secretary_class=CLASS),
        year_over=False,
        due_months=0b1111110,
        day=D("2025-06-30"),
    )
    assert points("B3", facts) == 3
    assert score("B3", branch()).pending


@pytest.mark.parametrize(("trained_of_two", "got"), [(2, 1), (1, 0.5), (0, 0)])
def test_d2_takes_the_share_of_new_members(trained_of_two, got):
    assert points("D2", trained(new_members=2, new_trained=trained_of_two)) == got


def test_d2_without_new_members_or_records_and_before_the_end_of_the_year():
    assert points("D2", branch(new_members=0)) is None
    assert score("D2", branch()).pending
    running = branch(training=KEPT._replace(new_members=1), year_over=False)
    assert points("D2", running) is None
