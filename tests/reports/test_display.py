"""The display mode, and the working of a sum where a rate stands."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from reports.display import FRESH, LEAVES, TURN
from reports.sums import MANY, Part, Sum, sums_of
from tests.reports.cities import hand_worked
from tests.reports.layouts import layout_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def text_of(response):
    return re.sub(r"\s+", " ", strip_tags(response.content.decode().replace("<", " <")))


def refresh(response):
    """Return after how many seconds a page is read again, and which leaf then."""
    found = re.search(r'content="(\d+);url=([^"]+)"', response.content.decode())
    leaf = re.search(r"leaf=(\w+)", found[2])
    return int(found[1]), leaf[1]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.slug)
@pytest.mark.parametrize("name", ["manager", "editor", "township", "viewer"])
def test_every_leaf_stands_without_a_menu(
    client, users, city, name, leaf, django_assert_max_num_queries
):
    client.force_login(getattr(users, name))
    with django_assert_max_num_queries(20):
        response = client.get(reverse("display"), {"leaf": leaf.slug})
    page = response.content.decode()
    assert f"<h1>{leaf.title}</h1>" in page
    assert "主菜单" not in page
    assert "{#" not in page


def test_the_figures_are_those_of_the_home_page(client, users, city):
    client.force_login(users.manager)
    words = text_of(client.get(reverse("display")))
    assert "33 % 4 个达标 / 12 个应评" in words
    assert "西县 17% 1 / 6" in words
    ranks = text_of(client.get(reverse("display"), {"leaf": "ranking"}))
    assert ranks.index("并列 1 直属学校 50%") < ranks.index("3 西县 17%")


def test_it_turns_only_when_asked_and_reads_its_figures_again(client, users, city):
    client.force_login(users.manager)
    last, first = LEAVES[-1].slug, LEAVES[0].slug
    assert refresh(client.get(reverse("display"), {"leaf": last})) == (FRESH, last)
    assert refresh(client.get(reverse("display"), {"leaf": last, "turn": "1"})) == (TURN, first)


def test_an_unknown_leaf_does_not_exist_and_no_data_is_said(client, users, tree):
    client.force_login(users.manager)
    assert client.get(reverse("display"), {"leaf": "x"}).status_code == 404
    assert "还没有考评结果" in text_of(client.get(reverse("display")))


@pytest.mark.parametrize("query", ["", "?view=wide"])
def test_the_sum_is_one_click_from_the_rate(client, users, city, tree, query):
    client.force_login(users.manager)
    for address in (
        reverse("home") + query,
        reverse("rates"),
        reverse("unit", args=[tree.east.pk]),
    ):
        page = client.get(address).content.decode()
        assert 'href="#sum"' in page
        assert page.count('id="sum"') == 1
        assert "{#" not in page


def test_what_waits_beyond_six_lines_is_folded(client, users, city, monkeypatch):
    from reports import todo

    lines = [todo.Line(f"第 {n} 件", "bi-dot") for n in range(8)]
    monkeypatch.setattr("reports.todo.lines", lambda context: lines)
    client.force_login(users.manager)
    page = client.get(reverse("home")).content.decode()
    assert page.index("第 5 件") < page.index("另有 2 项") < page.index("第 6 件")


def test_a_total_of_a_report_explains_itself(client, users, city):
    client.force_login(users.manager)
    page = client.get(reverse("report", args=["compliance"])).content.decode()
    assert "合计 33% 怎么算" in page
    assert "<span>1 + 2 + 1</span><span>2 + 4 + 6</span>" in page
    assert "为什么不是 39%" in page
    years = client.get(reverse("report", args=["rates-over-years"])).content.decode()
    assert years.count("怎么算") == 2


def test_what_is_not_a_plain_sum_of_its_rows_is_not_explained_as_one(users, tree, city):
    layout = layout_of("compliance", users.manager, tree.city)
    (now, before) = sums_of(layout)
    assert (now.title, now.percent, before.title) == ("2025 年合计", "33%", "2024 年合计")
    assert sums_of(replace(layout, total=layout.total | {"due": 99})) == [before]
    assert sums_of(replace(layout, rows=layout.rows[:1], total=layout.rows[0])) == []
    many = Sum("合计", "s", "行", "达标", "应评", tuple(Part(str(n), 1, n + 1) for n in range(40)))
    assert (many.above_sum, len(many.shares), many.shares[0]) == ("", MANY, ("39", "5%"))


def test_a_total_of_money_explains_itself_too():
    parts = (Part("甲", Decimal("50.50"), Decimal("101.00")), Part("乙", Decimal(1), Decimal(99)))
    dues = Sum("合计", "s", "单位", "实交", "应交", parts)
    assert (dues.percent, dues.exact, dues.mean) == ("26%", "25.8%", "26%")
    assert dues.above_sum == "50.50 + 1"
    assert [x for x, *_ in dues.weights] == ["0.0", "505.0"]
