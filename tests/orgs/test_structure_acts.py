"""Acts on an organization: another name, kind, place, other schools; with their days."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act, Conflict
from accounts.models import AuditEntry, Revision
from orgs import affiliations
from orgs.models import Affiliation, Coverage, FormerName, Organization, OrgKind
from orgs.services_structure import change_units, move, rename, units_of
from schools.models import Grant, Jurisdiction, JurisdictionKind
from tests.conftest import make_organization, make_school, make_user
from tests.orgs.records import make_member

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def act(users):
    return Act(users.manager, reason="", source="测试")


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def page(name, *args):
    return reverse(name, args=args)


# -- name and kind --------------------------------------------------------------------------


def test_the_earlier_name_is_kept_with_its_period(branch, act):
    rename(
        organization=branch,
        name="中共东区实验小学支部委员会",
        on=D(2024, 9, 1),
        document="东教党〔2024〕8号",
        act=act,
    )
    rename(organization=branch, name="中共东区附属小学支部委员会", on=D(2026, 3, 1), act=act)
    branch.refresh_from_db()
    assert branch.short_name == "东区附属小学党支部"
    names = FormerName.objects.order_by("end").values_list("short_name", "start", "end", "document")
    assert list(names) == [
        ("东区第一小学党支部", None, D(2024, 9, 1), "东教党〔2024〕8号"),
        ("东区实验小学党支部", D(2024, 9, 1), D(2026, 3, 1), ""),
    ]
    assert AuditEntry.objects.filter(action="organization.rename").count() == 2


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (D(2024, 9, 1), "2024-09-01 已经更名"),
        (D(2026, 11, 13), "日期还没有到"),
        (D(2010, 8, 31), "成立时间（2010-09-01）"),
    ],
)
def test_a_name_begins_after_the_last_one_and_not_tomorrow(branch, act, on, words):
    rename(organization=branch, name="中共东区实验小学支部委员会", on=D(2024, 9, 1), act=act)
    with pytest.raises(ValidationError, match=words):
        rename(organization=branch, name="中共东区附属小学支部委员会", on=on, act=act)


def test_a_name_in_use_is_refused_and_nothing_is_kept(tree, branch, act):
    make_organization("中共东区实验小学支部委员会", tree.west_edu)
    with pytest.raises(ValidationError, match="已经有同名的党组织"):
        rename(organization=branch, name="东区实验小学党支部", on=D(2026, 3, 1), act=act)
    assert not FormerName.objects.exists()
    assert not Revision.objects.exists()


def test_the_second_of_two_editors_is_refused(branch, act):
    rename(organization=branch, name="中共东区实验小学支部委员会", on=D(2024, 9, 1), act=act)
    with pytest.raises(Conflict):
        rename(organization=branch, name="甲", on=D(2026, 3, 1), act=act, expected=1)


def test_a_branch_becomes_a_general_branch(branch, act):
    rename(
        organization=branch,
        name="中共东区第一小学总支部委员会",
        kind=OrgKind.GENERAL_BRANCH,
        on=D(2026, 9, 1),
        act=act,
    )
    branch.refresh_from_db()
    assert branch.kind == OrgKind.GENERAL_BRANCH
    assert FormerName.objects.get().kind == OrgKind.BRANCH
    assert AuditEntry.objects.get().action == "organization.rebuild"


def test_rebuilding_against_the_sizes_must_be_confirmed(client, users, branch):
    client.force_login(users.editor)
    for number in range(4):
        make_member(f"党员{number}", branch, number)
    data = {
        "kind": "general_branch",
        "name": "中共东区第一小学总支部委员会",
        "on": "2026-09-01",
        "version": 1,
    }
    response = client.post(page("organization_rebuild", branch.pk), data)
    text = response.content.decode()
    assert response.status_code == 400
    assert "党员 4 人，党总支一般不少于 50 人" in text
    assert "4 名党员直接登记在它名下" in text
    assert 'value="中共东区第一小学总支部委员会"' in text
    assert not FormerName.objects.exists()
    response = client.post(
        page("organization_rebuild", branch.pk), {**data, "confirmed": "on"}, follow=True
    )
    assert "2026-09-01 起，东区第一小学党支部改建为东区第一小学党总支" in response.content.decode()


def test_a_school_does_not_rename_its_own_organization(client, tree, branch):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.east_edu.pk),
        instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    Organization.objects.update(jurisdiction=leaf)
    user = make_user("own_school", ("editor", leaf))
    client.force_login(user)
    text = client.get(page("organization", branch.pk)).content.decode()
    assert "换届" in text
    assert page("organization_rename", branch.pk) not in text
    assert client.get(page("organization_rename", branch.pk)).status_code == 403
    branch.refresh_from_db()
    with pytest.raises(PermissionDenied):
        rename(organization=branch, name="甲", on=D(2026, 3, 1), act=Act(user))


# -- place ----------------------------------------------------------------------------------

X = "成立"


def periods(organization):
    return [
        (str(p.start or X), p.jurisdiction.short_name[2:], str(p.end or "今"))
        for p in affiliations.periods_of(organization)
    ]


EDU, TOWN, LIULIN = "教育局党委", "白杨镇党委", "柳林镇党委"


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        # The present period is split, at its founding replaced.
        ([("baiyang", D(2020, 4, 1))], [(X, EDU, "2020-04-01"), ("2020-04-01", TOWN, "今")]),
        ([("baiyang", D(2010, 9, 1))], [(X, TOWN, "今")]),
        # A later day, then a day before it: only the earlier period changes.
        (
            [("baiyang", D(2020, 4, 1)), ("liulin", D(2017, 4, 1))],
            [
                (X, EDU, "2017-04-01"),
                ("2017-04-01", LIULIN, "2020-04-01"),
                ("2020-04-01", TOWN, "今"),
            ],
        ),
        # The same body follows: it only begins earlier.
        (
            [("baiyang", D(2020, 4, 1)), ("baiyang", D(2017, 4, 1))],
            [(X, EDU, "2017-04-01"), ("2017-04-01", TOWN, "今")],
        ),
        # A whole period corrected, and corrected back: what is equal becomes one again.
        (
            [("baiyang", D(2020, 4, 1)), ("liulin", D(2020, 4, 1))],
            [(X, EDU, "2020-04-01"), ("2020-04-01", LIULIN, "今")],
        ),
        ([("baiyang", D(2020, 4, 1)), ("east_edu", D(2020, 4, 1))], [(X, EDU, "今")]),
        # Back again after a while.
        (
            [("baiyang", D(2020, 4, 1)), ("east_edu", D(2022, 4, 1))],
            [(X, EDU, "2020-04-01"), ("2020-04-01", TOWN, "2022-04-01"), ("2022-04-01", EDU, "今")],
        ),
    ],
)
def test_periods_of_affiliation_never_overlap(tree, branch, act, moves, expected):
    for body, start in moves:
        move(organization=branch, jurisdiction=getattr(tree, body), start=start, act=act)
    assert periods(branch) == expected
    assert affiliations.overlaps(branch) == ""
    branch.refresh_from_db()
    assert branch.jurisdiction.short_name[2:] == expected[-1][1]
    # The school went with it each time it was the present that changed.
    assert branch.school.jurisdiction == branch.jurisdiction


def test_moving_to_where_it_is_changes_nothing(tree, branch, act):
    with pytest.raises(ValidationError, match="不用变更"):
        move(organization=branch, jurisdiction=tree.east_edu, start=D(2020, 4, 1), act=act)
    assert not Revision.objects.exists()


def test_those_below_move_along_from_their_founding(tree, act):
    upper = make_organization("中共东区中学总支部委员会", tree.east_edu, kind="general_branch")
    old = make_organization("中共东区中学第一支部委员会", tree.east_edu, parent=upper)
    young = make_organization(
        "中共东区中学第二支部委员会", tree.east_edu, parent=upper, founded_on=D(2022, 1, 1)
    )
    gone = make_organization(
        "中共东区中学第三支部委员会", tree.east_edu, parent=upper, dissolved_on=D(2019, 1, 1)
    )
    move(organization=upper, jurisdiction=tree.baiyang, start=D(2020, 4, 1), act=act)
    assert periods(old) == [(X, EDU, "2020-04-01"), ("2020-04-01", TOWN, "今")]
    assert periods(young) == [(X, TOWN, "今")]
    assert periods(gone) == [(X, EDU, "今")]
    old.refresh_from_db()
    assert (old.parent, old.jurisdiction) == (upper, tree.baiyang)
    assert AuditEntry.objects.get().changes["下级党组织"] == (
        "东区中学第一党支部、东区中学第二党支部"
    )


def test_another_organization_above_is_a_period_of_its_own(tree, branch, act):
    upper = make_organization("中共东区学区总支部委员会", tree.east_edu, kind="general_branch")
    move(
        organization=branch,
        jurisdiction=tree.east_edu,
        parent=upper,
        start=D(2024, 1, 1),
        act=act,
    )
    branch.refresh_from_db()
    assert branch.parent == upper
    assert periods(branch) == [(X, EDU, "2024-01-01"), ("2024-01-01", EDU, "今")]
    move(organization=branch, jurisdiction=tree.east_edu, start=D(2026, 1, 1), act=act)
    branch.refresh_from_db()
    assert branch.parent is None
    closed = Affiliation.objects.get(end=D(2026, 1, 1))
    assert closed.parent == upper


@pytest.mark.parametrize(
    ("above", "words"),
    [
        ("branch", "上级党组织只能是党委或党总支"),
        ("child", "不能是它自己或它的下级"),
        ("west", "与选的管理主体不同"),
    ],
)
def test_an_organization_above_that_cannot_be(tree, act, above, words):
    upper = make_organization("中共东区中学总支部委员会", tree.east_edu, kind="general_branch")
    found = {
        "branch": make_organization("中共东区第九小学支部委员会", tree.east_edu),
        "child": make_organization(
            "中共东区分校总支部委员会", tree.east_edu, kind="general_branch", parent=upper
        ),
        "west": make_organization("中共西县一中委员会", tree.west_edu, kind="committee"),
    }
    with pytest.raises(ValidationError, match=words):
        move(
            organization=upper,
            jurisdiction=tree.east_edu,
            parent=found[above],
            start=D(2024, 1, 1),
            act=act,
        )


def test_only_who_manages_both_sides_moves(client, tree, users, branch):
    with pytest.raises(PermissionDenied):
        move(
            organization=branch,
            jurisdiction=tree.west_edu,
            start=D(2024, 1, 1),
            act=Act(users.editor),
        )
    client.force_login(users.editor)
    data = {"jurisdiction": "西县教育局党委", "start": "2024-01-01", "version": 1}
    response = client.post(page("organization_move", branch.pk), data)
    assert "没有找到" in response.content.decode()
    client.force_login(users.manager)
    response = client.post(page("organization_move", branch.pk), data, follow=True)
    assert "2024-01-01 起，东区第一小学党支部隶属西县教育局党委" in response.content.decode()


def test_a_past_period_of_others_is_not_taken_away(tree, users, branch):
    """The west managed it until 2020; the east cannot claim those years for itself."""
    Affiliation.objects.update(start=D(2020, 1, 1))
    Affiliation.objects.create(organization=branch, jurisdiction=tree.west_edu, end=D(2020, 1, 1))
    with pytest.raises(PermissionDenied):
        move(
            organization=branch,
            jurisdiction=tree.baiyang,
            start=D(2018, 1, 1),
            act=Act(users.editor),
        )


def test_the_accounts_of_a_school_go_with_it(tree, act, branch):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.east_edu.pk),
        instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    for record in (branch, branch.school):
        record.jurisdiction = leaf
        record.save()
    Affiliation.objects.update(jurisdiction=leaf)
    user = make_user("own_school", ("editor", leaf))
    move(organization=branch, jurisdiction=tree.baiyang, start=D(2026, 9, 1), act=act)
    branch.refresh_from_db()
    grant = Grant.objects.get(user=user)
    assert grant.jurisdiction == branch.jurisdiction == branch.school.jurisdiction
    assert branch.jurisdiction.kind == JurisdictionKind.SCHOOL
    assert branch.jurisdiction.path.startswith(tree.baiyang.path)
    # Back again: the old leaf serves, no second one is made.
    move(organization=branch, jurisdiction=tree.east_edu, start=D(2026, 11, 1), act=act)
    assert Organization.objects.get().jurisdiction == leaf


# -- schools --------------------------------------------------------------------------------


@pytest.fixture
def joint(tree):
    schools = [
        make_school(f"东区{n}幼儿园", tree.east_edu, tree.places["990102"]) for n in "甲乙丙丁戊己"
    ]
    organization = make_organization(
        "中共东区联合支部委员会", tree.east_edu, kind=OrgKind.JOINT_BRANCH, school=schools[0]
    )
    organization.covered_schools.set(schools[1:3])
    return organization, schools


def test_units_join_and_leave_with_their_days(joint, act):
    organization, (a, b, c, d, *_) = joint
    change_units(
        organization=organization,
        joining=[d],
        leaving=[b],
        on=D(2025, 9, 1),
        document="批",
        act=act,
    )
    organization.refresh_from_db()
    assert units_of(organization) == [a, d, c] or set(units_of(organization)) == {a, c, d}
    found = {(one.school, one.start, one.end) for one in Coverage.objects.all()}
    assert found == {(b, None, D(2025, 9, 1)), (d, D(2025, 9, 1), None)}
    # The school it is registered with leaves: another takes its place.
    change_units(organization=organization, leaving=[a], on=D(2026, 9, 1), act=act)
    organization.refresh_from_db()
    assert set(units_of(organization)) == {c, d}
    assert organization.school in (c, d)
    assert organization.covered_schools.count() == 1


def test_a_unit_that_joined_by_mistake_leaves_no_trace_but_history(joint, act):
    organization, (_, _, _, d, *_) = joint
    change_units(organization=organization, joining=[d], on=D(2025, 9, 1), act=act)
    change_units(organization=organization, leaving=[d], on=D(2025, 9, 1), act=act)
    assert not Coverage.objects.exists()
    assert Coverage.everything.count() == 1


def test_a_joint_branch_keeps_two_units(joint, act):
    organization, (_, b, c, *_) = joint
    with pytest.raises(ValidationError, match="至少覆盖 2 所学校"):
        change_units(organization=organization, leaving=[b, c], on=D(2025, 9, 1), act=act)


def test_a_sixth_unit_and_members_left_behind_must_be_confirmed(client, users, joint):
    organization, schools = joint
    make_member("何建国", organization, school=schools[1])
    client.force_login(users.editor)
    data = {
        "joining": [one.name for one in schools[3:]],
        "on": "2026-09-01",
        "version": organization.version,
    }
    address = page("organization_units", organization.pk)
    text = client.post(address, data).content.decode()
    assert "一般不超过 5 个单位，变更后是 6 个" in text
    text = client.post(address, {**data, "leaving": [schools[1].pk]}).content.decode()
    assert "东区乙幼儿园有 1 名党员在这个支部" in text
    assert not Coverage.objects.exists()
    client.post(address, {**data, "leaving": [schools[1].pk], "confirmed": "on"})
    assert len(units_of(organization)) == 5
