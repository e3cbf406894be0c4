"""Rows of the compliance table: grouping, order, pooling and rounding."""

import datetime
from fractions import Fraction

import pytest

from assessments.compliance import percent_text, rate, total_row, unit_rows
from assessments.models import Assessment, Cycle, Exclusion, Standard, Verdict
from orgs.models import Organization
from schools.models import Jurisdiction, JurisdictionKind
from tests.conftest import make_user


@pytest.fixture
def cycle(db):
    standard = Standard.objects.create(
        slug="s", version="1", name="标准", pass_line=85, near_line=75, model_line=95
    )
    return Cycle.objects.create(
        year=2025,
        standard=standard,
        check_date=datetime.date(2025, 12, 31),
        records_until=datetime.date(2026, 3, 31),
    )


def assess(cycle, jurisdiction, passed, due, *, unit=None, place=None, exclusion="", vetoed=0):
    """Store `due` assessments of one body, `passed` of them passed."""
    organizations = Organization.objects.bulk_create(
        Organization(
            name=f"中共{jurisdiction.pk}校{exclusion}{index}支部委员会",
            kind="branch",
            jurisdiction=jurisdiction,
        )
        for index in range(due)
    )
    Assessment.objects.bulk_create(
        Assessment(
            cycle=cycle,
            organization=organization,
            jurisdiction=jurisdiction,
            unit=unit,
            place=place,
            body_kind=jurisdiction.kind,
            kind="branch",
            verdict=Verdict.COMPLIANT if index < passed else Verdict.NON_COMPLIANT,
            is_vetoed=index >= due - vetoed,
            exclusion=exclusion,
        )
        for index, organization in enumerate(organizations)
    )


def figures(rows):
    return [(row.name, row.passed, row.due) for row in rows]


@pytest.mark.parametrize(
    ("passed", "due", "text"),
    [(1, 3, "33%"), (1, 8, "13%"), (1, 200, "1%"), (0, 7, "0%"), (7, 7, "100%"), (0, 0, "—")],
)
def test_whole_per_cent_is_rounded_half_up_and_no_data_is_a_dash(passed, due, text):
    assert percent_text(passed, due) == text


def test_a_rate_is_exact_and_empty_without_data():
    assert rate(1, 3) == Fraction(1, 3)
    assert rate(0, 0) is None


def test_the_total_pools_the_counts_and_is_not_the_mean_of_the_rates(cycle, tree, users):
    # The table that started the project: 33 % in all, while the rates have a mean of 41 %.
    passed = [2, 7, 21, 19, 24, 17, 20, 15]
    due = [4, 17, 75, 25, 50, 100, 54, 49]
    Jurisdiction.objects.update(is_reporting_unit=False)
    for order, (p, d) in enumerate(zip(passed, due, strict=True)):
        unit = Jurisdiction.objects.add_child(
            tree.city,
            instance=Jurisdiction(
                name=f"单元{order}",
                kind=JurisdictionKind.COUNTY,
                is_reporting_unit=True,
                unit_name=f"单元{order}",
                unit_order=8 - order,
            ),
        )
        assess(cycle, unit, p, d, unit=unit)
    rows = unit_rows(users.viewer, cycle)
    assert [row.percent for row in rows[::-1]] == [
        f"{n}%" for n in (50, 41, 28, 76, 48, 17, 37, 31)
    ]
    assert round(sum(row.rate for row in rows) / len(rows) * 100) == 41
    total = total_row(rows)
    assert (total.percent, total.passed, total.due) == ("33%", 125, 374)


def test_units_stand_in_official_order_and_the_rest_ties_the_total(cycle, tree, users):
    assess(cycle, tree.baiyang, 1, 2, unit=tree.east, vetoed=1)
    assess(cycle, tree.bureau, 1, 1, unit=tree.bureau)
    assess(cycle, tree.city, 0, 1)
    assess(cycle, tree.liulin, 1, 1, unit=tree.east, exclusion=Exclusion.NEW)
    rows = unit_rows(users.viewer, cycle, scope=tree.city)
    assert figures(rows) == [
        ("直属学校", 1, 1),
        ("东区", 1, 2),
        ("西县", 0, 0),
        ("未归入统计单元", 0, 1),
    ]
    assert (rows[1].vetoed, rows[1].excluded, rows[2].percent) == (1, 1, "—")
    assert figures(unit_rows(users.viewer, cycle)) == figures(rows)


def test_inside_a_unit_the_rows_are_its_bodies_and_its_own_level(cycle, tree, users):
    assess(cycle, tree.baiyang, 1, 2, unit=tree.east)
    assess(cycle, tree.east, 1, 1, unit=tree.east)
    school = Jurisdiction.objects.add_child(
        tree.baiyang, instance=Jurisdiction(name="白杨小学", kind=JurisdictionKind.SCHOOL)
    )
    assess(cycle, school, 0, 1, unit=tree.east)
    assert figures(unit_rows(users.editor, cycle, scope=tree.east)) == [
        ("东区教育局党委", 0, 0),
        ("东区白杨镇党委", 1, 3),
        ("东区柳林镇党委", 0, 0),
        ("东区本级", 1, 1),
    ]
    # A school has no body under it: everything is its own level.
    tree.baiyang.refresh_from_db()
    assert figures(unit_rows(users.editor, cycle, scope=tree.baiyang)) == [("东区白杨镇党委", 1, 3)]


def test_a_user_inside_a_unit_sees_a_row_of_his_own_body_only(cycle, tree, users):
    assess(cycle, tree.baiyang, 1, 2, unit=tree.east)
    assess(cycle, tree.liulin, 1, 1, unit=tree.east)
    assert figures(unit_rows(users.township, cycle)) == [("东区白杨镇党委", 1, 2)]
    assert figures(unit_rows(users.editor, cycle)) == [("东区", 2, 3)]
    assert unit_rows(users.stranger, cycle) == []
    both = make_user("both", ("viewer", tree.liulin), ("viewer", tree.bureau))
    assert figures(unit_rows(both, cycle)) == [("直属学校", 0, 0), ("东区柳林镇党委", 1, 1)]


def test_places_and_units_tie_to_the_same_total(cycle, tree, users):
    east, west = tree.places["990102"], tree.places["990121"]
    assess(cycle, tree.bureau, 1, 1, unit=tree.bureau, place=east)
    assess(cycle, tree.baiyang, 0, 2, unit=tree.east, place=east)
    assess(cycle, tree.city, 1, 1)
    by_place = unit_rows(users.viewer, cycle, by="place")
    assert figures(by_place) == [("东区", 1, 3), ("西县", 0, 0), ("未填行政区划", 1, 1)]
    assert by_place[1].key == west
    total, same = total_row(by_place), total_row(unit_rows(users.viewer, cycle))
    assert (total.passed, total.due) == (same.passed, same.due) == (2, 4)


def test_the_queries_do_not_depend_on_the_rows(cycle, tree, users, django_assert_num_queries):
    assess(cycle, tree.baiyang, 1, 3, unit=tree.east)
    assess(cycle, tree.west_edu, 1, 3, unit=tree.west)
    with django_assert_num_queries(3):
        unit_rows(users.viewer, cycle)
