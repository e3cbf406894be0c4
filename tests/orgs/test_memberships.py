"""Memberships and situations stay in step with what workbooks and the register tell."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.history import NOWHERE, Act
from accounts.models import Revision
from orgs.models import Membership, Situation
from orgs.services_memberships import keep_in_step
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date
TODAY = D(2026, 11, 12)
ACT = Act(None, source="导入党员花名册", batch=5)


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


def step(*members):
    keep_in_step([], [(member, NOWHERE) for member in members], act=ACT, today=TODAY)


def situations():
    return set(Situation.objects.values_list("member__name", "kind", "start", "end"))


def test_who_is_new_to_the_register_has_a_membership_without_a_beginning(branch):
    member = make_member("王海涛", branch)
    Membership.objects.all().delete()
    step(member)
    step(member)
    found = Membership.objects.get()
    assert (found.member, found.organization, found.start, found.end) == (
        member,
        branch,
        None,
        None,
    )
    assert Revision.objects.get().batch == 5


def test_marks_open_and_end_situations(branch):
    lost = make_member("赵敏", branch, 1, is_lost_contact=True)
    plain = make_member("王海涛", branch, 2)
    step(lost, plain)
    step(lost, plain)
    assert situations() == {("赵敏", "lost", None, None)}
    lost.is_lost_contact, plain.is_floating = False, True
    step(lost, plain)
    assert situations() == {
        ("赵敏", "lost", None, TODAY),
        ("王海涛", "floating", None, None),
    }


def test_keeping_in_step_costs_the_same_for_any_number(branch):
    costs = []
    for number in (1, 20):
        members = [make_member(f"党员{n}", branch, 100 * number + n) for n in range(number)]
        Membership.objects.filter(member__in=members).delete()
        for member in members:
            member.is_floating = True
        with CaptureQueriesContext(connection) as queries:
            step(*members)
        costs.append(len(queries))
    assert costs[0] == costs[1]
