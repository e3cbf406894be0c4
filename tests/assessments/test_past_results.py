"""The log of changed results: what a rate was on a past day."""

import datetime

import pytest
from django.utils import timezone

from assessments.models import Assessment, ResultChange, ReviewedScore, Verdict
from assessments.past.log import days_of_change, is_known, results_on
from assessments.scoring import score_cycle
from tests.assessments.scored_year import D, make_good
from tests.conftest import make_organization

DAYS = [D(2026, 4, 1), D(2026, 4, 10), D(2026, 4, 20)]


def at(monkeypatch, day):
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def state(cycle, day):
    return {
        row.organization.name: (row.verdict, row.final)
        for rows in results_on(cycle, day)
        for row in rows.select_related("organization")
    }


@pytest.fixture
def three_days(tree, cycle, monkeypatch):
    """A year scored on three days: one fails on the second, one comes on the third."""
    good, other = make_good("甲支部", tree.bureau, cycle), make_good("乙支部", tree.west_edu, cycle)
    at(monkeypatch, DAYS[0])
    score_cycle(cycle)
    at(monkeypatch, DAYS[1])
    ReviewedScore.objects.filter(organization=good).update(points=0)
    score_cycle(cycle, organizations=[good.pk])
    at(monkeypatch, DAYS[2])
    make_organization("丙支部", tree.bureau)
    ReviewedScore.objects.filter(organization=good, code="F1").update(points=1)
    score_cycle(cycle)
    cycle.refresh_from_db()
    return good, other


def test_every_past_day_has_the_results_it_had(three_days, cycle):
    first = state(cycle, DAYS[0])
    assert {name: verdict for name, (verdict, _) in first.items()} == {
        "甲支部": Verdict.COMPLIANT,
        "乙支部": Verdict.COMPLIANT,
    }
    # The end of the day counts, and nothing happened until the next change.
    assert state(cycle, D(2026, 4, 9)) == first
    second = state(cycle, DAYS[1])
    assert second["甲支部"][0] == Verdict.NON_COMPLIANT
    assert second["乙支部"] == first["乙支部"]
    today = {a.organization.name: (a.verdict, a.final) for a in Assessment.objects.all()}
    assert state(cycle, DAYS[2]) == today
    assert set(today) - set(second) == {"丙支部"}
    assert days_of_change(cycle) == [DAYS[2], DAYS[1]]


def test_only_what_differs_is_logged(three_days, cycle):
    good, _ = three_days
    count = ResultChange.objects.count()
    assert ResultChange.objects.filter(organization=good, existed=True).count() == 2
    score_cycle(cycle)
    assert ResultChange.objects.count() == count


def test_days_before_the_first_scoring_are_not_known(three_days, cycle):
    assert is_known(cycle, DAYS[0])
    assert not is_known(cycle, D(2026, 3, 31))
