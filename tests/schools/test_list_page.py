"""What every list page does, shown on the list of schools."""

import hashlib

import pytest
from django.urls import resolve, reverse

from accounts.models import AuditEntry
from schools.models import Ownership, School, SchoolStage
from tests.conftest import make_organization, make_school, make_user
from tests.workbooks import sheet_rows

URL = "/schools/"
# Session, user, grants; bodies, places, towns; count, rows, three counts of the rows;
# chosen columns, saved filters; the names in the frame (2); the session kept alive (3).
QUERIES = 18


@pytest.fixture
def schools(tree):
    """Three schools in the east, one in the west, one of the city standing in the east."""
    east, west = tree.places["990102"], tree.places["990121"]
    return {
        "a": make_school("东区白杨镇中心小学", tree.baiyang, east, town="白杨镇", staff=30),
        "b": make_school(
            "东区柳林镇初级中学", tree.liulin, east, town="柳林镇", stage=SchoolStage.JUNIOR
        ),
        "c": make_school(
            "东区启明幼儿园",
            tree.east_edu,
            east,
            stage=SchoolStage.KINDERGARTEN,
            ownership=Ownership.PRIVATE,
            code="9900000001",
            staff=8,
        ),
        "d": make_school("西县第一中学", tree.west_edu, west, stage=SchoolStage.SENIOR, staff=120),
        "e": make_school("云岭市实验小学", tree.bureau, east),
    }


def names(response) -> list[str]:
    return [row.record.name for row in response.context["table"].rows]


def test_only_rows_of_the_users_subtree_are_listed_and_counted(client, schools, users):
    client.force_login(users.editor)
    response = client.get(URL)
    assert set(names(response)) == {"东区白杨镇中心小学", "东区柳林镇初级中学", "东区启明幼儿园"}
    text = response.content.decode()
    assert "导出 3 行" in text
    assert "西县第一中学" not in text


def test_scope_narrows_and_a_foreign_scope_does_not_exist(client, schools, users, tree):
    client.force_login(users.editor)
    assert names(client.get(URL, {"scope": tree.baiyang.pk})) == ["东区白杨镇中心小学"]
    for wrong in (tree.west.pk, tree.city.pk, "x", "9" * 30):
        assert client.get(URL, {"scope": wrong}).status_code == 404


def test_no_permission_is_403_and_no_grant_shows_nothing(client, schools, users):
    for user in (users.auditor, users.sysadmin):
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert client.get(URL, {"format": "xlsx"}).status_code == 403
    client.force_login(users.stranger)
    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=junior", {"b"}),
        ("ownership=private", {"c"}),
        ("place=990121", {"d"}),
        ("body=township", {"a", "b"}),
        ("town=白杨镇", {"a"}),
        ("q=白 杨", {"a"}),
        ("q=99000", {"c"}),
        ("stage=primary&place=990102", {"a", "e"}),
    ],
)
def test_conditions_narrow_the_list(client, schools, users, query, expected):
    client.force_login(users.manager)
    assert set(names(client.get(f"{URL}?{query}"))) == {schools[key].name for key in expected}


def test_schools_without_an_organization_are_found(client, schools, users, tree):
    make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, school=schools["a"])
    joint = make_organization("中共柳林镇联合支部委员会", tree.liulin, kind="joint_branch")
    joint.covered_schools.add(schools["b"])
    client.force_login(users.editor)
    assert names(client.get(URL, {"organized": "own"})) == ["东区白杨镇中心小学"]
    assert names(client.get(URL, {"organized": "covered"})) == ["东区柳林镇初级中学"]
    assert names(client.get(URL, {"organized": "none"})) == ["东区启明幼儿园"]
    assert "由联合党支部覆盖" in client.get(URL).content.decode()


def test_a_closed_school_is_listed_only_when_asked_for(client, schools, users):
    School.objects.filter(pk=schools["a"].pk).update(closed_on="2024-07-01")
    client.force_login(users.editor)
    assert "东区白杨镇中心小学" not in names(client.get(URL))
    assert names(client.get(URL, {"state": "closed"})) == ["东区白杨镇中心小学"]
    assert len(names(client.get(URL, {"state": "all"}))) == 3


def test_a_chip_drops_its_condition_and_keeps_the_others(client, schools, users):
    client.force_login(users.manager)
    response = client.get(f"{URL}?stage=primary&place=990102&size=10")
    chips = {chip.text: chip.url for chip in response.context["chips"]}
    assert set(chips) == {"类别：小学", "所在地：东区"}
    assert chips["类别：小学"] == "?place=990102&size=10"


def test_wrong_values_are_told_and_left_out(client, schools, users):
    client.force_login(users.manager)
    response = client.get(
        URL, {"stage": "nonsense", "page": "x", "size": "7", "sort": "id", "code__regex": "("}
    )
    assert len(names(response)) == 5
    assert "“类别”没有生效" in response.content.decode()
    assert response.context["chips"] == []
    assert client.get(URL, {"q": "a\x00b"}).status_code == 200
    assert client.get(URL, {"page": "99999"}).context["page"].number == 1


def test_a_personal_number_is_refused_as_a_search(client, schools, users):
    client.force_login(users.manager)
    response = client.get(URL, {"q": "99010219800101001X", "stage": "primary"})
    text = response.content.decode()
    assert "身份证号" in text
    assert len(names(response)) == 2
    # Neither the box nor a link or form passes it on.
    assert "99010219800101001X" not in text


def test_sorting_is_told_by_aria_sort_and_turns_round(client, schools, users):
    client.force_login(users.manager)
    response = client.get(URL, {"sort": "staff"})
    # Unknown numbers come last in either direction.
    assert [row.record.staff for row in response.context["table"].rows] == [8, 30, 120, None, None]
    heads = {head.label: head for head in response.context["table"].heads}
    assert (heads["教职工"].direction, heads["教职工"].next) == ("ascending", "-staff")
    assert heads["党组织"].next == ""
    assert 'aria-sort="ascending"' in response.content.decode()
    response = client.get(URL, {"sort": "-staff"})
    assert [row.record.staff for row in response.context["table"].rows] == [120, 30, 8, None, None]


def test_pages_do_not_overlap(client, tree, users):
    for number in range(23):
        make_school(f"东区{number:02d}小学", tree.east_edu, tree.places["990102"])
    client.force_login(users.manager)
    seen = []
    for page in (1, 2, 3):
        response = client.get(URL, {"size": "10", "page": page, "sort": "stage"})
        seen += names(response)
    assert len(seen) == len(set(seen)) == 23
    assert "第 21–23 行，共 23 行" in response.content.decode()


def test_nothing_found_says_which_condition_to_drop(client, schools, users):
    client.force_login(users.manager)
    text = client.get(f"{URL}?stage=vocational&place=990121").content.decode()
    assert "没有同时满足 2 个条件的学校" in text
    assert "去掉“类别：中职学校”可看到 1 所" in text
    assert "导出" not in text


def test_an_empty_register_says_how_to_begin(client, users):
    client.force_login(users.manager)
    text = client.get(URL).content.decode()
    assert "还没有学校" in text
    assert '共 <b class="strong">0</b> 行' in text


def test_htmx_gets_only_the_block_and_the_clean_address(client, schools, users):
    client.force_login(users.manager)
    headers = {"HX-Request": "true"}
    response = client.get(f"{URL}?q=&stage=primary&place=", headers=headers)
    text = response.content.decode()
    assert "<html" not in text
    assert 'id="list"' in text
    assert 'hx-swap-oob="true"' in text
    assert response["HX-Push-Url"] == "/schools/?stage=primary"


def test_a_session_that_ended_reloads_the_page_instead_of_filling_the_block(client, users):
    response = client.get(URL, headers={"HX-Request": "true"})
    assert response["HX-Refresh"] == "true"
    assert response.content == b""


def test_the_workbook_holds_the_rows_of_the_page(client, schools, users):
    School.objects.filter(pk=schools["a"].pk).update(principal="=1+1", students=1200)
    client.force_login(users.editor)
    page = client.get(f"{URL}?sort=name&ownership=public")
    response = client.get(f"{URL}?sort=name&ownership=public&format=xlsx")
    heads, rows = sheet_rows(response)
    assert len(rows) == page.context["count"] == 2
    assert [row[1] for row in rows] == names(page)
    record = dict(zip(heads, rows[names(page).index("东区白杨镇中心小学")], strict=True))
    assert record["学生"] == 1200
    assert record["校长"] == "=1+1"
    assert record["管理主体"] == "东区白杨镇党委"
    assert record["党员"] == 0
    entry = AuditEntry.objects.get(action="schools.export_list")
    assert entry.actor == users.editor
    digest = hashlib.sha256(response.content).hexdigest()
    assert entry.changes == {"rows": 2, "query": "办学性质：公办", "sha256": digest}
    assert "%E4%B8%9C%E5%8C%BA%E5%AD%A6%E6%A0%A1" in response["Content-Disposition"]


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_any_number(
    client, tree, users, number, django_assert_num_queries
):
    for n in range(number):
        school = make_school(f"东区{n:02d}小学", tree.east_edu, tree.places["990102"])
        make_organization(f"中共东区{n:02d}小学支部委员会", tree.east_edu, school=school)
    client.force_login(users.editor)
    client.get(URL)
    with django_assert_num_queries(QUERIES):
        assert len(names(client.get(URL))) == number


def test_every_sortable_column_sorts_both_ways(client, schools, users):
    client.force_login(users.manager)
    for url_name in ("schools", "organizations", "members", "meetings"):
        view = reverse(url_name)
        table_class = resolve(view).func.view_class.table_class
        for name in table_class.base_columns:
            if table_class.can_sort(name):
                for sign in ("", "-"):
                    assert client.get(view, {"sort": sign + name}).status_code == 200


def test_two_grants_show_both_subtrees(client, schools, tree):
    user = make_user("two", ("viewer", tree.baiyang), ("viewer", tree.west))
    client.force_login(user)
    response = client.get(URL)
    assert set(names(response)) == {"东区白杨镇中心小学", "西县第一中学"}
    assert response.context["list"].scope.label == "东区白杨镇党委、西县"
