"""Category C and the vetoes: due slots, shares, attendance, yearly types."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.models import MeetingType
from assessments.facts.evaluations import Evaluations
from assessments.rules import RULES
from assessments.rules.fixed_days import fixed_date
from tests.assessments.facts_maker import (
    HELD,
    YEAR,
    YEARLY,
    branch,
    committee,
    general_branch,
    indicators,
    mask,
    parameters,
    points,
    score,
    veto,
)


def held(kind, *months):
    return {**HELD, kind: mask(*months)}


def test_the_worked_example():
    """Founded 1 May: eight due months, three due quarters."""
    facts = branch(
        members=18,
        full_members=16,
        probationary=2,
        full_by_month=(0, 0, 0, 0, *(16,) * 8),
        founded_on=datetime.date(2025, 5, 1),
        due_months=mask(*range(5, 13)),
        due_quarters=mask(2, 3, 4),
        full_months=8,
        held={
            MeetingType.BRANCH_COMMITTEE: mask(5, 6, 7, 8, 9, 10, 11),
            MeetingType.MEMBER_ASSEMBLY: mask(6, 11),
            MeetingType.THEME_DAY: mask(*range(5, 13)),
        },
        theme_days=(
            *(datetime.date(2025, month, 10) for month in range(5, 11)),
            datetime.date(2025, 11, 25),
            datetime.date(2025, 12, 25),
        ),
    )
    assert points("C2", facts) == 3.50
    assert points("C1", facts) == 2.67
    assert points("C5", facts) == 4.75
    assert points("C3", facts) is None
    assert points("A4", facts) is None


def test_c1_by_quarter_half_and_year():
    one = held(MeetingType.MEMBER_ASSEMBLY, 2, 3)
    assert (
        score("C1", branch(held=one)).reason
        == "应开 4 次，实开 1 次，缺第二、三、四季度，得 1/4 分。"
    )
    assert points("C1", general_branch(held=one)) == 2
    assert points("C1", committee(held=one)) == 4
    assert points("C1", committee(held={})) == 0
    assert points("C1", general_branch(held={}, due_halves=mask(2))) == 0
    assert points("C1", committee(held={}, full_months=5)) is None
    assert points("C1", committee(held={}, year_over=False)) is None


def test_c2_says_which_months_are_missing():
    months = [month for month in range(1, 13) if month not in (3, 8)]
    got = score("C2", branch(held=held(MeetingType.BRANCH_COMMITTEE, *months)))
    assert got.reason == "应开 12 次，实开 10 次，缺 3 月、8 月，得 3.33/4 分。"
    assert got.inputs["missing"] == (3, 8)


def test_c2_is_due_in_months_with_seven_full_members_or_a_committee():
    small = {"full_members": 6, "full_by_month": (6,) * 12, "held": {}}
    got = score("C2", branch(**small, committee_months=0, has_committee=False))
    assert (got.points, got.reason) == (None, "正式党员 6 名，未设支部委员会，不适用。")
    assert points("C2", branch(**small, committee_months=YEAR)) == 0
    grown = branch(
        full_by_month=(6,) * 9 + (7,) * 3,
        committee_months=0,
        held=held(MeetingType.BRANCH_COMMITTEE, 1, 2, 10, 11),
    )
    assert points("C2", grown) == 2.67
    assert points("C2", branch(due_months=0)) is None
    # A committee or general branch is always due.
    assert points("C2", general_branch(full_by_month=(0,) * 12, committee_months=0, held={})) == 0


def test_c3_groups():
    assert points("C3", branch()) is None
    assert score("C3", branch(members=25)).pending
    groups = {"一组": YEAR, "二组": mask(1, 2, 3)}
    assert points("C3", branch(group_months=groups)) == 1.88
    assert points("C3", branch(group_months=groups, reviewed={"C3": (250, "")})) == 2.5


def test_c4_lectures_by_quarter_and_the_secretarys_own():
    three = held(MeetingType.LECTURE, 1, 6, 12)
    assert points("C4", branch(held=three)) == 2.5
    assert points("C4", branch(held=three, secretary_lectured=False)) == 1.5
    running = branch(
        held=held(MeetingType.LECTURE, 1),
        due_quarters=mask(1),
        secretary_lectured=False,
        year_over=False,
    )
    assert (score("C4", running).points, score("C4", running).of) == (200, 200)
    assert points("C4", branch(held=three), lecture_periods=2) == 3


@pytest.mark.parametrize(
    ("lectures", "secretary", "expected"),
    [(2, True, 3), (2, False, 1.5), (1, True, 1.5), (0, False, 0)],
)
def test_c4_above_the_branches(lectures, secretary, expected):
    facts = committee(lectures=lectures, secretary_lectured=secretary)
    assert points("C4", facts) == expected


def test_c5_fixed_day():
    assert points("C5", branch()) == 5
    assert points("C5", branch(fixed_day="")) == 4
    assert points("C5", branch(fixed_day="另行通知")) == 4
    days = [datetime.date(2025, month, 17) for month in range(1, 13)]
    assert points("C5", branch(theme_days=tuple(days))) == 5
    days[3] = datetime.date(2025, 4, 18)
    got = score("C5", branch(theme_days=tuple(days)))
    assert got.points == 492
    assert "1 次偏离固定日超过 7 天" in got.reason
    # A day near the fixed day of a neighbouring month counts.
    first = branch(
        fixed_day="每月1日",
        held={MeetingType.THEME_DAY: mask(1)},
        theme_days=(datetime.date(2025, 1, 30),),
        due_months=mask(1),
    )
    assert points("C5", first) == 5
    assert points("C5", branch(due_months=0)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15", 15),
        ("每月15日", 15),
        ("每月１０号", 10),
        ("每月十五日", 15),
        ("每月二十日", 20),
        ("每月五日", 5),
        ("31日", 28),
        ("每月第二个星期五", 14),
        ("每月第1个周一", 3),
        ("每月最后一个周五", 28),
        ("另行通知", None),
    ],
)
def test_fixed_days_as_offices_write_them(text, day):
    found = fixed_date(text, 2025, 2)
    assert (found.day if found else None) == day


def test_c6_held_gives_half_and_the_review_the_rest():
    got = score("C6", branch())
    assert (got.points, got.pending) == (200, True)
    assert "待评" in got.reason
    assert points("C6", branch(reviewed={"C6": (357, "6 名没有谈话记录")})) == 3.57
    assert points("C6", branch(reviewed={"C6": (100, "")})) == 2
    assert points("C6", branch(yearly_held=frozenset(), reviewed={"C6": (400, "")})) == 0
    # A committee has its own kind of meeting.
    assert points("C6", committee()) == 0
    assert points("C6", committee(yearly_held=frozenset({MeetingType.DEMOCRATIC_LIFE}))) == 2


def test_c7_share_of_the_full_members():
    assert score("C7", branch()).reason == "13 名正式党员全部参加，得 3/3 分。"
    told = {"evaluations": Evaluations(), "has_roster": False}
    assert points("C7", branch(evaluated=9, evaluable=12, **told)) == 2.25
    # Probationary members take part without a grade: never more than all.
    assert points("C7", branch(evaluated=14, **told)) == 3
    assert points("C7", branch(evaluable=0)) is None


def test_yearly_types_are_not_missing_before_the_end_of_march():
    nothing = {"yearly_held": frozenset(), "evaluations": Evaluations()}
    february = branch(yearly_over=False, **nothing)
    for code in ("C6", "C7"):
        got = score(code, february)
        assert got.points is None
        assert "2026-03-31" in got.reason
        assert points(code, branch(**nothing)) == 0
    assert veto("V3", february) == ""
    assert veto("V3", branch(**nothing))


@pytest.mark.parametrize(
    ("due", "present", "expected"),
    [(100, 90, 2), (100, 100, 2), (1000, 899, 1.99), (100, 80, 1), (100, 70, 0), (100, 69, 0)],
)
def test_c8_attendance_is_linear_between_70_and_90_per_cent(due, present, expected):
    assert points("C8", branch(attendance_due=due, attendance_present=present)) == expected


def test_c8_without_records_is_nothing_but_without_due_slots_not_applicable():
    assert points("C8", branch(attendance_due=0, attendance_present=0)) == 0
    assert points("C8", branch(attendance_due=0, due_months=0, due_quarters=0)) is None


def test_reviewed_and_pending_indicators():
    got = score("G1", branch())
    assert (got.points, got.of, got.pending) == (0, 200, True)
    assert (
        score("G1", branch(reviewed={"G1": (150, "缺书架")})).reason
        == "审核：缺书架，得 1.5/2 分。"
    )
    assert points("G1", branch(reviewed={"G1": (None, "租用校舍")})) is None
    assert points("F1", branch(is_retiree_branch=True)) is None
    assert points("G1", branch(reviewed={"G1": (900, "")})) == 2


@pytest.mark.parametrize(
    ("admitted", "teachers", "expected"),
    [(0, 0, None), (5, 4, 2), (10, 7, 1), (5, 3, 1), (10, 5, 0)],
)
def test_e3_share_of_teachers(admitted, teachers, expected):
    assert points("E3", branch(admitted=admitted, admitted_teachers=teachers)) == expected


def test_members_alone_can_make_an_indicator_not_applicable():
    assert points("D2", branch(new_members=0)) is None
    assert score("D2", branch(new_members=1)).pending
    assert score("D2", branch(new_members=0, has_roster=False)).pending
    assert points("D5", branch(floating_or_lost=0)) is None
    assert score("D5", branch(floating_or_lost=2)).pending
    assert points("E2", branch(non_member_staff=9)) is None
    assert score("E2", branch(non_member_staff=10)).pending
    assert score("E2", branch(non_member_staff=None)).pending


def test_v1_and_v2_at_their_limits():
    day = datetime.date(2025, 12, 31)
    assert veto("V1", branch(term_end=day - datetime.timedelta(days=180))) == ""
    assert "181 天" in veto("V1", branch(term_end=day - datetime.timedelta(days=181)))
    assert veto("V1", branch(term_end=None)) == ""
    assert veto("V2", branch(secretary_vacancy=90)) == ""
    assert "91 天" in veto("V2", branch(secretary_vacancy=91))
    assert veto("V2", branch(secretary_vacancy=None)) == ""


def test_v3_by_kind_and_age():
    nothing = {"yearly_held": frozenset()}
    only_life = branch(yearly_held=frozenset({MeetingType.ORG_LIFE}), evaluations=Evaluations())
    assert "民主评议" in veto("V3", only_life)
    assert veto("V3", branch(**nothing, full_months=5)) == ""
    assert veto("V3", branch(**nothing, full_months=6))
    assert veto("V3", general_branch(**nothing)) == ""
    assert veto("V3", committee(**nothing))
    assert veto("V3", committee(yearly_held=frozenset({MeetingType.ORG_LIFE}))) == ""


def test_v4_three_empty_due_months_in_a_row():
    def with_theme_days(*months):
        return branch(held={MeetingType.THEME_DAY: mask(*months)})

    assert veto("V4", with_theme_days(1, 2, 3, 4, 5, 8, 9, 10, 11, 12)) == ""
    assert "6 月、7 月、8 月" in veto("V4", with_theme_days(1, 2, 3, 4, 5, 9, 10, 11, 12))
    # Yearly meetings alone do not break a run; two empty months at the end are no veto.
    assert veto("V4", with_theme_days(*range(1, 11))) == ""
    vacation = branch(
        held={MeetingType.GROUP: mask(1, 2, 3, 4, 5, 9, 10, 11, 12)}, due_months=YEAR & ~mask(8)
    )
    assert veto("V4", vacation) == ""
    assert veto("V4", branch(held={}, due_months=mask(11, 12))) == ""
    assert YEARLY


def test_the_six_other_vetoes_have_no_records_yet():
    assert not any(veto(f"V{n}", branch()) for n in range(5, 11))


MASKS = st.integers(min_value=0, max_value=YEAR).map(lambda bits: bits & YEAR)


@settings(deadline=None)
@given(
    due=MASKS,
    held_months=st.dictionaries(st.sampled_from(list(HELD)), MASKS),
    full=st.integers(0, 60),
    members=st.integers(0, 200),
    kind=st.sampled_from(["branch", "joint_branch", "general_branch", "committee"]),
    vacancy=st.one_of(st.none(), st.integers(0, 366)),
    attended=st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted),
    over=st.booleans(),
)
def test_points_lie_between_nothing_and_full(
    due, held_months, full, members, kind, vacancy, attended, over
):
    facts = branch(
        kind=kind,
        due_months=due,
        due_quarters=due & 0b11110,
        due_halves=due & 0b110,
        held=held_months,
        full_members=full,
        members=members,
        full_by_month=(full,) * 12,
        evaluable=full,
        secretary_vacancy=vacancy,
        attendance_present=attended[0],
        attendance_due=attended[1],
        year_over=over,
        yearly_over=over,
    )
    for code, rule in RULES.items():
        full_points = indicators()[code]["points"] * 100
        got = rule(facts, parameters(), full_points)
        assert 0 < got.of <= full_points
        assert got.points is None or 0 <= got.points <= got.of
        assert got.reason.endswith("。")
        assert rule(facts, parameters(), full_points) == got


@settings(deadline=None)
@given(before=MASKS, added=MASKS, kind=st.sampled_from(["branch", "general_branch", "committee"]))
def test_more_meetings_never_lower_a_score(before, added, kind):
    for code, meeting in (
        ("C1", MeetingType.MEMBER_ASSEMBLY),
        ("C2", MeetingType.BRANCH_COMMITTEE),
        ("C4", MeetingType.LECTURE),
        ("C5", MeetingType.THEME_DAY),
    ):
        fewer = points(code, branch(kind=kind, held={meeting: before}))
        assert points(code, branch(kind=kind, held={meeting: before | added})) >= fewer
