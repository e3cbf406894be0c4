"""The list of terms: states, filters, the calendar of a year, the workbook."""

import datetime
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import OrgKind, Post, Term
from orgs.terms.states import TermState, state_of
from sheets import importing
from tests.conftest import make_organization

D = datetime.date
TODAY = D(2026, 11, 12)
# Name → day of the election (three years each), and what it is extended to.
TERMS = {
    "超期": (D(2023, 11, 11), None),
    "今日": (D(2023, 11, 12), None),
    "一月": (D(2023, 12, 12), None),
    "三月": (D(2024, 2, 12), None),
    "六月": (D(2024, 5, 12), None),
    "正常": (D(2024, 5, 13), None),
    "延期": (D(2023, 10, 1), D(2027, 9, 30)),
    "未填": (None, None),
}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 11, 12, 10), tick=False):
        yield


@pytest.fixture
def branches(tree):
    for name, (elected, extended) in TERMS.items():
        branch = make_organization(f"中共{name}小学支部委员会", tree.east_edu)
        if elected:
            # An earlier term does not count.
            Term.objects.create(organization=branch, elected_on=D(2018, 1, 1))
            Term.objects.create(organization=branch, elected_on=elected, extended_to=extended)
        Post.objects.create(organization=branch, kind="secretary", holder="张某", start=elected)


def names(client, **asked):
    page = client.get(reverse("terms"), asked)
    assert page.status_code == 200
    return {record.name[2:4] for record in page.context["page"].object_list}


def test_the_states_meet_without_a_gap():
    days = [TODAY + datetime.timedelta(days=n) for n in range(-3, 400)]
    found = [state_of(day, TODAY) for day in days]
    assert list(dict.fromkeys(found)) == list(TermState)[:-1]
    assert state_of(None, TODAY) == TermState.UNKNOWN


@pytest.mark.usefixtures("branches")
def test_each_filter_finds_its_terms_and_the_tiles_count_them(client, users):
    client.force_login(users.viewer)
    expected = {
        "over": {"超期"},
        "1": {"今日", "一月"},
        "3": {"三月"},
        "6": {"六月"},
        "normal": {"正常", "延期"},
        "unknown": {"未填"},
    }
    for state, found in expected.items():
        assert names(client, state=state) == found
    # The tiles count under the other conditions, whatever is chosen among themselves.
    context = client.get(reverse("terms"), {"state": "over"}).context
    assert [tile.count for tile in context["tiles"]] == [1, 2, 1, 1, 2, 1]
    assert [tile.current for tile in context["tiles"]][0]
    assert names(client, extension="yes") == names(client, extension="without") == {"延期"}
    assert names(client, kind=OrgKind.COMMITTEE) == set()
    Term.objects.filter(elected_on=TERMS["超期"][0]).update(planned_on=D(2026, 12, 20))
    assert names(client, plan="yes") == {"超期"}
    assert len(names(client, plan="no")) == 7


@pytest.mark.usefixtures("branches")
def test_the_calendar_counts_each_month_and_leads_to_its_terms(client, users):
    client.force_login(users.viewer)
    context = client.get(reverse("terms")).context
    assert [month.count for month in context["months"]] == [0] * 10 + [2, 1]
    assert (context["calendar_year"], context["ending"]) == (2026, 3)
    found = client.get(reverse("terms") + context["months"][10].url)
    assert found.context["count"] == 2
    assert names(client, ends="2026-11") == {"超期", "今日"}
    later = client.get(reverse("terms"), {"calendar": "2027"}).context
    assert [month.count for month in later["months"]] == [0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]
    assert "没有生效" in client.get(reverse("terms"), {"ends": "2026-13"}).content.decode()


@pytest.mark.usefixtures("branches")
def test_rows_say_how_they_stand_and_are_sorted_by_the_end(client, users):
    client.force_login(users.viewer)
    response = client.get(reverse("terms"), {"sort": "end"})
    order = [record.name[2:4] for record in response.context["page"].object_list]
    assert order == ["超期", "今日", "一月", "三月", "六月", "正常", "延期", "未填"]
    page = response.content.decode()
    assert "超期 1 天" in page
    assert "没有批复文号" in page
    assert "1 个月内到期" in page


@pytest.mark.usefixtures("branches")
def test_only_ones_own_and_the_same_number_of_queries(client, users, tree):
    client.force_login(users.west_editor)
    assert names(client) == set()
    client.force_login(users.editor)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse("terms")).status_code == 200
        return len(caught)

    queries()
    few = queries()
    for number in range(10):
        more = make_organization(f"中共另{number}小学支部委员会", tree.baiyang)
        Term.objects.create(organization=more, elected_on=D(2025, 1, 1))
    assert queries() == few


@pytest.mark.usefixtures("branches")
def test_the_workbook_holds_the_list_and_comes_back_as_the_form(client, users):
    client.force_login(users.manager)
    response = client.get(reverse("terms"), {"format": "xlsx", "state": "over"})
    content = b"".join(response) if response.streaming else response.content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert any("任期与换届情况一览表" in str(cell) for cell in rows[0] + rows[1])
    data = next(row for row in rows if row[0] == 1)
    assert "超期小学党支部" in data
    assert "超期 1 天" in data
    outcome = importing.preview("terms", io.BytesIO(content), "导出.xlsx", user=users.manager)
    assert (outcome.counts["unchanged"], outcome.counts["refused"]) == (1, 0)
