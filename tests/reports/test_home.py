"""The home page of every role, on a city worked out by hand (cities.hand_worked)."""

import datetime
import re

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from activities.models import Meeting
from assessments.workflow.deciding import default_schedule
from orgs.models import Term
from reports.agenda import agenda
from reports.board import Board
from reports.figures import FigureContext
from reports.heat import Heat
from reports.narrative import main_losses, overview, plain
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from tests.conftest import make_organization, make_user
from tests.reports.cities import assess, hand_worked, make_cycle


@pytest.fixture
def city(tree):
    return hand_worked(tree)


@pytest.fixture
def board_of(rf):
    def build(user, query=""):
        request = rf.get("/" + query)
        request.user = user
        request.resolver_match = None
        return Board(FigureContext.from_request(request))

    return build


def rows(board):
    return [(row.name, row.now.passed, row.now.due, row.now.excluded) for row in board.rows]


def text_of(response):
    """Return the words of a page, white space folded."""
    return re.sub(r"\s+", " ", strip_tags(response.content.decode().replace("<", " <")))


def test_both_trees_tie_to_the_same_pooled_total(board_of, users, city):
    by_affiliation = board_of(users.manager)
    assert rows(by_affiliation) == [("直属学校", 1, 2, 0), ("东区", 2, 4, 1), ("西县", 1, 6, 0)]
    by_place = board_of(users.manager, "?by=place")
    assert rows(by_place) == [("云岭市", 0, 1, 0), ("东区", 3, 5, 1), ("西县", 1, 6, 0)]
    for board in (by_affiliation, by_place):
        assert (board.total.passed, board.total.due, board.total.percent) == (4, 12, "33%")
    assert by_affiliation.sum.mean == "39%"
    assert by_affiliation.sum.exact == "33.3%"


def test_places_are_shared_and_change_comes_from_unrounded_rates(board_of, users, city):
    board = board_of(users.manager)
    assert [row.rank_text for row in board.rows] == ["并列 1", "并列 1", "3"]
    # 2024: 1/2, 1/4, 2/6 and 4/12.
    assert [row.change.text for row in board.rows] == ["持平", "▲ 升 25.0", "▼ 降 16.7"]
    assert board.change.text == "持平"
    # Without 西县 3 of 6 pass: 33.3 - 50.0.
    assert str(board.rows[2].pull) == "-16.7"


def test_the_sentences_follow_from_the_figures(board_of, users, city):
    board = board_of(users.manager)
    assert plain(overview(board)) == (
        "全市达标率与上年持平。3 个单元中 1 个上升，西县下降 16.7，1 个持平。"
        "西县 17% 最低，单它一家就拉低全市 16.7 个百分点。"
    )
    # Lost: D1 2+1+5+2+2 = 12, C2 4+1 = 5, A2 1+4 = 5 of 22 points.
    assert (
        main_losses(Heat(board))
        == "主要失分：教育培训、按期换届、委员会会议，三项占全部失分的 100%。"
    )


def test_a_county_sees_its_own_bodies_and_nothing_of_others(client, board_of, users, city):
    board = board_of(users.editor)
    assert rows(board) == [
        ("教育局党委", 0, 1, 1),
        ("白杨镇党委", 1, 2, 0),
        ("柳林镇党委", 1, 1, 0),
    ]
    assert board.total.percent == "50%"
    client.force_login(users.editor)
    page = client.get("/").content.decode()
    for other in ("西县", "西一", "直属学校", "第一小学"):
        assert other not in page
    assert client.get("/", {"scope": city[2]["west1"].jurisdiction_id}).status_code == 404


def test_a_township_sees_its_organizations(client, users, city):
    client.force_login(users.township)
    response = client.get("/")
    assert [row.organization for row in response.context["organizations"]] == [
        city[2]["poplar"],
        city[2]["spring"],
    ]
    assert "1 个达标 / 2 个应评" in text_of(response)


def test_the_verdict_of_the_city(client, users, city):
    client.force_login(users.manager)
    words = text_of(client.get("/"))
    assert "33 % 4 个达标 / 12 个应评" in words
    assert "1 + 2 + 1 2 + 4 + 6 = 4 ÷ 12 = 33.3% ，取整 33%" in words
    assert "为什么不是 39%" in words
    assert "全部补齐，全市到 50%" in words


def test_a_preview_is_labelled_and_never_the_headline(client, users, city):
    cycle = make_cycle(2026, confirmed=False)
    assess(cycle, city[2]["west1"], 90)
    client.force_login(users.manager)
    words = text_of(client.get("/"))
    assert "2025 年度标准化建设达标情况" in words
    assert "2026 年度 系统测算 100 % 1 / 1" in words
    preview = text_of(client.get("/?year=2026"))
    assert "系统测算，非正式结果" in preview


def test_no_data_is_told_with_its_reason(client, users, tree):
    client.force_login(users.manager)
    year = timezone.localdate().year
    assert f"{year} 年度还没有建立考评年度，所以没有达标率。" in text_of(client.get("/"))
    cycle = make_cycle(2025)
    cycle.scored_at = None
    cycle.save()
    assert "2025 年度还没有测算，所以没有达标率。" in text_of(client.get("/"))


def test_a_unit_with_nothing_due_says_why(client, users, tree, city):
    _, now, organizations = city
    now.assessments.filter(unit=tree.bureau).update(exclusion="new")
    client.force_login(users.manager)
    words = text_of(client.get("/"))
    assert "2 个组织都是新建观察，没有应评组织 — 0 / 0" in words
    # The total is not touched by a unit that has no rate.
    assert "3 个达标 / 10 个应评" in words


def test_the_wide_table_holds_the_same_figures(client, users, city):
    client.force_login(users.manager)
    words = text_of(client.get("/?view=wide"))
    assert "达标率 50% 50% 17% 33%" in words
    assert "应评 2 4 6 12" in words


def test_other_roles_have_their_own_home(client, users, city):
    for user, words in [
        (users.auditor, "操作日志摘要"),
        (users.sysadmin, "各角色人数"),
        (users.stranger, "还没有授权"),
    ]:
        client.force_login(user)
        page = text_of(client.get("/"))
        assert words in page
        assert "达标率 50%" not in page


@pytest.mark.parametrize("name", ["manager", "editor", "township", "viewer"])
def test_home_costs_few_queries_for_any_number(
    client, users, city, tree, name, django_assert_max_num_queries
):
    make_cycle(2026, confirmed=False)
    client.force_login(getattr(users, name))
    with django_assert_max_num_queries(25):
        client.get("/")


def test_a_school_sees_its_organization_or_lists_them(
    client, tree, city, django_assert_max_num_queries
):
    organization = city[2]["poplar"]
    leaf = Jurisdiction.objects.add_child(
        tree.baiyang, instance=Jurisdiction(name="白杨小学", kind=JurisdictionKind.SCHOOL)
    )
    user = make_user("school", (Role.EDITOR, leaf), name="孙丽华")
    client.force_login(user)
    assert "本校还没有登记党组织" in text_of(client.get("/"))
    organization.jurisdiction = leaf
    organization.save()
    city[1].assessments.filter(organization=organization).update(jurisdiction=leaf)
    make_cycle(2026, confirmed=False)
    with django_assert_max_num_queries(40):
        response = client.get("/?year=2025")
    page = text_of(response)
    for words in ("等我办理", "全年组织生活", "2026 年 1—12 月", "2026 年度考评进度", "历年得分"):
        assert words in page, words
    assert f"/organizations/{organization.pk}/scorecard/?year=2025" in response.content.decode()
    # The result of 2024 was another body's.
    results = response.context["results"]
    assert [(result.cycle.year, result.verdict) for result in results] == [(2025, "compliant")]
    # The leaf belongs to the township: it is not a body of its own in the county's table.
    second = make_organization("中共白杨小学第二支部委员会", leaf)
    words = text_of(client.get("/"))
    assert "白杨小学党支部" in words
    assert "2025 年度没有这个组织的考评结果" in words
    assert "等我办理" in words
    assert second.short_name in words
    client.force_login(make_user("town", (Role.EDITOR, tree.baiyang)))
    assert "1 个达标 / 2 个应评" in text_of(client.get("/"))


def test_the_calendar_tells_what_the_month_brings(rf, client, users, city, tree):
    day, (poplar, spring) = datetime.date(2026, 11, 10), (city[2]["poplar"], city[2]["spring"])
    for organization, month in ((poplar, 11), (spring, 10)):
        Meeting.objects.create(
            organization=organization,
            type="theme_day",
            held_on=datetime.date(2026, month, 5),
            counts_for_year=2026,
            entered_on=datetime.date(2026, month, 6),
            topic="主题党日",
            chair="高老师",
            recorder="罗老师",
            due=5,
            present=5,
            status="archived",
        )
        Term.objects.create(organization=organization, elected_on=day.replace(year=2023), years=3)
    Term.objects.filter(organization=spring).update(extended_to=datetime.date(2026, 12, 31))
    default_schedule(make_cycle(2026, confirmed=False)).save()
    request = rf.get("/")
    request.user, request.resolver_match = users.township, None
    found = agenda(FigureContext.from_request(request), day)
    assert [(line.text, line.when) for line in found] == [
        ("11 月主题党日已录入 1 / 2 个支部", "11-30"),
        ("11 月届满 1 个组织", "本月"),
        ("12 月届满 1 个组织", "下月"),
        ("2026 年度自评申报截止", "01-25"),
    ]
    client.force_login(users.township)
    # The first page leaves a place for it and asks for it by itself.
    address = client.get("/").context["agenda_url"]
    assert f'hx-get="{address}"'.replace("&", "&amp;") in client.get("/").content.decode()
    assert "日历" in text_of(client.get(address))
    listed = text_of(client.get(found[1].url))
    assert poplar.short_name in listed
    assert spring.short_name not in listed
    assert all(client.get(line.url).status_code == 200 for line in found)
