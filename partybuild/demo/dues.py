"""Dues of last year and of this one, for some of the branches."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from random import Random

from activities.dues.agreeing import over_on
from activities.dues.months import period_end
from activities.dues.rates import monthly_dues
from activities.models import (
    MONTHS,
    DuesLedger,
    DuesPayer,
    DuesQuarter,
    MemberDues,
    Quarter,
)
from orgs.models import Employment, Member
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People
from partybuild.demo.quality import Quality

DAY = datetime.timedelta(days=1)
# Share of the branches with members that keep their ledger here, and of those paying quarterly.
KEPT, QUARTERLY = 0.5, 0.2
# The share of indicator D3 that publishing gives.
PUBLISHING = 0.25


class Dues:
    """Draws the ledgers of the city, one branch after another."""

    def __init__(
        self,
        people: People,
        quality: Quality,
        *,
        years: tuple[int, ...],
        today: datetime.date,
        seed: int,
    ):
        self.people, self.quality, self.today, self.seed = people, quality, today, seed
        self.years = years
        self.ledgers: list[DuesLedger] = []
        self.quarters: list[DuesQuarter] = []
        self.rows: list[MemberDues] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw the ledgers of a branch, for some of them."""
        members = self.people.members.get(plan.name, [])
        rng = Random(f"{self.seed}/dues/{plan.name}")
        if not plan.is_branch or not members or plan.dissolved_on or rng.random() > KEPT:
            return
        quarterly = rng.random() < QUARTERLY
        wages = {id(m): Decimal(rng.randrange(2600, 8200, 10)) for m in members}
        for year in self.years:
            if plan.founded_on.year > year:
                continue
            loss = self.quality.loss(plan, year, "D3")
            published = loss < PUBLISHING or (loss < 1 - PUBLISHING and rng.random() < 0.5)
            ledger = DuesLedger(
                organization=plan.row,
                year=year,
                pays_quarterly=quarterly,
                quarterly_agreed_on=datetime.date(year, 1, 12) if quarterly else None,
                collector=plan.row.contact,
                published_on=self._published(year, rng) if published else None,
            )
            self.ledgers.append(ledger)
            self._agree(ledger, rng)
            rows = [
                row
                for member in members
                for row in self._row(
                    ledger, member, wages[id(member)] + 120 * (year - self.years[0])
                )
            ]
            # How much of the months of all members may be late.
            slack = loss if published else loss - PUBLISHING
            self._pay(ledger, rows, max(0.0, slack) / (1 - PUBLISHING), rng)
            self.rows += rows

    def _published(self, year: int, rng: Random) -> datetime.date | None:
        day = datetime.date(year, 12, rng.randint(5, 28))
        return day if day <= self.today else None

    def _agree(self, ledger: DuesLedger, rng: Random) -> None:
        """Agree to the quarters that are over; the last of this year may still wait."""
        for quarter in Quarter:
            day = over_on(ledger.year, quarter) + rng.randint(2, 45) * DAY
            if day <= self.today:
                self.quarters.append(
                    DuesQuarter(ledger=ledger, quarter=quarter, agreed_on=day, agreed_by="支委会")
                )

    def _row(self, ledger: DuesLedger, member: Member, base: Decimal) -> Iterator[MemberDues]:
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
        yield MemberDues(
            ledger=ledger,
            member=member,
            payer=payer,
            base=base,
            monthly=monthly,
            first_month=first,
            last_month=last,
        )

    def _pay(
        self, ledger: DuesLedger, rows: list[MemberDues], late_share: float, rng: Random
    ) -> None:
        """Pay all months of a ledger, at most `late_share` of those due not in time."""
        due = [
            (row, month)
            for row in rows
            for month in MONTHS[row.first_month - 1 : row.last_month]
            if row.monthly
        ]
        late = set(rng.sample(range(len(due)), int(late_share * len(due))))
        for number, (row, month) in enumerate(due):
            end = period_end(ledger.year, month, quarterly=ledger.pays_quarterly)
            day = end - rng.randint(0, 15) * DAY
            if number in late:
                # By a few weeks, or not at all.
                if rng.random() < 0.3:
                    continue
                day = end + rng.randint(3, 60) * DAY
            if day <= self.today:
                setattr(row, f"paid_{month}", row.monthly)
                setattr(row, f"paid_on_{month}", day)

    def store(self) -> None:
        """Store ledgers, then their quarters and rows."""
        DuesLedger.objects.bulk_create(self.ledgers, batch_size=500)
        for one in self.quarters:
            one.ledger_id = one.ledger.pk
        DuesQuarter.objects.bulk_create(self.quarters, batch_size=500)
        for row in self.rows:
            row.ledger_id, row.member_id = row.ledger.pk, row.member.pk
        MemberDues.objects.bulk_create(self.rows, batch_size=500)
