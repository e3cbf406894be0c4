"""The list of members and the page of one: personal numbers stay masked everywhere."""

import datetime

import pytest
import time_machine

from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member
from tests.workbooks import sheet_rows

URL = "/members/"
D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def members(tree):
    school = make_school("东区白杨镇中心小学", tree.baiyang, tree.places["990102"])
    east = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, school=school)
    west = make_organization("中共西县第一中学支部委员会", tree.west_edu)
    return {
        "a": make_member("王海涛", east, 1, birth_date=D(1991, 11, 12)),
        "b": make_member(
            "李倩",
            east,
            2,
            sex="female",
            status="probationary",
            birth_date=D(1990, 11, 12),
            education="graduate",
        ),
        "c": make_member(
            "赵敏", east, 3, employment="retired", birth_date=D(1960, 1, 1), is_lost_contact=True
        ),
        "d": make_member("周明", east, 4, left_on=D(2026, 5, 5)),
        "e": make_member("孙丽", west, 5, school=school),
    }


def keys(response, members) -> set[str]:
    found = {row.pk for row in response.context["table"].data}
    return {key for key, one in members.items() if one.pk in found}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"a", "b", "c", "e"}),
        ("status=probationary", {"b"}),
        ("sex=female", {"b"}),
        ("age=35", {"a"}),
        ("age=45", {"b"}),
        ("age=60", {"c"}),
        ("education=graduate", {"b"}),
        ("employment=retired", {"c"}),
        ("marked=lost", {"c"}),
        ("state=left", {"d"}),
        ("state=all", {"a", "b", "c", "d", "e"}),
        ("q=李", {"b"}),
    ],
)
def test_conditions_narrow_the_list(client, members, users, query, expected):
    client.force_login(users.manager)
    assert keys(client.get(f"{URL}?{query}"), members) == expected


def test_members_of_one_organization_or_school(client, members, users):
    client.force_login(users.manager)
    east = members["a"].organization
    response = client.get(URL, {"organization": east.pk})
    assert keys(response, members) == {"a", "b", "c"}
    assert response.context["chips"][0].text == f"党组织：{east.name}"
    response = client.get(URL, {"school": members["e"].school_id})
    assert keys(response, members) == {"a", "b", "c", "e"}


def test_scope_holds_on_list_page_and_workbook(client, members, users):
    client.force_login(users.township)
    assert keys(client.get(URL, {"state": "all"}), members) == {"a", "b", "c", "d"}
    assert client.get(f"{URL}{members['e'].pk}/").status_code == 404
    _, rows = sheet_rows(client.get(URL, {"state": "all", "format": "xlsx"}))
    assert {row[1] for row in rows} == {"王海涛", "李倩", "赵敏", "周明"}
    client.force_login(users.sysadmin)
    assert client.get(f"{URL}{members['a'].pk}/").status_code == 403


def test_no_page_or_file_shows_a_personal_number(client, members, users):
    client.force_login(users.manager)
    member = members["a"]
    heads, rows = sheet_rows(client.get(URL, {"format": "xlsx"}))
    shown = [
        client.get(URL).content.decode(),
        client.get(f"{URL}{member.pk}/").content.decode(),
        "\n".join(str(cell) for row in rows for cell in row),
    ]
    for text in shown:
        assert member.id_number not in text
        assert member.phone not in text
        # The birth date stands nearby: region and last digits would give all away.
        assert "001X" not in text
        assert "139****5678" in text
        assert "9****************X" in text
    assert "公民身份号码" in heads


def test_ages_and_months_are_as_told(client, members, users):
    member = members["a"]
    member.joined_on, member.joined_month_only = D(2015, 6, 1), True
    member.save()
    client.force_login(users.manager)
    heads, rows = sheet_rows(client.get(URL, {"format": "xlsx", "sort": "age"}))
    row = dict(zip(heads, rows[0], strict=True))
    assert (row["姓名"], row["年龄"], row["入党时间"]) == ("王海涛", 35, "2015-06")
    text = client.get(f"{URL}{member.pk}/").content.decode()
    assert "35 岁" in text
    assert "2015-06" in text
    assert "2015-06-01" not in text


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    client, tree, users, number, django_assert_num_queries
):
    for n in range(number):
        one = make_organization(f"中共东区第{n}小学支部委员会", tree.east_edu)
        make_member(f"党员{n}", one, n)
    client.force_login(users.editor)
    # Session, user, grants; bodies; count, rows; chosen columns, saved filters;
    # the frame (2); the session (3).
    with django_assert_num_queries(13):
        assert len(client.get(URL).context["table"].data) == number
