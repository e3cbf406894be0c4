"""The frame of every page: the menu by role, names, headers, error pages."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.urls import resolve

from partybuild import errors
from partybuild.context import MENU, Frame, page_at
from tests.access_pages import PAGES

DATA = [
    "首页",
    "达标率",
    "考评",
    "组织生活",
    "教育与作用",
    "组织与党员",
    "督导与保障",
    "报表",
]


def frame_at(path, user):
    """Return the frame of the page at `path` as `user` sees it."""
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path)
    return Frame(request)


def labels(entries):
    return [entry.label for entry in entries]


@pytest.mark.parametrize(
    ("name", "menu"),
    [
        ("manager", DATA),
        ("editor", DATA),
        ("viewer", DATA),
        ("auditor", ["首页", "系统"]),
        ("sysadmin", ["首页", "系统"]),
        ("stranger", ["首页"]),
    ],
)
def test_the_menu_holds_what_the_role_may_open(users, client, name, menu):
    user = getattr(users, name)
    entries = frame_at("/password/", user).sections
    assert labels(entries) == menu
    client.force_login(user)
    for section in entries:
        for page in section.pages:
            assert client.get(page.url).status_code == 200, page.url


def test_the_section_menu_marks_the_page_at_hand(users, tree):
    frame = frame_at("/users/", users.sysadmin)
    assert [page.current for page in frame.subpages] == [True]
    frame = frame_at("/organizations/", users.editor)
    assert labels(frame.subpages)[:3] == ["学校", "党组织", "党员"]
    assert "导入记录" in labels(frame.subpages)
    assert labels(page for page in frame.subpages if page.current) == ["党组织"]
    assert labels(s for s in frame.sections if s.current) == ["组织与党员"]
    assert "导入记录" not in labels(frame_at("/organizations/", users.viewer).subpages)
    heat = frame_at("/reports/indicator-heat/", users.editor)
    assert labels(s for s in heat.sections if s.current) == ["达标率"]
    other = frame_at("/reports/basic-figures/", users.editor)
    assert labels(s for s in other.sections if s.current) == ["报表"]


def test_every_page_stands_under_one_of_the_menu():
    alone = {name for name in PAGES if not page_at(SimpleNamespace(url_name=name, kwargs={}))}
    # The search, the screen on the wall, and what has no frame of its own.
    assert alone == {"password", "help", "help_chapter", "search", "pick", "display", "home_agenda"}
    for section in MENU:
        for page in section.pages:
            kwargs = dict(enumerate(page.args))
            assert page_at(SimpleNamespace(url_name=page.name, kwargs=kwargs)) is page


def test_the_bar_names_the_city_the_person_and_his_body(client, users):
    client.force_login(users.township)
    page = client.get("/password/").content.decode()
    assert "<b>云岭市学校党建标准化</b>" in page
    assert "刘志强 · 东区白杨镇党委" in page
    assert "<span>云岭市教育局党组</span>" in page


def test_the_product_has_a_name_before_there_is_a_tree(client, db):
    assert "学校党建标准化" in client.get("/login/").content.decode()


def test_no_page_is_kept_and_scripts_only_come_from_here(client, users):
    client.force_login(users.sysadmin)
    for path in ("/users/", "/login/", "/nowhere/"):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"]
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"


def test_a_missing_page_tells_the_scope_and_the_request(client, users):
    client.force_login(users.editor)
    response = client.get("/nowhere/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "没有这个页面，或不在您的范围内" in page
    assert "您的范围：东区" in page
    assert response["X-Request-ID"] in page


def test_a_missing_page_shows_a_stranger_no_menu(client, tree):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "主菜单" not in response.content.decode()


def test_a_refusal_tells_why(rf, users):
    request = rf.get("/users/")
    request.user, request.id = users.editor, "AB12CD34"
    response = errors.permission_denied(request, PermissionDenied("只有系统管理员可以打开"))
    page = response.content.decode()
    assert "只有系统管理员可以打开" in page
    assert "东区 填报" in page
    assert "AB12CD34" in page


def test_an_error_page_needs_no_database(rf, django_db_blocker):
    request = rf.get("/")
    request.id = "AB12CD34"
    with django_db_blocker.block():
        response = errors.server_error(request)
    assert response.status_code == 500
    assert "请求编号 AB12CD34" in response.content.decode()


def test_health_follows_the_database(client, db, monkeypatch):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")

    def fail():
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        assert client.get("/healthz").status_code == 503


def test_what_was_typed_before_signing_in_anew_is_sent_again(users, tree):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users.sysadmin)
    typed = {"username": "fang", "name": "方\n杰 <b>"}
    address = "/users/new/"
    own = {"headers": {"origin": "http://testserver"}}
    page = client.post(address, typed | {"csrfmiddlewaretoken": "x" * 32}, **own)
    assert page.status_code == 403
    assert page.context["again"] == list(typed.items())
    text = page.content.decode()
    assert "方\n杰 &lt;b&gt;</textarea>" in text
    assert "再提交一次" in text
    # Of another site nothing is offered, and of our own no passwords.
    for data, options in (
        (typed, {"headers": {"origin": "http://elsewhere.example"}}),
        (typed, {}),
        (typed | {"new_password1": "secret"}, own),
    ):
        page = client.post(address, data, **options)
        assert page.status_code == 403
        assert page.context["again"] == []
        assert "再提交一次" not in page.content.decode()


def test_no_page_tells_the_errors_of_a_form_twice():
    """A form drawn whole brings them along (templates/django/forms/div.html)."""
    for path in Path("templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not ("{{ form }}" in text and "form_errors.html" in text), path
