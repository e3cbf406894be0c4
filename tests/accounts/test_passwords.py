"""Passwords: the rules, the forced change, and what ends with an old password."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry
from accounts.passwords import CharacterClassesValidator, one_time_password
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
GOOD = "Yunling-2026-Banqiao"


@pytest.fixture
def user(db):
    return make_user("chen_liwen", name="陈立文")


def change(client, new, old="password", again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/password/", data)


@pytest.mark.parametrize("password", ["abc1!", "ABC1!", "Abc!", "Abc1", "密Ab1"])
def test_three_of_four_kinds_of_characters_are_enough(password):
    CharacterClassesValidator().validate(password)


@pytest.mark.parametrize(("password", "kinds"), [("abcdef", 1), ("abc123", 2), ("ABC!!", 2)])
def test_fewer_kinds_are_refused_with_their_number(password, kinds):
    with pytest.raises(ValidationError, match=f"只有 {kinds} 种字符，至少要 3 种"):
        CharacterClassesValidator().validate(password)


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("Short-1a", "至少要 12 个字符"),
        ("alllowercaseletters", "至少要 3 种"),
        ("Chen_Liwen-1", "太像"),
        ("password", "不能与原密码相同"),
    ],
)
def test_weak_passwords_are_refused_in_chinese(client, user, new, reason):
    client.force_login(user)
    response = change(client, new)
    assert response.status_code == 200
    assert reason in " ".join(response.context["form"].errors["new_password1"])
    assert "你的" not in response.content.decode()
    user.refresh_from_db()
    assert user.check_password("password")


def test_a_wrong_old_password_or_a_slip_in_the_new_one_changes_nothing(client, user):
    client.force_login(user)
    assert "原密码不对" in change(client, GOOD, old="wrong").content.decode()
    assert "不一样" in change(client, GOOD, again=GOOD + "x").content.decode()
    assert not AuditEntry.objects.filter(action="accounts.change_password").exists()


def test_a_change_keeps_this_session_and_ends_the_others(client, user):
    other = Client()
    for one in (client, other):
        one.force_login(user)
    assert change(client, GOOD).status_code == 302
    assert client.get("/password/").status_code == 200
    assert other.get("/password/").status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.changes) == ("accounts.change_password", user, {})


def test_a_password_chosen_by_others_must_be_changed_first(client, users):
    user = users.sysadmin
    user.must_change_password = True
    user.save()
    client.force_login(user)
    response = client.get("/users/")
    assert (response.status_code, response["Location"]) == (302, "/password/")
    assert "现在的密码是别人给您的" in client.get("/password/").content.decode()
    change(client, GOOD)
    assert client.get("/users/").status_code == 200


def test_one_time_passwords_differ_and_pass_the_rules():
    passwords = {one_time_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        CharacterClassesValidator(required=4).validate(password)
        assert len(password) == 19
        assert not set(password) & set("0O1lIo")
