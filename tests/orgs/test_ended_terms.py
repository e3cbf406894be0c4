"""Two readings of the end of a term say the same: by the organization and by the term."""

import datetime

import pytest

from orgs.models import Organization, Term
from orgs.standing import day_number, ended_by, present_term_end, present_terms
from tests.conftest import make_organization

TODAY = datetime.date(2026, 11, 12)
TERMS = [
    # (elected, years, extended to)
    (datetime.date(2023, 11, 11), 3, None),
    (datetime.date(2023, 11, 12), 3, None),
    (datetime.date(2023, 11, 13), 3, None),
    (datetime.date(2021, 11, 12), 5, None),
    (datetime.date(2022, 6, 1), 3, datetime.date(2026, 11, 12)),
    (datetime.date(2022, 6, 1), 3, datetime.date(2026, 11, 13)),
    (datetime.date(2024, 2, 29), 3, None),
    # Not elected yet on that day.
    (datetime.date(2026, 12, 1), 3, None),
]


@pytest.mark.parametrize("offset", [-600, -1, 0, 1, 107, 108, 109, 2000])
def test_a_term_is_over_on_the_same_day_for_both(tree, offset):
    for index, (elected, years, extended) in enumerate(TERMS):
        organization = make_organization(f"中共第{index}小学支部委员会", tree.baiyang)
        # An earlier term never counts beside a later one.
        Term.objects.create(
            organization=organization, elected_on=datetime.date(2015, 1, 1), years=3
        )
        Term.objects.create(
            organization=organization, elected_on=elected, years=years, extended_to=extended
        )
    day = TODAY + datetime.timedelta(days=offset)
    by_organization = Organization.objects.annotate(over=present_term_end(TODAY)).filter(
        over__lte=day_number(day)
    )
    by_term = present_terms(TODAY).filter(ended_by(day))
    assert set(by_organization.values_list("pk", flat=True)) == set(
        by_term.values_list("organization", flat=True)
    )
