"""Categories A and B: at, below and above every threshold."""

import datetime

import pytest

from orgs.models import OrgKind, PostKind
from tests.assessments.facts_maker import branch, committee, general_branch, points, score

DAY = datetime.date(2025, 12, 31)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (branch(full_members=3, members=3), 4),
        # Exactly three with one probationary: two full members are not enough.
        (branch(full_members=2, members=3, probationary=1), 0),
        (branch(full_members=2, setup_approval="东教党〔2024〕3号"), 4),
        (branch(members=50), 4),
        (branch(members=51), 2),
        (branch(members=51, setup_approval="东教党〔2024〕3号"), 4),
        (branch(kind=OrgKind.JOINT_BRANCH, covered_schools=1), 2),
        (branch(kind=OrgKind.JOINT_BRANCH, covered_schools=2), 4),
        (branch(kind=OrgKind.JOINT_BRANCH, covered_schools=5), 4),
        (branch(kind=OrgKind.JOINT_BRANCH, covered_schools=6), 2),
        (branch(kind=OrgKind.JOINT_BRANCH, covered_schools=2, full_members=2), 0),
        (general_branch(), 4),
        (branch(kind="general_branch", members=49, branches=2), 2),
        (branch(kind="general_branch", members=99, branches=2), 4),
        (branch(kind="general_branch", members=100, branches=2), 2),
        (branch(kind="general_branch", members=60, branches=1), 2),
        (branch(kind="committee", members=100), 4),
        (branch(kind="committee", members=99), 2),
    ],
)
def test_a1_the_kind_fits_the_members(facts, expected):
    assert points("A1", facts) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, 4), (0, 4), (1, 3), (60, 3), (61, 1), (180, 1), (181, 0)]
)
def test_a2_days_past_the_end_of_the_term(days, expected):
    facts = branch(term_end=DAY - datetime.timedelta(days=days))
    assert points("A2", facts) == expected


def test_a2_without_a_term_gives_nothing():
    assert score("A2", branch(term_end=None)).reason == "没有本届换届时间的记录，得 0/4 分。"


def test_a2_an_approved_extension_counts_for_one_year_at_most():
    over = datetime.date(2024, 12, 31)
    assert points("A2", branch(term_end=over)) == 0
    assert points("A2", branch(term_end=over, extended_to=datetime.date(2025, 12, 31))) == 4
    # Two years were approved; the second one is overdue.
    longer = branch(term_end=datetime.date(2024, 11, 30), extended_to=datetime.date(2026, 11, 30))
    assert points("A2", longer) == 3


KEY = [PostKind.SECRETARY, PostKind.ORGANIZATION, PostKind.PUBLICITY, PostKind.DISCIPLINE]


@pytest.mark.parametrize(("filled", "expected"), [(4, 3), (3, 2), (2, 1), (1, 0), (0, 0)])
def test_a3_vacant_posts_of_a_committee(filled, expected):
    assert points("A3", branch(posts=frozenset(KEY[:filled]))) == expected


def test_a3_size_of_the_committee():
    assert points("A3", branch(committee_size=7)) == 3
    assert points("A3", branch(committee_size=8)) == 2
    assert points("A3", committee(posts=frozenset(KEY))) == 3
    small = branch(kind="committee", committee_size=4)
    assert score("A3", small).reason == "班子成员 4 名，应为 5—9 名，得 2/3 分。"


def test_a3_a_small_branch_needs_its_secretary_only():
    assert points("A3", branch(full_members=6, posts=frozenset({PostKind.SECRETARY}))) == 3
    assert points("A3", branch(full_members=6, posts=frozenset())) == 0
    assert points("A3", branch(full_members=7, posts=frozenset({PostKind.SECRETARY}))) == 0


def test_a4_groups_only_where_the_branch_is_large_or_dispersed():
    assert points("A4", branch(members=20)) is None
    assert score("A4", branch(members=21)).pending
    assert score("A4", branch(members=5, is_dispersed=True)).points == 0
    assert points("A4", branch(members=21, reviewed={"A4": (100, "每组 5 人")})) == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 4), (30, 4), (31, 3), (60, 3), (61, 2), (90, 2), (91, 1), (365, 1)],
)
def test_b1_vacancy_of_the_secretary(days, expected):
    assert points("B1", branch(secretary_vacancy=days)) == expected


@pytest.mark.parametrize(("days", "expected"), [(60, 4), (61, 3.5), (90, 3.5), (91, 3)])
def test_b1_vacancy_of_another_post(days, expected):
    gaps = {**dict.fromkeys(KEY, 0), PostKind.DISCIPLINE: days}
    assert points("B1", branch(post_vacancies=gaps)) == expected


def test_b1_without_any_record():
    assert points("B1", branch(secretary_vacancy=None)) == 0
    assert points("B1", branch(post_vacancies={PostKind.SECRETARY: 0})) == 3
    small = branch(full_members=6, has_committee=False, post_vacancies={})
    assert points("B1", small) == 4


def test_b1_sentence():
    gaps = {**dict.fromkeys(KEY, 0), PostKind.DISCIPLINE: 72}
    assert (
        score("B1", branch(post_vacancies=gaps)).reason
        == "书记全年在岗，纪检委员空缺最长 72 天，得 3.5/4 分。"
    )


def test_b2_party_age_at_appointment():
    appointed = datetime.date(2025, 3, 1)

    def with_confirmation(day):
        return branch(secretary_confirmed_on=day, secretary_appointed_on=appointed)

    assert points("B2", with_confirmation(datetime.date(2024, 3, 1))) == 2
    assert points("B2", with_confirmation(datetime.date(2024, 3, 2))) == 1
    assert points("B2", with_confirmation(None)) == 1
    assert points("B2", branch(secretary_in_roster=False)) == 1
    assert points("B2", branch(secretary="")) == 1


def test_b2_a_principal_who_is_no_member_leaves_one_point():
    got = score("B2", branch(principal="no_member"))
    assert (got.points, got.of) == (100, 100)
    assert points("B2", branch(principal="absent")) == 1
    assert score("B2", branch(principal="above")).of == 100


def test_b2_private_schools_look_at_the_board():
    assert points("B2", branch(ownership="private", principal="seated")) == 1
    assert points("B2", branch(ownership="private", secretary_in_management=True)) == 2


@pytest.mark.parametrize(
    ("studies", "months", "expected"),
    [(0, (), 0), (1, (3,), 1.5), (2, (3, 4), 1.5), (2, (3, 9), 3), (3, (1, 2, 12), 3)],
)
def test_b4_studies_in_both_halves(studies, months, expected):
    mask = sum(1 << month for month in months)
    assert points("B4", branch(studies=studies, study_months=mask)) == expected


def test_b4_of_a_year_in_progress_looks_at_the_half_that_is_past():
    running = {"year_over": False, "due_halves": 0b10}
    assert points("B4", branch(studies=1, study_months=0b1000, **running)) == 3
    assert points("B4", branch(studies=0, study_months=0, **running)) == 0
    assert points("B4", branch(studies=0, study_months=0, year_over=False, due_halves=0)) is None
