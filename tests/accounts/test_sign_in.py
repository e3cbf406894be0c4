"""Signing in and out: lock-out, next, sessions."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

from accounts.models import AuditEntry
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "password"  # of make_user


@pytest.fixture
def user(db):
    return make_user("chen", name="陈立文")


def sign_in(client, username="chen", secret=PASSWORD, **data):
    return client.post("/login/", {"username": username, "password": secret, **data})


def test_signing_in_in_any_case_leads_to_next_and_is_logged(client, user):
    key = client.session.session_key
    response = sign_in(client, "CHEN", next="/password/")
    assert response.status_code == 302
    assert response["Location"] == "/password/"
    assert client.session.session_key != key
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.address) == ("accounts.sign_in", user, "127.0.0.1")
    assert client.get("/password/").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
    ],
)
def test_next_stays_on_the_own_host(client, user, target):
    assert sign_in(client, next=target)["Location"] == "/"


def test_every_name_gets_the_same_answers(client, user):
    known = [sign_in(client, "chen", "wrong") for _ in range(6)]
    unknown = [sign_in(client, "nobody", "wrong") for _ in range(6)]
    disabled = make_user("left", is_active=False)
    gone = [sign_in(client, disabled.username, "password") for _ in range(6)]
    for one, two, three in zip(known, unknown, gone, strict=True):
        assert one.status_code == two.status_code == three.status_code
        assert one.context["problem"] == two.context["problem"] == three.context["problem"]
    assert [r.status_code for r in known] == [200, 200, 200, 200, 429, 429]
    assert "还可以再试 4 次" in known[0].content.decode()
    assert "还可以再试 1 次" in known[3].content.decode()
    assert "请 15 分钟后再试" in known[5].content.decode()
    actions = list(AuditEntry.objects.filter(object_id=user.pk).values_list("action", flat=True))
    assert sorted(actions) == ["accounts.locked"] + ["accounts.sign_in_failed"] * 5


def test_a_lock_holds_against_the_right_password_other_spellings_and_forged_addresses(client, user):
    for _ in range(5):
        sign_in(client, "chen", "wrong")
    assert sign_in(client).status_code == 429
    assert sign_in(client, "CHEN ").status_code == 429
    forged = client.post(
        "/login/",
        {"username": "chen", "password": "password"},
        headers={"x-forwarded-for": "9.9.9.9"},
    )
    assert forged.status_code == 429
    elsewhere = client.post(
        "/login/", {"username": "chen", "password": "password"}, REMOTE_ADDR="10.0.0.9"
    )
    assert elsewhere.status_code == 302


def test_a_lock_ends_after_15_minutes_and_trying_does_not_lengthen_it(client, user, time_machine):
    time_machine.move_to("2026-11-12 08:00+08:00", tick=False)
    for _ in range(5):
        sign_in(client, "chen", "wrong")
    time_machine.move_to("2026-11-12 08:10+08:00", tick=False)
    assert "请 5 分钟后再试" in sign_in(client).content.decode()
    time_machine.move_to("2026-11-12 08:15:01+08:00", tick=False)
    assert sign_in(client).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_a_password_typed_as_the_name_is_not_kept(client, user):
    sign_in(client, "My-Secret-2026", "x")
    assert not AuditEntry.objects.filter(object_label__icontains="secret").exists()
    assert "Secret" not in AccessAttempt.objects.get().post_data


def test_a_session_ends_after_30_idle_minutes(client, user, time_machine):
    time_machine.move_to("2026-11-12 08:00+08:00", tick=False)
    sign_in(client, next="/password/")
    time_machine.move_to("2026-11-12 08:29+08:00", tick=False)
    assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-11-12 08:58+08:00", tick=False)
    assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-11-12 09:28:01+08:00", tick=False)
    assert client.get("/password/")["Location"] == "/login/?next=/password/"


def test_a_session_ends_after_12_hours_of_work(client, user, time_machine):
    time_machine.move_to("2026-11-12 08:00+08:00", tick=False)
    sign_in(client, next="/password/")
    for quarter in range(1, 49):
        hour, minute = divmod(8 * 60 + 15 * quarter, 60)
        time_machine.move_to(f"2026-11-12 {hour:02}:{minute:02}+08:00", tick=False)
        assert client.get("/password/").status_code == 200
    time_machine.move_to("2026-11-12 20:00:01+08:00", tick=False)
    assert client.get("/password/")["Location"] == "/login/?next=/password/"


def test_signing_out_is_a_post_that_clears_the_browser(client, user):
    sign_in(client, next="/password/")
    key = client.session.session_key
    assert client.get("/logout/").status_code == 405
    assert client.get("/password/").status_code == 200
    response = client.post("/logout/")
    assert response["Location"] == "/login/"
    assert '"cookies"' in response["Clear-Site-Data"]
    client.cookies["sessionid"] = key
    assert client.get("/password/").status_code == 302
    assert AuditEntry.objects.filter(action="accounts.sign_out", actor=user).count() == 1


def test_signing_in_needs_the_token(user):
    response = sign_in(Client(enforce_csrf_checks=True))
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
