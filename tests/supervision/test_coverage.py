"""The two coverages of schools, and what stands on the pages of schools and organizations."""

import datetime

import pytest
from django.urls import reverse

from supervision.coverage import Coverage, Covered
from supervision.models import Instructor, MassOrganization, PartyBudget, PartyWorker
from tests.conftest import make_organization, make_school

D = datetime.date
DAY = D(2026, 3, 10)


@pytest.fixture
def schools(tree):
    """Schools with their own organization, a joint branch, an instructor, a union, nobody."""
    names = ("一", "二", "三", "四", "五")
    made = [
        make_school(f"东区第{n}小学", tree.east_edu, tree.places["990102"], declared_members=2)
        for n in names
    ]
    make_organization("中共东区第一小学支部委员会", tree.east_edu, school=made[0])
    joint = make_organization("中共东区联合支部委员会", tree.east_edu, kind="joint_branch")
    joint.covered_schools.add(made[1])
    Instructor.objects.create(school=made[2], name="王", sent_by="镇党委", start=D(2025, 1, 1))
    MassOrganization.objects.create(school=made[3], kind="union", start=D(2025, 1, 1))
    Instructor.objects.create(
        school=made[4], name="李", sent_by="镇党委", start=D(2024, 1, 1), end=DAY
    )
    return made


def test_schools_are_covered_by_an_organization_by_work_or_not_at_all(schools):
    found = Coverage.read(DAY)
    assert [found.of(s.pk) for s in schools] == [
        Covered.OWN,
        Covered.JOINT,
        Covered.WORK,
        Covered.WORK,
        Covered.NONE,
    ]
    # The day before, its instructor was still there.
    assert Coverage.read(DAY - datetime.timedelta(days=1)).of(schools[4].pk) == Covered.WORK


@pytest.mark.parametrize(("members", "due"), [(2, False), (3, True), (None, False)])
def test_three_full_members_want_an_organization_of_their_own(schools, members, due):
    found = Coverage.read(DAY)
    assert found.is_due(schools[1].pk, members) is due
    assert found.is_due(schools[4].pk, members) is due
    assert not found.is_due(schools[0].pk, members)


def test_the_list_of_coverage_tells_each_school(client, schools, users, tree):
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    page = client.get(reverse("coverage_of_schools"), {"covered": "none"}).content.decode()
    assert "东区第五小学" in page
    assert "东区第四小学" not in page
    schools[4].declared_members = 3
    schools[4].save()
    page = client.get(reverse("coverage_of_schools"), {"organized": "due"}).content.decode()
    assert "东区第五小学" in page
    assert "东区第二小学" not in page


def test_instructors_budgets_and_workers_are_entered_and_shown_where_they_belong(
    client, schools, users
):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    data = {"school": "东区第五小学", "name": "赵", "sent_by": "镇党委", "start": "2026-01-05"}
    assert client.post(reverse("instructor_new"), data).status_code == 302
    page = client.get(reverse("school", args=[schools[4].pk])).content.decode()
    assert "赵" in page
    organization = "东区第一小学党支部"
    data = {"organization": organization, "year": "2026", "amount": "3600"}
    response = client.post(reverse("party_budget_new"), data)
    assert PartyBudget.objects.get().amount == 3600
    assert "3,600.00 元" in client.get(response.url).content.decode()
    data = {
        "organization": organization,
        "name": "周敏",
        "start": "2026-01-05",
        "end": "2025-01-05",
    }
    refused = client.post(reverse("party_worker_new"), data)
    assert "止日要晚于起日" in refused.content.decode()
    assert not PartyWorker.objects.exists()
    for page in ("party_budgets", "party_workers", "instructors", "mass_organizations"):
        assert client.get(reverse(page)).status_code == 200
        assert client.get(reverse(page), {"format": "xlsx"}).status_code in (200, 403)
