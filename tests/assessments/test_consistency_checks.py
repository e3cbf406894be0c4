"""Every check finds what is wrong, leaves what is just right, and stays in its scope."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from assessments.consistency.base import Look
from assessments.consistency.registry import CHECKS
from assessments.models import Assessment, Cycle, UnitYear
from tests.assessments.consistency_cases import CASES, DAY, County, day, few_members
from tests.orgs.records import make_assessment, make_cycle

UNITS = {"unit-year", "unit-organizations", "unit-members", "unit-rate"}


@pytest.fixture
def counties(tree):
    """东区 and 西县, with a confirmed year and the one in progress."""
    now = timezone.now()
    cycles = SimpleNamespace(then=make_cycle(2025), now=make_cycle(2026, state="open"))
    Cycle.objects.update(scored_at=now)
    east = County(tree.east_edu, tree.places["990102"], tree.west_edu, cycles)
    west = County(tree.west_edu, tree.places["990121"], tree.east_edu, cycles)
    return SimpleNamespace(east=east, west=west, cycles=cycles)


def keys(made) -> set[int]:
    return {one.pk for one in (made if isinstance(made, tuple) else (made,))}


def found(code, user, scope=None) -> set[int]:
    return set(CHECKS[code].found(Look(user, DAY, scope)).values_list("pk", flat=True))


def test_every_check_has_its_case():
    assert set(CASES) | UNITS == set(CHECKS)


@pytest.mark.parametrize("code", CASES)
def test_a_check_finds_what_is_wrong_in_its_scope_and_nothing_else(code, counties, users, tree):
    make, words = CASES[code]
    right = keys(make(counties.east, wrong=False))
    wrong = make(counties.east, wrong=True)
    far = keys(make(counties.west, wrong=True))
    in_east = found(code, users.editor)
    assert keys(wrong) <= in_east
    assert not right & in_east
    assert not far & in_east
    assert far <= found(code, users.west_editor)
    everything = found(code, users.manager)
    assert keys(wrong) | far <= everything
    assert not right & everything
    assert found(code, users.manager, tree.east) == in_east
    assert not found(code, users.stranger)

    look = Look(users.editor, DAY)
    rows = CHECKS[code].found(look).select_related(*CHECKS[code].subject.related)
    said = CHECKS[code].words(rows.get(pk=min(keys(wrong))), look)
    assert words in said
    assert "None" not in said


# -- reporting units ------------------------------------------------------------------------


def unit_year(counties, unit, passed, due):
    for n in range(due):
        branch = counties.organization()
        verdict = "compliant" if n < passed else "non_compliant"
        make_assessment(counties.cycles.then, branch, unit=unit, verdict=verdict, members=10)


def test_units_are_compared_with_last_year_and_with_the_figures_told(counties, users, tree):
    """东区 2025: 6 of 20 passed, 200 members. 西县: 1 of 2."""
    unit_year(counties.east, tree.east, passed=6, due=20)
    unit_year(counties.west, tree.west, passed=1, due=2)
    for assessment in Assessment.objects.filter(unit=tree.east)[:10]:
        make_assessment(counties.cycles.now, assessment.organization, unit=tree.east, members=16)
    UnitYear.objects.create(year=2024, unit=tree.east, due=20, passed=4)
    UnitYear.objects.create(year=2024, unit=tree.west, due=3, passed=1)
    UnitYear.objects.create(year=2025, unit=tree.west, due=2, passed=1)
    UnitYear.objects.create(year=2025, unit=tree.east, due=20, passed=7)
    for code in UNITS:
        assert (
            found(code, users.manager)
            == found(code, users.editor)
            == {tree.east.pk} - (set() if code != "unit-rate" else set())
        ), code
        assert found(code, users.west_editor) == set(), code
    look = Look(users.manager, DAY)
    said = {c: CHECKS[c].words(CHECKS[c].found(look).get(), look) for c in UNITS}
    assert "2025 年度 20 个，2026 年度 10 个，减 10 个（50%）" in said["unit-organizations"]
    assert "2025 年度 200 人，2026 年度 160 人，减 40 人（20%）" in said["unit-members"]
    assert "2024 年度 20%，2025 年度 30%，升 10.0 个百分点" in said["unit-rate"]
    assert "考评达标 6 / 应评 20（30%），历年数据达标 7 / 应评 20（35%）" in said["unit-year"]


def test_small_changes_of_units_need_no_reason(counties, users, tree):
    """Nine organizations less are not ten; a rate of 60 % may fall to 51 %."""
    unit_year(counties.east, tree.east, passed=12, due=20)
    for assessment in Assessment.objects.filter(unit=tree.east)[:11]:
        make_assessment(counties.cycles.now, assessment.organization, unit=tree.east, members=16)
    UnitYear.objects.create(year=2024, unit=tree.east, due=20, passed=11)
    UnitYear.objects.create(year=2025, unit=tree.east, due=20, passed=12)
    for code in UNITS - {"unit-members"}:
        assert found(code, users.manager) == set(), code
    assert found("unit-members", users.manager) == set()


# -- further edges --------------------------------------------------------------------------


def test_an_approval_excuses_a_small_branch(counties, users):
    branch = few_members(counties.east, wrong=True)
    branch.setup_approval = "云教〔2025〕8号"
    branch.save()
    assert found("few-members", users.editor) == set()


def test_a_small_branch_is_found_by_its_form_while_the_register_is_empty(counties, users):
    branch = counties.east.organization(declared_members=3, declared_probationary=1)
    assert found("few-members", users.editor) == {branch.pk}


def test_what_was_not_declared_differs_from_nothing(counties, users):
    counties.east.members(counties.east.organization(declared_members=None), full=4)
    assert found("declared-members", users.editor) == set()
    assert found("declared-probationary", users.editor) == set()


def test_a_month_without_a_day_gets_the_benefit_of_the_doubt(counties, users):
    """Entered as 2018-05, joined perhaps on the 31st: of age since the 6th."""
    born = day("2000-05-06")
    counties.east.member(
        birth_date=born, joined_on=day("2018-05-01"), joined_month_only=True, confirmed_on=DAY
    )
    early = counties.east.member(
        birth_date=born, joined_on=day("2018-03-01"), joined_month_only=True, confirmed_on=DAY
    )
    assert found("joined-young", users.editor) == {early.pk}


def test_nobody_was_on_probation_before_1977(counties, users):
    counties.east.member(
        birth_date=day("1950-01-01"), joined_on=day("1975-07-01"), confirmed_on=day("1975-07-01")
    )
    assert found("confirmed-early", users.editor) == set()


def test_a_member_transferred_since_opens_no_gap_between_the_years(counties, users):
    """The memberships tell where he was on the last check date."""
    sender = counties.east.members(counties.east.organization(), full=4)
    receiver = counties.east.members(counties.east.organization(), full=3)
    make_assessment(counties.cycles.then, sender, members=4)
    make_assessment(counties.cycles.then, receiver, members=3)
    member = sender.members.first()
    member.memberships.update(end=day("2026-05-01"))
    member.memberships.create(
        organization=receiver, start=day("2026-05-01"), beginning="transferred"
    )
    member.organization = receiver
    member.save()
    assert found("opening-closing", users.editor) == set()


def test_a_namesake_out_of_sight_is_not_told(counties, users):
    mine, theirs = counties.east.member(), counties.west.member()
    theirs.name = mine.name
    theirs.save()
    assert found("twice", users.editor) == set()
    assert found("twice", users.manager) == {mine.pk, theirs.pk}


def test_withdrawn_records_are_not_looked_at(counties, users):
    """Neither as a finding nor as what a finding rests on."""
    branch = counties.east.members(counties.east.organization(), full=3)
    gone = branch.members.first()
    gone.withdrawn_at = timezone.now()
    gone.save()
    assert found("few-members", users.editor) == {branch.pk}
    branch.withdrawn_at = timezone.now()
    branch.save()
    assert found("few-members", users.editor) == set()
