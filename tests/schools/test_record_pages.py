"""A record in the browser: new, changed, two editors, withdrawn, restored."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from schools.models import School
from tests.conftest import make_school


@pytest.fixture
def school(tree):
    return make_school(
        "东区第一小学", tree.east_edu, tree.places["990102"], students=300, principal="何建国"
    )


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def page(name, *args):
    return reverse(name, args=args)


def data_of(client, school, **changes):
    """Return what a browser sends for the edit form of `school` as it stands."""
    form = client.get(page("school_edit", school.pk)).context["form"]
    data = {name: value for name, value in form.values().items() if value not in (None, False)}
    return {**data, "version": school.version, **changes}


def test_a_change_is_kept_with_its_revision_and_logged_once(editor, users, school):
    data = data_of(editor, school, students="320", reason="秋季招生")
    response = editor.post(page("school_edit", school.pk), data, follow=True)
    assert "已保存" in response.content.decode()
    school.refresh_from_db()
    assert (school.students, school.version) == (320, 2)
    revision = Revision.objects.get()
    assert revision.changes == {"students": [300, 320]}
    assert (revision.actor, revision.reason, revision.source) == (
        users.editor,
        "秋季招生",
        "修改学校",
    )
    entry = AuditEntry.objects.get(action="school.change")
    assert entry.changes["在校学生数"] == ["300", "320"]


def test_saving_without_a_change_writes_nothing(editor, school):
    editor.post(page("school_edit", school.pk), data_of(editor, school))
    school.refresh_from_db()
    assert school.version == 1
    assert not Revision.objects.exists()
    assert not AuditEntry.objects.filter(action="school.change").exists()


def test_nothing_typed_is_lost_on_an_error(editor, school):
    data = data_of(editor, school, students="320", teachers="50", staff="40")
    response = editor.post(page("school_edit", school.pk), data)
    text = response.content.decode()
    assert response.status_code == 400
    assert "专任教师 50 人多于教职工 40 人" in text
    assert 'value="320"' in text
    assert not Revision.objects.exists()


def test_changing_the_managing_body_needs_a_reason(editor, tree, school):
    data = data_of(editor, school, jurisdiction=str(tree.baiyang))
    response = editor.post(page("school_edit", school.pk), data)
    assert "要写明理由" in response.content.decode()
    editor.post(page("school_edit", school.pk), {**data, "reason": "白杨镇接管"})
    school.refresh_from_db()
    assert school.jurisdiction == tree.baiyang


def test_a_body_outside_the_scope_cannot_be_chosen(editor, tree, school):
    data = data_of(editor, school, jurisdiction=str(tree.west_edu), reason="试")
    response = editor.post(page("school_edit", school.pk), data)
    assert "没有找到" in response.content.decode()
    school.refresh_from_db()
    assert school.jurisdiction == tree.east_edu


def test_a_new_school_starts_its_history(editor, tree, school):
    data = data_of(editor, school, name="东区第二小学", version="")
    response = editor.post(page("school_new"), data)
    made = School.objects.get(name="东区第二小学")
    assert response.url == page("school", made.pk)
    assert Revision.objects.get().action == Revision.Action.CREATE


def test_a_name_already_taken_is_refused_in_words(editor, school):
    response = editor.post(page("school_new"), data_of(editor, school, version=""))
    assert response.status_code == 400
    assert "本县(市、区)已经有同名学校。" in response.content.decode()


def test_the_second_editor_sees_both_sides_and_chooses(editor, users, school):
    mine = data_of(editor, school, students="350", principal="周敏")
    theirs = data_of(editor, school, students="320", staff="40")
    editor.post(page("school_edit", school.pk), theirs)
    response = editor.post(page("school_edit", school.pk), mine)
    assert response.status_code == 409
    lines = {line.name: line for line in response.context["clash"].lines}
    assert set(lines) == {"students", "staff"}
    assert (lines["students"].opened, lines["students"].stored) == ("300", "320")
    assert lines["students"].typed == "350"
    assert lines["staff"].use == "stored"
    assert 'value="周敏"' in response.content.decode()
    school.refresh_from_db()
    assert school.students == 320
    # Without a choice nothing is saved, even if sent again.
    again = {**mine, "seen": "2"}
    assert editor.post(page("school_edit", school.pk), again).status_code == 409
    editor.post(page("school_edit", school.pk), {**again, "use-students": "typed"})
    school.refresh_from_db()
    assert (school.students, school.staff, school.principal) == (350, 40, "周敏")


def test_changes_of_different_fields_are_shown_before_both_are_kept(editor, school):
    mine = data_of(editor, school, principal="周敏")
    editor.post(page("school_edit", school.pk), data_of(editor, school, staff="40"))
    response = editor.post(page("school_edit", school.pk), mine)
    assert response.status_code == 409
    editor.post(page("school_edit", school.pk), {**mine, "seen": "2"})
    school.refresh_from_db()
    assert (school.staff, school.principal) == (40, "周敏")


def test_an_earlier_value_can_be_put_back(editor, school):
    for students in ("320", "340"):
        school.refresh_from_db()
        data = data_of(editor, school, students=students)
        editor.post(page("school_edit", school.pk), data)
    first = Revision.objects.get(version=2)
    shown = editor.get(page("school_history", school.pk)).content.decode()
    assert shown.count("恢复改动前") == 2
    asked = {"revision": first.pk, "field": "students"}
    editor.post(page("school_restore", school.pk), asked)
    school.refresh_from_db()
    assert (school.students, school.version) == (300, 4)
    assert "恢复" in Revision.objects.get(version=4).reason


def test_withdrawing_needs_a_reason_and_can_be_undone(editor, school):
    address = page("school_withdraw", school.pk)
    assert editor.post(address, {"version": 1}).status_code == 400
    editor.post(address, {"version": 1, "reason": "重复录入"})
    assert not School.objects.exists()
    assert editor.get(page("school", school.pk)).status_code == 404
    text = editor.get(page("school_history", school.pk)).content.decode()
    assert "重复录入" in text
    editor.post(page("school_restore", school.pk), {"what": "record"})
    assert School.objects.get() == school


def test_a_withdrawn_name_is_free_and_then_blocks_the_return(editor, tree, school):
    withdraw = {"version": 1, "reason": "重复录入"}
    editor.post(page("school_withdraw", school.pk), withdraw)
    make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    response = editor.post(page("school_restore", school.pk), {"what": "record"}, follow=True)
    assert "没有恢复。本县(市、区)已经有同名学校。" in response.content.decode()
    assert School.objects.count() == 1


def test_names_are_offered_inside_the_scope_only(editor, tree, school):
    make_school("西县第一小学", tree.west_edu, tree.places["990121"])
    text = editor.get(page("pick", "schools"), {"school": "第一小学"}).content.decode()
    assert "东区第一小学" in text
    assert "西县" not in text
    assert editor.get(page("pick", "nothing")).status_code == 404


def test_choosing_nothing_is_said_in_words(editor):
    html = editor.get(page("school_new")).content.decode()
    assert "---------" not in html
    # The managing body must be chosen; the kind of place need not.
    assert '<option value="" selected>请选择</option>' in html
    assert '<option value="" selected>不填</option>' in html
