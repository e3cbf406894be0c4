"""The search in the bar: names and codes in scope, personal numbers never."""

import pytest

from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member

URL = "/search/"


@pytest.fixture
def records(tree):
    east = tree.places["990102"]
    school = make_school("东区白杨镇中心小学", tree.baiyang, east, code="9900000001")
    one = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, school=school)
    make_organization("中共西县白杨树小学支部委员会", tree.west_edu)
    return make_member("白杨林", one)


def found(response) -> dict[str, list[str]]:
    return {
        group["label"]: [row["name"] for row in group["rows"]]
        for group in response.context["groups"]
    }


def test_results_are_grouped_and_in_scope(client, records, users):
    client.force_login(users.editor)
    assert found(client.get(URL, {"q": " 白 杨 "})) == {
        "学校": ["东区白杨镇中心小学"],
        "党组织": ["中共东区白杨镇中心小学支部委员会"],
        "人员": ["白杨林"],
    }
    assert found(client.get(URL, {"q": "9900000001"}))["学校"] == ["东区白杨镇中心小学"]
    short = found(client.get(URL, {"q": "中共东区白杨镇中心小学党支部"}))
    assert short["党组织"] == ["中共东区白杨镇中心小学支部委员会"]


@pytest.mark.parametrize(
    "number", ["99010219800506001X", "９９０１０２１９８００５０６００１Ｘ", "139 1234 5678"]
)
def test_a_personal_number_is_refused_and_not_repeated(client, records, users, number):
    client.force_login(users.editor)
    response = client.get(URL, {"q": number})
    text = response.content.decode()
    assert "没有查找" in text
    assert number not in text
    assert found(response) == {}


def test_more_than_ten_lead_to_the_list(client, tree, users):
    for n in range(12):
        make_school(f"东区{n:02d}小学", tree.east_edu, tree.places["990102"])
    client.force_login(users.editor)
    response = client.get(URL, {"q": "小学"})
    assert len(found(response)["学校"]) == 10
    assert "/schools/?q=%E5%B0%8F%E5%AD%A6" in response.content.decode()
    assert "没有找到" in client.get(URL, {"q": "没有这样的"}).content.decode()
    assert client.get(URL, {"q": "<b>\x00"}).status_code == 200


def test_only_readers_of_records_may_search(client, records, users):
    client.force_login(users.auditor)
    assert client.get(URL, {"q": "白杨"}).status_code == 403
