"""Stored checks follow the cases they are worked out from."""

import datetime

import pytest

from accounts import history
from accounts.history import Act
from orgs.development.keeping import refresh, touched
from orgs.models import ActivistReview, DevelopmentCase, DevelopmentCheck, DevStage, Sex
from orgs.personal import lookup_hash
from schools import writing
from tests.conftest import make_organization

D = datetime.date.fromisoformat


def make_case(organization, number="990102199001010012", **told):
    """Return a stored case; days may be given as text."""
    told = {"name": "何建国", "applied_on": "2024-03-05"} | told
    values = {
        name: D(value) if name.endswith(("_on", "_to", "_from")) and value else value
        for name, value in told.items()
    }
    case = DevelopmentCase(
        organization=organization,
        sex=Sex.MALE,
        birth_date=D("1990-01-01"),
        id_number=number,
        id_hash=lookup_hash(number),
        **values,
    )
    writing.write(case, act=Act(None), action="development_case.create", touched=touched)
    return case


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


def stored(case):
    return {c.key: (c.met, c.due_on) for c in DevelopmentCheck.objects.filter(case=case)}


def write(case, **told):
    for name, value in told.items():
        setattr(case, name, value)
    writing.write(case, act=Act(None), action="development_case.change", touched=touched)


@pytest.mark.parametrize(
    ("told", "stage"),
    [
        ({}, DevStage.APPLICANT),
        ({"activist_on": "2024-06-20"}, DevStage.ACTIVIST),
        ({"activist_on": "2024-06-20", "target_on": "2025-07-01"}, DevStage.DEVELOPMENT_TARGET),
        ({"target_on": "2025-07-01", "admitted_on": "2025-10-20"}, DevStage.DEVELOPMENT_TARGET),
        ({"admitted_on": "2025-10-20", "approved_on": "2025-11-20"}, DevStage.PROBATIONARY),
        ({"approved_on": "2025-11-20", "confirmed_on": "2026-10-20"}, DevStage.FULL),
    ],
)
def test_the_stage_follows_from_the_days(branch, told, stage):
    case = make_case(branch, **told)
    assert DevelopmentCase.objects.get(pk=case.pk).stage == stage
    assert DevelopmentCase.objects.filter(stage=stage).exists()


def test_checks_are_stored_with_every_write(branch):
    case = make_case(branch)
    assert stored(case) == {
        "R45": (True, D("2024-03-05")),
        "R46": (None, D("2024-04-05")),
    }
    write(case, first_talk_on=D("2024-04-10"), activist_on=D("2024-06-20"))
    found = stored(case)
    assert found["R46"] == (False, D("2024-04-05"))
    assert found["R48"] == (None, D("2024-12-20"))
    assert found["R49"] == (None, None)


def test_a_review_moves_the_next_one(branch):
    case = make_case(branch, activist_on="2024-06-20")
    review = ActivistReview(case=case, reviewed_on=D("2024-12-01"))
    writing.write(
        review,
        act=Act(None),
        action="activist_review.create",
        touched=lambda r: touched(r.case),
    )
    assert stored(case)["R48"] == (None, D("2025-06-20"))
    writing.withdraw(
        review,
        act=Act(None, reason="录错"),
        action="activist_review.withdraw",
        touched=lambda r: touched(r.case),
    )
    assert stored(case)["R48"] == (None, D("2024-12-20"))


def test_a_withdrawn_case_leaves_no_checks(branch):
    case = make_case(branch)
    act = Act(None, reason="重复")
    writing.withdraw(case, act=act, action="development_case.withdraw", touched=touched)
    assert stored(case) == {}
    writing.bring_back(case, act=act, action="development_case.return", touched=touched)
    assert set(stored(case)) == {"R45", "R46"}


def test_keeping_costs_the_same_for_any_number_of_cases(branch, django_assert_max_num_queries):
    for n in range(8):
        make_case(branch, f"9901021990010100{n:02d}", activist_on="2024-06-20")
    DevelopmentCheck.objects.all().delete()
    with django_assert_max_num_queries(6):
        refresh([branch.pk])
    assert DevelopmentCheck.objects.filter(code="R45").count() == 8


def test_the_stage_never_stands_in_a_revision(branch):
    case = make_case(branch, activist_on="2024-06-20")
    write(case, target_on=D("2025-07-01"))
    write(case, sponsors="王芳、李强")
    names = {name for r in history.revisions(case) for name in r.changes}
    assert "stage" not in names
