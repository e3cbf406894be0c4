"""One field of many organizations, or of many members, changed together."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from orgs.models import Member, Organization
from orgs.personal import lookup_hash
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member
from tests.sheets.test_importing import number


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


@pytest.fixture
def branches(tree):
    made = []
    for name in "一二三":
        school = make_school(f"东区第{name}小学", tree.east_edu, tree.places["990102"])
        made.append(
            make_organization(f"中共东区第{name}小学支部委员会", tree.east_edu, school=school)
        )
    return made


@pytest.fixture
def members(branches):
    made = [make_member(f"党员{n}", branches[0], n) for n in range(1, 4)]
    for index, member in enumerate(made, 1):
        # Numbers whose check digits fit: the form of a member looks at them again.
        member.id_number, member.id_hash = number(index), lookup_hash(number(index))
        member.birth_date = datetime.date(1990, 1, index % 28 + 1)
        member.sex = "male" if int(number(index)[16]) % 2 else "female"
        # Of the first only the month is known.
        member.joined_on, member.joined_month_only = datetime.date(2015, 7, 1), index == 1
        member.save()
    return made


def address(name, *records, **query):
    parts = [f"pk={record.pk}" for record in records] + [f"{k}={v}" for k, v in query.items()]
    return f"{reverse(name)}?{'&'.join(parts)}"


def test_organizations_get_a_fixed_day_each_with_its_history(editor, branches):
    joint = branches[2]
    joint.covered_schools.add(branches[0].school)
    Organization.objects.filter(pk=joint.pk).update(kind="joint_branch")
    asked = address("organization_bulk", *branches, field="fixed_day")
    assert "批量修改 3 条党组织" in editor.get(asked).content.decode()
    response = editor.post(asked, {"fixed_day": "每月15日", "reason": "统一固定日"})
    assert response.status_code == 302, response.context["done"]
    assert set(Organization.objects.values_list("fixed_day", flat=True)) == {"每月15日"}
    # What is kept outside the columns stays as it was.
    assert [s.name for s in joint.covered_schools.all()] == ["东区第一小学"]
    assert Revision.objects.filter(reason="统一固定日").count() == 3
    assert AuditEntry.objects.filter(action="organization.change").count() == 3


def test_members_keep_their_numbers_when_a_field_is_changed(editor, members):
    before = {m.pk: (m.id_number, m.phone) for m in members}
    asked = address("member_bulk", *members[:2], field="education")
    response = editor.post(asked, {"education": "bachelor", "reason": "学历核对"})
    assert response.status_code == 302, response.context["done"]
    found = Member.objects.order_by("pk")
    assert [m.education for m in found] == ["bachelor", "bachelor", ""]
    assert {m.pk: (m.id_number, m.phone) for m in found} == before
    assert [list(r.changes) for r in Revision.objects.all()] == [["education"]] * 2


def test_all_that_is_found_is_meant_and_others_are_never_touched(editor, members, tree):
    west = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    stranger = make_member("别人", west, 9)
    asked = address("member_bulk", all=1, field="job")
    assert "批量修改 3 条党员" in editor.get(asked).content.decode()
    assert editor.get(address("member_bulk", members[0], stranger, field="job")).status_code == 404
    editor.post(asked, {"job": "教师", "reason": "补填"})
    assert Member.objects.filter(job="教师").count() == 3


def test_a_past_day_is_for_looking_only(editor, branches):
    asked = address("organization_bulk", all=1, day="2025-12-31", field="remark")
    assert editor.get(asked).status_code == 404
    page = editor.get(reverse("organizations") + "?day=2025-12-31").content.decode()
    assert 'name="pk"' not in page
    assert 'name="pk"' in editor.get(reverse("organizations")).content.decode()


def test_personal_numbers_are_not_among_the_fields(editor, members):
    for name in ("id_number", "phone", "status", "organization"):
        asked = address("member_bulk", members[0], field=name)
        assert editor.get(asked).status_code == 404
