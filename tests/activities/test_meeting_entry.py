"""Meetings entered in the browser: one by one, a month at a time, and late ones accepted."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from activities.grid import parse
from activities.models import Meeting, MeetingType
from orgs.models import Post
from schools.models import JurisdictionKind
from schools.roles import Role
from tests.conftest import make_organization, make_school, make_user

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 4, tzinfo=datetime.UTC))


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    Post.objects.create(organization=branch, kind="secretary", holder="何建国")
    Post.objects.create(organization=branch, kind="organization", holder="周敏")
    return branch


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def meeting_data(branch, **changes):
    return {
        "organization": f"{branch.short_name} — {branch.jurisdiction}",
        "type": "committee",
        "held_on": "2026-11-05",
        "counts_for_year": "",
        "topic": "研究月度工作",
        "chair": "何建国",
        "recorder": "周敏",
        "due": "5",
        "present": "4",
        "status": "archived",
        **changes,
    }


def test_a_meeting_is_entered_with_the_year_and_the_lateness_worked_out(editor, branch):
    editor.post(reverse("meeting_new"), meeting_data(branch))
    editor.post(reverse("meeting_new"), meeting_data(branch, held_on="10.31", topic="十月"))
    editor.post(reverse("meeting_new"), meeting_data(branch, held_on="20260930", topic="九月"))
    stored = [(m.held_on.month, m.counts_for_year, m.is_late) for m in Meeting.objects.all()]
    # Entered on 22 November: October may be entered until the 15th.
    assert stored == [(11, 2026, False), (10, 2026, True), (9, 2026, True)]
    assert Revision.objects.filter(model="activities.meeting", action="create").count() == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"present": "6"}, "应到 5 人，实到 6 人"),
        ({"held_on": "2026-12-01"}, "晚于今天"),
        ({"held_on": "2009-01-05"}, "早于党组织成立的日子"),
        ({"counts_for_year": "2025"}, "只能归 2026 年"),
        ({"chair": ""}, "请填写主持人"),
        ({"organization": "没有这个支部"}, "没有找到“没有这个支部”"),
    ],
)
def test_what_cannot_be_is_refused_in_words(editor, branch, changes, said):
    response = editor.post(reverse("meeting_new"), meeting_data(branch, **changes))
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not Meeting.objects.exists()


def test_a_yearly_meeting_until_march_may_count_for_the_year_before(editor, branch):
    data = meeting_data(branch, type="org_life", held_on="2026-03-31", counts_for_year="2025")
    editor.post(reverse("meeting_new"), data)
    assert Meeting.objects.get().counts_for_year == 2025
    data |= {"held_on": "2026-04-01", "topic": "又一次"}
    assert editor.post(reverse("meeting_new"), data).status_code == 400


# -- a cell ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 15/14", [(12, 15, 14)]),
        ("12日15/14", [(12, 15, 14)]),
        ("１２，１５／１４", [(12, 15, 14)]),
        ("5 15/14；19 15/15", [(5, 15, 14), (19, 15, 15)]),
        ("5 15 14", [(5, 15, 14)]),
    ],
)
def test_a_cell_is_read_however_it_is_typed(text, found):
    assert [(e.day, e.due, e.present) for e in parse(text)] == found


def grid(kind="committee", **query):
    extra = "".join(f"&{key}={value}" for key, value in query.items())
    return f"{reverse('meetings_grid')}?type={kind}&year=2026{extra}"


def test_a_page_of_the_grid_stores_the_good_cells_and_keeps_the_others(editor, branch):
    cell = f"c-{branch.pk}-"
    data = {
        "topic": "研究月度工作",
        "place": "会议室",
        f"{cell}10": "12 5/4",
        f"{cell}11": "5 5/6",
        f"{cell}9": "31 5/5",
    }
    response = editor.post(grid(), data)
    text = response.content.decode()
    assert response.status_code == 400
    assert "保存了 1 次；2 格没有保存" in text
    assert 'value="5 5/6"' in text
    assert "9 月没有 31 日" in text
    meeting = Meeting.objects.get()
    assert (meeting.held_on, meeting.chair, meeting.recorder, meeting.is_late) == (
        datetime.date(2026, 10, 12),
        "何建国",
        "周敏",
        True,
    )
    assert meeting.late_accepted is True
    assert meeting in Meeting.objects.valid()


def test_one_cell_answers_by_itself(editor, branch):
    name = f"c-{branch.pk}-11"
    data = {"cell": name, name: "5 5/4", "topic": "研究月度工作"}
    text = editor.post(grid(), data).content.decode()
    assert "已保存" in text
    assert "<html" not in text
    # The same once more is no second meeting.
    text = editor.post(grid(), data).content.decode()
    assert "已经有记录，没有重复保存" in text
    assert Meeting.objects.count() == 1


def test_cells_ahead_before_and_after_the_life_of_an_organization_are_closed(editor, branch):
    branch.founded_on, branch.dissolved_on = datetime.date(2026, 3, 5), datetime.date(2026, 9, 1)
    branch.save()
    line = editor.get(grid()).context["lines"][0]
    assert [cell.month for cell in line.cells if not cell.closed] == [3, 4, 5, 6, 7, 8]
    name = f"c-{branch.pk}-12"
    text = editor.post(grid(), {"cell": name, name: "1 5/5", "topic": "试"}).content.decode()
    assert "12 月不能录入：还没到" in text


def test_an_organization_without_a_secretary_is_told_so(editor, branch):
    Post.objects.all().delete()
    name = f"c-{branch.pk}-11"
    text = editor.post(grid(), {"cell": name, name: "5 5/5", "topic": "试"}).content.decode()
    assert "不知道书记是谁" in text
    assert not Meeting.objects.exists()


def test_the_grid_holds_what_the_user_may_change_and_nothing_else(client, users, branch):
    name = f"c-{branch.pk}-11"
    for person in (users.township, users.west_editor):
        client.force_login(person, backend="schools.roles.RoleBackend")
        assert client.get(grid()).context["lines"] == []
        data = {"cell": name, name: "5 5/5", "topic": "试"}
        assert client.post(grid(), data).status_code == 404
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    assert client.get(grid()).status_code == 403
    assert not Meeting.objects.exists()


def test_the_grid_asks_the_same_number_of_queries_for_any_number_of_rows(editor, tree, branch):
    def count():
        with CaptureQueriesContext(connection) as queries:
            editor.get(grid())
        return len(queries)

    few = count()
    for index in range(8):
        other = make_organization(f"中共东区第{index}幼儿园支部委员会", tree.east_edu)
        Meeting.objects.create(
            organization=other,
            type=MeetingType.BRANCH_COMMITTEE,
            held_on=TODAY,
            counts_for_year=2026,
            entered_on=TODAY,
        )
    assert count() == few


# -- late entries ----------------------------------------------------------------------


@pytest.fixture
def waiting(tree, branch):
    """A late meeting brought in by the school's own account."""
    return Meeting.objects.create(
        organization=branch,
        type=MeetingType.LECTURE,
        held_on=datetime.date(2026, 6, 5),
        counts_for_year=2026,
        topic="学习",
        chair="何建国",
        recorder="周敏",
        due=5,
        present=5,
        is_late=True,
        entered_on=TODAY,
    )


def test_the_managing_body_accepts_a_late_entry(client, users, waiting):
    address = reverse("meeting_late")
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    data = {"meeting": waiting.pk, "decision": "accept"}
    assert client.post(address, data).status_code == 403
    client.force_login(users.west_editor, backend="schools.roles.RoleBackend")
    assert client.post(address, data).status_code == 404
    client.force_login(users.reviewer, backend="schools.roles.RoleBackend")
    assert "认可补录" in client.get(reverse("meeting", args=[waiting.pk])).content.decode()
    client.post(address, data)
    waiting.refresh_from_db()
    assert waiting.late_accepted is True
    assert AuditEntry.objects.get(action="meeting.accept_late").actor == users.reviewer


def test_refusing_needs_a_reason(client, users, waiting):
    client.force_login(users.reviewer, backend="schools.roles.RoleBackend")
    data = {"meeting": waiting.pk, "decision": "refuse"}
    client.post(reverse("meeting_late"), data)
    waiting.refresh_from_db()
    assert waiting.late_accepted is None
    client.post(reverse("meeting_late"), {**data, "reason": "没有签到表"})
    waiting.refresh_from_db()
    assert waiting.late_accepted is False


def test_a_school_account_does_not_accept_its_own(client, tree, branch, waiting):
    leaf = type(tree.east_edu).objects.add_child(
        tree.east_edu,
        instance=type(tree.east_edu)(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    type(branch).objects.filter(pk=branch.pk).update(jurisdiction=leaf)
    person = make_user("school1", (Role.EDITOR, leaf))
    client.force_login(person, backend="schools.roles.RoleBackend")
    data = {"meeting": waiting.pk, "decision": "accept"}
    assert client.post(reverse("meeting_late"), data).status_code == 403
