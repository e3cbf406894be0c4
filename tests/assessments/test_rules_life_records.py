"""C3, A4, C6 and C7 from records of persons and groups: at, below and above each threshold."""

import datetime

import pytest

from activities.models import (
    HeartTalk,
    LifeProblem,
    Meeting,
    MeetingType,
    MemberEvaluation,
)
from assessments.facts.calendar import Calendar
from assessments.facts.evaluations import Evaluations
from assessments.facts.evaluations import read as read_evaluations
from assessments.facts.groups import Groups
from assessments.facts.groups import read as read_groups
from assessments.facts.talks import Talks
from assessments.facts.talks import read as read_talks
from orgs.models import (
    GroupMembership,
    Member,
    Membership,
    MemberStatus,
    OrgKind,
    PartyGroup,
    Post,
    Sex,
)
from orgs.personal import lookup_hash
from tests.assessments.facts_maker import branch, committee, points, score, veto
from tests.conftest import make_organization

YEAR = 0b1111111111110
D = datetime.date
DAY = D(2025, 12, 31)
CALENDAR = Calendar(2025, DAY, D(2026, 3, 31), D(2026, 4, 30))


# -- C6 -----------------------------------------------------------------------------------


def full(**changes):
    return branch(talks=Talks(20, 14, 0, True, 3, 2)._replace(**changes))


def test_c6_from_records_is_the_meeting_its_lists_and_the_share_talked_with():
    assert points("C6", full()) == 4
    assert points("C6", full(members=8)) == 3.57
    assert score("C6", full(members=8)).reason == (
        "已召开组织生活会；会前谈话、问题清单和整改清单齐全；14 名党员中 6 名没有谈话记录，"
        "得 3.57/4 分。"
    )


@pytest.mark.parametrize(
    ("lacking", "word"),
    [({"before": False}, "会前谈话"), ({"problems": 0}, "问题清单"), ({"planned": 0}, "整改清单")],
)
def test_c6_needs_talks_before_and_both_lists(lacking, word):
    got = score("C6", full(**lacking))
    assert got.points == 300
    assert f"缺{word}" in got.reason


def test_c6_records_decide_even_against_a_review():
    facts = branch(talks=Talks(1, 7, 0, True, 0, 0), reviewed={"C6": (400, "齐全")})
    assert points("C6", facts) == 2.5


def test_c6_talks_count_without_a_meeting_and_wait_for_the_year_end():
    facts = branch(yearly_held=frozenset(), talks=Talks(14, 14, 0, False, 0, 0))
    assert points("C6", facts) == 1
    early = branch(talks=Talks(5, 7, 0, True, 1, 1), year_over=False)
    got = score("C6", early)
    assert (got.points, got.of) == (300, 300)


def test_c6_of_a_committee_counts_those_who_hold_a_post():
    held = frozenset({MeetingType.DEMOCRATIC_LIFE})
    talks = Talks(6, 4, 5, True, 2, 2)
    assert points("C6", committee(yearly_held=held, talks=talks)) == 3.8


# -- C7 -----------------------------------------------------------------------------------


def rated(took_part=12, graded=12, excellent=4):
    return branch(evaluable=12, evaluations=Evaluations(13, took_part, graded, excellent))


def test_c7_excellent_at_a_third_passes_and_above_loses_a_point():
    assert points("C7", rated(excellent=4)) == 3
    assert points("C7", rated(excellent=5)) == 2
    assert "超过参加人数的 3 分之一" in score("C7", rated(excellent=5)).reason


def test_c7_results_not_told_by_person_lose_half_a_point():
    assert points("C7", rated(graded=11)) == 2.5
    assert points("C7", branch(evaluations=Evaluations())) == 2.5
    # Without a register nobody can be named.
    assert points("C7", branch(evaluations=Evaluations(), has_roster=False)) == 3


def test_c7_is_never_below_nothing_and_counts_who_took_part():
    assert points("C7", rated(took_part=9, graded=9, excellent=3)) == 2.25
    assert points("C7", rated(took_part=3, graded=2, excellent=2)) == 0


def test_results_of_persons_are_an_evaluation_for_v3():
    held = frozenset({MeetingType.ORG_LIFE})
    assert veto("V3", branch(yearly_held=held, yearly_over=True)) == ""
    assert veto("V3", branch(yearly_held=held, evaluations=Evaluations(), yearly_over=True))


# -- C3 and A4 ----------------------------------------------------------------------------


def test_c3_is_the_mean_over_the_groups_on_record():
    late = YEAR & ~0b1111110  # founded in June: July to December are due
    facts = branch(
        groups=Groups(2, 24, 0, 0, (("第一党小组", YEAR), ("第二党小组", late))),
        group_months={"第一党小组": YEAR, "第二党小组": 0b1110000000},
    )
    # (12/12 + 3/6) / 2
    assert points("C3", facts) == 2.25
    assert "第二党小组缺 10 月、11 月、12 月" in score("C3", facts).reason


def test_c3_a_group_that_never_met_pulls_the_mean_down():
    facts = branch(
        groups=Groups(2, 24, 0, 0, (("甲", YEAR), ("乙", YEAR))), group_months={"甲": YEAR}
    )
    assert points("C3", facts) == 1.5


def test_a4_wants_every_member_in_a_group_of_three_with_a_full_member():
    def divided(**changes):
        return branch(members=21, groups=Groups(3, 21, 0, 0, ())._replace(**changes))

    assert points("A4", divided()) == 1
    for change, word in [
        ({"placed": 20}, "1 名党员没有编入党小组"),
        ({"too_small": 1}, "1 个党小组不足 3 人"),
        ({"without_full": 1}, "1 个党小组没有正式党员"),
    ]:
        got = score("A4", divided(**change))
        assert (got.points, word in got.reason) == (0, True)
    assert points("A4", branch(members=20, groups=Groups(3, 20, 0, 0, ()))) is None


# -- from the records -----------------------------------------------------------------------


def join(organization, name, number, status=MemberStatus.FULL, **told):
    identity = f"99010219800101{number:04d}"
    member = Member.objects.create(
        organization=organization,
        name=name,
        sex=Sex.MALE,
        birth_date=D(1980, 1, 1),
        id_number=identity,
        id_hash=lookup_hash(identity),
        status=status,
        joined_on=D(2005, 7, 1),
        confirmed_on=D(2006, 7, 1) if status == MemberStatus.FULL else None,
        **told,
    )
    Membership.objects.create(member=member, organization=organization, beginning="opened")
    return member


@pytest.fixture
def unit(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def people(unit):
    return [join(unit, f"党员{n}", n) for n in range(6)]


def life_meeting(unit, day, **told):
    return Meeting.objects.create(
        organization=unit,
        type=told.pop("type", MeetingType.ORG_LIFE),
        held_on=day,
        counts_for_year=2025,
        topic="年度组织生活会",
        chair="甲",
        recorder="乙",
        due=6,
        present=6,
        entered_on=day,
        **told,
    )


def talk(unit, member, day, speaker=None, **told):
    return HeartTalk.objects.create(
        organization=unit,
        member=member,
        held_on=day,
        counts_for_year=told.pop("year", 2025),
        speaker=speaker,
        speaker_name=speaker.name if speaker else "上级",
        **told,
    )


def test_either_side_of_a_talk_counts_and_another_year_does_not(unit, people):
    talk(unit, people[0], D(2026, 1, 20), people[1])
    talk(unit, people[0], D(2025, 11, 20), people[2])
    talk(unit, people[3], D(2024, 11, 20), people[4], year=2024)
    meeting = life_meeting(unit, D(2025, 12, 1))
    LifeProblem.objects.create(meeting=meeting, text="学习不够")
    LifeProblem.objects.create(
        meeting=meeting, text="联系不够", measure="走访", responsible="甲", deadline=D(2026, 6, 1)
    )
    expected = Talks(2, 3, 0, True, 2, 1)
    assert read_talks(CALENDAR, [unit.pk]) == {unit.pk: expected}
    assert read_talks(CALENDAR, None) == {unit.pk: expected}


def test_a_talk_after_the_meeting_is_not_one_before_it(unit, people):
    talk(unit, people[0], D(2025, 12, 2))
    life_meeting(unit, D(2025, 12, 1))
    assert read_talks(CALENDAR, None)[unit.pk].before is False


def test_a_talk_where_a_member_came_from_counts_for_one_organization_as_for_all(tree, unit, people):
    before = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    talk(before, people[0], D(2025, 3, 1), people[1])
    talk(unit, people[2], D(2025, 11, 1))
    assert read_talks(CALENDAR, None)[unit.pk].members == 3
    assert read_talks(CALENDAR, [unit.pk])[unit.pk].members == 3


def test_posts_of_a_committee_are_matched_by_name(tree, unit, people):
    above = make_organization("中共东区第一小学委员会", tree.east_edu, kind=OrgKind.COMMITTEE)
    for name in ("党员0", "党员1", "外来"):
        Post.objects.create(organization=above, kind="secretary", holder=name)
    talk(above, people[0], D(2025, 11, 1), people[5])
    found = read_talks(CALENDAR, None)[above.pk]
    assert (found.members, found.should) == (1, 3)


def test_grades_of_full_members_are_counted(unit, people):
    probationary = join(unit, "新人", 90, MemberStatus.PROBATIONARY)
    for member, grade in [
        (people[0], "excellent"),
        (people[1], "qualified"),
        (people[2], ""),
        (probationary, ""),
    ]:
        MemberEvaluation.objects.create(organization=unit, member=member, year=2025, grade=grade)
    MemberEvaluation.objects.create(organization=unit, member=people[3], year=2025, took_part=False)
    assert read_evaluations(CALENDAR, None) == {unit.pk: Evaluations(5, 3, 2, 1)}
    assert read_evaluations(Calendar(2024, D(2024, 12, 31), DAY, DAY), None) == {}


def test_groups_of_the_day_with_the_months_they_existed(unit, people):
    old = PartyGroup.objects.create(organization=unit, name="老组", end=D(2025, 3, 10))
    first = PartyGroup.objects.create(organization=unit, name="第一党小组")
    second = PartyGroup.objects.create(organization=unit, name="第二党小组", start=D(2025, 3, 10))
    for group, some in ((first, people[:4]), (second, people[4:])):
        for member in some:
            GroupMembership.objects.create(group=group, member=member, start=group.start)
    GroupMembership.objects.create(group=old, member=people[5], start=None, end=D(2025, 3, 10))
    found = read_groups(CALENDAR, None)[unit.pk]
    assert found == Groups(
        groups=2,
        placed=6,
        too_small=1,
        without_full=0,
        months=(
            ("老组", 0b110),
            ("第一党小组", YEAR),
            ("第二党小组", YEAR & ~0b1110),
        ),
    )
