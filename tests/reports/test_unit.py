"""The pages of rates and of one body."""

import datetime

import pytest
from django.db import connection

from orgs.models import Affiliation
from reports.picks import bands
from tests.assessments.scorecards import change_score
from tests.conftest import make_organization
from tests.reports.cities import hand_worked
from tests.reports.test_home import text_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def test_a_unit_stands_against_the_city(client, users, tree, city):
    client.force_login(users.manager)
    words = text_of(client.get(f"/rates/{tree.west.pk}/"))
    assert "17 % 1 个达标 / 6 个应评" in words
    assert "低于全市（33%）16.7 个百分点，3 个单元中列第 3 ；比上年降低 16.7 个百分点。" in words
    assert "再有 1 个组织达标 ，全县即到 33%。" in words
    assert "1 个组织差 3 分以内；2 个被一票否决，都因换届超期（V1）。" in words


def test_a_county_is_not_told_the_rate_of_the_city(client, users, tree, city):
    client.force_login(users.editor)
    words = text_of(client.get(f"/rates/{tree.east.pk}/"))
    assert "全市" not in words
    assert "比上年提高 25.0 个百分点" in words
    # Its own bodies it may compare with itself.
    assert "2 个管理主体" not in words
    inside = text_of(client.get(f"/rates/{tree.baiyang.pk}/"))
    assert "与全区（50%）持平，3 个管理主体中列第 2" in inside


def test_others_are_not_found(client, users, tree, city):
    client.force_login(users.editor)
    assert client.get(f"/rates/{tree.west.pk}/").status_code == 404
    assert client.get(f"/rates/{tree.city.pk}/").status_code == 404
    client.force_login(users.auditor)
    assert client.get(f"/rates/{tree.west.pk}/").status_code == 403


def test_the_bands_share_out_the_due(client, users, tree, city):
    client.force_login(users.manager)
    response = client.get(f"/rates/{tree.city.pk}/")
    counts = {row.band.code: row.count for row in response.context["bands"]}
    assert counts == {
        "model": 1,  # 96
        "pass": 3,  # 90, 88, 85
        "near3": 2,  # 84, 82
        "near": 1,  # 76
        "mid": 2,  # 70, 60
        "low": 1,  # 40
        "veto": 2,  # 91 and 50, whatever their scores
    }
    assert sum(counts.values()) == 12
    labels = [band.label for band in bands(city[1].standard) if band.usual]
    assert labels == [
        "95 分以上", "85–94.99", "82–84.99", "75–81.99", "60–74.99", "60 分以下", "一票否决",
    ]  # fmt: skip


def test_who_is_not_counted_adds_up_to_the_register(client, users, tree, city):
    _, _, organizations = city
    # Moved to 东区 after the check date of 2025; founded after scoring; gone long ago.
    moved = organizations["west6"]
    Affiliation.objects.filter(organization=moved).update(end=datetime.date(2026, 2, 1))
    Affiliation.objects.create(
        organization=moved, jurisdiction=tree.east_edu, start=datetime.date(2026, 2, 1)
    )
    moved.jurisdiction = tree.east_edu
    moved.save()
    make_organization("中共晚成小学支部委员会", tree.east_edu, founded_on=datetime.date(2026, 3, 1))
    make_organization(
        "中共旧址小学支部委员会", tree.east_edu, dissolved_on=datetime.date(2020, 1, 1)
    )
    client.force_login(users.manager)
    east = text_of(client.get(f"/rates/{tree.east.pk}/"))
    assert "登记在册 7 = 应评 4 + 不计入 1 + 考核日隶属外单位 1 + 没有考评结果 1" in east
    assert "1 个计入西县" in east
    west = text_of(client.get(f"/rates/{tree.west.pk}/"))
    assert "登记在册 5 = 应评 6 + 不计入 0 − 考核日后转出 1" in west


def test_nearest_come_with_their_cheapest_fix(client, users, tree, city):
    # 11 of 13 points: 84.62.
    spring = city[1].assessments.get(final=84)
    change_score(spring, "D1", points=300)
    client.force_login(users.manager)
    response = client.get(f"/rates/{tree.city.pk}/")
    assert [(row.final, row.gap) for row in response.context["nearest"]] == [(84, 1), (82, 3)]
    assert "党员补足年度学时（D1 +2.00）" in text_of(response)


def test_vetoes_are_counted_however_their_text_is_stored(client, users, tree, city):
    # Scoring writes JSON without spaces; SQLite keeps it so.
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE assessments_assessment SET vetoes = REPLACE(vetoes, ': ', ':')")
    client.force_login(users.manager)
    assert "都因换届超期（V1）" in text_of(client.get(f"/rates/{tree.west.pk}/"))
    assert client.get("/rates/organizations/?code=V1").context["count"] == 2


def test_losses_are_compared_with_the_scope_above(client, users, tree, city):
    client.force_login(users.manager)
    response = client.get(f"/rates/{tree.west.pk}/")
    found = {
        loss.row.indicator.code: (loss.row.total.text, loss.around.text, loss.row.total.losing)
        for loss in response.context["losses"]
    }
    # Six organizations: west3 loses all 4 of A2; west1 and west2 lose 2 of 5 each for D1.
    # The city loses 5 of 48 and 12 of 60 points.
    assert found == {"A2": ("17", "10", 1), "D1": ("13", "20", 2), "C2": ("4", "10", 1)}


def test_both_groupings_are_shown_to_tie(client, users, tree, city):
    client.force_login(users.manager)
    words = text_of(client.get("/rates/"))
    assert "按隶属关系合计 33% （4 / 12），按行政区划合计 33% （4 / 12），两种口径一致。" in words
    assert "直属学校 东区 1 / 1" in words


@pytest.mark.parametrize("path", ["/rates/", "/rates/{unit}/", "/rates/{city}/"])
def test_the_pages_cost_few_queries(client, users, tree, city, path, django_assert_max_num_queries):
    client.force_login(users.manager)
    with django_assert_max_num_queries(25):
        client.get(path.format(unit=tree.east.pk, city=tree.city.pk))
