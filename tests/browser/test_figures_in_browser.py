"""The pages of figures in a browser: charts, narrow windows, accessibility."""

from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assessments.models import Assessment, Verdict
from tests.browser.conftest import sideways
from tests.reports.cities import assess, hand_worked, make_cycle

FAILED = "图表没有画出来，数字都在本页的表里。"


@pytest.fixture
def city(tree):
    before, now, organizations = hand_worked(tree)
    assess(make_cycle(2026, confirmed=False), organizations["west1"], 90)
    return organizations


def without_plotly(page):
    """Let the chart library be missing, so that the page stands without it."""
    page.route("**/plotly/**", lambda route: route.fulfill(status=404))
    return page


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("manager", "/"),
        ("manager", "/?view=wide"),
        ("editor", "/"),
        ("township", "/"),
        ("manager", "/rates/"),
        ("manager", "/rates/{east}/"),
        ("manager", "/rates/organizations/?result=failed"),
        ("manager", "/reports/movement/?year=2025"),
        ("manager", "/reports/movement/organizations/?year=2025"),
        ("manager", "/reports/planner/?target=60"),
        ("township", "/rates/waiting/secretary/"),
        ("auditor", "/"),
        ("sysadmin", "/"),
        ("stranger", "/"),
    ],
)
def test_a_page_fits_and_is_accessible(page_at, users, tree, city, name, path):
    page = without_plotly(page_at(user=getattr(users, name)))
    page.goto(path.format(east=tree.east.pk))
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page) == 0, width
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]][:2]) for v in violations] == [], width


def test_the_sum_explains_itself_in_place(page_at, users, city):
    page = without_plotly(page_at(user=users.manager))
    page.goto("/")
    expect(page.get_by_text("为什么不是 39%")).to_be_hidden()
    page.get_by_text("合计 33% 怎么算？").click()
    expect(page.get_by_text("为什么不是 39%")).to_be_visible()


@pytest.fixture
def unwatched(window_at):
    """Open a tall page whose messages are not read: plotly itself trips over the content
    policy, and goes on (ui of charts).
    """
    return partial(window_at, height=2400)


def test_charts_are_drawn_and_drawn_again_after_a_failure(unwatched, users, city):
    page = without_plotly(unwatched(user=users.manager))
    page.goto("/")
    bars = page.locator('[data-chart="bars"]')
    expect(bars).to_contain_text(FAILED)
    page.unroute("**/plotly/**")
    bars.get_by_role("button", name="再画一次").click()
    expect(bars.locator(".bars path")).to_have_count(3, timeout=20_000)
    expect(bars).to_contain_text("全市 33%")
    expect(bars).not_to_contain_text(FAILED)
    trend = page.locator('[data-chart="trend"]')
    trend.get_by_role("button", name="再画一次").click()
    expect(trend).to_contain_text("2026")


def test_from_the_bridge_and_the_plan_to_the_organizations(unwatched, users, city):
    page = unwatched(user=users.manager)
    page.goto("/reports/movement/?year=2025")
    bars = page.locator("[data-chart=bridge] .bars .point")
    # 2024, 新达标, 不再达标, 2025: the parts stand between the two years.
    expect(bars).to_have_count(4, timeout=20_000)
    fallen = bars.nth(2).bounding_box()
    page.mouse.move(fallen["x"] + fallen["width"] / 2, fallen["y"] + fallen["height"] / 2)
    page.mouse.click(fallen["x"] + fallen["width"] / 2, fallen["y"] + fallen["height"] / 2)
    expect(page.get_by_role("heading", name="不再达标的党组织", level=1)).to_be_visible()
    expect(page.get_by_role("cell", name="新失分：教育培训（D1）").first).to_be_visible()
    page.goto("/reports/planner/?year=2025")
    page.get_by_label("目标达标率（%）").fill("50")
    page.get_by_role("button", name="测算").click()
    expect(page.get_by_text("到 50% 还需 2 个组织达标")).to_be_visible()
    expect(page.get_by_role("link", name="中共西三小学支部委员会")).to_be_visible()


def test_from_the_total_down_to_the_reason_of_one_organization(unwatched, users, city):
    page = without_plotly(unwatched(user=users.manager))
    page.goto("/?year=2025")
    page.get_by_role("row", name="西县").get_by_role("link", name="西县").click()
    expect(page.get_by_role("heading", name="西县达标情况", level=1)).to_be_visible()
    page.get_by_role("navigation", name="组织分组").get_by_role("link", name="未达标").click()
    page.get_by_role("link", name="中共西六小学支部委员会").click()
    expect(page.get_by_role("heading", name="中共西六小学支部委员会").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("全年应开 12 次。")


def test_an_edition_is_sealed_and_its_code_found_again(page_at, users, city):
    page = page_at(user=users.manager)
    page.goto("/reports/editions/new/?year=2025")
    page.get_by_label("名称").fill("上报稿")
    page.get_by_role("button", name="定稿").click()
    expect(page.get_by_role("heading", name="上报稿", level=1)).to_be_visible(timeout=20_000)
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    Assessment.objects.filter(organization=city["west2"], cycle__year=2025).update(
        verdict=Verdict.COMPLIANT
    )
    page.goto("/reports/editions/check/")
    page.get_by_label("编号").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_text("编号属实。")).to_be_visible()
    changed = page.get_by_role("table", name="有变化的格").get_by_role("row", name="西县")
    expect(changed.first).to_be_visible()
    page.get_by_role("link", name="考评结果通报").click()
    expect(page.get_by_role("article")).to_contain_text(f"定稿编号 {code}")
    expect(page.get_by_role("table", name="现在不同的数字")).to_contain_text("42%")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word 文稿").click()
    assert download.value.suggested_filename.endswith("通报.docx")


def test_the_pack_tells_how_far_it_is_and_comes(page_at, users, city):
    page = page_at(user=users.manager)
    page.goto("/reports/pack/?year=2025")
    with page.expect_download(timeout=20_000) as download:
        page.get_by_role("button", name="生成汇总表册").click()
    assert download.value.suggested_filename == (
        "云岭市教育系统2025年度党组织标准化建设汇总表册.xlsx"
    )
