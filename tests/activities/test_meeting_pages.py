"""The list of meetings, the page of one, and why a meeting does not count."""

import datetime
from itertools import product

import pytest
import time_machine

from activities.models import Meeting
from activities.validity import why_not
from tests.conftest import make_organization
from tests.orgs.records import make_meeting
from tests.workbooks import sheet_rows

URL = "/meetings/"
D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def meetings(tree):
    east = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang)
    west = make_organization("中共西县第一中学支部委员会", tree.west_edu)
    return {
        "good": make_meeting(east, D(2026, 3, 5)),
        "half": make_meeting(east, D(2026, 4, 5), type="assembly", due=11, present=5),
        "late": make_meeting(east, D(2026, 4, 6), type="lecture", is_late=True),
        "refused": make_meeting(east, D(2026, 5, 6), is_late=True, late_accepted=False),
        "old": make_meeting(east, D(2025, 3, 5), topic="", chair="赵敏"),
        "life": make_meeting(east, D(2026, 1, 20), type="org_life", counts_for_year=2025),
        "west": make_meeting(west, D(2026, 3, 9)),
    }


def keys(response, meetings) -> set[str]:
    found = {row.pk for row in response.context["table"].data}
    return {key for key, one in meetings.items() if one.pk in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"good", "half", "late", "refused", "west"}),
        ("year=2025", {"old", "life"}),
        ("year=all&type=org_life", {"life"}),
        ("month=4", {"half", "late"}),
        ("valid=yes", {"good", "west"}),
        ("valid=no", {"half", "late", "refused"}),
        ("late=waiting", {"late"}),
        ("late=refused", {"refused"}),
        ("late=any", {"late", "refused"}),
        ("q=赵敏&year=all", {"old"}),
        ("year=1999", {"good", "half", "late", "refused", "west"}),
    ],
)
def test_conditions_narrow_the_list(client, meetings, users, query, expected):
    client.force_login(users.manager)
    assert keys(client.get(f"{URL}?{query}"), meetings) == expected


def test_scope_holds_on_list_and_page(client, meetings, users):
    client.force_login(users.editor)
    assert "west" not in keys(client.get(f"{URL}?year=all"), meetings)
    assert client.get(f"{URL}{meetings['west'].pk}/").status_code == 404
    client.force_login(users.auditor)
    assert client.get(f"{URL}{meetings['good'].pk}/").status_code == 403


def test_the_page_says_why_a_meeting_does_not_count(client, meetings, users):
    client.force_login(users.editor)
    page = {
        key: client.get(f"{URL}{meetings[key].pk}/").content.decode()
        for key in ("good", "half", "late", "old", "life")
    }
    assert "计入 2026 年度考评" in page["good"]
    assert "实到 5 人，不到应到 11 人的半数" in page["half"]
    assert "补录，等管理主体认可" in page["late"]
    assert "没有填主题" in page["old"]
    assert "与时间不同年" in page["life"]


def test_the_workbook_names_the_year_and_the_reasons(client, meetings, users):
    client.force_login(users.editor)
    response = client.get(f"{URL}?format=xlsx&sort=held_on")
    heads, rows = sheet_rows(response)
    assert "2026%E5%B9%B4" in response["Content-Disposition"]
    assert [row[heads.index("是否计入")] for row in rows] == [
        "计入",
        "不计入：实到 5 人，不到应到 11 人的半数",
        "不计入：补录，等管理主体认可",
        "不计入：补录，管理主体没有认可",
    ]
    assert rows[0][heads.index("时间")].date() == D(2026, 3, 5)


def test_words_and_query_agree_on_what_counts(tree):
    """Every mix of the facts that decide: reasons are given exactly when it is not valid."""
    one = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang)
    mixes = product(
        ("archived", "planned"),
        ((False, None), (True, None), (True, True), (True, False)),
        ("assembly", "theme_day"),
        (False, True),
        ((None, 5), (10, 0), (10, 5), (11, 5), (10, 8), (11, 8), (10, 10)),
        ("学习", ""),
    )
    made = [
        Meeting(
            organization=one,
            held_on=D(2026, 3, 5),
            counts_for_year=2026,
            status=status,
            is_late=late,
            late_accepted=accepted,
            type=kind,
            is_election=election,
            due=due,
            present=present,
            topic=topic,
            chair="王海涛",
            recorder="李倩",
            entered_on=D(2026, 3, 5),
        )
        for status, (late, accepted), kind, election, (due, present), topic in mixes
    ]
    made = Meeting.objects.bulk_create(made)
    valid = set(Meeting.objects.valid().values_list("pk", flat=True))
    assert 0 < len(valid) < len(made)
    for meeting in made:
        assert bool(why_not(meeting)) == (meeting.pk not in valid), vars(meeting)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    client, tree, users, number, django_assert_num_queries
):
    for n in range(number):
        make_meeting(make_organization(f"中共东区第{n}小学支部委员会", tree.east_edu))
    client.force_login(users.editor)
    # Session, user, grants; bodies, years; count, rows; chosen columns, saved filters;
    # the frame (2); the session (3).
    with django_assert_num_queries(14):
        assert len(client.get(URL).context["table"].data) == number
