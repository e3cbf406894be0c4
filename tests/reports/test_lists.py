"""The number on a link and the number of rows behind it are the same."""

import datetime
import html
import io
import re

import openpyxl
import pytest
import time_machine as clock

from activities.models import Meeting, MeetingType
from orgs.models import Post, PostKind, Term
from tests.assessments.scorecards import change_score
from tests.reports.cities import assess, hand_worked, make_cycle
from tests.reports.test_home import text_of

LINK = re.compile(
    r'<a[^>]*href="(/rates/(?:organizations|waiting)[^"]*)"[^>]*>(.*?)</a>', re.DOTALL
)


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def counts_and_links(page: str):
    """Yield the links of a page to lists whose text is (or holds) a count."""
    # The heat table holds shares, the sentences name rows with their changes.
    page = re.sub(r'<table class="t heat">.*?</table>', "", page, flags=re.DOTALL)
    page = re.sub(r'<p class="words">.*?</p>', "", page, flags=re.DOTALL)
    for url, text in LINK.findall(page):
        words = re.sub(r"<[^>]+>", "", text)
        if number := re.search(r"(?<![\d年])(\d[\d,]*)(?= 个|$|[^\d年月%])", words.strip()):
            yield html.unescape(url), int(number[1].replace(",", "")), words.strip()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("manager", "/"),
        ("manager", "/?by=place"),
        ("manager", "/?view=wide"),
        ("manager", "/?year=2024"),
        ("manager", "/rates/"),
        ("manager", "/rates/?by=place"),
        ("manager", "/rates/{east}/"),
        ("manager", "/rates/{city}/?by=place"),
        ("viewer", "/rates/{west}/"),
        ("editor", "/"),
        ("editor", "/rates/{east}/"),
        ("editor", "/rates/{baiyang}/"),
        ("township", "/"),
    ],
)
def test_every_count_is_the_number_of_rows_behind_it(client, users, tree, city, name, path):
    # One organization moved, one never judged: the register has its own lines.
    moved = city[2]["west6"]
    moved.jurisdiction = tree.east_edu
    moved.save()
    assess(city[1], city[2]["west1"].__class__.objects.create(
        name="中共西直小学支部委员会", kind="branch", jurisdiction=tree.west), 60)  # fmt: skip
    client.force_login(getattr(users, name))
    path = path.format(
        city=tree.city.pk, east=tree.east.pk, west=tree.west.pk, baiyang=tree.baiyang.pk
    )
    found = list(counts_and_links(client.get(path).content.decode()))
    assert len(found) >= 2
    for url, number, words in found:
        response = client.get(url)
        assert response.status_code == 200, url
        assert response.context["count"] == number, (url, words)
        assert not response.context["filter"].problems, url


def test_a_row_says_how_far_from_the_line_and_why(client, users, tree, city):
    client.force_login(users.manager)
    near = text_of(client.get("/rates/organizations/?result=near3"))
    assert "84.00 1.00" in near
    vetoed = text_of(client.get("/rates/organizations/?code=V2"))
    assert "共 1 行" in vetoed
    assert "换届超期（V1）；书记空缺（V2）" in vetoed
    excluded = text_of(client.get("/rates/organizations/?result=excluded"))
    assert "新建观察" in excluded
    losing = text_of(client.get("/rates/organizations/?code=C2"))
    assert "共 2 行" in losing


def test_others_are_not_listed(client, users, tree, city):
    client.force_login(users.editor)
    page = text_of(client.get("/rates/organizations/"))
    assert "共 5 行" in page
    assert "西一小学" not in page
    assert client.get(f"/rates/organizations/?scope={tree.west.pk}").status_code == 404
    # A unit of others is not among the choices: told, and without effect on the scope.
    assert "西一小学" not in text_of(client.get(f"/rates/organizations/?unit={tree.west.pk}"))
    client.force_login(users.auditor)
    assert client.get("/rates/organizations/").status_code == 403
    assert client.get("/rates/waiting/secretary/").status_code == 403


def test_the_workbook_holds_the_same_rows(client, users, city):
    client.force_login(users.manager)
    response = client.get("/rates/organizations/?result=vetoed&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    names = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "中共西三小学支部委员会" in names
    assert "中共西四小学支部委员会" in names
    assert "中共西一小学支部委员会" not in names


def test_an_unknown_matter_is_not_found(client, users, city):
    client.force_login(users.manager)
    assert client.get("/rates/waiting/nothing/").status_code == 404


def lines(client, path="/"):
    return {matter.text: matter for matter in client.get(path).context["matters"]}


@pytest.fixture
def november(city, tree):
    """12 November 2026: 2026 is in progress; 白杨 has a secretary, a term and a theme day."""
    make_cycle(2026, confirmed=False)
    organizations = city[2]
    poplar, spring = organizations["poplar"], organizations["spring"]
    Post.objects.create(organization=poplar, kind=PostKind.SECRETARY, holder="刘志强")
    day = datetime.date
    Term.objects.create(organization=poplar, elected_on=day(2023, 12, 20), years=3)
    # Over since 20 May: on 16 November it will be so for 180 days.
    Term.objects.create(organization=spring, elected_on=day(2020, 5, 20), years=5)
    Term.objects.create(organization=spring, elected_on=day(2023, 5, 20), years=3)
    Meeting.objects.create(
        organization=poplar,
        type=MeetingType.THEME_DAY,
        held_on=day(2026, 10, 15),
        counts_for_year=2026,
        topic="主题",
        chair="甲",
        recorder="乙",
        due=5,
        present=5,
        entered_on=day(2026, 10, 16),
    )
    with clock.travel(datetime.datetime(2026, 11, 12, 4, tzinfo=datetime.UTC), tick=False):
        yield organizations


def test_what_waits_is_computed_and_agrees_with_its_list(client, users, november):
    client.force_login(users.township)
    found = lines(client)
    assert list(found) == [
        "10 月主题党日待录入，涉及 1 个组织",
        "1 个组织换届超期将满 180 天",
        "1 个组织任期已满没有换届",
        "1 个组织 60 天内任期届满",
        "1 个组织书记空缺",
        "2 个组织没有测算结果",
    ]
    assert found["10 月主题党日待录入，涉及 1 个组织"].when == "剩 3 天"
    assert found["10 月主题党日待录入，涉及 1 个组织"].hot
    for text, line in found.items():
        response = client.get(line.url)
        assert f"{response.context['count']} 个组织" in text


def test_after_the_fifteenth_a_missing_month_is_missing(client, users, november):
    with clock.travel(datetime.datetime(2026, 11, 16, 4, tzinfo=datetime.UTC)):
        client.force_login(users.township)
        assert "1 个组织 10 月没有主题党日" in lines(client)


def test_what_waits_is_ones_own_and_a_viewer_has_nothing(client, users, november):
    client.force_login(users.west_editor)
    assert "6 个组织书记空缺" in lines(client)
    client.force_login(users.viewer)
    response = client.get("/")
    assert response.context["matters"] == []
    assert "等我办理" not in text_of(response)


def test_the_manager_is_told_of_cycles_and_reviews(client, users, tree, city, time_machine):
    time_machine.move_to(datetime.datetime(2027, 5, 1, 4, tzinfo=datetime.UTC), tick=False)
    cycle = make_cycle(2026, confirmed=False)
    pending = assess(cycle, city[2]["west1"], 80)
    change_score(pending, "D1", pending=True)
    client.force_login(users.manager)
    found = lines(client)
    assert "还没有建立 2027 年度考评" in found
    assert "2026 年度等待认定、确认" in found
    assert client.get(found["1 个组织有指标待评"].url).context["count"] == 1


@pytest.mark.parametrize("path", ["/rates/organizations/", "/rates/waiting/secretary/"])
def test_lists_cost_few_queries(client, users, city, path, django_assert_max_num_queries):
    client.force_login(users.manager)
    with django_assert_max_num_queries(25):
        client.get(path)
