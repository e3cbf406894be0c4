"""From the page of an organization to its cases, dues and terms; from home to transfers."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from activities.models import DuesLedger
from orgs.models import DevelopmentCase, Transfer
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


def make_case(branch, **told):
    told = {"applied_on": D(2025, 3, 5), "birth_date": D(1990, 1, 1), "sex": "male"} | told
    return DevelopmentCase.objects.create(organization=branch, name="张某", **told)


def sections(client, branch):
    page = client.get(reverse("organization", args=[branch.pk]))
    return {section.key: section for section in page.context["sections"]}, page.content.decode()


def test_the_page_leads_to_cases_dues_and_terms(client, users, branch):
    for number in range(2):
        make_case(branch, id_hash=f"{number}")
    make_case(branch, id_hash="2", activist_on=D(2025, 9, 10))
    make_case(branch, id_hash="3", ended_on=D(2025, 9, 10), end_kind="dropped")
    DuesLedger.objects.create(organization=branch, year=2025, published_on=D(2025, 12, 20))
    client.force_login(users.editor)
    found, page = sections(client, branch)
    assert [row[1] for row in found["development"].rows] == [2, 1]
    assert found["development"].note == "培养中 3 人"
    assert f"{reverse('development_cases')}?organization={branch.pk}&stage=activist" in page
    assert f"{reverse('organization_dues', args=[branch.pk])}?year=2025" in page
    assert found["dues"].rows[0][1:] == ("按月", "", "2025-12-20")
    assert f"{reverse('terms')}?scope={branch.jurisdiction_id}" in page
    assert "登记申请人" in dict(found["development"].links)


def test_who_only_looks_is_offered_nothing_to_enter(client, users, branch):
    client.force_login(users.viewer)
    found, page = sections(client, branch)
    assert found["development"].links == []
    assert "没有培养中的" in page
    assert "还没有党费台账" in page


def test_a_committee_has_neither(client, users, tree):
    committee = make_organization("中共东区第一中学委员会", tree.east_edu, kind="committee")
    client.force_login(users.editor)
    assert {"development", "dues"}.isdisjoint(sections(client, committee)[0])


def test_home_tells_of_transfers_to_receive(client, users, branch, tree):
    west = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    for number, sent in enumerate((D(2026, 11, 1), D(2026, 10, 1)), 1):
        member = make_member(f"党员{number}", branch, number)
        Transfer.objects.create(
            member=member, sender=branch, receiver=west, sent_on=sent, state="pending"
        )
    client.force_login(users.west_editor)
    lines = {line.text: line for line in client.get("/").context["matters"]}
    line = lines["待我接收的组织关系 2 人次"]
    assert (line.note[:14], line.hot) == ("其中 1 人次超过 30 天", True)
    assert client.get(line.url).context["count"] == 2
    # The sender waits; it is not his turn.
    client.force_login(users.editor)
    assert not any("组织关系" in line.text for line in client.get("/").context["matters"])
