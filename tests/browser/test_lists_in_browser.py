"""A list in a browser: what changes without a new page, and what the keyboard keeps."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import sideways
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_assessment, make_cycle, make_meeting, make_member


@pytest.fixture
def city(tree):
    """Twelve schools with an organization each, and one of everything else."""
    cycle = make_cycle(2025)
    for n in range(12):
        school = make_school(
            f"东区白杨镇第{n:02d}小学",
            tree.baiyang,
            tree.places["990102"],
            town="白杨镇",
            stage="primary" if n else "junior",
        )
        one = make_organization(
            f"中共东区白杨镇第{n:02d}小学支部委员会", tree.baiyang, school=school
        )
        make_assessment(cycle, one)
    member = make_member("王海涛", one)
    meeting = make_meeting(one)
    return [
        "/schools/",
        "/organizations/",
        "/members/",
        "/meetings/",
        "/jurisdictions/",
        "/search/?q=白杨",
        "/filters/",
        f"/schools/{school.pk}/",
        f"/organizations/{one.pk}/",
        f"/members/{member.pk}/",
        f"/meetings/{meeting.pk}/",
    ]


def test_conditions_order_and_pages_change_the_list_in_place(page_at, users, city):
    page = page_at(user=users.editor)
    page.goto("/schools/?size=10")
    page.evaluate("window.kept = true")
    stage = page.get_by_role("combobox", name="类别", exact=True)
    stage.focus()
    stage.select_option("primary")
    expect(page.get_by_role("link", name="导出 11 行")).to_be_visible()
    expect(page).to_have_url(
        re.compile(r"/schools/\?stage=primary&size=10$|size=10&stage=primary$")
    )
    expect(stage).to_be_focused()
    page.get_by_role("button", name="学校名称").click()
    expect(page.get_by_role("columnheader", name="学校名称")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page).to_have_url(re.compile(r"stage=primary.*sort=name"))
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_text("第 11–11 行，共 11 行")).to_be_visible()
    page.get_by_role("link", name="去掉条件：类别：小学").click()
    expect(page.get_by_role("link", name="导出 12 行")).to_be_visible()
    assert page.evaluate("window.kept")
    # The address is that of a whole page, and going back leads there.
    page.go_back()
    expect(page.get_by_text("第 11–11 行，共 11 行")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("学校")
    page.reload()
    expect(page.get_by_text("第 11–11 行，共 11 行")).to_be_visible()
    # Nothing of the page is kept in the browser.
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "小学" not in kept, kept


def test_the_tree_opens_in_place(page_at, users, city):
    page = page_at(user=users.manager)
    page.goto("/jurisdictions/")
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="东区").click()
    expect(page.get_by_role("link", name="东区")).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text("东区白杨镇党委")).to_be_visible()
    assert page.evaluate("window.kept")


def test_lists_work_without_script(new_context, live_server, users, page_at, city):
    signed_in = page_at(user=users.editor).context
    context = new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=signed_in.storage_state()
    )
    page = context.new_page()
    page.goto("/schools/")
    page.get_by_role("combobox", name="类别", exact=True).select_option("junior")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("link", name="导出 1 行")).to_be_visible()
    page.get_by_role("button", name="学校名称").click()
    expect(page).to_have_url(re.compile("stage=junior.*sort=name"))


def test_the_box_under_the_bar_is_used_by_keyboard_alone(page_at, users, city):
    page = page_at(user=users.editor, alone=True)
    page.goto("/filters/")
    box = page.get_by_role("combobox", name="搜学校、组织、人员")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    box.press_sequentially("dqby")
    options = page.locator("#found").get_by_role("option")
    expect(options.first).to_contain_text("东区白杨镇第00小学")
    assert "dqby" not in "".join(asked)
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "found-1-2")
    box.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(page.locator("#found")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("东区白杨镇第00小学")
    box.fill("wanghai")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=wanghai$"))
    expect(page.get_by_role("link", name="王海涛")).to_be_visible()


def test_pages_are_accessible_and_fit(page_at, users, city):
    page = page_at(user=users.editor)
    for address in city:
        page.goto(address)
        for width in (1366, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert not sideways(page), (address, width)
            found = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], (address, width)
