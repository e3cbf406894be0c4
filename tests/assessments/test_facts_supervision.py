"""What is read of surveys, rectification and findings, and that a change is scored at once."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from assessments.facts import findings, rectification, surveys
from assessments.facts.calendar import Calendar
from assessments.models import Assessment, Cycle
from assessments.scoring import score_cycle
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from supervision.models import RectificationItem, Survey, VetoFinding, WeakListing
from tests.conftest import make_organization, make_school, make_user

D = datetime.date


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def calendar(year=2025, as_of=None):
    return Calendar(year, D(year, 12, 31), D(year + 1, 3, 31), as_of or D(year + 1, 1, 31))


def make_survey(year=2025, day=None, **kwargs):
    counts = {"asked": 40, "valid": 40, "satisfied": 40, **kwargs}
    return Survey.objects.create(
        year=year, surveyed_on=day or D(year, 11, 5), **{"group": "teachers", **counts}
    )


def test_surveys_of_the_school_hold_for_its_organizations_after_their_own(branch):
    make_survey(school=branch.school, valid=30, satisfied=30, day=D(2025, 12, 1))
    make_survey(organization=branch, valid=20, satisfied=10, fair=10)
    make_survey(organization=branch, year=2024, day=D(2024, 11, 1))
    gone = make_survey(organization=branch, group="parents")
    gone.withdrawn_at = datetime.datetime(2025, 12, 1, tzinfo=datetime.UTC)
    gone.save()
    for ids in (None, [branch.pk]):
        found = surveys.read(calendar(), ids)[branch.pk]
        assert [(a.valid, a.content) for a in found.answers] == [(20, 10), (30, 30)]
    assert branch.pk in surveys.read(calendar(2024), None)
    assert surveys.read(calendar(), [branch.pk + 1]) == {}


def item(organization, deadline, closed=None):
    return RectificationItem.objects.create(
        organization=organization,
        source="inspection",
        category="other",
        description="问题",
        found_on=D(2024, 1, 1),
        deadline=deadline,
        state="closed" if closed else "open",
        closed_on=closed,
    )


def test_items_fall_due_in_the_year_of_their_deadline(branch):
    item(branch, D(2025, 3, 1), D(2025, 3, 1))
    item(branch, D(2025, 4, 1), D(2025, 4, 2))
    item(branch, D(2025, 9, 1))
    item(branch, D(2024, 12, 31))
    item(branch, D(2026, 1, 1))
    found = rectification.read(calendar(), [branch.pk])[branch.pk]
    assert found == (True, 3, 1, (D(2025, 12, 31) - D(2025, 9, 1)).days)
    # In June the one of September is not due yet.
    found = rectification.read(calendar(as_of=D(2025, 6, 30)), None)[branch.pk]
    assert found == (True, 2, 1, 1)


def test_who_is_on_the_weak_list_on_the_check_date(branch, tree):
    other = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    told = {"listing_document": "云组〔2025〕1 号", "cause": "长期不开会"}
    WeakListing.objects.create(organization=branch, listed_on=D(2025, 3, 5), **told)
    WeakListing.objects.create(
        organization=other, listed_on=D(2025, 3, 5), removed_on=D(2025, 12, 31), **told
    )
    assert set(findings.read(calendar(), None)) == {branch.pk}
    assert set(findings.read(calendar(as_of=D(2025, 11, 30)), None)) == {branch.pk, other.pk}
    assert findings.read(calendar(2024), None) == {}


def test_attaching_a_finding_vetoes_at_once_and_withdrawing_it_lifts_the_veto(
    client, branch, users, standard, django_capture_on_commit_callbacks
):
    cycle = Cycle.objects.create(
        year=2025, standard=standard, check_date=D(2025, 12, 31), records_until=D(2026, 3, 31)
    )
    with time_machine.travel(datetime.datetime(2026, 5, 10, 10), tick=False):
        score_cycle(cycle)

        def raised():
            return "V5" in str(Assessment.objects.get(organization=branch).vetoes)

        assert not raised()
        client.force_login(users.editor, backend="schools.roles.RoleBackend")
        data = {
            "organization": "东区第一小学党支部",
            "kind": "V5",
            "year": "2025",
            "document": "云教党〔2026〕9 号",
            "document_on": "2026-04-05",
            "decided_by": "东区教育局党委",
            "description": "会议记录造假",
        }
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("veto_finding_new"), data)
        finding = VetoFinding.objects.get()
        assert raised()
        # The transaction of a test never ends, so what has run is still waiting there.
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(
                reverse("veto_finding_withdraw", args=[finding.pk]),
                {"reason": "申诉成立", "version": "1"},
            )
        assert not raised()


def test_the_weak_list_and_findings_are_not_the_organizations_own_to_keep(client, branch, tree):
    leaf = Jurisdiction.objects.add_child(
        tree.east_edu, instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL)
    )
    branch.jurisdiction = leaf
    branch.save()
    weak = WeakListing.objects.create(
        organization=branch, listed_on=D(2025, 3, 5), listing_document="文", cause="问题"
    )
    client.force_login(
        make_user("school", (Role.EDITOR, leaf)), backend="schools.roles.RoleBackend"
    )
    assert client.get(reverse("weak_listing", args=[weak.pk])).status_code == 200
    for page in ("edit", "withdraw"):
        assert client.get(reverse(f"weak_listing_{page}", args=[weak.pk])).status_code == 403
    data = {
        "organization": "东区第一小学党支部",
        "listed_on": "2025-03-05",
        "listing_document": "文",
        "cause": "问题",
    }
    refused = client.post(reverse("weak_listing_new"), data)
    assert refused.status_code == 400
    assert "不在您的填报范围内" in refused.content.decode()
    assert WeakListing.objects.count() == 1
