"""What is due, at each edge of the rates; how a month stands, on the day and after."""

import datetime
from decimal import Decimal

import pytest

from activities.dues.months import (
    DuesFacts,
    Mark,
    arrears,
    last_ended,
    marks,
    months_due,
    paid_too_late,
    spread,
    unpaid_streak,
)
from activities.dues.rates import monthly_dues, rate_words
from activities.models import DuesPayer

D = datetime.date.fromisoformat
PAID, LATE, PART, UNPAID, WAITING, NOT_DUE = Mark


def facts(paid=None, on=None, **told):
    """Return 2026 with 15 yuan a month; `paid` and `on` by month."""
    paid, on = paid or {}, on or {}
    values = {"year": 2026, "quarterly": False, "monthly": Decimal(15), "first": 1, "last": 12}
    return DuesFacts(
        **(values | told),
        paid=[Decimal(str(paid[m])) if m in paid else None for m in range(1, 13)],
        paid_on=[D(on[m]) if m in on else None for m in range(1, 13)],
    )


@pytest.mark.parametrize(
    ("payer", "base", "monthly", "rate"),
    [
        (DuesPayer.WAGE, "2999.99", "15.00", "0.5%"),
        (DuesPayer.WAGE, "3000", "15.00", "0.5%"),
        (DuesPayer.WAGE, "3000.01", "30.00", "1%"),
        (DuesPayer.WAGE, "5000", "50.00", "1%"),
        (DuesPayer.WAGE, "5000.01", "75.00", "1.5%"),
        (DuesPayer.WAGE, "10000", "150.00", "1.5%"),
        (DuesPayer.WAGE, "10000.01", "200.00", "2%"),
        (DuesPayer.WAGE, "0", "0.00", "0.5%"),
        # Half a cent goes up.
        (DuesPayer.WAGE, "2345", "11.73", "0.5%"),
        (DuesPayer.RETIRED, "5000", "25.00", "0.5%"),
        (DuesPayer.RETIRED, "5000.01", "50.00", "1%"),
        (DuesPayer.RETIRED, "12000", "120.00", "1%"),
        (DuesPayer.STUDENT, None, "0.20", "0.2 元"),
        (DuesPayer.NO_INCOME, "900", "0.20", "0.2 元"),
    ],
)
def test_the_rate_at_each_edge(payer, base, monthly, rate):
    base = None if base is None else Decimal(base)
    assert monthly_dues(payer, base) == Decimal(monthly)
    assert rate_words(payer, base) == rate


def test_without_a_base_nothing_is_worked_out():
    assert monthly_dues(DuesPayer.WAGE, None) is None
    assert rate_words(DuesPayer.WAGE, None) == ""


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-02-28", [PAID, WAITING, WAITING]),
        ("2026-03-01", [PAID, UNPAID, WAITING]),
        ("2026-03-31", [PAID, UNPAID, WAITING]),
        ("2026-04-01", [PAID, UNPAID, UNPAID]),
    ],
)
def test_a_month_is_owed_from_the_day_after_its_end(today, expected):
    assert marks(facts({1: 15}), D(today))[:3] == expected


@pytest.mark.parametrize(
    ("quarterly", "paid_on", "expected"),
    [
        (False, "2026-01-31", PAID),
        (False, "2026-02-01", LATE),
        (True, "2026-03-31", PAID),
        (True, "2026-04-01", LATE),
        (False, "2025-12-20", PAID),
    ],
)
def test_on_time_is_by_the_end_of_the_month_or_of_the_quarter(quarterly, paid_on, expected):
    told = facts({1: 15}, {1: paid_on}, quarterly=quarterly)
    assert marks(told, D("2026-06-01"))[0] == expected


def test_less_than_due_is_part_and_more_is_paid():
    told = facts({1: "14.99", 2: 15, 3: 40})
    assert marks(told, D("2026-06-01"))[:4] == [PART, PAID, PAID, UNPAID]


def test_who_comes_and_goes_owes_only_his_months():
    told = facts({4: 15}, first=4, last=6)
    assert marks(told, D("2027-01-01")) == [NOT_DUE] * 3 + [PAID, UNPAID, UNPAID] + [NOT_DUE] * 6
    assert months_due(told, D("2026-06-30")) == 2
    assert months_due(told, D("2026-07-01")) == 3
    assert arrears(told, D("2026-07-01")) == Decimal(30)


def test_nothing_is_due_from_who_is_exempt():
    exempt = facts(monthly=Decimal(0))
    assert set(marks(exempt, D("2027-01-01"))) == {NOT_DUE}
    assert months_due(exempt, D("2027-01-01")) == 0


def test_paying_ahead_counts_for_each_month():
    told = facts(dict.fromkeys(range(1, 13), 15), dict.fromkeys(range(1, 13), "2026-01-05"))
    assert set(marks(told, D("2026-12-31"))) == {PAID}
    assert arrears(told, D("2027-01-01")) == 0


@pytest.mark.parametrize(
    ("today", "quarterly", "month"),
    [
        ("2026-01-31", False, 0),
        ("2026-02-01", False, 1),
        ("2026-03-31", True, 0),
        ("2026-04-01", True, 3),
        ("2027-01-01", False, 12),
        ("2025-06-01", False, 0),
    ],
)
def test_the_last_month_that_is_over(today, quarterly, month):
    assert last_ended(2026, D(today), quarterly=quarterly) == month


def test_paying_later_is_allowed_for_six_months():
    for day, too_late in (("2026-07-31", False), ("2026-08-01", True)):
        assert paid_too_late(facts({1: 15}, {1: day}), 1) is too_late
    assert not paid_too_late(facts({}, {1: "2026-12-01"}), 1)


def test_six_months_in_a_row_are_counted_over_the_turn_of_the_year():
    last = marks(facts(dict.fromkeys(range(1, 10), 15)), D("2027-01-01"))
    assert unpaid_streak([last]) == 3
    now = marks(facts(year=2027), D("2027-04-01"))
    assert unpaid_streak([last, now]) == 6
    assert unpaid_streak([last, marks(facts({3: 15}, year=2027), D("2027-04-01"))]) == 0
    joined = marks(facts(year=2027, first=2), D("2027-04-01"))
    assert unpaid_streak([joined]) == 2


@pytest.mark.parametrize(
    ("amount", "monthly", "expected"),
    [
        ("45", "15", {1: 15, 2: 15, 3: 15}),
        ("40", "15", {1: 15, 2: 15, 3: 10}),
        ("20", "15", {1: 15, 2: 5}),
        ("50", "15", {1: 15, 2: 15, 3: 20}),
        ("10", None, {1: "3.33", 2: "3.33", 3: "3.34"}),
    ],
)
def test_a_payment_for_a_quarter_is_spread_over_its_months(amount, monthly, expected):
    found = spread(Decimal(amount), [1, 2, 3], monthly and Decimal(monthly))
    assert found == {month: Decimal(str(paid)) for month, paid in expected.items()}
