"""ID numbers and phones in clear: by permission, for a reason, in scope, logged."""

import hashlib

import pytest
import time_machine

from accounts.models import AuditEntry
from orgs.views.personal_numbers import REVEALS
from tests.conftest import make_organization, make_user
from tests.orgs.records import make_member
from tests.workbooks import book_of, sheet_rows

LIST = "/members/unmasked/"
REASON = "核对党费台账"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def member(tree):
    return make_member("王海涛", make_organization("中共东区第一小学支部委员会", tree.east_edu))


@pytest.fixture
def elsewhere(tree):
    return make_member("孙丽", make_organization("中共西县第一中学支部委员会", tree.west_edu), 2)


def reveal(client, member, reason=REASON):
    return client.post(f"/members/{member.pk}/reveal/", {"reason": reason})


def test_the_numbers_are_shown_once_and_logged_with_the_reason(client, member, users):
    client.force_login(users.editor)
    response = reveal(client, member)
    text = response.content.decode()
    assert member.id_number in text
    assert member.phone in text
    assert "no-store" in response["Cache-Control"]
    assert member.id_number not in client.get(f"/members/{member.pk}/").content.decode()
    entry = AuditEntry.objects.get(action="orgs.reveal_personal")
    assert (entry.actor, entry.object_id) == (users.editor, str(member.pk))
    assert entry.changes == {"reason": REASON}


@pytest.mark.parametrize("reason", ["", "  ", "看看", "查 990102198005060013"])
def test_without_a_reason_nothing_is_shown(client, member, users, reason):
    client.force_login(users.editor)
    response = reveal(client, member, reason)
    assert response.status_code == 400
    assert member.id_number not in response.content.decode()
    assert not AuditEntry.objects.filter(action="orgs.reveal_personal").exists()


def test_the_permission_holds_where_its_role_was_granted(client, member, elsewhere, tree, users):
    both = make_user("both", ("viewer", tree.city), ("editor", tree.west))
    client.force_login(both)
    assert "查看完整的身份证号和电话" in client.get(f"/members/{elsewhere.pk}/").content.decode()
    assert "查看完整的身份证号" not in client.get(f"/members/{member.pk}/").content.decode()
    assert reveal(client, elsewhere).status_code == 200
    assert reveal(client, member).status_code == 403
    client.force_login(users.west_editor)
    assert reveal(client, member).status_code == 404
    for user in (users.viewer, users.reviewer):
        client.force_login(user)
        assert reveal(client, member).status_code == 403


def test_so_many_in_an_hour(client, member, users):
    client.force_login(users.editor)
    for _ in range(REVEALS.per_hour):
        REVEALS.spend(users.editor)
    response = reveal(client, member)
    assert response.status_code == 429
    assert member.id_number not in response.content.decode()


def test_the_list_in_clear_says_who_when_and_why(client, member, elsewhere, users):
    client.force_login(users.manager)
    assert f"{LIST}?q=%E7%8E%8B" in client.get("/members/?q=王").content.decode()
    page = client.get(f"{LIST}?q=王").content.decode()
    assert "导出 1 人的完整号码" in page
    response = client.post(f"{LIST}?q=王", {"reason": REASON})
    heads, rows = sheet_rows(response)
    row = dict(zip(heads, rows[0], strict=True))
    assert len(rows) == 1
    assert (row["公民身份号码"], row["电话"]) == (member.id_number, member.phone)
    book = book_of(response)
    sheet = book.worksheets[0]
    told = f"导出：陈立文（云岭市），2026-11-12 10:00；原因：{REASON}"
    assert sheet.cell(sheet.max_row, 1).value == told
    assert told in sheet.oddFooter.left.text
    assert "已遮挡" not in "".join(str(c.value) for r in book["口径说明"] for c in r)
    entry = AuditEntry.objects.get(action="orgs.export_unmasked")
    assert entry.changes == {
        "rows": 1,
        "query": "含“王”",
        "scope": "云岭市",
        "reason": REASON,
        "sha256": hashlib.sha256(response.content).hexdigest(),
    }


def test_no_list_in_clear_without_reason_permission_or_rows(client, member, elsewhere, tree, users):
    client.force_login(users.manager)
    assert client.post(LIST, {"reason": ""}).status_code == 400
    assert client.post(f"{LIST}?q=没有", {"reason": REASON}).status_code == 400
    client.force_login(users.editor)
    assert client.post(LIST, {"reason": REASON}).status_code == 403
    assert LIST not in client.get("/members/").content.decode()
    both = make_user("both", ("viewer", tree.city), ("manager", tree.west))
    client.force_login(both)
    _, rows = sheet_rows(client.post(LIST, {"reason": REASON}))
    assert [row[1] for row in rows] == ["孙丽"]
    assert not AuditEntry.objects.filter(action="orgs.export_unmasked", actor=users.editor)
