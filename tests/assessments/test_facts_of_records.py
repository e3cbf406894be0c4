"""From records to facts: what counts, what is due, who held which post on which day."""

import datetime

import pytest

from activities.models import Meeting, MeetingStatus, MeetingType
from assessments.models import Exclusion
from orgs.models import MemberStatus, Post, PostKind, Situation, SituationKind, Term
from tests.assessments.facts_maker import mask
from tests.assessments.scored_year import D, facts_of, meeting, member, transfer
from tests.conftest import make_organization


@pytest.mark.parametrize(
    "change",
    [
        {"status": MeetingStatus.PLANNED},
        {"status": MeetingStatus.CANCELLED},
        {"chair": ""},
        {"recorder": ""},
        {"topic": ""},
        {"due": None, "present": None},
        {"due": 10, "present": 4},
        {"is_late": True},
        {"is_late": True, "late_accepted": False},
        {"is_election": True, "due": 10, "present": 7},
        {"topic": "换届选举", "due": 10, "present": 7},
        {"counts_for_year": 2024},
    ],
)
def test_a_record_that_does_not_count(cycle, tree, change):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    kind = MeetingType.MEMBER_ASSEMBLY
    meeting(organization, kind, D(2025, 2, 8), **change).save()
    assert facts_of(cycle, organization).months_held(kind) == 0


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"due": 10, "present": 5},
        {"is_late": True, "late_accepted": True},
        {"is_election": True, "due": 10, "present": 8},
        {"is_election": True, "due": 5, "present": 4},
    ],
)
def test_a_record_that_counts(cycle, tree, change):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    kind = MeetingType.MEMBER_ASSEMBLY
    meeting(organization, kind, D(2025, 2, 8), **change).save()
    assert facts_of(cycle, organization).months_held(kind) == mask(2)


def test_only_some_types_need_a_quorum(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    for kind in (MeetingType.LECTURE, MeetingType.BRANCH_COMMITTEE):
        meeting(organization, kind, D(2025, 2, 8), due=10, present=4).save()
    facts = facts_of(cycle, organization)
    assert facts.months_held(MeetingType.LECTURE) == mask(2)
    assert facts.months_held(MeetingType.BRANCH_COMMITTEE) == 0


def test_yearly_types_of_the_next_spring_and_one_day_later(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    meeting(organization, MeetingType.ORG_LIFE, D(2026, 3, 31)).save()
    meeting(organization, MeetingType.MEMBER_EVALUATION, D(2026, 4, 1)).save()
    assert facts_of(cycle, organization).yearly_held == {MeetingType.ORG_LIFE}
    assert facts_of(cycle, organization, D(2026, 2, 28)).yearly_held == frozenset()
    assert not facts_of(cycle, organization, D(2026, 2, 28)).yearly_over


@pytest.mark.parametrize(
    ("founded", "months", "quarters", "exclusion"),
    [
        (D(2010, 1, 1), range(1, 13), (1, 2, 3, 4), ""),
        # The worked example: eight months, and 61 days of the second quarter.
        (D(2025, 5, 1), range(5, 13), (2, 3, 4), ""),
        (D(2025, 5, 2), range(6, 13), (2, 3, 4), ""),
        (D(2025, 5, 17), range(6, 13), (2, 3, 4), ""),
        (D(2025, 5, 18), range(6, 13), (3, 4), ""),
        (D(2025, 7, 1), range(7, 13), (3, 4), ""),
        (D(2025, 7, 2), range(8, 13), (3, 4), Exclusion.NEW),
        (D(2026, 1, 1), (), (), Exclusion.NOT_FOUNDED),
    ],
)
def test_due_slots_of_an_organization_founded_in_the_year(
    cycle, tree, founded, months, quarters, exclusion
):
    facts = facts_of(cycle, make_organization("中共新校支部委员会", tree.east, founded_on=founded))
    assert (facts.due_months, facts.due_quarters) == (mask(*months), mask(*quarters))
    assert facts.exclusion == exclusion


def test_a_year_in_progress_is_due_so_far(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    meeting(organization, MeetingType.THEME_DAY, D(2025, 8, 2)).save()
    facts = facts_of(cycle, organization, D(2025, 8, 15))
    assert facts.due_months == mask(*range(1, 8))
    assert (facts.due_quarters, facts.due_halves) == (mask(1, 2), mask(1))
    assert (facts.year_over, facts.yearly_over, facts.day) == (False, False, D(2025, 8, 15))
    assert facts.exclusion == ""
    assert facts_of(cycle, organization, D(2025, 8, 1)).held == {}


def test_vacation_months_are_not_due(cycle, tree):
    cycle.standard.parameters["vacation_months"] = [8]
    facts = facts_of(cycle, make_organization("中共白杨小学支部委员会", tree.baiyang))
    assert facts.due_months == mask(*(m for m in range(1, 13) if m != 8))


def test_a_transfer_after_the_check_date_changes_nothing(cycle, tree):
    sender = make_organization("中共白杨小学支部委员会", tree.baiyang)
    receiver = make_organization("中共柳林小学支部委员会", tree.liulin, declared_members=5)
    Post.objects.create(organization=sender, kind=PostKind.SECRETARY, holder="甲")
    first = member(sender, "甲", joined_on=D(2024, 1, 1), confirmed_on=D(2025, 1, 1))
    member(sender, "乙", joined_on=D(2000, 1, 1), confirmed_on=D(2001, 1, 1))
    before = [facts_of(cycle, one) for one in (sender, receiver)]
    assert (before[0].members, before[0].secretary_in_roster) == (2, True)
    transfer(first, receiver, D(2026, 1, 1))
    assert [facts_of(cycle, one) for one in (sender, receiver)] == before
    assert (before[1].members, before[1].has_roster) == (5, False)


def test_a_transfer_in_the_year_counts_at_each_from_its_day(cycle, tree):
    sender = make_organization("中共白杨小学支部委员会", tree.baiyang)
    receiver = make_organization("中共柳林小学支部委员会", tree.liulin)
    person = member(sender, "甲", joined_on=D(2024, 1, 1), confirmed_on=D(2025, 1, 1))
    member(sender, "乙", joined_on=D(2000, 1, 1), confirmed_on=D(2001, 1, 1))
    transfer(person, receiver, D(2025, 6, 30))
    left, come = (facts_of(cycle, one) for one in (sender, receiver))
    assert (left.members, left.admitted, left.full_by_month) == (1, 0, (2,) * 5 + (1,) * 7)
    assert (come.members, come.admitted, come.full_by_month) == (1, 1, (0,) * 5 + (1,) * 7)


def test_the_register_beats_the_declared_counts(cycle, tree):
    organization = make_organization(
        "中共白杨小学支部委员会", tree.baiyang, declared_members=20, declared_probationary=2
    )
    facts = facts_of(cycle, organization)
    assert (facts.members, facts.full_members, facts.has_roster) == (20, 18, False)
    member(organization, "甲", joined_on=D(2000, 1, 1), confirmed_on=D(2001, 1, 1))
    member(organization, "乙", joined_on=D(2024, 9, 1), confirmed_on=D(2025, 9, 15))
    member(organization, "丙", status=MemberStatus.PROBATIONARY, joined_on=D(2025, 6, 1))
    member(organization, "丁", joined_on=D(2000, 1, 1), left_on=D(2025, 12, 31))
    member(organization, "戊", joined_on=D(2026, 1, 1))
    stopped = member(organization, "己", status=MemberStatus.SUSPENDED)
    Situation.objects.create(member=stopped, kind=SituationKind.SUSPENDED)
    facts = facts_of(cycle, organization)
    assert (facts.members, facts.full_members, facts.probationary) == (3, 2, 1)
    assert facts.full_by_month == (2,) * 8 + (3, 3, 3, 2)
    assert facts.new_members == 2
    assert facts.admitted == 2


def test_members_are_what_they_were_that_day(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    since = D(2026, 2, 1)
    stopped = member(organization, "甲", status=MemberStatus.SUSPENDED, confirmed_on=D(2001, 1, 1))
    away = member(organization, "乙", confirmed_on=D(2001, 1, 1), is_floating=True)
    back = member(organization, "丙", confirmed_on=D(2001, 1, 1))
    told = Situation.objects.create
    told(member=stopped, kind=SituationKind.SUSPENDED, start=since)
    told(member=away, kind=SituationKind.FLOATING, start=since)
    told(member=back, kind=SituationKind.SUSPENDED, start=D(2025, 6, 15), end=D(2025, 9, 1))
    told(member=back, kind=SituationKind.LOST, start=D(2025, 10, 1), end=since)
    facts = facts_of(cycle, organization)
    # What began after the check date changes nothing; what ended after it still held then.
    assert (facts.members, facts.full_members, facts.floating_or_lost) == (3, 3, 1)
    assert facts.full_by_month == (3, 3, 3, 3, 3, 2, 2, 2, 3, 3, 3, 3)
    assert (facts.contacts.floating, facts.contacts.lost) == (0, 1)
    # Nor does it follow a member who has gone elsewhere since.
    transfer(back, make_organization("中共柳林小学支部委员会", tree.liulin), D(2026, 3, 1))
    assert facts_of(cycle, organization).contacts.lost == 1


DAYS = [(30, 30), (31, 31), (60, 60), (61, 61), (90, 90), (91, 91)]


@pytest.mark.parametrize(("gap", "expected"), DAYS)
def test_vacancy_between_two_secretaries(cycle, tree, gap, expected):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    gone = D(2025, 3, 1)
    Post.objects.create(
        organization=organization,
        kind=PostKind.SECRETARY,
        holder="甲",
        start=D(2020, 1, 1),
        end=gone,
    )
    assert facts_of(cycle, organization).secretary_vacancy == 306
    Post.objects.create(
        organization=organization,
        kind=PostKind.SECRETARY,
        holder="乙",
        start=gone + datetime.timedelta(days=gap),
    )
    assert facts_of(cycle, organization).secretary_vacancy == expected


def test_acting_counts_with_an_appointment_paper_only(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    post = Post.objects.create(
        organization=organization,
        kind=PostKind.SECRETARY,
        holder="甲",
        start=D(2024, 1, 1),
        is_acting=True,
    )
    assert facts_of(cycle, organization).secretary_vacancy is None
    post.appointment_document = "东教党〔2025〕1号"
    post.save()
    assert facts_of(cycle, organization).secretary_vacancy == 0


def test_a_secretary_without_dates_is_in_post_since_the_election(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    Post.objects.create(organization=organization, kind=PostKind.SECRETARY, holder="甲")
    Term.objects.create(organization=organization, elected_on=D(2025, 6, 1))
    facts = facts_of(cycle, organization)
    assert (facts.secretary_vacancy, facts.secretary) == (0, "甲")
    assert facts.secretary_appointed_on == D(2025, 6, 1)


def test_a_term_begun_on_29_february_and_the_last_term_count(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    Term.objects.create(organization=organization, elected_on=D(2024, 2, 29))
    assert facts_of(cycle, organization).term_end == D(2027, 2, 28)
    Term.objects.create(organization=organization, elected_on=D(2026, 1, 5))
    assert facts_of(cycle, organization).term_end == D(2027, 2, 28)
    Term.objects.update(extended_to=D(2028, 1, 1))
    assert facts_of(cycle, organization).extended_to is None
    Term.objects.update(extension_document="东教党〔2027〕2号")
    assert facts_of(cycle, organization).extended_to == D(2028, 1, 1)


def test_the_lecturer_is_the_secretary_of_that_day(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    Post.objects.create(
        organization=organization, kind=PostKind.SECRETARY, holder="甲", start=D(2025, 6, 1)
    )
    lecture = meeting(organization, MeetingType.LECTURE, D(2025, 5, 31), lecturer="甲")
    lecture.save()
    assert not facts_of(cycle, organization).secretary_lectured
    lecture.held_on = D(2025, 6, 1)
    lecture.save()
    assert facts_of(cycle, organization).secretary_lectured
    # Without a lecturer the chair is taken to have spoken.
    Meeting.objects.update(lecturer="", chair="甲")
    assert facts_of(cycle, organization).secretary_lectured
    Meeting.objects.update(lecturer="乙")
    assert not facts_of(cycle, organization).secretary_lectured
