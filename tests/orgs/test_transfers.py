"""Transfers: two sides, one membership at a time, and the members of any day."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.history import Act
from accounts.models import AuditEntry
from orgs import services_transfers as transfers
from orgs.models import DevelopmentCase, Member, Post, Transfer
from orgs.services_members import leave
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member

D = datetime.date
TODAY = D(2026, 11, 12)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def east(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def west(tree):
    school = make_school("西县第一中学", tree.west_edu, tree.places["990121"])
    return make_organization("中共西县第一中学支部委员会", tree.west_edu, school=school)


@pytest.fixture
def act(users):
    return Act(users.manager, source="测试")


@pytest.fixture
def sent(east, west, act):
    member = make_member("王海涛", east)
    return transfers.send(
        member=member, receiver=west, sent_on=D(2026, 10, 1), letter_number="东001", act=act
    )


def spans(member):
    rows = member.memberships.select_related("organization")
    return [(m.organization.short_name[0], m.start, m.end) for m in rows]


def refused(function, **values) -> str:
    with pytest.raises(ValidationError) as caught:
        function(**values)
    return "".join(caught.value.messages)


def names(organization, day):
    return [member.name for member in Member.objects.in_organization_on(organization, day)]


def test_the_member_counts_at_the_sender_until_received(sent, east, west, act):
    member = sent.member
    assert (sent.state, sent.days_open(TODAY)) == ("pending", 42)
    assert names(east, TODAY) == ["王海涛"]
    transfers.receive(transfer=sent, day=D(2026, 11, 10), act=act)
    member.refresh_from_db()
    assert (member.organization, member.school) == (west, west.school)
    assert spans(member) == [("东", None, D(2026, 11, 10)), ("西", D(2026, 11, 10), None)]
    assert (names(east, D(2026, 11, 9)), names(west, D(2026, 11, 9))) == (["王海涛"], [])
    assert (names(east, D(2026, 11, 10)), names(west, D(2026, 11, 10))) == ([], ["王海涛"])
    assert (sent.state, sent.days_open(TODAY)) == ("received", 40)
    entries = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(entries) == ["transfer.send", "transfer.receive"]


@pytest.mark.parametrize("inside", [True, False])
def test_the_file_of_a_probationary_member_travels_with_him(east, west, act, inside):
    member = make_member("李倩", east, status="probationary", joined_on=D(2026, 3, 1))
    case = DevelopmentCase.objects.create(
        organization=east,
        member=member,
        name="李倩",
        sex="female",
        birth_date=member.birth_date,
        id_number="",
        id_hash="hash",
        applied_on=D(2023, 1, 1),
        admitted_on=D(2026, 3, 1),
    )
    where = {"receiver": west} if inside else {"receiver_name": "省实验小学党支部"}
    sent = transfers.send(member=member, sent_on=D(2026, 10, 1), act=act, **where)
    transfers.receive(transfer=sent, day=D(2026, 11, 10), act=act)
    case.refresh_from_db()
    if inside:
        assert (case.organization, case.ended_on) == (west, None)
    else:
        assert (case.organization, case.end_kind, case.ended_on) == (
            east,
            "moved",
            D(2026, 11, 10),
        )


def test_posts_at_the_sender_end_with_the_transfer(sent, east, tree, act):
    above = make_organization("中共东区教育总支部委员会", tree.east_edu, kind="general_branch")
    for place in (east, above):
        Post.objects.create(
            organization=place, kind="secretary", holder="王海涛", member=sent.member
        )
    transfers.receive(transfer=sent, day=D(2026, 11, 10), act=act)
    ended = Post.objects.get(organization=east)
    assert (ended.end, ended.end_reason) == (D(2026, 11, 10), "moved")
    assert Post.objects.get(organization=above).end is None


def test_who_is_sent_back_or_recalled_was_never_away(sent, east, act):
    back = {"transfer": sent, "day": TODAY, "act": act}
    assert "理由" in refused(transfers.send_back, **back, answer="")
    transfers.send_back(**back, answer="介绍信抬头有误")
    assert (sent.state, sent.answer, sent.closed_on) == ("returned", "介绍信抬头有误", TODAY)
    again = transfers.send(member=sent.member, receiver=sent.receiver, sent_on=TODAY, act=act)
    transfers.recall(transfer=again, act=act)
    assert spans(sent.member) == [("东", None, None)]
    assert "已撤回（2026-11-12）" in refused(transfers.receive, transfer=again, day=TODAY, act=act)


def test_nothing_else_happens_to_a_member_on_the_way(sent, west, act):
    again = {"member": sent.member, "receiver": west, "sent_on": TODAY, "act": act}
    assert "正在转接" in refused(transfers.send, **again)
    assert "正在转接" in refused(leave, member=sent.member, kind="died", day=TODAY, act=act)


@pytest.mark.parametrize(
    ("day", "words"),
    [(D(2026, 9, 30), "转出时间是 2026-10-01"), (D(2026, 11, 13), "日期还没有到")],
)
def test_a_day_of_receipt_that_cannot_be_is_refused(sent, act, day, words):
    assert words in refused(transfers.receive, transfer=sent, day=day, act=act)
    sent.refresh_from_db()
    assert sent.is_pending
    assert spans(sent.member) == [("东", None, None)]


def test_only_one_of_two_receipts_counts(sent, act):
    twin = Transfer.objects.get(pk=sent.pk)
    transfers.receive(transfer=sent, day=TODAY, act=act)
    with pytest.raises(Exception, match="又有人改过"):
        transfers.receive(transfer=twin, day=TODAY, act=act)
    assert spans(sent.member) == [("东", None, TODAY), ("西", TODAY, None)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "general_branch"}, "请选党支部"),
        ({"kind": "functional_branch"}, "功能型党支部"),
        ({"dissolved_on": D(2026, 5, 1)}, "已于 2026-05-01 撤销"),
    ],
)
def test_a_receiver_without_members_of_its_own_is_refused(tree, east, act, values, words):
    place = make_organization("中共西县某某委员会", tree.west_edu, **values)
    send = {"member": make_member("王海涛", east), "sent_on": TODAY, "act": act}
    assert words in refused(transfers.send, **send, receiver=place)
    assert "已经在" in refused(transfers.send, **send, receiver=east)
    assert "请选转入党组织" in refused(transfers.send, **send)


def test_out_of_the_city_and_back_on_the_same_record(east, west, act):
    member = make_member("王海涛", east)
    sent = transfers.send(
        member=member, receiver_name="省实验小学党支部", sent_on=D(2026, 5, 1), act=act
    )
    transfers.receive(transfer=sent, day=D(2026, 5, 20), act=act)
    member.refresh_from_db()
    assert (member.left_on, member.left_kind) == (D(2026, 5, 20), "moved")
    back = Member(
        organization=west,
        name="王海涛",
        sex="male",
        birth_date=member.birth_date,
        id_number=member.id_number,
        id_hash=member.id_hash,
        status="full",
        joined_on=member.joined_on,
    )
    arrival = {"member": back, "sender_name": "省实验小学党支部", "act": act}
    assert "不能在这里登记" in refused(transfers.arrive, **arrival, day=D(2026, 5, 19))
    assert transfers.arrive(**arrival, day=D(2026, 10, 8)).pk == member.pk
    member.refresh_from_db()
    assert (member.organization, member.left_on) == (west, None)
    assert spans(member) == [("东", None, D(2026, 5, 20)), ("西", D(2026, 10, 8), None)]
    assert names(east, D(2026, 5, 19)) == ["王海涛"]
    assert [t.from_label for t in member.transfers.all()] == [
        "省实验小学党支部",
        "东区第一小学党支部",
    ]


def test_a_number_known_elsewhere_does_not_arrive(east, west, act):
    known = make_member("王海涛", east)
    for name, left in (("王海涛", None), ("王涛", D(2026, 1, 1))):
        known.left_on, known.left_kind = left, "moved" if left else ""
        known.save()
        newcomer = Member(
            organization=west, name=name, id_hash=known.id_hash, birth_date=known.birth_date
        )
        told = refused(transfers.arrive, member=newcomer, sender_name="外省", day=TODAY, act=act)
        assert told.startswith("这个身份证号不能在这里登记")


def test_both_sides_see_a_transfer_and_nobody_else(sent, users, tree):
    seen = {
        name: Transfer.objects.visible_to(getattr(users, name)).exists()
        for name in ("editor", "west_editor", "township", "manager", "auditor")
    }
    assert seen == {
        "editor": True,
        "west_editor": True,
        "township": False,
        "manager": True,
        "auditor": False,
    }
    assert Transfer.objects.sent_by(users.editor).exists()
    assert not Transfer.objects.waiting_for(users.editor).exists()
    assert Transfer.objects.waiting_for(users.west_editor).exists()
    assert Transfer.objects.inside(tree.west).exists()


def test_the_scope_of_a_past_day_is_that_of_the_organization_then(sent, users, act):
    transfers.receive(transfer=sent, day=D(2026, 11, 10), act=act)
    for user, day, there in (
        (users.editor, D(2026, 11, 9), True),
        (users.editor, D(2026, 11, 10), False),
        (users.west_editor, D(2026, 11, 9), False),
        (users.west_editor, D(2026, 11, 10), True),
    ):
        assert Member.objects.of_day(day).visible_to(user).exists() is there


def test_open_for_more_than_thirty_days_is_overdue(sent):
    late = D(2026, 10, 1) + datetime.timedelta(days=31)
    assert [sent.is_overdue(late - datetime.timedelta(days=1)), sent.is_overdue(late)] == [
        False,
        True,
    ]
    assert not Transfer.objects.overdue_on(late - datetime.timedelta(days=1)).exists()
    assert Transfer.objects.overdue_on(late).get() == sent
