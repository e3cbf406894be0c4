"""The ledger of transfers (组织关系转接台账): sent by one side, received by the other."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from orgs import services_transfers
from orgs.matching import Organizations
from orgs.models import Member, Membership, Organization, Transfer, TransferState
from orgs.naming import organization_key
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, lookup_hash
from orgs.sheets.members import chunks
from schools.matching import Tree, Unit, Unknown
from schools.sheets import COUNTY, county_of
from sheets.compare import note
from sheets.forms import (
    SERIAL,
    Column,
    Context,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    Type,
    register,
)
from sheets.safety import Refused

TABLE = Table(
    "transfers",
    "组织关系转接台账",
    (
        SERIAL,
        COUNTY,
        Column(
            "name",
            "姓名",
            Type.NAME,
            ("党员姓名",),
            required=True,
            max_length=50,
            hint="与身份证一致",
            examples=("张某某", "李某某"),
        ),
        Column(
            "id_number",
            "公民身份号码",
            Type.ID_NUMBER,
            ("身份证号", "身份证号码", "身份证", "公民身份证号码"),
            required=True,
            sensitive=True,
        ),
        Column(
            "sender",
            "转出党组织",
            Type.NAME,
            ("转出支部", "转出党支部", "转出单位", "原所在党支部", "原党支部"),
            required=True,
            max_length=100,
        ),
        Column(
            "receiver",
            "转入党组织",
            Type.NAME,
            ("转入支部", "转入党支部", "转入单位", "接收党组织", "接收党支部", "去往党组织"),
            required=True,
            max_length=100,
            hint="转到本市学校以外的，写对方党组织全称",
        ),
        Column(
            "sent",
            "转出时间",
            Type.DATE,
            ("转出日期", "介绍信日期", "开具时间", "办理时间"),
            required=True,
            hint="写到日",
            examples=("2026-09-01", "2026-09-10"),
        ),
        Column(
            "received",
            "接收时间",
            Type.DATE,
            ("接收日期", "转入时间", "回执日期", "落户时间"),
            hint="还没有接收的不填；只有转入方或转到系统外时填",
            examples=("2026-09-12", ""),
        ),
        Column(
            "letter",
            "介绍信编号",
            Type.TEXT,
            ("介绍信号", "介绍信号码", "编号"),
            max_length=40,
            examples=("2026-0101", "2026-0102"),
        ),
        Column(
            "cause",
            "转接原因",
            Type.TEXT,
            ("转出原因", "原因", "转移原因"),
            max_length=100,
            examples=("工作调动", "退休"),
        ),
    ),
)


@dataclass
class Plan:
    """What storing a row does: send the member, receive him, or both."""

    member: Member
    receiver: Organization | None
    # The transfer on record; None where the row makes it.
    transfer: Transfer | None = None
    received: datetime.date | None = None


class _Sides:
    """The organizations of the user, and the names of all others in the system."""

    def __init__(self, context: Context):
        self.tree = Tree(context.user)
        self.own = Organizations(context.user, self.tree)
        self.mine = {organization.pk for organization in self.own.all}
        self._all: dict[str, list[Organization]] = defaultdict(list)
        for organization in Organization.objects.filter(dissolved_on=None):
            self._all[organization.name_key].append(organization)

    def find(self, name: str, unit: Unit | None) -> Organization | None:
        """Return the organization of that name, the user's own first; None: outside the system."""
        try:
            return self.own.find(name, unit)
        except Unknown:
            found = self._all.get(organization_key(name), [])
            return found[0] if len(found) == 1 else None


@register
class TransferForm(Form):
    """Each row is a transfer: the ID number tells who, the names of both sides from where to
    where. A side may only do its own part: the sender sends, the receiver receives.
    """

    kind = "transfers"
    title = "组织关系转接台账"
    also_called = ("转接台账", "组织关系转出", "组织关系转入", "组织关系转移")
    tables = (TABLE,)

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        sides = _Sides(context)
        return {"sender": [organization.name for organization in sides.own.all]}

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        sides = _Sides(context)
        hashes = {id(row): lookup_hash(n) for row in rows if (n := row.get("id_number"))}
        members: dict[str, Member] = {}
        for chunk in chunks(set(hashes.values())):
            found = Member.objects.filter(id_hash__in=chunk).select_related("organization")
            members |= {member.id_hash: member for member in found}
        keys = [member.pk for member in members.values()]
        starts: dict[int, datetime.date] = {}
        transfers: dict[int, list[Transfer]] = defaultdict(list)
        for chunk in chunks(keys):
            opened = Membership.objects.filter(member__in=chunk, end=None).exclude(start=None)
            starts |= {pk: day for pk, day in opened.values_list("member", "start") if day}
            for transfer in Transfer.objects.filter(member__in=chunk):
                transfers[transfer.member_id].append(transfer)
        first: dict[str, int] = {}
        for row in rows:
            row.label = row.get("name") or ""
            key = hashes.get(id(row), "")
            if key and first.setdefault(key, row.number) != row.number:
                row.refuse(
                    "id_number",
                    "ID_DUPLICATE",
                    f"身份证号与第 {first[key]} 行重复",
                    "同一人一次只能办一次转接，请分两次导入",
                )
            self._check_days(row)
            member = members.get(key)
            if row.refused:
                continue
            if member is None or member.name != row.get("name"):
                _nobody(row)
                continue
            self._judge(row, member, sides, transfers[member.pk], starts.get(member.pk))
        return Judgement()

    def _check_days(self, row: Row) -> None:
        """Ask for whole days in their order."""
        sent, received = row.get("sent"), row.get("received")
        for key, told in (("sent", sent), ("received", received)):
            if told and told.month_only:
                row.refuse(key, "DATE_INVALID", f"{told} 没有写到日", "请写成 2026-09-01")
        if sent and received and received.day < sent.day:
            row.refuse("received", "RECEIVED_BEFORE_SENT", "接收时间早于转出时间", "请核对日期")

    def _judge(
        self,
        row: Row,
        member: Member,
        sides: _Sides,
        transfers: list[Transfer],
        since: datetime.date | None,
    ) -> None:
        unit = county_of(row, sides.tree)
        sender, receiver = (sides.find(row.get(side), unit) for side in ("sender", "receiver"))
        sends = sender is not None and sender.pk in sides.mine
        receives = receiver is not None and receiver.pk in sides.mine
        if not sends and not receives:
            row.refuse(
                "sender",
                "ORG_UNKNOWN",
                "转出、转入党组织都不在您的党组织名单里",
                "请核对名称；由转出方或转入方导入",
            )
            return
        sent = row.get("sent").day
        received = row.get("received").day if row.get("received") else None
        closes = receives if receiver else sends
        known = next((t for t in transfers if _is_same(t, sent, sender, receiver)), None)
        if known is None and (
            not sends or sender is None or member.organization_id != sender.pk or member.left_on
        ):
            _nobody(row)
            return
        if received and not closes and (known is None or known.closed_on != received):
            row.refuse(
                "received", "RECEIVER_DECIDES", "接收由转入党组织办理", "请清空“接收时间”再导入"
            )
            return
        if known is not None:
            self._compare(row, member, known, received)
            return
        if any(transfer.is_pending for transfer in transfers):
            row.refuse(
                "id_number", "TRANSFER_PENDING", "组织关系正在转接，还没有办结", "请先办结或撤回"
            )
            return
        first = max(filter(None, (since, member.joined_on)), default=None)
        if first and sent < first:
            row.refuse("sent", "SENT_TOO_EARLY", f"{first} 起才在转出党组织", "请核对转出时间")
            return
        if receiver:
            try:
                services_transfers.check_receiver(receiver, received or sent)
            except ValidationError as error:
                row.refuse("receiver", "ORG_UNKNOWN", "".join(error.messages), "请核对转入党组织")
                return
        row.is_new = True
        row.plan = Plan(member, receiver, None, received)
        for key, told in (
            ("sender", member.organization.short_name),
            ("receiver", receiver.short_name if receiver else row.get("receiver")),
            ("sent", sent),
            ("received", received),
            ("letter", row.get("letter")),
            ("cause", row.get("cause")),
        ):
            note(row, TABLE.column(key).label, None, told, is_new=True)

    def _compare(
        self, row: Row, member: Member, known: Transfer, received: datetime.date | None
    ) -> None:
        """Lay a row beside the transfer it tells of: only a receipt can be new."""
        row.plan = Plan(member, known.receiver, known, received if known.is_pending else None)
        if known.is_pending:
            if received:
                note(row, TABLE.column("received").label, None, received)
            return
        if received and received != known.closed_on:
            row.refuse(
                "received",
                "ALREADY_CLOSED",
                f"已于 {known.closed_on} {known.get_state_display()}，与表中不同",
                "请核对接收时间",
            )

    def store(self, rows: list[Row], context: Context) -> Stored:
        touched: set[int] = set()
        for row in rows:
            plan: Plan = row.plan
            act = replace(context.act, place=row.place)
            try:
                transfer = plan.transfer or services_transfers.send(
                    member=plan.member,
                    receiver=plan.receiver,
                    receiver_name="" if plan.receiver else row.get("receiver"),
                    sent_on=row.get("sent").day,
                    letter_number=row.get("letter") or "",
                    cause=row.get("cause") or "",
                    act=act,
                )
                if plan.received:
                    services_transfers.receive(transfer=transfer, day=plan.received, act=act)
            except ValidationError as error:
                reasons = "；".join(error.messages)
                raise Refused(f"没有导入：第 {row.number} 行 {row.label}，{reasons}") from None
            touched |= {pk for pk in (transfer.sender_id, transfer.receiver_id) if pk}
        return Stored(self.kind, frozenset(touched))


def _nobody(row: Row) -> None:
    """Refuse a person who is not the sender's to send, without telling whose he is."""
    row.refuse("id_number", "ID_NOT_AVAILABLE", ELSEWHERE, ELSEWHERE_FIX)


def _is_same(
    transfer: Transfer,
    sent: datetime.date,
    sender: Organization | None,
    receiver: Organization | None,
) -> bool:
    """Tell whether a row speaks of a transfer that is on record."""
    return (
        transfer.state in (TransferState.PENDING, TransferState.RECEIVED)
        and transfer.sent_on == sent
        and transfer.sender_id == (sender.pk if sender else None)
        and transfer.receiver_id == (receiver.pk if receiver else None)
    )
