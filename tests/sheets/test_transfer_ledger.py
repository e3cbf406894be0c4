"""The ledger of transfers: each side does its own part, and the same file twice does nothing."""

import datetime

import pytest
import time_machine

from accounts.models import Revision
from orgs.models import Member, Transfer
from orgs.personal import lookup_hash
from sheets import importing
from sheets.models import ImportBatch
from sheets.undo import undo
from tests.conftest import make_organization
from tests.orgs.records import make_member
from tests.sheets.test_importing import book, number

D = datetime.date
HEAD = ["姓名", "身份证号", "转出党组织", "转入党组织", "转出时间", "接收时间", "介绍信编号"]
EAST, WEST = "东区第一小学党支部", "西县第一中学党支部"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def member(tree):
    east = make_organization("中共东区第一小学支部委员会", tree.east_edu)
    make_organization("中共西县第一中学支部委员会", tree.west_edu)
    found = make_member("王海涛", east, birth_date=D(1990, 1, 2), joined_on=D(2015, 7, 1))
    Member.objects.filter(pk=found.pk).update(id_number=number(1), id_hash=lookup_hash(number(1)))
    found.refresh_from_db()
    return found


def row(name="王海涛", who=None, sender=EAST, receiver=WEST, sent="2026.9.1", received=""):
    return [name, who or number(1), sender, receiver, sent, received, "东 101"]


def bring(user, *rows):
    return importing.save("auto", book(HEAD, *rows), "转接台账.xlsx", user=user)


def refused(outcome) -> dict[str, str]:
    return {p.code: p.reason for r in outcome.refused_rows() for p in r.problems}


def test_the_sender_sends_and_the_receiver_receives(member, users):
    outcome = bring(users.editor, row())
    assert (outcome.kind, outcome.counts["new"]) == ("transfers", 1)
    transfer = Transfer.objects.get()
    assert (transfer.state, transfer.letter_number) == ("pending", "东 101")
    assert bring(users.editor, row()).counts["unchanged"] == 1
    assert "RECEIVER_DECIDES" in refused(bring(users.editor, row(received="2026.9.12")))
    outcome = bring(users.west_editor, row(received="2026.9.12"))
    assert outcome.counts["changed"] == 1
    # Each record written names the row it was written for.
    revisions = Revision.objects.filter(batch=outcome.batch.pk)
    assert {(r.sheet, r.row) for r in revisions} == {("Sheet1", 2)}
    assert {r.model for r in revisions} >= {"orgs.transfer", "orgs.member"}
    member.refresh_from_db()
    assert member.organization.short_name == WEST
    # The ledger of either side, complete, changes nothing any more.
    for user in (users.editor, users.west_editor):
        assert bring(user, row(received="2026.9.12")).counts["unchanged"] == 1
    assert "ALREADY_CLOSED" in refused(bring(users.west_editor, row(received="2026.9.13")))


def test_out_of_the_system_the_sender_closes(member, users):
    bring(users.editor, row(receiver="中共省实验小学支部委员会", received="2026.9.20"))
    member.refresh_from_db()
    assert (member.left_on, member.left_kind) == (D(2026, 9, 20), "moved")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "王涛"}, "ID_NOT_AVAILABLE"),
        ({"who": number(2)}, "ID_NOT_AVAILABLE"),
        ({"sender": "东区没有的党支部", "receiver": "别处党支部"}, "ORG_UNKNOWN"),
        ({"sent": "2026.9"}, "DATE_INVALID"),
        ({"sent": "2015.6.30"}, "SENT_TOO_EARLY"),
        ({"receiver": "省实验小学党支部", "received": "2026.8.31"}, "RECEIVED_BEFORE_SENT"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_code(member, users, changes, code):
    assert code in refused(bring(users.editor, row(**changes)))
    assert not Transfer.objects.exists()


def test_the_receiver_cannot_fetch_and_is_told_nothing(member, users):
    told = [
        refused(bring(users.west_editor, row(received="2026.9.12"))),
        refused(bring(users.west_editor, row(who=number(2), received="2026.9.12"))),
    ]
    assert told[0] == told[1] == {"ID_NOT_AVAILABLE": "这个身份证号不能在这里登记"}


def test_the_same_person_twice_in_one_file_is_a_mistake(member, users):
    outcome = bring(users.editor, row(), row(sent="2026.9.2"))
    assert "ID_DUPLICATE" in refused(outcome)
    assert Transfer.objects.count() == 1


def test_a_batch_taken_back_puts_the_member_back(member, users):
    bring(users.manager, row(received="2026.9.12"))
    assert Member.objects.get().organization.short_name == WEST
    undo(ImportBatch.objects.latest("pk"), user=users.manager, reason="传错了")
    assert Member.objects.get().organization.short_name == EAST
    assert not Transfer.objects.exists()
    assert [m.end for m in member.memberships.all()] == [None]
