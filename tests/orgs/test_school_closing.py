"""Closing and merging schools, with what becomes of their organizations."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from orgs.models import Coverage, Organization, OrgKind
from orgs.services_structure import units_of
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def city(tree):
    schools = [
        make_school(f"东区{name}", tree.east_edu, tree.places["990102"])
        for name in ("甲校", "乙校", "丙校", "丁校")
    ]
    own = make_organization("中共东区甲校支部委员会", tree.east_edu, school=schools[0])
    other = make_organization("中共东区乙校支部委员会", tree.east_edu, school=schools[1])
    joint = make_organization(
        "中共东区联合支部委员会", tree.east_edu, kind=OrgKind.JOINT_BRANCH, school=schools[0]
    )
    joint.covered_schools.set(schools[2:])
    make_member("何建国", own)
    return schools, own, other, joint


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


def data(own, joint, **changes):
    return {
        "on": "2026-08-20",
        "document": "东教〔2026〕9号",
        "merged_into": "东区乙校",
        f"what_{own.pk}": "follows",
        f"what_{joint.pk}": "leaves",
        "version": "1",
        **changes,
    }


def test_the_organizations_are_listed_and_each_goes_its_way(editor, city):
    (school, into, c, d), own, _, joint = city
    address = reverse("school_close", args=[school.pk])
    text = editor.get(address).content.decode()
    assert "东区甲校党支部" in text
    assert "东区联合党支部" in text
    text = editor.post(address, data(own, joint), follow=True).content.decode()
    assert "已撤并东区甲校，并入东区乙校" in text
    assert "2026-08-20 撤并，并入" in text
    school.refresh_from_db()
    assert (school.closed_on, school.merged_into) == (D(2026, 8, 20), into)
    own.refresh_from_db()
    joint.refresh_from_db()
    assert own.school == into
    assert set(units_of(joint)) == {c, d}
    # Both periods are kept.
    periods = set(Coverage.objects.values_list("organization", "school", "start", "end"))
    day = D(2026, 8, 20)
    assert periods == {
        (own.pk, school.pk, None, day),
        (own.pk, into.pk, day, None),
        (joint.pk, school.pk, None, day),
    }
    entry = AuditEntry.objects.get(action="school.close")
    assert entry.changes["党组织"] == ["东区甲校党支部转到东区乙校", "东区联合党支部不再覆盖"]


def test_a_closed_school_s_branch_is_dissolved_and_its_members_work_elsewhere(editor, city):
    (school, into, *_), own, other, joint = city
    sent = data(
        own,
        joint,
        merged_into="",
        **{f"what_{own.pk}": "dissolves", f"to_{own.pk}": "东区乙校党支部"},
    )
    editor.post(reverse("school_close", args=[school.pk]), sent)
    own.refresh_from_db()
    assert own.dissolved_on == D(2026, 8, 20)
    member = other.members.get()
    assert member.school == into


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"merged_into": "东区甲校"}, "merged_into", "不能并入它自己"),
        ({"merged_into": ""}, "what", "没有填并入的学校"),
        ({"what": "dissolves"}, "what", "名下还有 1 名党员"),
        ({"on": "2026-12-01"}, "on", "晚于今天"),
    ],
)
def test_closings_that_cannot_be_leave_everything(editor, city, changes, field, words):
    (school, *_), own, _, joint = city
    if "what" in changes:
        changes = {f"what_{own.pk}": changes["what"]}
    field = f"what_{own.pk}" if field == "what" else field
    response = editor.post(reverse("school_close", args=[school.pk]), data(own, joint, **changes))
    assert words in " ".join(response.context["form"].errors[field])
    school.refresh_from_db()
    assert school.closed_on is None
    assert not Revision.objects.exists()
    assert Organization.objects.get(pk=own.pk).school == school


def test_what_is_left_for_later_must_be_confirmed(editor, city):
    (school, *_), own, _, joint = city
    address = reverse("school_close", args=[school.pk])
    sent = data(own, joint, **{f"what_{own.pk}": "later"})
    assert "还留在撤并的学校名下" in editor.post(address, sent).content.decode()
    editor.post(address, sent | {"confirmed": "on"})
    school.refresh_from_db()
    assert school.closed_on
    assert "已经撤并" in editor.get(address).content.decode()
