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
    return {
        str(line.body): (line.level, line.schools, line.organizations, line.members)
        for line in response.context["lines"]
    }


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
        with django_assert_num_queries(12):
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
