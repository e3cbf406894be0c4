"""Members on the move: transfers open, done and sent back, floating, lost, suspended, gone.

Only branches large enough are touched, so that no threshold of the standard is crossed:
one member more or less changes nothing there.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from orgs.models import (
    Beginning,
    Contact,
    ContactWay,
    ExitKind,
    Member,
    Membership,
    MemberStatus,
    OrgKind,
    Situation,
    SituationKind,
    Transfer,
    TransferState,
)
from partybuild.demo import names
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import DAY, People

# A branch with fewer full members is left alone.
ENOUGH = 9
# Members for which one transfer of each sort is drawn.
EACH = 400
ELSEWHERE = (
    "中共临江市实验小学支部委员会",
    "中共省教育厅机关第三支部委员会",
    "中共南湖县城关镇中心小学支部委员会",
    "中共江北师范学院教育学院教工支部委员会",
)
CAUSES = ("工作调动", "工作调动", "轮岗交流", "退休回原籍", "调入城区学校")
REFUSALS = ("介绍信抬头与本支部名称不符，请重开", "本人还没有到岗报到", "应转到所在校区的支部")
PLACES = (
    "深圳市南山区，某教育科技公司",
    "杭州市余杭区，随子女居住",
    "省城，脱产进修",
    "上海市闵行区",
)
SEARCHED = ("电话停机，去过原住址，邻居不知去向", "已联系家属和原同事，没有结果")


class Moves:
    """Draws who moved, branch by branch; members are stored already."""

    def __init__(self, people: People, plans: list[OrgPlan], *, today: datetime.date, seed: int):
        self.people, self.today = people, today
        self.rng = Random(f"{seed}/moves")
        self.branches = [
            plan
            for plan in plans
            if plan.kind in (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)
            and plan.full >= ENOUGH
            and plan.is_counted
            and plan.founded_on.year < today.year - 3
            and self.people.members.get(plan.name)
        ]
        self.transfers: list[Transfer] = []
        self.situations: list[Situation] = []
        self.contacts: list[Contact] = []
        self.moved: list[Membership] = []
        self.changed: list[Member] = []
        self._letters = 100

    def draw(self) -> None:
        """Draw everything for one unit after the other."""
        holders = {post.member_id for post in self.people.posts if post.member_id}
        units: dict[str, list[OrgPlan]] = {}
        for plan in self.branches:
            units.setdefault(plan.unit.key, []).append(plan)
        for plans in units.values():
            self.rng.shuffle(plans)
            free = iter(list(self._free(plans, holders)))
            members = sum(len(self.people.members[plan.name]) for plan in plans)
            for _ in range(max(1, members // EACH)):
                self._of_unit(free, plans)
        self._gone()
        self._floating()

    def store(self) -> None:
        """Store what was drawn."""
        fields = ["status", "is_lost_contact", "is_floating", "left_kind"]
        Member.objects.bulk_update(self.changed, fields, batch_size=500)
        for membership in self.moved:
            # The membership of today began with the transfer.
            Membership.objects.filter(member=membership.member).update(
                start=membership.end, beginning=Beginning.TRANSFERRED
            )
        Membership.objects.bulk_create([m for m in self.moved if m.organization_id])
        Transfer.objects.bulk_create(self.transfers, batch_size=500)
        Situation.objects.filter(member__in=[s.member_id for s in self.situations]).delete()
        Situation.objects.bulk_create(self.situations, batch_size=500)
        Contact.objects.bulk_create(self.contacts, batch_size=500)

    # -- drawing ----------------------------------------------------------------------

    def _free(self, plans: list[OrgPlan], holders: set) -> Iterator[tuple[OrgPlan, Member]]:
        """Yield at most one long-standing member without a post of each branch."""
        for plan in plans:
            for member in self.people.members[plan.name]:
                settled = member.left_on is None and member.status == MemberStatus.FULL
                long = member.confirmed_on and member.confirmed_on.year < self.today.year - 3
                if settled and long and not member.is_floating and member.pk not in holders:
                    yield plan, member
                    break

    def _of_unit(self, free: Iterator[tuple[OrgPlan, Member]], plans: list[OrgPlan]) -> None:
        """Draw one of each: waiting, overdue, out of the city, received, sent back, lost."""
        sorts = (
            self._waiting,
            self._overdue,
            self._outside,
            self._received,
            self._arrived,
            self._returned,
            self._lost,
        )
        for sort in sorts:
            if (found := next(free, None)) is None:
                return
            plan, member = found
            # People go to a school of the same kind, mostly in the same county.
            alike = [o for o in self.branches if o.school.stage == plan.school.stage]
            others = [o for o in alike or self.branches if o is not plan]
            near = [o for o in others if o in plans] or others
            if others:
                sort(plan, member, self.rng.choice(near if self.rng.random() < 0.6 else others))

    def _ago(self, least: int, most: int) -> datetime.date:
        return self.today - self.rng.randint(least, most) * DAY

    def _send(self, member: Member, sent_on: datetime.date, **values) -> Transfer:
        self._letters += 1
        transfer = Transfer(
            member=member,
            sent_on=sent_on,
            letter_number=f"{sent_on.year}-{self._letters:04d}",
            cause=self.rng.choice(CAUSES),
            **values,
        )
        self.transfers.append(transfer)
        return transfer

    def _receive(self, transfer: Transfer) -> None:
        transfer.closed_on = transfer.sent_on + self.rng.randint(3, 27) * DAY
        self.people.arrived[transfer.member_id] = transfer.closed_on

    def _waiting(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        sides = {"sender": plan.row, "receiver": other.row}
        self._send(member, self._ago(3, 24), state=TransferState.PENDING, **sides)

    def _overdue(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        sides = {"sender": plan.row, "receiver": other.row}
        self._send(member, self._ago(35, 80), state=TransferState.PENDING, **sides)

    def _outside(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        sides = {"sender": plan.row, "receiver_name": self.rng.choice(ELSEWHERE)}
        self._send(member, self._ago(5, 28), state=TransferState.PENDING, **sides)

    def _returned(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        sides = {"sender": plan.row, "receiver": other.row}
        sent = self._send(member, self._ago(60, 200), state=TransferState.RETURNED, **sides)
        sent.closed_on = sent.sent_on + self.rng.randint(4, 20) * DAY
        sent.answer = self.rng.choice(REFUSALS)

    def _received(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        """The member came from `other` some months ago."""
        sides = {"sender": other.row, "receiver": plan.row}
        sent = self._send(member, self._ago(90, 300), state=TransferState.RECEIVED, **sides)
        self._receive(sent)
        self.moved.append(
            Membership(
                member=member,
                organization=other.row,
                end=sent.closed_on,
                beginning=Beginning.OPENED,
            )
        )

    def _arrived(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        """The member came from outside the system."""
        sides = {"sender_name": self.rng.choice(ELSEWHERE), "receiver": plan.row}
        sent = self._send(member, self._ago(400, 700), state=TransferState.RECEIVED, **sides)
        self._receive(sent)
        self.moved.append(Membership(member=member, end=sent.closed_on))

    def _lost(self, plan: OrgPlan, member: Member, other: OrgPlan) -> None:
        """Lost for a while; some long enough to be suspended."""
        suspended = self.rng.random() < 0.35
        since = self._ago(300, 420) if suspended else self._ago(40, 240)
        note = self.rng.choice(SEARCHED)
        self.situations.append(
            Situation(member=member, kind=SituationKind.LOST, start=since, note=note)
        )
        for days in (20, 90):
            if since + days * DAY < self.today:
                self._contact(member, since + days * DAY, "没有联系上")
        member.is_lost_contact = True
        if suspended:
            member.status = MemberStatus.SUSPENDED
            self.situations.append(
                Situation(
                    member=member,
                    kind=SituationKind.SUSPENDED,
                    start=since + 200 * DAY,
                    document=f"云组发〔{self.today.year}〕{self.rng.randint(10, 60)}号",
                )
            )
        self.changed.append(member)

    def _gone(self) -> None:
        """Tell apart how members left."""
        for group in self.people.members.values():
            for member in group:
                if member.left_on is None:
                    continue
                draw = self.rng.random()
                if draw < 0.3:
                    member.left_kind = ExitKind.DIED if draw < 0.26 else ExitKind.LAPSED
                    self.changed.append(member)

    def _floating(self) -> None:
        """Give floating members a day, a place, and contacts once a quarter for most."""
        for group in self.people.members.values():
            for member in group:
                if not member.is_floating or member.left_on:
                    continue
                since = self._ago(200, 600)
                self.situations.append(
                    Situation(
                        member=member,
                        kind=SituationKind.FLOATING,
                        start=since,
                        note=self.rng.choice(PLACES),
                    )
                )
                day, kept = since + 30 * DAY, self.rng.random() < 0.8
                while day < self.today:
                    if kept or self.rng.random() < 0.4:
                        self._contact(member, day, "思想和工作情况正常")
                    day += self.rng.randint(70, 88) * DAY

    def _contact(self, member: Member, day: datetime.date, note: str) -> None:
        self.contacts.append(
            Contact(
                member=member,
                held_on=day,
                way=self.rng.choice((ContactWay.PHONE, ContactWay.PHONE, ContactWay.ONLINE)),
                by=names.person(self.rng, self.rng.random() < 0.5),
                note=note,
            )
        )
