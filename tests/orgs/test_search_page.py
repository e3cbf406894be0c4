"""The search in the bar: names, 拼音 and codes in scope; personal numbers never."""

import pytest

from orgs.models import Member
from schools.models import School
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member

URL = "/search/"
IN_BOX = {"HX-Request": "true", "HX-Target": "found"}


@pytest.fixture
def records(tree):
    east = tree.places["990102"]
    school = make_school(
        "东区白杨镇中心小学", tree.baiyang, east, code="9900000001", short_name="白杨小学"
    )
    one = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, school=school)
    make_organization("中共西县白杨树小学支部委员会", tree.west_edu)
    return make_member("白杨林", one)


def found(response) -> dict[str, list[str]]:
    groups = response.context.get("groups") or []
    return {group.label: [line.name for line in group.lines] for group in groups}


def test_results_are_grouped_and_in_scope(client, records, users):
    client.force_login(users.editor)
    assert found(client.get(URL, {"q": " 白 杨 "})) == {
        "学校": ["东区白杨镇中心小学"],
        "党组织": ["中共东区白杨镇中心小学支部委员会"],
        "人员": ["白杨林"],
    }
    assert found(client.get(URL, {"q": "9900000001"})) == {"学校": ["东区白杨镇中心小学"]}
    short = found(client.get(URL, {"q": "中共东区白杨镇中心小学党支部"}))
    assert short["党组织"] == ["中共东区白杨镇中心小学支部委员会"]


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("bxzxxx", set()),
        ("byzzxxx", {"学校", "党组织"}),
        ("byxx", {"学校"}),  # the short name
        ("BaiYang", {"学校", "党组织", "人员"}),
        ("bai'yang", {"学校", "党组织", "人员"}),
        ("byl", {"人员"}),
        ("zxxxdzb", {"党组织"}),
        ("b", set()),
    ],
)
def test_names_are_found_by_pinyin_and_initials(client, records, users, typed, kinds):
    client.force_login(users.editor)
    assert set(found(client.get(URL, {"q": typed}))) == kinds


def test_lists_find_by_pinyin_too(client, records, users):
    client.force_login(users.editor)
    for url in ("/schools/", "/organizations/", "/members/"):
        assert client.get(url, {"q": "baiyang"}).context["count"] == 1
        assert client.get(url, {"q": "baiyan9"}).context["count"] == 0


def test_the_nearest_comes_first_and_who_has_left_last(client, records, users, tree):
    one = records.organization
    make_member("王白杨", one, 2)
    make_member("白杨", one, 3, left_on="2024-01-01")
    make_member("白杨", one, 4)
    client.force_login(users.editor)
    groups = client.get(URL, {"q": "白杨"}).context["groups"]
    assert [(line.name, bool(line.ended)) for line in groups[-1].lines] == [
        ("白杨", False),
        ("白杨林", False),
        ("王白杨", False),
        ("白杨", True),
    ]
    people = found(client.get(URL, {"q": "bai"}))["人员"]
    assert people == ["白杨", "白杨林", "王白杨", "白杨"]


@pytest.mark.parametrize(
    "number", ["99010219800506001X", "９９０１０２１９８００５０６００１Ｘ", "139 1234 5678"]
)
def test_a_personal_number_is_refused_and_not_repeated(client, records, users, number):
    client.force_login(users.editor)
    for response in (
        client.get(URL, {"q": number}),
        client.post(URL, {"q": number}),
        client.post(URL, {"q": number}, headers=IN_BOX),
    ):
        assert response.status_code == 200
        text = response.content.decode()
        assert "没有查找" in text
        assert number not in text
        assert found(response) == {}


def test_what_is_posted_leads_to_the_address_of_the_results(client, records, users):
    client.force_login(users.editor)
    assert client.post(URL, {"q": "白杨"}).url == "/search/?q=%E7%99%BD%E6%9D%A8"
    assert client.post(URL, {"q": " "}).url == "/search/"


def test_the_box_gets_five_of_a_kind_and_the_page_ten(client, tree, users):
    for n in range(12):
        make_school(f"东区{n:02d}小学", tree.east_edu, tree.places["990102"])
    client.force_login(users.editor)
    box = client.post(URL, {"q": "小学"}, headers=IN_BOX)
    assert len(found(box)["学校"]) == 5
    assert "<html" not in box.content.decode()
    response = client.get(URL, {"q": "小学"})
    assert len(found(response)["学校"]) == 10
    more = response.context["groups"][0].more
    assert client.get(more).context["count"] == 12
    assert "没有找到" in client.get(URL, {"q": "没有这样的"}).content.decode()
    assert client.get(URL, {"q": "<b>\x00"}).status_code == 200


@pytest.mark.parametrize("number", [1, 12])
def test_a_search_costs_the_same_for_any_number(
    client, tree, users, number, django_assert_num_queries
):
    for n in range(number):
        name = f"东区白杨第{n:02d}小学"
        school = make_school(name, tree.east_edu, tree.places["990102"])
        one = make_organization(f"中共{name}支部委员会", tree.east_edu, school=school)
        make_member(f"白杨{n}", one, n)
    client.force_login(users.editor)
    # Session, user, grants; keys and records of three kinds; the session (3).
    with django_assert_num_queries(12):
        client.post(URL, {"q": "白杨"}, headers=IN_BOX)


def test_only_readers_of_records_may_search(client, records, users):
    client.force_login(users.auditor)
    assert client.get(URL, {"q": "白杨"}).status_code == 403
    assert client.post(URL, {"q": "白杨"}, headers=IN_BOX).status_code == 403


def test_pinyin_follows_the_name_however_the_record_is_written(tree, records):
    school = School.objects.get()
    school.short_name = "长江小学"
    school.save()
    assert " cjxx " in School.objects.get().pinyin
    Member.objects.bulk_create(
        [
            Member(
                name="单晓东",
                organization=records.organization,
                birth_date="1980-01-01",
                id_hash="x",
            )
        ]
    )
    assert Member.objects.get(name="单晓东").pinyin == " dxd sxd danxiaodong shanxiaodong"
