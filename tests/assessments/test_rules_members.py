"""Indicators D3-D5 and E1-E3 at, below and above their thresholds."""

import datetime

import pytest

from assessments.facts.contacts import Contacts
from assessments.facts.development import Development
from assessments.facts.dues import Dues
from assessments.facts.transfers import Transfers
from tests.assessments.facts_maker import branch, points, score


@pytest.mark.parametrize(
    ("on_time", "published", "got"),
    [(168, True, 4), (167, True, 3.98), (84, True, 2.5), (168, False, 3), (0, False, 0)],
)
def test_d3_takes_the_share_of_member_months_and_the_publication(on_time, published, got):
    dues = Dues(True, 168, on_time, published=published)
    assert points("D3", branch(dues=dues)) == got


def test_d3_in_a_running_year_leaves_the_publication_out_until_the_year_is_over():
    dues = Dues(True, 100, 50)
    running = score("D3", branch(dues=dues, year_over=False))
    assert (running.points, running.of) == (150, 300)
    assert "暂不计入" in running.reason
    published = score("D3", branch(dues=dues._replace(published=True), year_over=False))
    assert (published.points, published.of) == (250, 400)
    nothing_due = score("D3", branch(dues=Dues(True), year_over=False))
    assert nothing_due.points is None


def test_d3_tells_how_many_members_the_ledger_leaves_out():
    told = score("D3", branch(dues=Dues(True, 120, 96, unlisted=2, published=True)))
    assert told.points == 340
    assert "2 名党员没有列入台账" in told.reason
    assert told.inputs["unlisted"] == 2


def test_d3_without_a_ledger_waits_for_the_reviewer():
    assert score("D3", branch()).pending
    reviewed = score("D3", branch(reviewed={"D3": (300, "有台账")}))
    assert (reviewed.points, reviewed.origin) == (300, "review")
    ledger = branch(dues=Dues(True, 12, 12, published=True), reviewed={"D3": (0, "")})
    assert score("D3", ledger).origin == "rule"


@pytest.mark.parametrize(("deductions", "got"), [(0, 2), (1, 1), (2, 0), (5, 0)])
def test_d4_takes_a_point_for_each_full_thirty_days(deductions, got):
    moved = Transfers(handled=2, late=bool(deductions), deductions=deductions, longest=10)
    assert points("D4", branch(transfers=moved)) == got


def test_d4_without_transfers_is_full_where_the_register_is_kept_here():
    assert points("D4", branch()) == 2
    assert score("D4", branch(has_roster=False)).pending


def test_d5_takes_the_mean_over_floating_and_lost_members():
    assert points("D5", branch(contacts=Contacts(2, 2, 2, 1))) == 1.5
    assert points("D5", branch(contacts=Contacts(floating=3, floating_kept=2))) == 1.33
    assert points("D5", branch()) is None
    waiting = score("D5", branch(contacts=Contacts(waiting=1), floating_or_lost=1))
    assert waiting.points is None
    assert "不满一个季度" in waiting.reason
    assert score("D5", branch(floating_or_lost=1)).pending


@pytest.mark.parametrize(("met", "got"), [(8, 4), (7, 3.5), (0, 0)])
def test_e1_takes_the_share_of_checks_that_fell_due(met, got):
    cases = Development(cases=2, checks_due=8, checks_met=met)
    assert points("E1", branch(development=cases)) == got


def test_e1_does_not_apply_without_a_step_due():
    assert points("E1", branch(development=Development(cases=1))) is None
    assert points("E1", branch(new_members=0)) is None
    # A new member without a case has been admitted somehow: nobody can tell yet.
    assert score("E1", branch(new_members=1)).pending
    assert points("E1", branch(new_members=0, reviewed={"E1": (350, "")})) == 3.5


@pytest.mark.parametrize(
    ("staff", "activists", "got"),
    [(9, 0, None), (10, 0, 0), (10, 1, 2), (20, 1, 2), (21, 1, 1), (21, 2, 2), (200, 9, 1)],
)
def test_e2_wants_one_activist_in_twenty_rounded_up(staff, activists, got):
    cases = Development(cases=1 + activists, activists=activists)
    assert points("E2", branch(non_member_staff=staff, development=cases)) == got


def test_e2_of_another_percentage_and_of_retirees():
    cases = Development(cases=2, activists=2)
    facts = branch(non_member_staff=30, development=cases)
    assert (points("E2", facts), points("E2", facts, activist_percent=10)) == (2, 1)
    assert points("E2", branch(is_retiree_branch=True, development=cases)) is None
    assert score("E2", branch(non_member_staff=30)).pending


@pytest.mark.parametrize(("teachers", "got"), [(8, 2), (7, 1), (6, 1), (5, 0)])
def test_e3_at_eighty_and_sixty_per_cent(teachers, got):
    assert points("E3", branch(admitted=10, admitted_teachers=teachers)) == got
    cases = Development(cases=12, admitted=10, admitted_teachers=teachers)
    assert points("E3", branch(has_roster=False, development=cases)) == got


def test_e3_without_anybody_admitted():
    assert points("E3", branch()) is None
    assert score("E3", branch(has_roster=False)).pending
    assert points("E3", branch(day=datetime.date(2024, 12, 31), is_retiree_branch=True)) is None
