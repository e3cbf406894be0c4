"""Acts on one member: the rules they keep, and the records they leave in step."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.history import Act, Conflict
from accounts.models import AuditEntry, Revision
from orgs import services_members as acts
from orgs import services_situations as situations
from orgs.models import ExitKind, Member, MemberStatus, Post, Situation
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date
TODAY = D(2026, 11, 12)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def act(users):
    return Act(users.editor, reason="支部大会决议", source="测试")


def candidate(branch, number=7, **values):
    """Return somebody not yet stored."""
    made = {
        "name": "李倩",
        "sex": "female",
        "birth_date": D(1995, 3, 4),
        "id_number": f"99010219950304{number:03d}X",
        "id_hash": f"hash-{number}",
        "joined_on": D(2026, 6, 1),
    }
    return Member(organization=branch, **made | values)


def spans(member):
    """Return the memberships of a member: whose, from when, until when."""
    rows = member.memberships.select_related("organization")
    return [(m.organization.short_name, m.start, m.end, m.beginning) for m in rows]


def refused(function, **values) -> str:
    with pytest.raises(ValidationError) as caught:
        function(**values)
    return "".join(caught.value.messages)


# -- admission and probation --------------------------------------------------------------


def test_admission_makes_a_probationary_member_with_a_membership(branch, act):
    member = acts.admit(member=candidate(branch), document="东教党〔2026〕8号", act=act)
    member.refresh_from_db()
    assert (member.status, member.confirmed_on) == (MemberStatus.PROBATIONARY, None)
    assert spans(member) == [("东区第一小学党支部", D(2026, 6, 1), None, "admitted")]
    assert member.probation_ends_on == D(2027, 6, 1)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_label) == ("member.admit", "李倩")
    assert {r.model for r in Revision.objects.all()} == {"orgs.member", "orgs.membership"}


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ({"birth_date": D(2008, 6, 2)}, "branch", "未满 18 周岁（2026-06-02 满）"),
        ({"joined_on": D(2026, 11, 13)}, "branch", "日期还没有到"),
        ({"joined_on": D(2010, 8, 31)}, "branch", "成立时间（2010-09-01）"),
        ({}, "committee", "请选党支部"),
        ({}, "functional_branch", "功能型党支部不接转"),
        ({}, "temporary_branch", "临时党支部不能接收"),
    ],
)
def test_an_admission_against_a_rule_is_refused(tree, act, values, kind, words):
    branch = make_organization("中共东区某某支部委员会", tree.east_edu, kind=kind)
    assert words in refused(acts.admit, member=candidate(branch, **values), act=act)
    assert not Member.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_member_of_eighteen_on_the_day_is_admitted(branch, act):
    acts.admit(member=candidate(branch, birth_date=D(2008, 6, 1)), act=act)
    assert Member.objects.count() == 1


def test_a_known_number_gets_the_one_neutral_answer(branch, act):
    make_member("王海涛", branch)
    known = Member.objects.get().id_hash
    told = refused(acts.admit, member=candidate(branch, id_hash=known), act=act)
    assert told == "这个身份证号不能在这里登记。请核对号码；确属本组织党员的，先办理组织关系转接。"


def test_who_lost_his_membership_is_admitted_again_on_his_own_record(branch, act):
    first = acts.admit(member=candidate(branch, joined_on=D(2024, 6, 1)), act=act)
    acts.leave(member=first, kind=ExitKind.CANCELLED, day=D(2025, 7, 1), act=act)
    again = candidate(branch, id_hash=first.id_hash)
    assert acts.admit(member=again, act=act).pk == first.pk
    first.refresh_from_db()
    assert (first.left_on, first.left_kind, first.joined_on) == (None, "", D(2026, 6, 1))
    assert [(start, end) for _, start, end, _ in spans(first)] == [
        (D(2024, 6, 1), D(2025, 7, 1)),
        (D(2026, 6, 1), None),
    ]


@pytest.mark.parametrize(
    ("joined", "until", "day", "words"),
    [
        (D(2025, 11, 12), None, D(2026, 11, 11), "预备期到 2026-11-12 满"),
        (D(2025, 11, 12), None, D(2026, 11, 12), ""),
        (D(2025, 3, 1), D(2026, 11, 1), D(2026, 10, 31), "预备期到 2026-11-01 满"),
        (D(2025, 3, 1), D(2026, 11, 1), D(2026, 11, 1), ""),
        (None, None, D(2026, 11, 1), "没有登记入党时间"),
    ],
)
def test_confirmation_waits_for_the_end_of_probation(branch, act, joined, until, day, words):
    member = make_member(
        "李倩", branch, status="probationary", joined_on=joined, probation_until=until
    )
    if words:
        assert words in refused(acts.confirm, member=member, day=day, act=act)
        return
    acts.confirm(member=member, day=day, act=act)
    member.refresh_from_db()
    assert (member.status, member.confirmed_on) == (MemberStatus.FULL, day)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (D(2027, 3, 29), "2027-03-30 至 2027-09-30"),
        (D(2027, 3, 30), ""),
        (D(2027, 9, 30), ""),
        (D(2027, 10, 1), "不多于一年"),
    ],
)
def test_probation_is_extended_by_half_a_year_to_a_year(branch, act, until, words):
    member = make_member("李倩", branch, status="probationary", joined_on=D(2025, 9, 30))
    if words:
        assert words in refused(acts.extend_probation, member=member, until=until, act=act)
        return
    acts.extend_probation(member=member, until=until, act=act)
    assert "只能延长一次" in refused(acts.extend_probation, member=member, until=until, act=act)


def test_a_stale_page_changes_nothing(branch, act):
    member = make_member("李倩", branch, status="probationary", joined_on=D(2025, 1, 1))
    stale = Member.objects.get(pk=member.pk)
    acts.retire(member=member, day=D(2026, 9, 1), act=act)
    with pytest.raises(Conflict):
        acts.confirm(member=stale, day=D(2026, 2, 1), act=act, expected=1)
    assert Member.objects.get().status == MemberStatus.PROBATIONARY


# -- leaving ------------------------------------------------------------------------------


def test_leaving_ends_membership_and_posts(branch, act):
    member = make_member("王海涛", branch)
    post = Post.objects.create(
        organization=branch, kind="secretary", holder="王海涛", member=member, start=D(2024, 1, 1)
    )
    acts.leave(
        member=member, kind=ExitKind.DIED, day=D(2026, 10, 3), document="", act=act, expected=1
    )
    member.refresh_from_db()
    post.refresh_from_db()
    assert (member.left_on, member.left_kind) == (D(2026, 10, 3), "died")
    assert spans(member) == [("东区第一小学党支部", None, D(2026, 10, 3), "opened")]
    assert post.end == D(2026, 10, 3)
    assert "不能再办理" in refused(acts.retire, member=member, day=TODAY, act=act)


@pytest.mark.parametrize(
    ("status", "kind", "day", "words"),
    [
        ("full", ExitKind.CANCELLED, TODAY, "不在预备期"),
        ("probationary", ExitKind.EXPELLED, TODAY, "预备党员不适用"),
        ("full", ExitKind.DIED, D(2026, 11, 13), "日期还没有到"),
        ("full", ExitKind.DIED, D(2005, 6, 30), "早于这一天"),
    ],
)
def test_a_leaving_that_cannot_be_is_refused(branch, act, status, kind, day, words):
    member = make_member("王海涛", branch, status=status)
    assert words in refused(acts.leave, member=member, kind=kind, day=day, act=act)
    member.refresh_from_db()
    assert member.left_on is None


def test_a_mistaken_leaving_is_undone(tree, branch, act):
    member = make_member("王海涛", branch)
    acts.leave(member=member, kind=ExitKind.REMOVED, day=D(2026, 10, 3), act=act)
    acts.come_back(member=member, act=act)
    assert spans(member) == [("东区第一小学党支部", None, None, "opened")]
    assert set(Member.objects.in_organization_on(branch, TODAY)) == {member}
    acts.leave(member=member, kind=ExitKind.REMOVED, day=D(2026, 10, 3), act=act)
    branch.dissolved_on = D(2026, 11, 1)
    branch.save()
    assert "不能恢复到这里" in refused(acts.come_back, member=member, act=act)


# -- lost, suspended, floating ------------------------------------------------------------


def test_the_way_of_a_lost_member(branch, act):
    member = make_member("赵敏", branch)
    situations.lose_contact(member=member, since=D(2026, 4, 30), note="电话停机", act=act)
    assert situations.may_suspend_from(member) == D(2026, 10, 30)
    early = {"member": member, "day": D(2026, 10, 29), "act": act}
    assert "到 2026-10-30 满 6 个月" in refused(situations.suspend, **early)
    situations.suspend(member=member, day=D(2026, 10, 30), document="东党〔2026〕3号", act=act)
    assert situations.may_remove_from(member) == D(2028, 10, 30)
    assert "恢复党籍" in refused(situations.find_again, member=member, day=TODAY, act=act)
    situations.resume(member=member, day=TODAY, status=MemberStatus.FULL, act=act)
    member.refresh_from_db()
    assert (member.status, member.is_lost_contact) == ("full", False)
    rows = Situation.objects.filter(member=member).values_list("kind", "start", "end")
    assert set(rows) == {
        ("lost", D(2026, 4, 30), TODAY),
        ("suspended", D(2026, 10, 30), TODAY),
    }


def test_who_is_not_known_to_be_lost_is_not_suspended(branch, act):
    member = make_member("赵敏", branch)
    assert "先登记失联" in refused(situations.suspend, member=member, day=TODAY, act=act)


def test_a_situation_told_without_a_beginning_is_given_one(branch, act):
    member = make_member("赵敏", branch, is_lost_contact=True)
    Situation.objects.create(member=member, kind="lost")
    situations.lose_contact(member=member, since=D(2026, 3, 1), act=act)
    assert Situation.objects.get().start == D(2026, 3, 1)
    again = refused(situations.lose_contact, member=member, since=D(2026, 4, 1), act=act)
    assert "已登记为失联，从 2026-03-01 起" in again


def test_floating_has_a_beginning_a_place_and_an_end(branch, act):
    member = make_member("赵敏", branch)
    situations.float_away(member=member, since=D(2026, 1, 5), place="深圳市南山区", act=act)
    found = Situation.objects.get()
    assert (found.kind, found.note, found.end) == ("floating", "深圳市南山区", None)
    early = refused(situations.settle, member=member, day=D(2026, 1, 4), act=act)
    assert "流动从 2026-01-05 起" in early
    situations.settle(member=member, day=D(2026, 9, 1), act=act)
    member.refresh_from_db()
    assert not member.is_floating
    entries = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(entries) == ["member.float", "member.settle"]
