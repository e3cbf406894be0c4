"""The standard as a document, and what one indicator cost in a scope."""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Exclusion, Indicator
from tests.assessments.scorecards import make_assessment, make_cycle, make_standard
from tests.conftest import default_standard, make_organization
from tests.reports.cities import tally


def text_of(response):
    body = response.content.decode().split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


@pytest.fixture
def default(db):
    return default_standard()


def test_the_standard_shows_every_rule_and_checks_its_sums(client, users, default):
    client.force_login(users.viewer)
    response = client.get(reverse("standard"))
    text = text_of(response)
    assert "7 类 36 项指标，共 100 分，其中审核项 13 分；10 项一票否决" in text
    assert "A 12 + B 14 + C 28 + D 16 + E 8 + F 12 + G 10 = 100，核对无误" in text
    for indicator in default.indicators.all():
        assert indicator.formula in text
    for veto in default.vetoes.all():
        assert veto.condition in text
    # A parameter in words, with its value and the rule that uses it.
    assert re.search(r"正式党员满多少名应设支部委员会7 名A3、B1、C2", text)


def test_sums_that_do_not_agree_are_said_so(client, users, default):
    Indicator.objects.filter(standard=default, code="A1").update(points=5)
    client.force_login(users.viewer)
    text = text_of(client.get(reverse("standard")))
    assert "各项分值相加是 101 分，不是 100 分" in text
    assert "核对无误" not in text


def test_versions_can_be_chosen(client, users, default):
    old = make_standard(version="2024")
    make_cycle(old, 2024)
    make_cycle(default, 2025, confirmed=False)
    client.force_login(users.viewer)
    # The newest confirmed year by default.
    assert client.get(reverse("standard")).context["standard"] == old
    assert client.get(reverse("standard"), {"year": 2025}).context["standard"] == default
    assert client.get(reverse("standard"), {"version": default.pk}).context["standard"] == default
    assert client.get(reverse("standard"), {"version": "999"}).status_code == 404
    assert client.get(reverse("standard"), {"year": "1999"}).status_code == 404


def test_without_a_standard_the_page_says_so(client, users):
    client.force_login(users.viewer)
    assert "还没有评分标准" in text_of(client.get(reverse("standard")))
    assert client.get(reverse("standard"), {"format": "xlsx"}).status_code == 404


def test_the_standard_as_a_workbook(client, users, default):
    client.force_login(users.viewer)
    response = client.get(reverse("standard"), {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(response.content), data_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    codes = [row[0] for row in rows if row[0] and re.fullmatch(r"[A-G]\d", str(row[0]))]
    assert len(codes) == 36
    total = next(row for row in rows if row[0] == "合计")
    assert total[3] == 100
    assert "一票否决事项" in book.sheetnames


@pytest.fixture
def scored(tree):
    """Three counted branches and a new one, with C2 of 3.33, 4.00, none and 0.00 of 4."""
    cycle = make_cycle(make_standard())
    names = {}
    for name, body, c2, more in (
        ("白杨", tree.baiyang, "3.33", {}),
        ("柳林", tree.liulin, "4.00", {}),
        ("西一", tree.west_edu, None, {}),
        ("西二", tree.west_edu, "2.00", {}),
        ("新建", tree.west_edu, "0.00", {"exclusion": Exclusion.NEW}),
    ):
        names[name] = make_organization(f"中共{name}小学支部委员会", body)
        make_assessment(cycle, names[name], {"C2": c2}, **more)
    tally(cycle)
    return names


def test_what_an_indicator_cost_in_the_city(client, users, scored):
    client.force_login(users.viewer)
    response = client.get(reverse("indicator", args=["C2"]))
    # Lost 0.67, 0, not applicable, 2.00: 2 of 3 lost points, 2.67 ÷ 3 = 0.89.
    total = response.context["total"]
    assert (total.due, total.applies, total.losing) == (4, 3, 2)
    assert "适用 3 个，其中 2 个失分，平均每个失 0.89 分" in text_of(response)
    rows = [
        (row.name, row.applies, row.losing, str(row.mean)) for row in response.context["losses"]
    ]
    # 东区: 0.67 ÷ 2 = 0.335, half up 0.34.
    assert rows == [("东区", 2, 1, "0.34"), ("西县", 1, 1, "2.00")]
    assert "委员会会议的计分办法" in text_of(response)


def test_an_indicator_stays_inside_the_scope(client, users, scored, tree):
    client.force_login(users.editor)
    total = client.get(reverse("indicator", args=["C2"])).context["total"]
    assert (total.due, total.applies, total.losing) == (2, 2, 1)
    address = reverse("indicator", args=["C2"])
    assert client.get(address, {"scope": tree.west.pk}).status_code == 404
    assert client.get(address, {"scope": tree.city.pk}).status_code == 404
    assert client.get(address, {"scope": "x"}).status_code == 404
    township = client.get(address, {"scope": tree.baiyang.pk}).context["total"]
    assert (township.due, township.losing) == (1, 1)
    link = f"/rates/organizations/?year=2025&amp;scope={tree.east.pk}&amp;code=C2"
    assert link in client.get(address).content.decode()


def test_the_own_result_stands_on_top(client, users, scored):
    client.force_login(users.editor)
    address = reverse("indicator", args=["C2"])
    response = client.get(address, {"organization": scored["白杨"].pk})
    assert "3.33 / 4 分" in text_of(response)
    assert "应开 12 次，实开 10 次，缺 3 月、8 月。" in text_of(response)
    assert client.get(address, {"organization": scored["西一"].pk}).status_code == 404
    assert client.get(address, {"organization": "x"}).status_code == 404
    client.force_login(users.viewer)
    response = client.get(address, {"organization": scored["西一"].pk})
    assert "不适用" in text_of(response)


def test_an_indicator_that_is_not_there(client, users, scored):
    client.force_login(users.viewer)
    assert client.get(reverse("indicator", args=["Z9"])).status_code == 404


def test_nothing_scored_yet(client, users, default, tree):
    client.force_login(users.viewer)
    assert "还没有考评年度" in text_of(client.get(reverse("indicator", args=["C2"])))
    make_cycle(default, confirmed=False, scored_at=None, scored_as_of=None)
    assert "2025 年度还没有测算" in text_of(client.get(reverse("indicator", args=["C2"])))


@pytest.mark.parametrize("who", ["auditor", "sysadmin", "stranger"])
def test_those_without_a_data_role_read_none_of_it(client, users, scored, who):
    client.force_login(getattr(users, who))
    assert client.get(reverse("standard")).status_code == 403
    assert client.get(reverse("indicator", args=["C2"])).status_code == 403
    assert client.get(reverse("cycles")).status_code == 403


def test_pages_take_few_queries(client, users, scored):
    client.force_login(users.viewer)
    for address in (reverse("indicator", args=["C2"]), reverse("standard"), reverse("cycles")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 18, address
