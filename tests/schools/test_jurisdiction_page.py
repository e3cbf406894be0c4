"""The tree of managing bodies, opened one level at a time, and who sees the whole tree."""

import pytest

from orgs.models import Organization
from schools.models import Jurisdiction, JurisdictionKind, School
from schools.roles import grants_of
from schools.scoping import holds_all
from tests.conftest import make_organization, make_school, make_user
from tests.orgs.records import make_member

URL = "/jurisdictions/"


@pytest.fixture
def filled(tree):
    east = tree.places["990102"]
    school = make_school("东区白杨镇中心小学", tree.baiyang, east)
    make_school("东区旧校", tree.baiyang, east, closed_on="2024-07-01")
    one = make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, school=school)
    make_organization("中共东区旧校支部委员会", tree.baiyang, dissolved_on="2024-07-01")
    make_organization("中共云岭市实验小学支部委员会", tree.bureau)
    for number in range(3):
        make_member(f"党员{number}", one, number, left_on="2025-01-01" if number else None)


def shown(response) -> dict[str, tuple]:
    return {str(line.body): (line.level, *line.counts) for line in response.context["lines"]}


def test_a_level_opens_with_the_counts_of_each_subtree(client, filled, users, tree):
    client.force_login(users.manager)
    assert shown(client.get(URL)) == {
        "云岭市": (0, 1, 2, 1),
        "云岭市教育局党组": (1, 0, 1, 0),
        "东区": (1, 1, 1, 1),
        "西县": (1, 0, 0, 0),
    }
    lines = shown(client.get(URL, {"open": tree.east.pk}))
    assert lines["东区白杨镇党委"] == (2, 1, 1, 1)
    assert "西县教育局党委" not in lines
    assert set(shown(client.get(URL, {"open": "none"}))) == {"云岭市"}
    assert "直属学校" in client.get(URL).content.decode()


def test_counts_lead_to_lists_of_the_same_length(client, filled, users, tree):
    client.force_login(users.manager)
    line = next(one for one in client.get(URL).context["lines"] if str(one.body) == "云岭市")
    for _label, url, text in line.figures:
        assert str(client.get(url).context["count"]) == text


def test_bodies_are_found_by_name_and_pinyin_with_where_they_stand(client, filled, users, tree):
    client.force_login(users.manager)
    for typed in ("白杨", "baiyang", "dqbyz"):
        [line] = client.get(URL, {"q": typed}).context["lines"]
        assert (str(line.body), line.above) == ("东区白杨镇党委", "云岭市 / 东区")
        assert line.counts == (1, 1, 1)
    client.force_login(users.west_editor)
    response = client.get(URL, {"q": "白杨"})
    assert response.context["lines"] == []
    assert "没有找到这样的管理主体" in response.content.decode()
    number = "990102198005060013"
    assert number not in client.get(URL, {"q": number}).content.decode()


def test_many_children_are_shown_in_parts(client, users, tree):
    for n in range(230):
        parent = Jurisdiction.objects.get(pk=tree.west_edu.pk)
        leaf = Jurisdiction(name=f"西县第{n:03d}小学", kind=JurisdictionKind.SCHOOL)
        Jurisdiction.objects.add_child(parent, instance=leaf)
    client.force_login(users.manager)
    response = client.get(URL, {"open": tree.west_edu.pk})
    # The city, its three bodies, the one below, and its first hundred.
    assert len(response.context["lines"]) == 1 + 3 + 1 + 100
    assert "第 1–100 个，共 230 个" in response.content.decode()
    last = client.get(URL, {"open": tree.west_edu.pk, "from": 200})
    assert shown(last)["西县第229小学"][0] == 3
    assert "西县第199小学" not in shown(last)
    # A body far down is reached with the way to it.
    far = Jurisdiction.objects.get(name="西县第229小学")
    lines = shown(client.get(URL, {"open": far.pk}))
    assert "西县第229小学" in lines


def test_what_is_withdrawn_is_not_counted(client, filled, users, tree):
    School.objects.update(withdrawn_at="2026-01-01T00:00Z")
    client.force_login(users.manager)
    assert shown(client.get(URL))["云岭市"] == (0, 0, 2, 1)


def test_only_the_own_subtree_is_shown(client, filled, users, tree):
    client.force_login(users.editor)
    lines = shown(client.get(URL))
    assert lines["东区"] == (0, 1, 1, 1)
    assert not {"云岭市", "西县"} & set(lines)
    assert client.get(URL, {"open": tree.west.pk}).status_code == 404
    client.force_login(users.auditor)
    assert client.get(URL).status_code == 403


def test_the_tree_costs_the_same_at_any_size(client, users, tree, django_assert_num_queries):
    client.force_login(users.manager)
    for _ in range(2):
        # Session, user, grants; the opened body; what is granted, the children of each of
        # two levels; three counts; the frame (2); the session (3).
        with django_assert_num_queries(15):
            client.get(URL, {"open": tree.east.pk})
        for n in range(5):
            body = Jurisdiction(
                name=f"中共东区{n}镇委员会", kind="township", place=tree.places["990102"]
            )
            Jurisdiction.objects.add_child(Jurisdiction.objects.get(pk=tree.east.pk), instance=body)
            make_school(f"{n}小学", body, tree.places["990102"])
        Jurisdiction.objects.filter(name__startswith="中共东区").update(name="中共东区旧镇委员会")
        School.objects.all().delete()


def test_the_whole_tree_is_seen_only_while_it_has_one_root(tree, users):
    make_organization("中共东区第一小学支部委员会", tree.east_edu)
    assert holds_all(users.manager)
    assert not holds_all(users.editor)
    # The auditor's grant covers the tree, but not its data.
    assert not holds_all(users.auditor)
    assert not Organization.objects.visible_to(users.auditor).exists()
    (root,) = [grant.jurisdiction for grant in grants_of(users.manager)]
    asked = Organization.objects.order_by().editable_by(users.manager).inside(root)
    assert "JOIN" not in str(asked.query)
    assert asked.count() == 1
    assert not Organization.objects.editable_by(users.viewer).exists()
    other = Jurisdiction.objects.add_root(
        instance=Jurisdiction(name="另一市", kind=JurisdictionKind.CITY)
    )
    foreign = make_organization("中共另一市第一小学支部委员会", other)
    second = make_user("second", ("manager", tree.city))
    assert not holds_all(second)
    assert foreign not in Organization.objects.visible_to(second)
    assert foreign not in Organization.objects.editable_by(second)
    (root,) = [grant.jurisdiction for grant in grants_of(second)]
    assert foreign not in Organization.objects.inside(root)
