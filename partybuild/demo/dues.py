"""Dues of last year and of this one, for some of the branches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from random import Random

from activities.dues.months import period_end
from activities.dues.rates import monthly_dues
from activities.models import MONTHS, DuesLedger, DuesPayer, MemberDues
from orgs.models import Employment, Member
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People

DAY = datetime.timedelta(days=1)
# Share of the branches with members that keep their ledger here, and of those paying quarterly.
KEPT, QUARTERLY = 0.5, 0.2
# A branch is careful, careless, or in between: the share of its payments that are in time.
CARE = ((0.995, 6), (0.95, 3), (0.8, 1))


class Dues:
    """Draws the ledgers of the city, one branch after another."""

    def __init__(self, people: People, *, years: tuple[int, ...], today: datetime.date, seed: int):
        self.people, self.years, self.today, self.seed = people, years, today, seed
        self.ledgers: list[DuesLedger] = []
        self.rows: list[MemberDues] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw the ledgers of a branch, for some of them."""
        members = self.people.members.get(plan.name, [])
        rng = Random(f"{self.seed}/dues/{plan.name}")
        if not plan.is_branch or not members or plan.dissolved_on or rng.random() > KEPT:
            return
        quarterly = rng.random() < QUARTERLY
        care = rng.choices([share for share, _ in CARE], [weight for _, weight in CARE])[0]
        wages = {id(m): Decimal(rng.randrange(2600, 8200, 10)) for m in members}
        for year in self.years:
            if plan.founded_on.year > year:
                continue
            ledger = DuesLedger(
                organization=plan.row,
                year=year,
                pays_quarterly=quarterly,
                quarterly_agreed_on=datetime.date(year, 1, 12) if quarterly else None,
                collector=plan.row.contact,
                published_on=self._published(year, rng),
            )
            self.ledgers.append(ledger)
            for member in members:
                base = wages[id(member)] + 120 * (year - self.years[0])
                self.rows += self._row(ledger, member, base, care, rng)

    def _published(self, year: int, rng: Random) -> datetime.date | None:
        day = datetime.date(year, 12, rng.randint(5, 28))
        return day if day <= self.today and rng.random() < 0.85 else None

    def _row(
        self, ledger: DuesLedger, member: Member, base: Decimal, care: float, rng: Random
    ) -> Iterator[MemberDues]:
        year, joined, left = ledger.year, member.joined_on, member.left_on
        if (joined and joined.year > year) or (left and left.year < year):
            return
        first = joined.month if joined and joined.year == year else 1
        last = left.month - 1 if left and left.year == year else 12
        if first > last:
            return
        retired = member.employment == Employment.RETIRED
        payer = DuesPayer.RETIRED if retired else DuesPayer.WAGE
        monthly = monthly_dues(payer, base)
        row = MemberDues(
            ledger=ledger,
            member=member,
            payer=payer,
            base=base,
            monthly=monthly,
            first_month=first,
            last_month=last,
        )
        for month in MONTHS:
            if not first <= month <= last:
                continue
            end = period_end(year, month, quarterly=ledger.pays_quarterly)
            day = end - rng.randint(0, 15) * DAY
            if rng.random() > care:
                # Late by a few weeks, or not at all.
                day = end + rng.randint(3, 60) * DAY if rng.random() < 0.7 else datetime.date.max
            if day <= self.today:
                setattr(row, f"paid_{month}", monthly)
                setattr(row, f"paid_on_{month}", day)
        yield row

    def store(self) -> None:
        """Store ledgers, then their rows."""
        DuesLedger.objects.bulk_create(self.ledgers, batch_size=500)
        for row in self.rows:
            row.ledger_id, row.member_id = row.ledger.pk, row.member.pk
        MemberDues.objects.bulk_create(self.rows, batch_size=500)
