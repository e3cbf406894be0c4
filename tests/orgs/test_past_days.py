"""Organizations as they were on a past day: page, list, and what they are found by."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.history import Act
from orgs.matching import Organizations
from orgs.models import OrgKind, Post, Term
from orgs.services_merging import merge
from orgs.services_structure import change_units, move, rename
from orgs.services_tenure import Elected, elect
from schools.matching import Tree
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member
from tests.workbooks import sheet_rows

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def city(tree, users):
    """甲 was renamed, moved and elected anew; 乙 was merged into it; 丙 is west."""
    act = Act(users.manager)
    schools = [
        make_school(f"东区{name}", tree.east_edu, tree.places["990102"])
        for name in ("甲校", "乙校")
    ]
    a = make_organization("中共东区甲校支部委员会", tree.east_edu, school=schools[0])
    b = make_organization("中共东区乙校支部委员会", tree.east_edu, school=schools[1])
    west = make_organization("中共西县丙校支部委员会", tree.west_edu)
    for number, organization in enumerate([a, a, b]):
        make_member(f"党员{number}", organization, number)
    Term.objects.create(organization=a, elected_on=D(2021, 3, 1))
    Post.objects.create(organization=a, kind="secretary", holder="旧书记", start=D(2021, 3, 1))
    rename(
        organization=a,
        name="中共东区实验学校支部委员会",
        on=D(2023, 9, 1),
        document="东教党〔2023〕5号",
        act=act,
    )
    a.refresh_from_db()
    elect(
        organization=a,
        term=Term(elected_on=D(2024, 3, 1), years=3),
        elected=[Elected("secretary", "新书记")],
        act=act,
    )
    a.refresh_from_db()
    move(organization=a, jurisdiction=tree.baiyang, start=D(2025, 1, 1), act=act)
    a.refresh_from_db()
    merge(into=a, others=[b], on=D(2026, 7, 1), kind=OrgKind.JOINT_BRANCH, act=act)
    for one in (a, b):
        one.refresh_from_db()
    return a, b, west


@pytest.mark.parametrize(
    ("day", "name", "body", "secretary", "members", "schools"),
    [
        ("2022-06-01", "东区甲校党支部", "东区教育局党委", "旧书记", 2, "东区甲校"),
        ("2023-08-31", "东区甲校党支部", "东区教育局党委", "旧书记", 2, "东区甲校"),
        ("2023-09-01", "东区实验学校党支部", "东区教育局党委", "旧书记", 2, "东区甲校"),
        ("2024-03-01", "东区实验学校党支部", "东区教育局党委", "新书记", 2, "东区甲校"),
        ("2025-01-01", "东区实验学校党支部", "东区白杨镇党委", "新书记", 2, "东区甲校"),
        ("2026-07-01", "东区实验学校党支部", "东区白杨镇党委", "新书记", 3, "东区甲校、东区乙校"),
    ],
)
def test_the_page_of_a_past_day(client, users, city, day, name, body, secretary, members, schools):
    client.force_login(users.editor)
    response = client.get(reverse("organization", args=[city[0].pk]), {"day": day})
    text = response.content.decode()
    facts = {fact.label: fact.text for fact in response.context["facts"]}
    assert f"<h1>{name}</h1>" in text
    assert f"截至 {day} 的情况" in text
    assert (facts["管理主体"], facts["书记"], facts["学校"]) == (body, secretary, schools)
    assert [row["post"].holder for row in response.context["posts"]] == [secretary]
    assert response.context["standing"].members == members
    assert "办理" not in text


def test_a_day_before_the_founding_and_one_after_the_end(client, users, city):
    client.force_login(users.editor)
    a, b, _ = city
    text = client.get(reverse("organization", args=[a.pk]), {"day": "2009-01-01"}).content.decode()
    assert "2010-09-01 才成立" in text
    text = client.get(reverse("organization", args=[b.pk]), {"day": "2026-08-01"}).content.decode()
    assert "2026-07-01 已经撤销" in text
    text = client.get(reverse("organization", args=[b.pk]), {"day": "2026-06-30"}).content.decode()
    assert "已经撤销" not in text


@pytest.mark.parametrize("day", ["2027-01-01", "昨天", "2026-02-30"])
def test_a_day_that_is_none_shows_today_and_says_so(client, users, city, day):
    client.force_login(users.editor)
    text = client.get(reverse("organization", args=[city[0].pk]), {"day": day}).content.decode()
    assert "没有显示那一天的情况" in text
    assert "基本情况" in text


def test_the_chronicle_tells_everything(client, users, city):
    client.force_login(users.editor)
    context = client.get(reverse("organization", args=[city[0].pk])).context
    told = [(str(event.day), event.title) for event in context["chronicle"]]
    assert told == [
        ("2026-07-01", "改建"),
        ("2026-07-01", "学校加入"),
        ("2026-07-01", "合并"),
        ("2025-01-01", "变更隶属"),
        ("2023-09-01", "更名"),
        ("2010-09-01", "成立"),
    ]
    text = client.get(reverse("organization", args=[city[1].pk])).content.decode()
    assert "并入东区实验学校党支部" in text


def names(response):
    return [row.short_name for row in response.context["table"].data]


def test_the_list_of_a_past_day(client, users, tree, city):
    client.force_login(users.editor)
    address = reverse("organizations")
    assert names(client.get(address)) == ["东区实验学校党支部"]
    response = client.get(address, {"day": "2022-06-01"})
    assert sorted(names(response)) == ["东区乙校党支部", "东区甲校党支部"]
    text = response.content.decode()
    assert "截至 2022-06-01 的情况" in text
    assert "现名东区实验学校党支部" in text
    # The subtree is that of the day: 甲 was not yet in 白杨镇.
    there = {"day": "2022-06-01", "scope": tree.baiyang.pk}
    assert names(client.get(address, there)) == []
    there["day"] = "2025-06-01"
    assert names(client.get(address, there)) == ["东区实验学校党支部"]
    # Its kind was that of the day.
    kind = {"day": "2026-06-01", "kind": "joint_branch"}
    assert names(client.get(address, kind)) == []
    assert len(names(client.get(address, kind | {"kind": "branch"}))) == 2


def test_the_workbook_of_a_past_day_says_which(client, users, city):
    client.force_login(users.editor)
    heads, rows = sheet_rows(
        client.get(reverse("organizations"), {"day": "2022-06-01", "format": "xlsx"})
    )
    record = dict(zip(heads, rows[0], strict=True))
    assert record["当时名称"] == "中共东区乙校支部委员会"
    assert record["书记"] == "空缺"
    assert dict(zip(heads, rows[1], strict=True))["后来"] == "现名东区实验学校党支部"


def test_who_managed_it_then_sees_it_without_a_link(client, users, tree, city):
    """Moved to the west since: in the list of its day, not behind a link."""
    a = city[0]
    move(organization=a, jurisdiction=tree.west_edu, start=D(2026, 10, 1), act=Act(users.manager))
    client.force_login(users.editor)
    text = client.get(reverse("organizations"), {"day": "2025-06-01"}).content.decode()
    assert "后来划出" in text
    assert reverse("organization", args=[a.pk]) not in text
    assert (
        client.get(reverse("organization", args=[a.pk]), {"day": "2025-06-01"}).status_code == 404
    )
    client.force_login(users.west_editor)
    assert (
        "实验学校"
        not in client.get(reverse("organizations"), {"day": "2025-06-01"}).content.decode()
    )


@pytest.mark.parametrize("number", [1, 12])
def test_a_past_day_costs_the_same_for_any_number(
    client, users, tree, number, django_assert_max_num_queries
):
    act = Act(users.manager)
    for n in range(number):
        one = make_organization(f"中共东区第{n}小学支部委员会", tree.east_edu)
        rename(organization=one, name=f"中共东区新{n}小学支部委员会", on=D(2024, 1, 1), act=act)
    client.force_login(users.editor)
    with django_assert_max_num_queries(24):
        response = client.get(reverse("organizations"), {"day": "2023-01-01"})
    assert len(names(response)) == number


def test_an_earlier_name_finds_the_organization(client, users, city):
    client.force_login(users.editor)
    response = client.get(reverse("organizations"), {"q": "甲校党支部"})
    assert names(response) == ["东区实验学校党支部"]
    assert "原名东区甲校党支部" in response.content.decode()
    text = client.get(reverse("search"), {"q": "东区甲校党支部"}).content.decode()
    assert "原名东区甲校党支部" in text


def test_a_workbook_with_the_earlier_name_means_the_same_organization(users, tree, city):
    known = Organizations(users.manager, Tree(users.manager))
    assert known.find("中共东区甲校支部委员会") == city[0]
    assert known.was_called(city[0], "东区甲校党支部")
    # Once another one bears the name, it is that one which is meant.
    other = make_organization("中共东区甲校支部委员会", tree.east_edu)
    known = Organizations(users.manager, Tree(users.manager))
    assert known.find("东区甲校党支部") == other


def test_units_of_a_past_day(users, tree):
    act = Act(users.manager)
    schools = [make_school(f"东区{n}园", tree.east_edu, tree.places["990102"]) for n in "甲乙丙丁"]
    joint = make_organization(
        "中共东区联合支部委员会", tree.east_edu, kind=OrgKind.JOINT_BRANCH, school=schools[0]
    )
    joint.covered_schools.set(schools[1:3])
    change_units(
        organization=joint, joining=[schools[3]], leaving=[schools[0]], on=D(2025, 9, 1), act=act
    )
    joint.refresh_from_db()
    # It comes back later: two periods of one school.
    change_units(organization=joint, joining=[schools[0]], on=D(2026, 9, 1), act=act)
    joint.refresh_from_db()

    def on(day):
        from orgs.past import units_on

        return {school.name[2] for school in units_on([joint], day)[joint.pk]}

    assert on(D(2025, 8, 31)) == {"甲", "乙", "丙"}
    assert on(D(2025, 9, 1)) == {"乙", "丙", "丁"}
    assert on(D(2026, 9, 1)) == {"甲", "乙", "丙", "丁"}
