"""The roster of a meeting as a workbook: who was there, what follows, and taking it back."""

import datetime
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.history import Act
from accounts.models import Revision
from activities.attendance.services import attend
from activities.models import Attendance, MeetingType, Presence
from sheets import importing
from sheets.forms import get_form
from sheets.template import write_template
from sheets.undo import undo
from tests.activities.test_attendance import join
from tests.conftest import make_organization
from tests.orgs.records import make_meeting

DAY = datetime.date(2026, 3, 10)
HEADINGS = ("党支部名称", "活动类别", "时间", "姓名", "出席情况", "出生日期", "主题(议题)")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-20 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def people(branch):
    return [join(branch, name, n) for n, name in enumerate("甲乙丙丁", 1)]


@pytest.fixture
def meeting(branch):
    return make_meeting(branch, DAY, type=MeetingType.MEMBER_ASSEMBLY, due=None, present=None)


def book(*rows):
    sheet = (made := openpyxl.Workbook()).active
    sheet.append(["会议出席名册（2026年）"])
    sheet.append(HEADINGS)
    for name, presence, *more in rows:
        told = dict(zip(("born", "topic", "type"), more, strict=False))
        sheet.append(
            [
                "东区第一小学党支部",
                told.get("type", "党员大会"),
                "2026-03-10",
                name,
                presence,
                told.get("born", ""),
                told.get("topic", ""),
            ]
        )
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


def bring(user, *rows):
    return importing.save("auto", book(*rows), "表.xlsx", user=user)


def codes(outcome):
    return [p.code for row in outcome.refused_rows() for p in row.problems]


def counts(outcome):
    return tuple(outcome.counts[name] for name in ("new", "changed", "unchanged", "refused"))


def roster(meeting):
    rows = Attendance.objects.filter(meeting=meeting).order_by("member__name")
    return {row.member.name: row.presence for row in rows.select_related("member")}


def test_who_is_not_named_is_taken_as_present_and_the_counts_follow(users, meeting, people):
    outcome = bring(users.editor, ("甲", "出席"), ("乙", "缺席"), ("丙", "病假"))
    assert (outcome.kind, codes(outcome), counts(outcome)) == ("attendance", [], (3, 0, 0, 0))
    (warned,) = [w for row in outcome.rows for w in row.warnings]
    assert (warned.code, warned.reason) == ("ROSTER_INCOMPLETE", "名册没有写丁，按出席登记")
    meeting.refresh_from_db()
    # Approved leave is not due, but lowers no quorum.
    assert (meeting.due, meeting.present, meeting.voters, meeting.voters_present) == (3, 2, 4, 2)
    present, absent, leave = Presence.PRESENT, Presence.ABSENT, Presence.LEAVE
    assert roster(meeting) == {"甲": present, "乙": absent, "丙": leave, "丁": present}
    (revision,) = Revision.objects.filter(batch=outcome.batch.pk)
    assert revision.changes["出席名单"][1] == "缺席：乙；请假（已批准）：丙；出席 2 人"


def test_a_filled_template_changes_nothing_and_a_correction_is_undone(users, meeting, people):
    first = bring(users.editor, ("甲", "出席"), ("乙", "缺席"))
    stream = io.BytesIO()
    form = get_form("attendance")
    write_template(form, stream, user=users.editor, filled=True, year=2026)
    stream.seek(0)
    again = importing.preview("auto", stream, "表.xlsx", user=users.editor)
    assert (again.kind, codes(again), counts(again)) == ("attendance", [], (0, 0, 4, 0))

    second = bring(users.editor, ("乙", "出席"), ("丙", "缺席"))
    assert counts(second) == (0, 2, 0, 0)
    assert roster(meeting)["丙"] == Presence.ABSENT
    undo(second.batch, user=users.editor, reason="传错了文件")
    meeting.refresh_from_db()
    assert (roster(meeting)["乙"], roster(meeting)["丙"]) == (Presence.ABSENT, Presence.PRESENT)
    assert (meeting.due, meeting.present) == (4, 3)
    undo(first.batch, user=users.editor, reason="传错了文件")
    meeting.refresh_from_db()
    assert (roster(meeting), meeting.due, meeting.has_roster) == ({}, None, False)


def test_what_was_changed_since_is_kept_whole(users, meeting, people):
    batch = bring(users.editor, ("甲", "缺席")).batch
    meeting.refresh_from_db()
    # The other way round: the counts stay the same.
    changed = {one.pk: Presence.PRESENT for one in people} | {people[1].pk: Presence.ABSENT}
    attend(meeting=meeting, members=people, presences=changed, act=Act(users.editor))
    plan = undo(batch, user=users.editor, reason="传错了文件")
    assert [kept.what for kept in plan.kept] == ["出席名单"]
    meeting.refresh_from_db()
    assert (roster(meeting)["乙"], meeting.due, meeting.present) == (Presence.ABSENT, 4, 3)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("甲", "出席"), ("甲", "缺席")], ["ROSTER_BROKEN", "DUPLICATE"]),
        ([("甲", "出席"), ("戊", "缺席")], ["ROSTER_BROKEN", "MEMBER_UNKNOWN"]),
        ([("甲", "出席"), ("乙", "不知道")], ["ROSTER_BROKEN", "ENUM_INVALID"]),
        ([("甲", "出席", "", "", "党课")], ["MEETING_UNKNOWN"]),
        ([("甲", "出席", "", "", "谈心谈话")], ["NO_ROSTER"]),
        ([(name, "列席") for name in "甲乙丙丁"], ["NOBODY_DUE"] * 4),
        ([("", "出席")], ["REQUIRED_MISSING"]),
    ],
)
def test_what_cannot_be_is_refused_by_code(users, meeting, people, rows, expected):
    assert codes(bring(users.editor, *rows)) == expected
    assert not Attendance.objects.exists()


def test_two_of_one_name_and_two_meetings_of_one_day(users, branch, meeting, people):
    twin = join(branch, "甲", 77)
    twin.birth_date = datetime.date(1990, 5, 1)
    twin.save()
    assert codes(bring(users.editor, ("甲", "缺席"))) == ["MEMBER_UNKNOWN"]
    assert codes(bring(users.editor, ("甲", "缺席", "1990-05-01"))) == []
    assert Attendance.objects.get(member=twin).presence == Presence.ABSENT
    make_meeting(branch, DAY, type=MeetingType.MEMBER_ASSEMBLY, topic="选举代表")
    assert codes(bring(users.editor, ("乙", "缺席"))) == ["MEETING_UNKNOWN"]
    assert codes(bring(users.editor, ("乙", "缺席", "", "选举代表"))) == []
    assert codes(bring(users.west_editor, ("乙", "缺席"))) == ["ORG_UNKNOWN"]


def test_queries_do_not_grow_with_the_rows(users, branch, meeting, people):
    def count(rows):
        with CaptureQueriesContext(connection) as found:
            importing.preview("attendance", book(*rows), "表.xlsx", user=users.editor)
        return len(found)

    rows = [("甲", "出席")]
    count(rows)
    more = [(join(branch, f"多{n}", 100 + n).name, "出席") for n in range(10)]
    assert count(rows) == count(rows + more)
