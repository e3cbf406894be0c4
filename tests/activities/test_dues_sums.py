"""The sums by SQL agree with what the pure functions say of each row."""

import datetime
import itertools
from decimal import Decimal
from random import Random

import pytest

from activities.dues import months
from activities.dues.sums import Sums, behind, sums_by_organization, sums_of
from activities.models import DuesLedger, MemberDues
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date.fromisoformat
TODAY = D("2026-08-10")
_numbers = itertools.count(1)


def make_row(ledger, member=None, *, paid=None, on=None, monthly="15", **told):
    """Return a stored row of a ledger; `paid` and `on` by month."""
    member = member or make_member("党员", ledger.organization, number=next(_numbers))
    row = MemberDues(
        ledger=ledger, member=member, monthly=None if monthly is None else Decimal(monthly), **told
    )
    for month, amount in (paid or {}).items():
        setattr(row, f"paid_{month}", Decimal(str(amount)))
    for month, day in (on or {}).items():
        setattr(row, f"paid_on_{month}", D(day) if isinstance(day, str) else day)
    row.save()
    return row


@pytest.fixture
def ledgers(tree):
    return [
        DuesLedger.objects.create(
            organization=make_organization(f"中共东区第{n}小学支部委员会", tree.east_edu),
            year=2026,
            pays_quarterly=n == 2,
        )
        for n in (1, 2)
    ]


def expected(ledger):
    """Return the sums of a ledger worked out row by row."""
    rows = list(ledger.rows.select_related("ledger"))
    facts = [months.facts_of(row) for row in rows]
    ended = {q: months.last_ended(2026, TODAY, quarterly=q) for q in (True, False)}
    on_time = sum(
        one == months.Mark.PAID and bool(f.monthly)
        for f in facts
        for n, one in enumerate(months.marks(f, TODAY), 1)
        if n <= ended[f.quarterly]
    )
    owed = [months.arrears(f, TODAY) for f in facts]
    return Sums(
        members=len(rows),
        without_base=sum(f.monthly is None for f in facts),
        months_due=sum(months.months_due(f, TODAY) for f in facts),
        months_on_time=on_time,
        due=sum((f.monthly or 0) * months.months_due(f, TODAY) for f in facts),
        paid=sum(amount or 0 for f in facts for amount in f.paid),
        arrears=sum(owed),
        behind=sum(one > 0 for one in owed),
    )


def test_sums_agree_with_the_rules_for_any_row(ledgers):
    rng = Random(7)
    for n in range(40):
        ledger = ledgers[n % 2]
        first = rng.randint(1, 9)
        paid = {m: rng.choice(("15.10", "15.10", "7.05", "30.2")) for m in range(1, 9)}
        paid = {m: amount for m, amount in paid.items() if rng.random() < 0.7}
        day = {m: D("2026-01-20") + datetime.timedelta(rng.randrange(250)) for m in paid}
        make_row(
            ledger,
            paid=paid,
            on={m: d for m, d in day.items() if rng.random() < 0.8},
            monthly=rng.choice(("15.10", "15.10", "0", None)) if n else None,
            first_month=first,
            last_month=rng.randint(first, 12),
        )
    by_organization = sums_by_organization(MemberDues.objects.all(), 2026, TODAY)
    for ledger in ledgers:
        assert by_organization[ledger.organization_id] == expected(ledger)
        assert sums_of(ledger.rows.all(), 2026, TODAY) == expected(ledger)


def test_who_owes_something(ledgers):
    full = make_row(ledgers[0], paid=dict.fromkeys(range(1, 8), 15))
    owes = make_row(ledgers[0], paid=dict.fromkeys(range(1, 7), 15))
    quarter = make_row(ledgers[1], paid=dict.fromkeys(range(1, 7), 15))
    assert list(behind(2026, TODAY)) == [owes]
    assert sums_of(MemberDues.objects.filter(pk=full.pk), 2026, TODAY).share == 1
    assert sums_of(MemberDues.objects.filter(pk=quarter.pk), 2026, TODAY).months_due == 6
    assert sums_of(MemberDues.objects.none(), 2026, TODAY).share is None
    assert list(behind(2026, D("2026-01-31"))) == []


def test_one_query_for_any_number_of_ledgers(ledgers, django_assert_num_queries):
    for ledger in ledgers:
        make_row(ledger)
    with django_assert_num_queries(1):
        assert len(sums_by_organization(MemberDues.objects.all(), 2026, TODAY)) == 2
