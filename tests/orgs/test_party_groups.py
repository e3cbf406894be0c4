"""Dividing a branch into groups: one group each, with days, leaders, history and scope."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from orgs.models import GroupMembership, Member, MemberStatus, OrgKind, PartyGroup, Sex
from orgs.personal import lookup_hash
from tests.conftest import make_organization

D = datetime.date


@pytest.fixture
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 12, 1, 0, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def people(branch):
    found = []
    for n, name in enumerate("甲乙丙", 1):
        identity = f"99010219800101{n:04d}"
        found.append(
            Member.objects.create(
                organization=branch,
                name=name,
                sex=Sex.MALE,
                birth_date=D(1980, 1, 1),
                id_number=identity,
                id_hash=lookup_hash(identity),
                status=MemberStatus.FULL,
            )
        )
    return found


@pytest.fixture
def groups(branch):
    return [PartyGroup.objects.create(organization=branch, name=f"第{n}党小组") for n in "一二"]


@pytest.fixture
def editor(client, users, today):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def send(client, branch, chosen, leaders=(), day="2026-09-01"):
    data = {"day": day}
    data |= {f"g_{member.pk}": group.pk if group else "" for member, group in chosen.items()}
    data |= {f"l_{member.pk}": "on" for member in leaders}
    return client.post(reverse("organization_groups", args=[branch.pk]), data, follow=True)


def test_members_are_placed_and_move_from_a_day_on(editor, branch, people, groups):
    first, second = groups
    send(editor, branch, dict.fromkeys(people, first), leaders=[people[0]])
    rows = GroupMembership.objects.order_by("member_id")
    assert [(row.group_id, row.is_leader, row.start) for row in rows] == [
        (first.pk, True, D(2026, 9, 1)),
        (first.pk, False, D(2026, 9, 1)),
        (first.pk, False, D(2026, 9, 1)),
    ]
    send(
        editor,
        branch,
        {people[0]: first, people[1]: second, people[2]: None},
        leaders=[people[0]],
        day="2026-10-01",
    )
    kept = GroupMembership.objects.filter(end=None).order_by("member_id")
    assert [(row.member_id, row.group_id) for row in kept] == [
        (people[0].pk, first.pk),
        (people[1].pk, second.pk),
    ]
    assert GroupMembership.objects.filter(end=D(2026, 10, 1)).count() == 2
    assert AuditEntry.objects.filter(action="group.divide").count() == 2
    assert Revision.objects.filter(model="orgs.groupmembership").count() == 6


def test_what_cannot_be_is_refused_in_words(editor, branch, people, groups):
    chosen = dict.fromkeys(people, groups[0])
    two = send(editor, branch, chosen, leaders=people[:2])
    assert (two.status_code, "请只选一名" in two.content.decode()) == (400, True)
    none = send(editor, branch, dict.fromkeys(people), leaders=people[:1])
    assert "没有编入党小组，不能任组长" in none.content.decode()
    send(editor, branch, chosen)
    early = send(editor, branch, dict.fromkeys(people, groups[1]), day="2026-08-01")
    assert "改动不能早于这一天" in early.content.decode()
    assert GroupMembership.objects.filter(end=None, group=groups[0]).count() == 3


def test_a_committee_has_no_groups_and_names_are_unique(editor, tree, branch, groups):
    above = make_organization("中共东区第一中学委员会", tree.east_edu, kind=OrgKind.COMMITTEE)
    assert editor.get(reverse("organization_groups", args=[above.pk])).status_code == 404
    data = {"organization": branch.short_name, "name": "第一党小组"}
    refused = editor.post(reverse("group_new"), data)
    assert "同名的党小组" in refused.content.decode()
    data = {"organization": above.short_name, "name": "第一党小组"}
    assert "党小组设在党支部" in editor.post(reverse("group_new"), data).content.decode()


def test_who_may_look_sees_the_groups_and_changes_nothing(client, users, branch, people, groups):
    GroupMembership.objects.create(group=groups[0], member=people[0], is_leader=True)
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    text = client.get(reverse("organization_groups", args=[branch.pk])).content.decode()
    assert "第一党小组" in text
    assert "甲" in text
    assert "保存编组" not in text
    assert send(client, branch, dict.fromkeys(people, groups[1])).status_code == 403
