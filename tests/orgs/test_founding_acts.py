"""Founding, dissolving, merging and splitting, in the middle of a year, with the members."""

import datetime
import itertools

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act
from accounts.models import AuditEntry, Revision
from orgs.models import (
    Affiliation,
    Coverage,
    DevelopmentCase,
    FormerName,
    Organization,
    OrgKind,
    Post,
    PostEnd,
    PostKind,
    Term,
    Transfer,
)
from orgs.services_dissolving import dissolve
from orgs.services_merging import Part, Rest, merge, split
from orgs.services_structure import units_of
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_meeting, make_member

D = datetime.date
JULY = D(2026, 7, 15)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def act(users):
    return Act(users.manager, source="测试")


def page(name, *args):
    return reverse(name, args=args)


def errors(response):
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


# Each member has an invented number of his own.
NUMBERS = itertools.count()


def branch_of(tree, name, members=0, *, body=None, **kwargs):
    """Return a branch of a school of its own, with members who have memberships."""
    body = body or tree.east_edu
    school = kwargs.pop("school", None) or make_school(f"东区{name}", body, tree.places["990102"])
    organization = make_organization(f"中共东区{name}支部委员会", body, school=school, **kwargs)
    for number in range(members):
        make_member(f"{name}党员{number}", organization, next(NUMBERS))
    return organization


def spans(member):
    rows = member.memberships.order_by("start").values_list(
        "organization__short_name", "start", "end", "beginning"
    )
    return sorted(rows, key=lambda row: row[1] or datetime.date.min)


# -- founding -------------------------------------------------------------------------------


def found_data(**changes):
    return {
        "kind": "branch",
        "name": "中共东区第八小学支部委员会",
        "school": "东区第八小学",
        "founded_on": "2026-07-15",
        "founding_document": "东教党〔2026〕15号",
        "elected_on": "2026-07-20",
        "secretary": "何 建国",
        **changes,
    }


@pytest.fixture
def eighth(tree):
    return make_school("东区第八小学", tree.east_edu, tree.places["990102"])


def test_an_organization_is_founded_with_all_that_belongs_to_it(client, users, tree, eighth):
    client.force_login(users.editor)
    start = client.get(f"{page('organization_new')}?school={eighth.pk}").context["form"]
    assert start.initial["name"] == "中共东区第八小学支部委员会"
    response = client.post(page("organization_new"), found_data(), follow=True)
    assert "已成立东区第八小学党支部" in response.content.decode()
    made = Organization.objects.get()
    assert (made.founded_on, made.founding_document) == (JULY, "东教党〔2026〕15号")
    assert made.jurisdiction == Affiliation.objects.get().jurisdiction == tree.east_edu
    term, post = Term.objects.get(), Post.objects.get()
    assert (term.elected_on, term.years) == (D(2026, 7, 20), 3)
    assert (post.holder, post.start, post.basis) == ("何建国", D(2026, 7, 20), "elected")
    assert AuditEntry.objects.filter(action="organization.found").count() == 1
    assert Revision.objects.filter(action="create").count() == 4


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"founded_on": "2026-11-13"}, "founded_on", "晚于今天"),
        ({"elected_on": "2026-07-14"}, "elected_on", "早于成立时间"),
        ({"kind": "joint_branch"}, "covered", "至少覆盖 2 所学校"),
        ({"school": "东区第九小学"}, "school", "没有找到"),
        ({"jurisdiction": "西县教育局党委"}, "jurisdiction", "没有找到"),
        ({"is_principal": "on", "secretary": ""}, "secretary", "请填书记姓名"),
        ({"parent": "东区旧支部"}, "parent", "没有找到"),
    ],
)
def test_a_founding_that_cannot_be(client, users, eighth, changes, field, words):
    client.force_login(users.editor)
    data = found_data(confirmed="on", **changes)
    response = client.post(page("organization_new"), data)
    assert words in errors(response)[field]
    assert not Organization.objects.exists()


def test_a_name_that_does_not_fit_the_kind_must_be_confirmed(client, users, eighth):
    client.force_login(users.editor)
    data = found_data(kind="general_branch")
    text = client.post(page("organization_new"), data).content.decode()
    assert "类别选的是党总支，名称像是党支部" in text
    assert client.post(page("organization_new"), data | {"confirmed": "on"}).status_code == 302


# -- dissolving -----------------------------------------------------------------------------


def test_the_members_of_a_dissolved_branch_go_to_another(tree, act):
    old, new = branch_of(tree, "甲校", 3), branch_of(tree, "乙校")
    member = old.members.first()
    Post.objects.create(organization=old, kind=PostKind.SECRETARY, holder="甲", member=member)
    case = DevelopmentCase.objects.create(
        organization=old,
        name="申请人",
        sex="female",
        birth_date=D(1995, 1, 1),
        id_hash="x",
        applied_on=D(2026, 1, 1),
    )
    count = dissolve(organization=old, on=JULY, document="批", to=new, act=act)
    assert count == new.members.count() == 3
    old.refresh_from_db()
    assert (old.dissolved_on, old.dissolution_document, old.successor) == (JULY, "批", None)
    assert spans(member) == [
        ("东区甲校党支部", None, JULY, "opened"),
        ("东区乙校党支部", JULY, None, "reorganized"),
    ]
    # The school of the old one still stands: he goes on working there.
    member.refresh_from_db()
    assert member.school == old.school
    post = Post.objects.get()
    assert (post.end, post.end_reason) == (JULY, PostEnd.DISSOLVED)
    case.refresh_from_db()
    assert case.organization == new
    assert AuditEntry.objects.get().changes["党员"] == "3 名转入东区乙校党支部"


def test_as_of_a_past_day_the_members_are_where_they_were(tree, act):
    from orgs.models import Member

    old, new = branch_of(tree, "甲校", 2), branch_of(tree, "乙校", 1)
    dissolve(organization=old, on=JULY, to=new, act=act)
    on = Member.objects.in_organization_on
    assert (on(old, D(2026, 7, 14)).count(), on(new, D(2026, 7, 14)).count()) == (2, 1)
    assert (on(old, JULY).count(), on(new, JULY).count()) == (0, 3)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        ("nobody", "名下还有 1 名党员"),
        ("below", "还有 1 个下级党组织（东区丙校党支部）"),
        ("itself", "不能是被撤销的党组织自己"),
        ("gone", "已经撤销"),
        ("committee", "编在下面的党支部"),
        ("transfer", "还有组织关系转接没有办结（甲校党员0）"),
        ("late", "2026-10-01 还有党员转入"),
        ("elected", "2026-08-01 还有换届记录"),
        ("young", "2026-09-01 才成立"),
    ],
)
def test_what_stands_against_dissolving(tree, act, prepare, words):
    old, new = branch_of(tree, "甲校", 1), branch_of(tree, "乙校")
    member = old.members.get()
    if prepare == "below":
        branch_of(tree, "丙校", parent=old)
    if prepare == "gone":
        Organization.objects.filter(pk=new.pk).update(dissolved_on=D(2025, 1, 1))
    if prepare == "committee":
        Organization.objects.filter(pk=new.pk).update(kind=OrgKind.COMMITTEE)
    if prepare == "transfer":
        Transfer.objects.create(
            member=member, sender=old, receiver=new, state="pending", sent_on=D(2026, 7, 1)
        )
    if prepare == "late":
        member.memberships.update(start=D(2026, 10, 1))
    if prepare == "elected":
        Term.objects.create(organization=old, elected_on=D(2026, 8, 1))
    if prepare == "young":
        Organization.objects.filter(pk=new.pk).update(founded_on=D(2026, 9, 1))
    new.refresh_from_db()
    to = {"nobody": None, "itself": old}.get(prepare, new)
    with pytest.raises(ValidationError, match=words):
        dissolve(organization=old, on=JULY, to=to, act=act)
    old.refresh_from_db()
    assert old.dissolved_on is None
    assert not Revision.objects.exists()


def test_members_go_only_where_one_manages_too(tree, users):
    old = branch_of(tree, "甲校", 1)
    west = make_organization("中共西县一中支部委员会", tree.west_edu)
    with pytest.raises(PermissionDenied):
        dissolve(organization=old, on=JULY, to=west, act=Act(users.editor))


def test_dissolving_on_the_page(client, users, tree):
    old, _ = branch_of(tree, "甲校", 2), branch_of(tree, "乙校")
    make_meeting(old, D(2026, 9, 1))
    client.force_login(users.editor)
    address = page("organization_dissolve", old.pk)
    assert "to" in errors(client.post(address, {"on": "2026-07-15", "version": 1}))
    data = {"on": "2026-07-15", "to": "东区乙校党支部", "version": 1}
    assert "还有 1 次组织生活记录" in client.post(address, data).content.decode()
    response = client.post(address, data | {"confirmed": "on"}, follow=True)
    text = response.content.decode()
    assert "已撤销东区甲校党支部，2 名党员转入东区乙校党支部" in text
    assert "办理" not in text
    # Nothing is missing of what is gone.
    assert "名下没有党员" in text
    assert "空缺" not in text
    assert "已经撤销" in client.get(address).content.decode()


# -- merging --------------------------------------------------------------------------------


def test_several_become_one_in_the_middle_of_a_year(tree, act):
    into, a, b = branch_of(tree, "甲校", 2), branch_of(tree, "乙校", 2), branch_of(tree, "丙校", 1)
    second = branch_of(tree, "丙校第二", 1, school=b.school)
    count = merge(
        into=into,
        others=[a, b],
        on=JULY,
        document="批",
        name="中共东区联合支部委员会",
        kind=OrgKind.JOINT_BRANCH,
        act=act,
    )
    into.refresh_from_db()
    assert (count, into.members.count()) == (3, 5)
    assert (into.kind, into.short_name) == (OrgKind.JOINT_BRANCH, "东区联合党支部")
    assert FormerName.objects.get().short_name == "东区甲校党支部"
    for other in (a, b):
        other.refresh_from_db()
        assert (other.dissolved_on, other.successor) == (JULY, into)
    # 乙校 has nothing else and is covered from now on; 丙校 keeps its second branch.
    assert units_of(into) == [into.school, a.school]
    assert Coverage.objects.get().start == JULY
    assert second.dissolved_on is None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.changes["并入"]) == (
        "organization.merge",
        "东区乙校党支部、东区丙校党支部",
    )


def test_the_name_of_one_that_disappears_may_be_taken(tree, act):
    into, other = branch_of(tree, "甲校", 1), branch_of(tree, "乙校", 1)
    merge(into=into, others=[other], on=JULY, name=other.name, act=act)
    into.refresh_from_db()
    assert into.short_name == "东区乙校党支部"


def test_organizations_below_go_along(tree, act):
    into = branch_of(tree, "甲校", kind=OrgKind.GENERAL_BRANCH)
    other = branch_of(tree, "乙校", kind=OrgKind.GENERAL_BRANCH)
    child = branch_of(tree, "乙校一", 2, parent=other)
    merge(into=into, others=[other], on=JULY, act=act)
    child.refresh_from_db()
    assert (child.parent, child.dissolved_on) == (into, None)
    closed = child.affiliations.get(end=JULY)
    assert closed.parent == other


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("itself", "不能并入它自己"),
        ("superior", "是它的上级"),
        ("general", "党总支的党员编在下面的党支部"),
        ("children", "党支部不设下级"),
        ("gone", "已经撤销"),
        ("before", "成立时间"),
    ],
)
def test_merges_that_cannot_be(tree, act, case, words):
    into, other = branch_of(tree, "甲校", 1), branch_of(tree, "乙校", 1)
    if case == "superior":
        Organization.objects.filter(pk=into.pk).update(parent=other)
    if case == "general":
        Organization.objects.filter(pk=into.pk).update(kind=OrgKind.GENERAL_BRANCH)
    if case == "children":
        branch_of(tree, "丙校", parent=other)
    if case == "gone":
        Organization.objects.filter(pk=other.pk).update(dissolved_on=D(2026, 1, 1))
    if case == "before":
        Organization.objects.filter(pk=other.pk).update(founded_on=D(2026, 9, 1))
    with pytest.raises(ValidationError, match=words):
        merge(into=into, others=[into if case == "itself" else other], on=JULY, act=act)
    assert not Revision.objects.exists()


def test_merging_on_the_page(client, users, tree):
    into, other = branch_of(tree, "甲校", 1), branch_of(tree, "乙校", 2)
    client.force_login(users.editor)
    address = page("organization_merge", into.pk)
    text = client.post(address, {"others": ["乙"], "on": "2026-07-15"}).content.decode()
    assert "没有找到“乙”" in text
    data = {"others": ["东区乙校党支部", ""], "on": "2026-07-15", "version": 1}
    text = client.post(address, data, follow=True).content.decode()
    assert "1 个党组织并入，转来党员 2 名" in text
    text = client.get(page("organization", other.pk)).content.decode()
    assert "2026-07-15 撤销" in text


# -- splitting ------------------------------------------------------------------------------


def test_some_members_form_a_branch_of_their_own(tree, act):
    old = branch_of(tree, "甲校", 5)
    some = list(old.members.order_by("pk")[:2])
    Post.objects.create(
        organization=old,
        kind=PostKind.ORGANIZATION,
        holder="甲",
        member=some[0],
        start=D(2024, 1, 1),
    )
    (new,) = split(
        organization=old,
        parts=[Part("中共东区甲校第二支部委员会", secretary="甲校党员1", members=some)],
        rest=Rest.STAYS,
        on=JULY,
        act=act,
    )
    assert (old.members.count(), new.members.count()) == (3, 2)
    assert (new.origin, new.founded_on, new.school) == (old, JULY, old.school)
    assert Post.objects.get(organization=old).end == JULY
    assert Post.objects.get(organization=new).member == some[1]
    assert AuditEntry.objects.count() == 1


def test_a_branch_becomes_a_general_branch_with_branches(tree, act):
    old = branch_of(tree, "甲校", 4)
    rows = list(old.members.order_by("pk"))
    made = split(
        organization=old,
        parts=[
            Part("中共东区甲校第一支部委员会", members=rows[:2]),
            Part("中共东区甲校第二支部委员会", members=rows[2:]),
        ],
        rest=Rest.ABOVE,
        upper_name="中共东区甲校总支部委员会",
        on=JULY,
        act=act,
    )
    old.refresh_from_db()
    assert (old.kind, old.short_name) == (OrgKind.GENERAL_BRANCH, "东区甲校党总支")
    assert {one.parent for one in made} == {old}
    assert not old.members.exists()
    assert FormerName.objects.get().kind == OrgKind.BRANCH


def test_a_branch_that_is_split_up_wholly_is_dissolved(tree, act):
    old = branch_of(tree, "甲校", 4)
    rows = list(old.members.order_by("pk"))
    parts = [
        Part("中共东区甲校第一支部委员会", members=rows[:2]),
        Part("中共东区甲校第二支部委员会", members=rows[2:3]),
    ]
    with pytest.raises(ValidationError, match="还有 1 名党员没有分到"):
        split(organization=old, parts=parts, rest=Rest.CLOSES, on=JULY, act=act)
    assert not Organization.objects.exclude(pk=old.pk).exists()
    parts[1].members = rows[2:]
    split(organization=old, parts=parts, rest=Rest.CLOSES, on=JULY, act=act)
    old.refresh_from_db()
    assert old.dissolved_on == JULY


def test_splitting_on_the_page(client, users, tree):
    old = branch_of(tree, "甲校", 8)
    client.force_login(users.editor)
    address = page("organization_split", old.pk)
    members = list(old.members.order_by("pk"))
    data = {
        "on": "2026-07-15",
        "rest": "stays",
        "name_1": "中共东区甲校第二支部委员会",
        "version": 1,
        **{f"member_{one.pk}": "1" for one in members[:2]},
        f"member_{members[2].pk}": "2",
    }
    response = client.post(address, data)
    assert "请填名称" in errors(response)["name_2"]
    del data[f"member_{members[2].pk}"]
    text = client.post(address, data).content.decode()
    assert "东区甲校第二党支部只分到正式党员 2 人" in text
    assert text.count('<option value="1" selected>') == 2
    client.post(address, data | {"confirmed": "on"})
    assert old.members.count() == 6
    assert Organization.objects.get(origin=old).members.count() == 2


def test_the_cost_does_not_grow_with_the_members(tree, act, django_assert_max_num_queries):
    old, new = branch_of(tree, "甲校", 60), branch_of(tree, "乙校")
    with django_assert_max_num_queries(60):
        dissolve(organization=old, on=JULY, to=new, act=act)
    assert new.members.count() == 60
