"""The calendar: the state of a slot by a frozen clock, and the page of a county."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from activities.models import Meeting, MeetingType
from assessments.life.slots import Held, Rules, State, every, judge, slots_of
from orgs.models import OrgKind, PartyGroup
from tests.conftest import make_organization

D = datetime.date
SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE = Held(1, D(2026, 10, 15), 1, 0, 7, 1)


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        (D(2026, 10, 31), State.WAITING, 0),
        (D(2026, 11, 1), State.GRACE, 14),
        (D(2026, 11, 15), State.GRACE, 0),
        (D(2026, 11, 16), State.MISSING, 0),
    ],
)
def test_a_slot_waits_until_its_end_then_has_fifteen_days(today, state, left):
    assert judge(D(2026, 10, 31), due=True, today=today) == (state, left)


def test_the_days_of_grace_run_over_the_year_end_and_a_leap_day():
    assert judge(D(2025, 12, 31), due=True, today=D(2026, 1, 15)) == (State.GRACE, 0)
    assert judge(D(2025, 12, 31), due=True, today=D(2026, 1, 16)) == (State.MISSING, 0)
    leap = slots_of(MeetingType.THEME_DAY, OrgKind.BRANCH, Rules(2028, D(2029, 3, 31)), None, None)[
        1
    ]
    assert leap.until == D(2028, 2, 29)
    assert judge(leap.until, due=True, today=D(2028, 2, 29)) == (State.WAITING, 0)
    assert judge(leap.until, due=True, today=D(2028, 3, 15)) == (State.GRACE, 0)


def test_a_record_decides_whatever_the_day():
    for today in (D(2026, 10, 20), D(2027, 5, 1)):
        assert judge(D(2026, 10, 31), due=True, held=ONE, today=today) == (State.HELD, 0)
    late = ONE._replace(in_time=0)
    assert judge(D(2026, 10, 31), due=True, held=late, today=D(2027, 1, 1))[0] == State.LATE
    claim = Held(0, None, 0, 1, 7, 1)
    assert judge(D(2026, 10, 31), due=True, held=claim, today=D(2027, 1, 1))[0] == State.CLAIM
    assert judge(D(2026, 10, 31), due=False, today=D(2027, 1, 1))[0] == State.NOT_DUE
    assert judge(D(2026, 10, 31), due=False, held=ONE, today=D(2027, 1, 1))[0] == State.HELD


def test_two_lectures_are_needed_where_two_are_due():
    assert judge(D(2026, 12, 31), due=True, held=ONE, need=2, today=D(2026, 11, 1))[0] == "wait"
    two = ONE._replace(count=2, in_time=2)
    assert judge(D(2026, 12, 31), due=True, held=two, need=2, today=D(2026, 11, 1))[0] == "ok"


@pytest.mark.parametrize(
    ("type_", "kind", "often"),
    [
        (MeetingType.MEMBER_ASSEMBLY, OrgKind.BRANCH, ("quarter", 1)),
        (MeetingType.MEMBER_ASSEMBLY, OrgKind.GENERAL_BRANCH, ("half", 1)),
        (MeetingType.MEMBER_ASSEMBLY, OrgKind.COMMITTEE, ("year", 1)),
        (MeetingType.LECTURE, OrgKind.COMMITTEE, ("year", 2)),
        (MeetingType.THEME_DAY, OrgKind.COMMITTEE, ("", 0)),
        (MeetingType.DEMOCRATIC_LIFE, OrgKind.COMMITTEE, ("year", 1)),
        (MeetingType.ORG_LIFE, OrgKind.GENERAL_BRANCH, ("", 0)),
        (MeetingType.THEME_DAY, OrgKind.TEMPORARY_BRANCH, ("", 0)),
    ],
)
def test_how_often_by_kind(type_, kind, often):
    assert every(type_, kind) == often


def test_slots_of_who_was_founded_or_dissolved_in_the_year():
    rules = Rules(2026, D(2027, 3, 31), frozenset({8}))
    months = slots_of(MeetingType.THEME_DAY, OrgKind.BRANCH, rules, D(2026, 5, 2), D(2026, 11, 1))
    assert [slot.start.month for slot in months if slot.due] == [6, 7, 9, 10]
    quarters = slots_of(MeetingType.MEMBER_ASSEMBLY, OrgKind.BRANCH, rules, D(2026, 5, 17), None)
    # 45 days of the second quarter are left from 17 May.
    assert [slot.due for slot in quarters] == [False, True, True, True]
    halves = slots_of(MeetingType.MEMBER_ASSEMBLY, OrgKind.GENERAL_BRANCH, rules, None, None)
    assert [slot.column for slot in halves] == [1, 3]
    once = slots_of(MeetingType.ORG_LIFE, OrgKind.BRANCH, rules, None, None)
    assert [(slot.column, slot.until) for slot in once] == [(0, D(2027, 3, 31))]


# -- the page -------------------------------------------------------------------------------


@pytest.fixture
def county(tree, standard):
    return make_organization(
        "中共东区第一小学支部委员会", tree.east_edu, has_committee=True, fixed_day="每月10日"
    )


def hold(organization, day, kind=MeetingType.THEME_DAY, **told):
    return Meeting.objects.create(
        organization=organization,
        type=kind,
        held_on=day,
        counts_for_year=told.pop("year", day.year),
        topic="学习",
        chair="甲",
        recorder="乙",
        due=10,
        present=9,
        entered_on=day,
        **told,
    )


def open_(client, user, **query):
    client.force_login(user, backend="schools.roles.RoleBackend")
    response = client.get(reverse("life_calendar", query=query))
    assert response.status_code == 200
    return response


def states(response):
    return [cell and cell.state.value for cell in response.context["lines"][0][0].cells]


def test_midnight_in_shanghai_turns_what_waits_into_what_is_missing(
    client, users, county, time_machine
):
    hold(county, D(2026, 9, 10))
    # 23:59:59 on 15 November in Shanghai is the afternoon of that day in London.
    time_machine.move_to(datetime.datetime(2026, 11, 15, 23, 59, 59, tzinfo=SHANGHAI), tick=False)
    assert states(open_(client, users.editor))[8:] == ["ok", "due", "wait", "wait"]
    time_machine.move_to(datetime.datetime(2026, 11, 16, 0, 0, tzinfo=SHANGHAI), tick=False)
    assert states(open_(client, users.editor))[8:] == ["ok", "miss", "wait", "wait"]


def test_the_year_changes_at_midnight_in_shanghai(client, users, county, time_machine):
    time_machine.move_to(datetime.datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI), tick=False)
    response = open_(client, users.editor)
    assert response.context["asked"].year == 2027
    assert states(response) == ["wait"] * 12
    assert states(open_(client, users.editor, year=2026))[10:] == ["miss", "due"]


def test_an_empty_slot_leads_to_its_form_and_a_record_to_itself(
    client, users, county, time_machine
):
    time_machine.move_to(datetime.datetime(2026, 11, 12, 9, 0, tzinfo=SHANGHAI), tick=False)
    meeting = hold(county, D(2026, 9, 10))
    text = open_(client, users.editor).content.decode()
    assert reverse("meeting", args=[meeting.pk]) in text
    link = f"organization={county.pk}&amp;type=theme_day&amp;held_on=2026-10-10"
    assert link in text
    assert "直接进入录入" in text
    form = client.get(
        reverse("meeting_new"),
        {"organization": county.pk, "type": "theme_day", "held_on": "2026-10-10"},
    ).context["form"]
    assert form["held_on"].value() == "2026-10-10"
    # Who may only look is led to no form.
    text = open_(client, users.viewer).content.decode()
    assert "meetings/new" not in text
    assert "直接进入录入" not in text


def test_yearly_types_have_until_march_and_a_meeting_after_new_year_counts(
    client, users, county, time_machine
):
    time_machine.move_to(datetime.datetime(2026, 3, 31, 9, 0, tzinfo=SHANGHAI), tick=False)
    query = {"type": "yearly", "year": 2025}
    assert states(open_(client, users.editor, **query)) == ["wait", None, "wait"]
    hold(county, D(2026, 2, 10), MeetingType.ORG_LIFE, year=2025)
    assert states(open_(client, users.editor, **query)) == ["ok", None, "wait"]
    time_machine.move_to(datetime.datetime(2026, 4, 16, 9, 0, tzinfo=SHANGHAI), tick=False)
    assert states(open_(client, users.editor, **query)) == ["ok", None, "miss"]


def test_groups_meet_each_month_and_a_month_shows_all_types(client, users, county, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 12, 9, 0, tzinfo=SHANGHAI), tick=False)
    groups = [PartyGroup.objects.create(organization=county, name=name) for name in "甲乙"]
    hold(county, D(2026, 10, 10), MeetingType.GROUP, group=groups[0], group_name="甲")
    cell = open_(client, users.editor, type="group").context["lines"][0][0].cells[9]
    assert (cell.state, cell.held.count, cell.groups) == (State.GRACE, 1, 2)
    hold(county, D(2026, 10, 11), MeetingType.GROUP, group=groups[1], group_name="乙")
    response = open_(client, users.editor, month=10)
    # Theme day, committee, assembly, lecture, groups; then the yearly types.
    assert states(response) == ["due", "due", "wait", "wait", "ok", "wait", None, "wait"]


def test_the_workbook_holds_what_is_missing_and_the_scope_only(
    client, users, county, tree, time_machine, tmp_path
):
    time_machine.move_to(datetime.datetime(2026, 11, 12, 9, 0, tzinfo=SHANGHAI), tick=False)
    make_organization("中共西县第一小学支部委员会", tree.west_edu)
    for month in range(1, 9):
        hold(county, D(2026, month, 10))
    client.force_login(users.manager, backend="schools.roles.RoleBackend")
    response = client.get(reverse("life_calendar"), {"format": "xlsx", "scope": tree.east.pk})
    path = tmp_path / "missing.xlsx"
    path.write_bytes(b"".join(response) if response.streaming else response.content)
    cells = [[cell.value for cell in row] for row in load_workbook(path).worksheets[0].iter_rows()]
    rows = [row for row in cells if "东区第一小学党支部" in row]
    assert [tuple(row[4:7]) for row in rows] == [
        ("9 月", "缺项", None),
        ("10 月", "待补录", "剩 3 天"),
    ]
    assert cells[0][0] == "东区2026年主题党日缺项一览表"
    assert not any("西县" in str(value) for row in cells for value in row)


def test_the_same_queries_for_any_number_of_organizations(
    client, users, county, tree, time_machine
):
    time_machine.move_to(datetime.datetime(2026, 11, 12, 9, 0, tzinfo=SHANGHAI), tick=False)
    client.force_login(users.manager, backend="schools.roles.RoleBackend")
    address = reverse("life_calendar", query={"type": "committee"})

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(5):
        hold(
            make_organization(f"中共东区第{number}中学支部委员会", tree.east_edu),
            D(2026, 3, 3),
            MeetingType.BRANCH_COMMITTEE,
        )
    assert queries() == few
