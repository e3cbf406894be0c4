"""The system administrator's pages: users, grants, and who may touch whom."""

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry, User
from schools import services_users as services
from schools.models import Grant
from schools.roles import Role
from tests.conftest import make_user


@pytest.fixture
def admin(users):
    client = Client()
    client.force_login(users.sysadmin)
    return client


@pytest.fixture
def east_admin(users, tree):
    """A system administrator of one county."""
    return make_user("east_admin", (Role.SYSTEM, tree.east), name="钱伟")


def new_user(tree, **kwargs):
    data = {"username": "wang_min", "name": "王敏", "phone": "", "role": Role.EDITOR}
    return {**data, "jurisdiction": tree.east.pk, **kwargs}


def follow_messages(client, path, data):
    """Post and return the sentences shown on the page that follows."""
    response = client.post(path, data, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def test_only_the_system_administrator_opens_these_pages(client, users):
    for name in ("manager", "editor", "viewer", "auditor", "stranger"):
        client.force_login(getattr(users, name))
        for path in ("/users/", "/users/new/", f"/users/{users.editor.pk}/"):
            assert client.get(path).status_code == 403, (name, path)
        assert client.post(f"/users/{users.editor.pk}/reset/").status_code == 403
    denied = AuditEntry.objects.filter(action="accounts.denied", success=False)
    assert denied.count() == 20
    assert set(denied.values_list("actor_name", flat=True)) >= {"陈立文", "吴志军"}


def test_the_list_shows_grants_and_filters(admin, users, django_assert_max_num_queries):
    for number in range(30):
        make_user(f"extra{number:02}")
    with django_assert_max_num_queries(12):
        page = admin.get("/users/").content.decode()
    assert "业务管理 · 云岭市" in page
    assert "从未登录" in page
    found = admin.get("/users/", {"role": "editor", "q": "刘"}).context["page"].object_list
    assert list(found) == [users.township]
    User.objects.filter(pk=users.viewer.pk).update(is_active=False)
    assert list(admin.get("/users/?state=off").context["page"].object_list) == [users.viewer]


def test_a_new_user_gets_a_password_shown_once_and_must_change_it(admin, tree, client):
    response = admin.post("/users/new/", new_user(tree))
    password = response.context["password"]
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    user = User.objects.get(username="wang_min")
    assert user.check_password(password)
    assert user.must_change_password
    assert Grant.objects.get(user=user).jurisdiction == tree.east
    assert password not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert password not in admin.get(f"/users/{user.pk}/").content.decode()
    response = client.post(
        "/login/", {"username": "wang_min", "password": password, "next": "/password/"}
    )
    assert response.status_code == 302
    assert client.get("/log/")["Location"] == "/password/"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "EDITOR"}, "username"),
        ({"username": "editor"}, "username"),
        ({"username": "王敏"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"jurisdiction": 9999}, "jurisdiction"),
    ],
)
def test_a_faulty_new_user_is_refused_at_the_field(admin, tree, change, field):
    before = User.objects.count()
    response = admin.post("/users/new/", new_user(tree, **change))
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == before


def test_extra_fields_are_ignored(admin, tree, users):
    admin.post("/users/new/", new_user(tree, is_active="", password="x", must_change_password=""))
    user = User.objects.get(username="wang_min")
    assert user.is_active
    assert user.must_change_password
    admin.post(f"/users/{users.viewer.pk}/", {"name": "黄敏", "phone": "1", "username": "boss"})
    users.viewer.refresh_from_db()
    assert (users.viewer.name, users.viewer.username) == ("黄敏", "viewer")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM])
def test_nobody_holds_two_of_manager_auditor_and_system(admin, tree, users, role):
    told = follow_messages(
        admin,
        f"/users/{users.manager.pk}/grants/",
        {"role": role, "jurisdiction": tree.west.pk},
    )
    assert "须由三个人分别担任" in told
    assert users.manager.grants.get().role == Role.MANAGER


def test_grants_are_added_and_taken_back_at_once(admin, tree, users, client):
    client.force_login(users.stranger)
    assert client.get("/log/").status_code == 403
    path = f"/users/{users.stranger.pk}/grants/"
    assert "已授权" in follow_messages(
        admin, path, {"role": "auditor", "jurisdiction": tree.city.pk}
    )
    assert client.get("/log/").status_code == 200
    assert "已经有" in follow_messages(
        admin, path, {"role": "auditor", "jurisdiction": tree.city.pk}
    )
    grant = users.stranger.grants.get()
    assert "已收回" in follow_messages(admin, f"{path}{grant.pk}/remove/", {})
    assert client.get("/log/").status_code == 403
    changes = AuditEntry.objects.filter(action__contains="_grant").values_list("changes", flat=True)
    assert list(changes) == [{"grant": ["审计 · 云岭市", ""]}, {"grant": ["", "审计 · 云岭市"]}]


def test_nobody_changes_himself(admin, tree, users):
    own = users.sysadmin
    grant = own.grants.get()
    for path, data in [
        ("grants/", {"role": "viewer", "jurisdiction": tree.city.pk}),
        (f"grants/{grant.pk}/remove/", {}),
        ("active/", {"active": "0"}),
        ("reset/", {}),
    ]:
        assert "不能改动自己" in follow_messages(admin, f"/users/{own.pk}/{path}", data)
    own.refresh_from_db()
    assert own.is_active
    assert own.check_password("password")
    assert own.grants.get() == grant


def test_the_last_system_administrator_stays(users, tree):
    second = make_user("second", (Role.SYSTEM, tree.city))
    services.set_active(actor=second, user=users.sysadmin, active=False)
    # Whatever way it is asked for: here by one who was disabled a moment ago.
    with pytest.raises(ValidationError, match="最后一位|范围"):
        services.set_active(actor=users.sysadmin, user=second, active=False)
    with pytest.raises(ValidationError, match="最后一位|范围"):
        services.remove_grant(actor=users.sysadmin, grant=second.grants.get())
    second.refresh_from_db()
    assert second.is_active


def test_disabling_ends_every_session_at_once(admin, users, client):
    client.force_login(users.auditor)
    assert client.get("/log/").status_code == 200
    admin.post(f"/users/{users.auditor.pk}/active/", {"active": "0"})
    assert client.get("/log/").status_code == 302
    assert (
        client.post("/login/", {"username": "auditor", "password": "password"}).status_code == 200
    )
    admin.post(f"/users/{users.auditor.pk}/active/", {"active": "1"})
    assert client.get("/log/").status_code == 200


def test_a_reset_ends_sessions_and_the_lock(admin, users, client):
    client.force_login(users.auditor)
    stranger = Client()
    for _ in range(5):
        stranger.post("/login/", {"username": "auditor", "password": "wrong"})
    response = admin.post(f"/users/{users.auditor.pk}/reset/")
    assert client.get("/log/").status_code == 302
    assert not AccessAttempt.objects.exists()
    answer = stranger.post(
        "/login/",
        {"username": "auditor", "password": response.context["password"], "next": "/password/"},
    )
    assert answer.status_code == 302


def test_a_county_administrator_touches_only_his_county(users, tree, east_admin, client):
    client.force_login(east_admin)
    listed = {user.username for user in client.get("/users/").context["page"]}
    assert listed == {"editor", "reviewer", "township", "east_admin"}
    for name in ("west_editor", "manager", "sysadmin", "stranger"):
        user = getattr(users, name)
        assert client.get(f"/users/{user.pk}/").status_code == 404
        assert client.post(f"/users/{user.pk}/reset/").status_code == 404
        with pytest.raises(ValidationError, match="不在您管理的范围内"):
            services.reset_password(actor=east_admin, user=user)
    # A role on the city, or in the neighbouring county, is not his to give.
    for outside in (tree.city, tree.west):
        data = {"role": "viewer", "jurisdiction": outside.pk}
        response = client.post(f"/users/{users.editor.pk}/grants/", data)
        assert "jurisdiction" in response.context["grant_form"].errors
        with pytest.raises(ValidationError, match="不在您管理的范围内"):
            services.add_grant(
                actor=east_admin, user=users.editor, role=Role.VIEWER, jurisdiction=outside
            )
    assert users.editor.grants.count() == 1


def test_acts_are_posts_only_and_need_the_token(users):
    checking = Client(enforce_csrf_checks=True)
    checking.force_login(users.sysadmin)
    for path in ("reset/", "active/", "grants/", "grants/1/remove/"):
        path = f"/users/{users.editor.pk}/{path}"
        assert checking.get(path).status_code == 405
        response = checking.post(path, {"active": "0"})
        assert response.status_code == 403
        assert "页面已过期" in response.content.decode()
    users.editor.refresh_from_db()
    assert users.editor.is_active
