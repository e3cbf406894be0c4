"""Statements that are kept and asked again for other keys."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, F
from django.db.models.functions import Coalesce

from accounts.prepared import Keys, limited, prepared
from orgs.models import Organization, Term
from tests.conftest import make_organization


@pytest.fixture
def organizations(tree):
    return [make_organization(f"中共白杨{n}小学支部委员会", tree.baiyang) for n in range(3)]


def test_rows_are_those_of_the_query_for_whatever_keys(organizations, django_assert_num_queries):
    written = []

    @prepared
    def names(kind: str, keys: Keys):
        written.append(kind)
        rows = Organization.objects.filter(kind=kind).order_by("pk")
        return limited(rows, keys, "pk").values_list("pk", "name", "founded_on")

    first, second, third = organizations
    Organization.objects.filter(pk=third.pk).update(founded_on=date(2020, 2, 29))
    whole = list(names("branch", None))
    assert [pk for pk, *_ in whole] == [one.pk for one in organizations]
    written.clear()
    with django_assert_num_queries(4):
        assert list(names("branch", [first.pk, third.pk])) == [whole[0], whole[2]]
        assert list(names("branch", {second.pk})) == [whole[1]]
        assert list(names("branch", [])) == []
        assert list(names("committee", [first.pk])) == []
    assert written == ["branch", "committee"]
    # The days of the database, not what it stores them as.
    assert whole[2][2] == date(2020, 2, 29)


def test_keys_stand_in_subqueries_and_flat_rows_have_one_value(organizations):
    first, second, _ = organizations
    Term.objects.create(organization=second, elected_on=date(2022, 5, 1), years=3)

    @prepared
    def elected(keys: Keys):
        terms = limited(Term.objects.all(), keys).values("organization")
        rows = Organization.objects.filter(pk__in=terms).annotate(n=Count("terms"))
        return rows.values_list(Coalesce(F("n") * Decimal("0.5"), Decimal(0)), flat=True)

    assert list(elected([first.pk, second.pk])) == [Decimal("0.5")]
    assert list(elected([first.pk])) == []
