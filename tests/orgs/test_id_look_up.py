"""One person by the whole ID number: counted, logged, and silent about other scopes."""

import re

import pytest

from accounts.models import AuditEntry
from orgs.models import Member
from orgs.personal import lookup_hash
from orgs.views.searching import LOOK_UPS
from tests.conftest import make_organization
from tests.orgs.records import make_member

URL = "/search/id/"
EAST, WEST, NOBODY = "990102198005060015", "990121198005060014", "990102199001010015"


def with_id(name, body, number) -> Member:
    member = make_member(name, make_organization(f"中共{name}支部委员会", body))
    member.id_number, member.id_hash = number, lookup_hash(number)
    member.save()
    return member


@pytest.fixture(autouse=True)
def people(tree):
    return with_id("王海涛", tree.east_edu, EAST), with_id("孙丽", tree.west_edu, WEST)


def test_a_member_in_scope_is_found_by_the_whole_number(client, people, users):
    client.force_login(users.editor)
    for typed in (EAST, f" {EAST[:6]} {EAST[6:]} ", "９" + EAST[1:]):
        response = client.post(URL, {"number": typed})
        text = response.content.decode()
        assert f"/members/{people[0].pk}/" in text
        assert EAST not in text
        assert "no-store" in response["Cache-Control"]
    assert "王海涛" not in client.post(URL, {"number": EAST[:17]}).content.decode()
    assert client.get(URL, {"number": EAST}).status_code == 405


def test_elsewhere_and_nowhere_cannot_be_told_apart(client, users, django_assert_num_queries):
    client.force_login(users.editor)
    client.post(URL, {"number": NOBODY})
    pages = []
    for number in (WEST, NOBODY):
        # Session, user, grants; the count; the member; the log; the frame (2); session (3).
        with django_assert_num_queries(11):
            response = client.post(URL, {"number": number})
        changing = rf'{response["X-Request-ID"]}|value="\w{{64}}"'
        pages.append((response.status_code, re.sub(changing, "", response.content.decode())))
    assert pages[0] == pages[1]
    assert "您的范围里没有这个号码的党员" in pages[0][1]


def test_each_look_up_is_logged_without_the_number(client, people, users):
    client.force_login(users.editor)
    for number in (EAST, WEST):
        client.post(URL, {"number": number})
    missed, hit = AuditEntry.objects.filter(action="orgs.look_up_id")
    assert (hit.object_label, hit.changes) == ("王海涛", {"found": True})
    assert (missed.object_label, missed.changes) == ("9****************4", {"found": False})


def test_the_twenty_first_look_up_of_an_hour_waits(client, users):
    client.force_login(users.editor)
    assert LOOK_UPS.per_hour == 20
    for _ in range(20):
        assert client.post(URL, {"number": NOBODY}).status_code == 200
    response = client.post(URL, {"number": EAST})
    assert response.status_code == 429
    assert "一小时内最多查找身份证号 20 次" in response.content.decode()
    assert "王海涛" not in response.content.decode()


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "请输入 18 位身份证号"),
        ("990102198005060013", "校验码错误"),
        ("1980", "位数不对"),
        ("王海涛", "格式不对"),
    ],
)
def test_what_is_no_number_is_told_and_not_counted(client, users, number, why):
    client.force_login(users.editor)
    response = client.post(URL, {"number": number})
    assert response.status_code == 400
    text = response.content.decode()
    assert why in text
    assert not number or number not in text.replace(f"（{len(number)} 位）", "")
    assert not AuditEntry.objects.filter(action="orgs.look_up_id").exists()


def test_only_readers_of_records_may_look_up(client, users):
    for user in (users.auditor, users.sysadmin, users.stranger):
        client.force_login(user)
        assert client.post(URL, {"number": EAST}).status_code == 403
