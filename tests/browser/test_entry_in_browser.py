"""A year of meetings typed into the grid: by keyboard, cut off, signed out, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from activities.models import Meeting
from orgs.models import Post
from tests.browser.conftest import sideways
from tests.conftest import make_organization

YEAR = 2025
GRID = f"/meetings/grid/?type=committee&year={YEAR}"


@pytest.fixture
def branches(tree):
    """Two branches with a secretary, and a third without."""
    made = [
        make_organization(f"中共东区第{number}小学支部委员会", tree.east_edu)
        for number in ("1", "2", "3")
    ]
    for branch in made[:2]:
        Post.objects.create(organization=branch, kind="secretary", holder="何建国")
        Post.objects.create(organization=branch, kind="organization", holder="周敏")
    return made


@pytest.fixture
def grid(page_at, users, branches):
    """The grid, opened by the county, with the topic typed."""
    page = page_at(user=users.editor)
    page.goto(GRID)
    page.get_by_label("主题").fill("研究月度工作")
    return page


def cell(page, branch, month):
    return page.locator(f"[data-cell=c-{branch.pk}-{month}]")


def box(page, branch, month):
    return cell(page, branch, month).get_by_role("textbox")


def stored():
    rows = Meeting.objects.order_by("held_on", "organization")
    return [(m.held_on.month, m.held_on.day, m.due, m.present) for m in rows]


def test_a_month_is_typed_by_keyboard_alone(grid, branches):
    one, two, three = branches
    grid.get_by_label("地点").focus()
    for _ in ("the region that scrolls", "the first branch", "the boxes: one stop for all"):
        grid.keyboard.press("Tab")
    expect(box(grid, one, 1)).to_be_focused()
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("ArrowRight")
    expect(box(grid, one, 3)).to_be_focused()
    grid.keyboard.type("12 15/14")
    expect(grid.get_by_text("2 处改动未保存")).to_be_visible()
    grid.keyboard.press("Enter")
    expect(box(grid, two, 3)).to_be_focused()
    expect(cell(grid, one, 3)).to_contain_text("12 日 15/14")
    expect(cell(grid, one, 3)).to_contain_text("已保存")
    expect(grid.get_by_text("1 处改动未保存")).to_be_visible()
    grid.keyboard.type("12 15/18")
    grid.keyboard.press("Enter")
    expect(box(grid, three, 3)).to_be_focused()
    refused = box(grid, two, 3)
    expect(refused).to_have_value("12 15/18")
    expect(refused).to_have_accessible_description(re.compile("应到 15 人，实到 18 人"))
    expect(refused).to_have_attribute("aria-invalid", "true")
    grid.keyboard.type("5 9/8")
    grid.keyboard.press("Enter")
    expect(cell(grid, three, 3)).to_contain_text("不知道书记是谁")
    grid.keyboard.press("Escape")
    refused.focus()
    refused.fill("13 15/15；27 15/12")
    grid.keyboard.press("Control+Enter")
    expect(cell(grid, two, 3)).to_contain_text("27 日 15/12")
    expect(box(grid, two, 4)).to_be_focused()
    assert stored() == [(3, 12, 15, 14), (3, 13, 15, 15), (3, 27, 15, 12)]
    assert [v["id"] for v in Axe().run(grid).response["violations"]] == []


def test_a_cell_says_that_it_waits_and_what_was_cut_off_is_kept(grid, branches):
    one = branches[0]
    held = []
    grid.route("**/meetings/grid/**", lambda route: held.append(route))
    box(grid, one, 5).fill("8 5/4")
    box(grid, one, 5).press("Enter")
    expect(cell(grid, one, 5)).to_have_class("saving")
    # A second Enter while it waits sends nothing.
    box(grid, one, 5).press("Enter")
    held.pop().abort("connectionfailed")
    assert not held
    expect(cell(grid, one, 5)).to_contain_text("连不上服务器")
    expect(box(grid, one, 5)).to_have_value("8 5/4")
    assert stored() == []
    grid.unroute("**/meetings/grid/**")
    box(grid, one, 5).press("Enter")
    expect(cell(grid, one, 5)).to_contain_text("已保存")
    assert stored() == [(5, 8, 5, 4)]


def test_who_was_signed_out_keeps_what_was_typed_and_goes_on_after_signing_in(
    grid, users, branches
):
    one = branches[0]
    Session.objects.all().delete()
    box(grid, one, 5).fill("8 5/4")
    box(grid, one, 5).press("Enter")
    expect(cell(grid, one, 5)).to_contain_text("登录已过期")
    expect(box(grid, one, 5)).to_have_value("8 5/4")
    window = grid.context.new_page()
    window.goto("/login/")
    window.get_by_label("用户名").fill("editor")
    window.get_by_label("密码").fill("password")
    window.get_by_role("button", name="登录").click()
    expect(window.get_by_role("navigation", name="主菜单")).to_be_visible()
    window.close()
    box(grid, one, 5).press("Enter")
    expect(cell(grid, one, 5)).to_contain_text("已保存")
    assert stored() == [(5, 8, 5, 4)]


def test_without_script_the_grid_is_one_form(page_at, new_context, live_server, users, branches):
    signed_in = page_at(user=users.editor).context.storage_state()
    page = new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=signed_in
    ).new_page()
    page.goto(GRID)
    one, two, _ = branches
    page.get_by_label("主题").fill("研究月度工作")
    box(page, one, 3).fill("12 15/14")
    box(page, two, 4).fill("31 15/14")
    page.get_by_role("button", name="保存本页").click()
    expect(page.get_by_role("alert").first).to_contain_text("保存了 1 次；1 格没有保存")
    expect(box(page, two, 4)).to_have_value("31 15/14")
    expect(cell(page, two, 4)).to_contain_text("4 月没有 31 日")
    expect(page.get_by_label("主题")).to_have_value("研究月度工作")
    box(page, two, 4).fill("30 15/14")
    page.get_by_role("button", name="保存本页").click()
    expect(cell(page, two, 4)).to_contain_text("已保存")
    assert stored() == [(3, 12, 15, 14), (4, 30, 15, 14)]


def test_the_grid_fits_a_telephone(page_at, users, branches):
    page = page_at(390, user=users.editor)
    page.goto(GRID)
    assert sideways(page) == 0
    page.get_by_label("主题").fill("研究月度工作")
    box(page, branches[0], 12).fill("5 3/3")
    box(page, branches[0], 12).press("Enter")
    expect(cell(page, branches[0], 12)).to_contain_text("已保存")
