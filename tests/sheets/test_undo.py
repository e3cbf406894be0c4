"""Undoing an import: what it wrote goes, what was changed since stays, and it is said."""

import datetime

import pytest
from django.urls import reverse

from accounts import history
from accounts.history import Act
from accounts.models import AuditEntry, Revision
from assessments.models import UnitYear
from orgs.models import Affiliation, Member, Organization, Post
from schools.models import School
from sheets import importing
from sheets.models import BatchStatus, ImportBatch
from sheets.safety import Refused
from sheets.undo import undo, undo_plan
from tests.conftest import make_organization, make_school
from tests.sheets.test_importing import LEDGER, MEMBERS, ORGANIZATIONS, book, member, number, save


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def last_batch():
    return ImportBatch.objects.latest("pk")


def test_what_a_batch_made_is_withdrawn_and_what_it_changed_comes_back(branch, users):
    save("members", users.editor, MEMBERS, member(1))
    save("members", users.editor, MEMBERS, member(1, c0="张新"), member(2, c0="李某"))
    batch = last_batch()
    revisions = Revision.objects.filter(batch=batch.pk, model="orgs.member")
    assert {(r.sheet, r.row) for r in revisions} == {("Sheet1", 2), ("Sheet1", 3)}
    plan = undo(batch, user=users.editor, reason="传错了文件")
    # The member with his membership.
    assert (plan.withdrawn, plan.values, plan.kept) == (2, 1, [])
    assert [m.name for m in Member.objects.all()] == ["张某"]
    batch.refresh_from_db()
    assert (batch.status, batch.undone_by) == (BatchStatus.UNDONE, users.editor)
    assert AuditEntry.objects.get(action="sheets.undo").changes["reason"] == "传错了文件"


def test_later_edits_are_kept_and_named(branch, users):
    save("members", users.editor, MEMBERS, member(1), member(2, c0="李某"))
    save("members", users.editor, MEMBERS, member(1, c0="张新", c6="后勤"))
    batch = last_batch()
    person = Member.objects.get(name="张新")
    person.name = "张正名"
    history.save(person, act=Act(users.manager, reason="身份证姓名"))
    plan = undo(batch, user=users.editor, reason="试")
    assert [(k.record, k.what) for k in plan.kept] == [("张正名", "姓名")]
    assert "陈立文" in plan.kept[0].why
    person.refresh_from_db()
    assert (person.name, person.job) == ("张正名", "教师")
    # The first batch: the person edited since stays, the other is withdrawn.
    first = ImportBatch.objects.earliest("pk")
    plan = undo(first, user=users.editor, reason="试")
    assert [k.what for k in plan.kept] == ["新增的记录", "组织关系"]
    assert list(Member.objects.all()) == [person]


def test_an_organization_gets_its_old_body_secretary_and_schools_back(tree, branch, users):
    other = make_school("东区第二小学", tree.east_edu, tree.places["990102"])
    post = Post.objects.create(organization=branch, kind="secretary", holder="何建国")
    row = [
        "东区第一小学党支部",
        "党支部",
        "东区第一小学",
        "白杨镇党委",
        "周敏",
        "2024.05.06",
        "东区",
    ]
    save("organizations", users.manager, ORGANIZATIONS, row)
    branch.refresh_from_db()
    assert branch.jurisdiction == tree.baiyang
    assert School.objects.get(pk=branch.school_id).jurisdiction == tree.baiyang
    undo(last_batch(), user=users.manager, reason="隶属填错")
    branch.refresh_from_db()
    post.refresh_from_db()
    assert branch.jurisdiction == tree.east_edu
    assert School.objects.get(pk=branch.school_id).jurisdiction == tree.east_edu
    assert (post.end, Post.objects.get()) == (None, post)
    affiliation = Affiliation.objects.get(organization=branch)
    assert (affiliation.jurisdiction, affiliation.end) == (tree.east_edu, None)
    assert not branch.terms.exists()
    assert other.jurisdiction == tree.east_edu


def test_an_organization_with_members_of_another_batch_is_kept(tree, branch, users):
    make_school("东区第二小学", tree.east_edu, tree.places["990102"])
    row = ["东区第二小学党支部", "党支部", "东区第二小学", "东区教育局党委", "", "", "东区"]
    save("organizations", users.editor, ORGANIZATIONS, row)
    batch = last_batch()
    save("members", users.editor, MEMBERS, member(1, branch="东区第二小学党支部"))
    plan = undo(batch, user=users.editor, reason="试")
    assert [(k.what, k.why) for k in plan.kept] == [
        ("新增的记录", "已经有党员、组织关系登记在它下面"),
        ("隶属关系", "它所属的记录保留了"),
    ]
    organization = Organization.objects.get(short_name="东区第二小学党支部")
    assert organization.affiliations.count() == 1


def test_the_same_file_can_be_brought_in_again_after_the_undo(branch, users):
    rows = (MEMBERS, member(1))
    save("members", users.editor, *rows)
    assert save("members", users.editor, *rows).written == 0
    undo(ImportBatch.objects.earliest("pk"), user=users.editor, reason="试")
    assert save("members", users.editor, *rows).written == 1
    assert Member.objects.get().id_number == number(1)


def test_a_batch_is_undone_once(branch, users):
    save("members", users.editor, MEMBERS, member(1))
    batch = last_batch()
    undo(batch, user=users.editor, reason="试")
    with pytest.raises(Refused):
        undo(batch, user=users.editor, reason="试")
    assert Revision.objects.filter(action="withdraw", model="orgs.member").count() == 1


def test_records_that_have_left_the_scope_stop_the_undo(tree, branch, users):
    save("members", users.editor, MEMBERS, member(1))
    Organization.objects.filter(pk=branch.pk).update(jurisdiction=tree.west_edu)
    with pytest.raises(Refused, match="范围"):
        undo_plan(last_batch(), user=users.editor)
    assert Member.objects.count() == 1


def test_an_old_name_taken_in_the_meantime_stops_the_undo_whole(tree, users):
    make_school("东区第一小学", tree.east_edu, tree.places["990102"], code="1234567890")
    headings = ["县区", "学校名称", "学校标识码", "学校类别", "办学性质"]
    stream = book(headings, ["东区", "东区第一小学", "1234567891", "小学", "公办"])
    importing.save("schools", stream, "a.xlsx", user=users.editor)
    make_school("东区第三小学", tree.east_edu, tree.places["990102"], code="1234567890")
    with pytest.raises(Refused, match="重名"):
        undo(last_batch(), user=users.editor, reason="试")
    assert School.objects.get(name="东区第一小学").code == "1234567891"
    assert last_batch().status == BatchStatus.SAVED


def test_the_page_shows_first_and_needs_a_reason(client, branch, users):
    save("members", users.editor, MEMBERS, member(1))
    address = reverse("import_undo", args=[last_batch().pk])
    client.force_login(users.manager, backend="schools.roles.RoleBackend")
    assert client.get(address).status_code == 404
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    assert "撤销 2 条新增" in client.get(address).content.decode()
    assert client.post(address).status_code == 400
    assert Member.objects.count() == 1
    client.post(address, {"reason": "传错了文件"})
    assert not Member.objects.exists()
    page = client.get(reverse("import_batch", args=[last_batch().pk])).content.decode()
    assert "由陈佳撤销" in page


def test_a_ledger_taken_back_takes_its_points_back(branch, users):
    year = datetime.date.today().year - 1
    rows = [["东区第一小学党支部", "党课", f"{year}.3.5", "学习", 5, 5]]
    save("meetings", users.editor, LEDGER, *rows, year=year)
    assert branch.meetings.count() == 1
    undo(last_batch(), user=users.editor, reason="试")
    assert branch.meetings.count() == 0


def test_results_of_a_unit_come_back(tree, users):
    headings = ["县(市、区)", "应评数", "达标数", "达标率"]
    for passed in (10, 12):
        rows = [headings, ["东区", 20, passed, passed / 20], ["西县", 20, 5, 0.25]]
        importing.save("results", book(*rows), "a.xlsx", user=users.manager, year=2024)
    undo(last_batch(), user=users.manager, reason="用了旧表")
    assert UnitYear.objects.get(unit=tree.east).passed == 10
    undo(ImportBatch.objects.earliest("pk"), user=users.manager, reason="用了旧表")
    # The second batch and its undo have written it since, and left it as it was.
    assert not UnitYear.objects.exists()


def test_the_page_of_a_batch_says_what_became_of_its_rows(branch, users, client):
    row = ["东区第一小学党支部", "党课", "2025.3.5", "学习党章", 5, 5]
    save("meetings", users.editor, LEDGER, row, year=2025)
    batch = last_batch()
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    address = reverse("import_batch", args=[batch.pk])
    page = client.get(address).content.decode()
    # What tells a new meeting from another is to be seen too.
    assert "<h2>保存的改动</h2>" in page
    assert "学习党章" in page
    undo(batch, user=users.editor, reason="试")
    assert "撤销以前保存的改动" in client.get(address).content.decode()
