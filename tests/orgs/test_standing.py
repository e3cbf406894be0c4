"""Terms by database expression and by date agree, leap days included."""

import datetime

import pytest

from orgs.models import Organization, Term
from orgs.standing import day_number, present_term_end, standings
from tests.conftest import make_organization

D = datetime.date


@pytest.mark.parametrize(
    ("elected", "years", "extended", "day"),
    [
        (D(2023, 5, 16), 3, None, D(2026, 5, 16)),
        (D(2023, 5, 16), 3, None, D(2026, 5, 17)),
        (D(2021, 5, 16), 5, D(2026, 11, 1), D(2026, 10, 31)),
        (D(2021, 5, 16), 5, D(2024, 11, 1), D(2026, 5, 15)),
        (D(2024, 2, 29), 3, None, D(2027, 3, 1)),
        (D(2024, 12, 31), 3, None, D(2028, 1, 1)),
    ],
)
def test_a_term_is_over_on_the_same_day_by_both_ways(tree, elected, years, extended, day):
    one = make_organization("中共东区第一小学支部委员会", tree.east_edu)
    Term.objects.create(organization=one, elected_on=elected, years=years, extended_to=extended)
    over = Organization.objects.filter(pk=one.pk).annotate(end=present_term_end(day)).get().end
    assert (over < day_number(day)) == (standings([one], day)[one.pk].days_left < 0)


def test_the_present_term_is_the_last_one_begun(tree):
    one = make_organization("中共东区第一小学支部委员会", tree.east_edu)
    for elected in (D(2020, 5, 1), D(2023, 5, 1), D(2026, 5, 1)):
        Term.objects.create(organization=one, elected_on=elected)
    assert standings([one], D(2025, 1, 1))[one.pk].term_end == D(2026, 5, 1)
    assert standings([one], D(2019, 1, 1))[one.pk].term is None
