"""Who was at a meeting: the counts that follow, the quorum, history and scope."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from activities.attendance.roster import expected
from activities.models import Attendance, Meeting, MeetingType, Presence
from activities.sections import attendance
from activities.validity import why_not
from orgs.models import (
    GroupMembership,
    Member,
    Membership,
    MemberStatus,
    PartyGroup,
    Post,
    Sex,
)
from orgs.personal import lookup_hash
from tests.conftest import make_organization

D = datetime.date
DAY = D(2026, 3, 10)


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


def join(branch, name, number, *, status=MemberStatus.FULL, start=None, **told):
    identity = f"99010219800101{number:04d}"
    member = Member.objects.create(
        organization=branch,
        name=name,
        sex=Sex.MALE,
        birth_date=D(1980, 1, 1),
        id_number=identity,
        id_hash=lookup_hash(identity),
        status=status,
        **told,
    )
    Membership.objects.create(member=member, organization=branch, start=start, beginning="opened")
    return member


@pytest.fixture
def people(branch):
    return [join(branch, name, n) for n, name in enumerate("甲乙丙丁", 1)]


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


@pytest.fixture
def meeting(branch):
    return hold(branch, MeetingType.MEMBER_ASSEMBLY)


def hold(branch, kind, **told):
    return Meeting.objects.create(
        organization=branch,
        type=kind,
        held_on=DAY,
        counts_for_year=2026,
        topic="学习",
        chair="甲",
        recorder="乙",
        entered_on=DAY,
        **told,
    )


def page(meeting):
    return reverse("meeting_attendance", args=[meeting.pk])


def send(client, meeting, changed=None, **data):
    form = client.get(page(meeting)).context["form"]
    data = {"version": meeting.version, **data}
    data |= {f"p_{member.pk}": form[f"p_{member.pk}"].value() for member, _ in form.lines}
    data |= {f"p_{member.pk}": presence for member, presence in (changed or {}).items()}
    return client.post(page(meeting), data, follow=True)


def test_all_are_present_unless_told_and_the_counts_follow(editor, meeting, people):
    old, sick, away, guest = people
    response = send(
        editor,
        meeting,
        {sick: Presence.ABSENT, away: Presence.LEAVE, guest: Presence.LEAVE_ASKED},
    )
    assert "应到 3 人，实到 1 人" in response.content.decode()
    assert "请假（未批准） 1 人" in response.content.decode()
    meeting.refresh_from_db()
    # Approved leave is not due, but lowers no quorum: one of four with a vote.
    assert (meeting.due, meeting.present) == (3, 1)
    assert (meeting.voters, meeting.voters_present) == (4, 1)
    assert why_not(meeting) == ["实到 1 人，不到有表决权的 4 人的半数"]
    assert not Meeting.objects.valid().exists()
    assert Attendance.objects.count() == 4


def test_half_of_those_with_a_vote_is_a_quorum_whoever_else_came(editor, branch, people, meeting):
    new = [join(branch, f"新{n}", 50 + n, status=MemberStatus.PROBATIONARY) for n in range(3)]
    send(editor, meeting, {people[0]: Presence.ABSENT, people[1]: Presence.ABSENT})
    meeting.refresh_from_db()
    assert (meeting.due, meeting.present, meeting.voters, meeting.voters_present) == (7, 5, 4, 2)
    assert Meeting.objects.valid().count() == 1
    send(editor, meeting, {people[2]: Presence.ABSENT, new[0]: Presence.PRESENT})
    assert not Meeting.objects.valid().exists()


def test_exempt_members_and_guests_leave_the_denominator(editor, branch, people, meeting):
    old = join(branch, "老", 60, activity_exempt=True)
    form = editor.get(page(meeting)).context["form"]
    assert form[f"p_{old.pk}"].value() == Presence.EXEMPT
    send(editor, meeting, {people[0]: Presence.OBSERVER})
    meeting.refresh_from_db()
    assert (meeting.due, meeting.present, meeting.voters) == (3, 3, 3)


def test_history_is_one_revision_of_the_meeting_and_one_entry_of_the_log(editor, meeting, people):
    send(editor, meeting)
    meeting.refresh_from_db()
    send(editor, meeting, {people[1]: Presence.ABSENT})
    first, second = Revision.objects.order_by("pk")
    assert second.changes["出席名单"] == ["出席 4 人", "缺席：乙；出席 3 人"]
    assert second.changes["present"] == [4, 3]
    assert AuditEntry.objects.filter(action="meeting.attend").count() == 2
    text = editor.get(reverse("meeting_history", args=[meeting.pk])).content.decode()
    assert "缺席：乙；出席 3 人" in text


def test_saving_again_without_a_change_writes_nothing(editor, meeting, people):
    send(editor, meeting)
    meeting.refresh_from_db()
    send(editor, meeting)
    assert Revision.objects.count() == 1


def test_two_editors_the_second_is_told(editor, meeting, people):
    send(editor, meeting)
    response = send(editor, meeting, {people[0]: Presence.ABSENT})  # the version as first opened
    assert response.status_code == 409
    assert "有人改过" in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.present == 4


def test_nobody_due_is_refused_and_nothing_changes(editor, meeting, people):
    response = send(editor, meeting, dict.fromkeys(people, Presence.OBSERVER))
    assert response.status_code == 400
    assert "没有一个人应到" in response.content.decode()
    meeting.refresh_from_db()
    assert (meeting.due, meeting.has_roster) == (None, False)
    assert not Attendance.objects.exists()


def test_the_roster_can_be_dropped_and_counts_told_again(editor, meeting, people):
    send(editor, meeting)
    meeting.refresh_from_db()
    assert (
        "due" not in editor.get(reverse("meeting_edit", args=[meeting.pk])).context["form"].fields
    )
    send(editor, meeting, forget="1")
    meeting.refresh_from_db()
    assert (meeting.due, meeting.voters) == (4, None)
    assert "due" in editor.get(reverse("meeting_edit", args=[meeting.pk])).context["form"].fields
    assert not Attendance.objects.exists()


def test_who_belongs_to_a_meeting_by_its_type_and_day(branch, people):
    late = join(branch, "后", 70, start=D(2026, 4, 1))
    Post.objects.create(organization=branch, kind="secretary", holder="甲", member=people[0])
    group = PartyGroup.objects.create(organization=branch, name="一组")
    GroupMembership.objects.create(group=group, member=people[2])
    assert late not in expected(hold(branch, MeetingType.THEME_DAY))
    assert expected(hold(branch, MeetingType.BRANCH_COMMITTEE)) == [people[0]]
    assert expected(hold(branch, MeetingType.GROUP, group=group)) == [people[2]]


def test_queries_do_not_grow_with_the_members(editor, branch, people, meeting):
    def count():
        with CaptureQueriesContext(connection) as found:
            editor.get(page(meeting))
        return len(found)

    count()
    few = count()
    for n in range(10):
        join(branch, f"多{n}", 100 + n)
    assert count() == few


def test_one_event_is_recorded_as_another_type_too(editor, branch, meeting):
    form = editor.get(f"{reverse('meeting_new')}?together={meeting.pk}").context["form"]
    data = {name: field.value() for name in form.fields if (field := form[name]).value()}
    data |= {
        "organization": branch.short_name,
        "type": "lecture",
        "topic": "党课",
        "lecturer": "甲",
    }
    data |= {"due": 4, "present": 4, "status": "archived"}
    refused = editor.post(reverse("meeting_new"), {**data, "type": "assembly"})
    assert "已经有支部党员大会记录" in refused.content.decode()
    editor.post(reverse("meeting_new"), data)
    meeting.refresh_from_db()
    other = Meeting.objects.get(type="lecture")
    assert other.event_group == meeting.event_group is not None
    assert (
        "同一活动的其他记录" in editor.get(reverse("meeting", args=[meeting.pk])).content.decode()
    )
    assert "支部党员大会" in editor.get(reverse("meeting", args=[other.pk])).content.decode()


@time_machine.travel("2026-06-01 10:00+08:00", tick=False)
def test_the_page_of_a_member_tells_the_attendance_of_the_year(branch, users, client):
    member = join(branch, "王海涛", 91)
    other = join(branch, "李倩", 92)
    told = [
        (DAY, MeetingType.THEME_DAY, Presence.PRESENT),
        (D(2026, 4, 7), MeetingType.THEME_DAY, Presence.LEAVE),
        (D(2026, 5, 6), MeetingType.THEME_DAY, Presence.LEAVE_ASKED),
        (D(2026, 5, 20), MeetingType.LECTURE, Presence.PRESENT),
        (D(2025, 5, 20), MeetingType.LECTURE, Presence.PRESENT),
    ]
    for day, kind, presence in told:
        meeting = Meeting.objects.create(
            organization=branch, type=kind, held_on=day, counts_for_year=day.year, entered_on=day
        )
        Attendance.objects.create(meeting=meeting, member=member, presence=presence)
    section = attendance(member, users.editor, D(2026, 6, 1))
    assert section.rows == [
        ("党课", "1", "1", "0", "0", "0"),
        ("主题党日", "2", "1", "1", "1", "0"),
    ]
    assert section.note.startswith("出席 2 次，应到 3 次")
    assert attendance(other, users.editor, D(2026, 6, 1)).rows == []
    client.force_login(users.editor)
    assert "2026 年出席情况" in client.get(f"/members/{member.pk}/").content.decode()
