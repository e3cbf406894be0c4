"""One field of many records changed together."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from schools.models import School
from tests.conftest import make_school


@pytest.fixture
def schools(tree):
    place = tree.places["990102"]
    return [make_school(f"东区第{n}小学", tree.east_edu, place) for n in "一二三"]


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def address(*keys, **query):
    parts = [f"pk={key}" for key in keys] + [f"{k}={v}" for k, v in query.items()]
    return f"{reverse('school_bulk')}?{'&'.join(parts)}"


def test_the_ticked_records_are_changed_each_with_its_history(editor, schools):
    keys = [school.pk for school in schools[:2]]
    page = editor.get(address(*keys, field="town")).content.decode()
    assert "批量修改 2 条学校" in page
    editor.post(address(*keys, field="town"), {"town": "白杨镇", "reason": "镇名核对"})
    towns = School.objects.order_by("pk").values_list("town", flat=True)
    assert list(towns) == ["白杨镇", "白杨镇", ""]
    revisions = Revision.objects.all()
    assert {(r.source, r.reason) for r in revisions} == {("批量修改所在乡镇(街道)", "镇名核对")}
    assert AuditEntry.objects.filter(action="school.change").count() == 2


def test_all_that_the_conditions_find_are_meant_by_all(editor, schools, tree):
    make_school("东区幼儿园", tree.east_edu, tree.places["990102"], stage="kindergarten")
    asked = address(all=1, stage="primary", field="urban")
    assert "批量修改 3 条学校" in editor.get(asked).content.decode()
    editor.post(asked, {"urban": "town", "reason": "核对"})
    assert School.objects.filter(urban="town").count() == 3


def test_a_record_whose_form_refuses_is_named_and_the_others_are_changed(editor, schools, tree):
    schools[0].staff, schools[0].teachers = 10, 20
    schools[0].save()
    keys = [school.pk for school in schools]
    response = editor.post(address(*keys, field="town"), {"town": "白杨镇", "reason": "核对"})
    text = response.content.decode()
    assert "已改 2 条，0 条本来就是这样，1 条没有改" in text
    assert "东区第一小学：专任教师 20 人多于教职工 10 人" in text
    assert School.objects.filter(town="白杨镇").count() == 2


def test_a_reason_is_asked_and_only_listed_fields_are_offered(editor, schools):
    response = editor.post(address(schools[0].pk, field="town"), {"town": "白杨镇"})
    assert response.status_code == 400
    assert not Revision.objects.exists()
    assert editor.get(address(schools[0].pk, field="name")).status_code == 404


def test_a_record_outside_the_scope_stops_the_whole(editor, schools, tree):
    outside = make_school("西县第一小学", tree.west_edu, tree.places["990121"])
    asked = address(schools[0].pk, outside.pk, field="town")
    assert editor.get(asked).status_code == 404
    assert editor.post(asked, {"town": "白杨镇", "reason": "试"}).status_code == 404
    assert not Revision.objects.exists()


def test_the_list_offers_boxes_to_those_who_may_change(client, users, schools):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    assert 'name="pk"' in client.get(reverse("schools")).content.decode()
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    assert 'name="pk"' not in client.get(reverse("schools")).content.decode()
