"""The frame in a browser: signing in, the menu, narrow windows, accessibility."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import sideways

PAGES = [
    ("/login/", None),
    ("/password/", "editor"),
    ("/users/", "sysadmin"),
    ("/users/new/", "sysadmin"),
    ("/log/", "auditor"),
    ("/", "stranger"),
    ("/nowhere/", "editor"),
]


def test_signing_in_out_and_back(page_at, users):
    page = page_at()
    page.goto("/users/")
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    page.get_by_label("用户名").fill("sysadmin")
    page.get_by_label("密码").fill("password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人员与权限")
    page.locator("summary", has_text="郑宏 · 云岭市").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("密码")).to_be_visible()
    assert page.get_by_text("人员与权限").count() == 0


def test_five_wrong_passwords_lock(page_at, users):
    page = page_at()
    page.goto("/login/")
    for left in ("还可以再试 4 次", "3 次", "2 次", "1 次", "请 15 分钟后再试"):
        page.get_by_label("用户名").fill("editor")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text(left)
    assert page.get_by_label("用户名").input_value() == "editor"


def test_the_menu_folds_at_390_and_works_by_keyboard(page_at, users):
    page = page_at(390, user=users.sysadmin)
    page.goto("/users/")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="菜单")).to_be_focused()
    page.keyboard.press("Enter")
    entry = page.get_by_role("navigation", name="折叠菜单").get_by_role("link", name="系统")
    expect(entry).to_be_visible()
    expect(entry).to_have_attribute("aria-current", "page")
    assert sideways(page) == 0
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(page.locator("summary", has_text="菜单")).to_be_focused()


@pytest.mark.parametrize(("path", "name"), PAGES)
def test_a_page_is_accessible_and_never_scrolls_sideways(page_at, users, path, name):
    page = page_at(user=getattr(users, name) if name else None)
    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"]) for v in found]
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page) == 0, width


def test_errors_of_a_form_are_told_and_focused(page_at, users):
    page = page_at(user=users.sysadmin)
    page.goto("/users/new/")
    page.get_by_label("用户名").fill("X")
    page.get_by_label("姓名").fill("王敏")
    page.get_by_role("button", name="新建并生成密码").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("没有保存，有 3 处要改")
    expect(summary).to_be_focused()
    field = page.get_by_label("用户名")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby").split()
    assert any("字母开头" in page.locator(f"#{one}").inner_text() for one in described)
    assert page.get_by_label("姓名").input_value() == "王敏"
    assert not [v["id"] for v in Axe().run(page).response["violations"]]
