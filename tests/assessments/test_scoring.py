"""From records to stored results: facts, roll-up, verdicts, snapshots, runs again."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from activities.models import Meeting, MeetingStatus, MeetingType
from assessments import results, scoring
from assessments.facts import collect_facts
from assessments.models import (
    Assessment,
    Cycle,
    Exclusion,
    IndicatorTally,
    OfficialResult,
    ReviewedScore,
    Scorecard,
    Verdict,
)
from assessments.rules import RULES
from assessments.scores import Score, ScoreTexts, scorecard_text, scores_of
from assessments.scoring import ensure_cycle, rescore_after_commit, score_cycle
from assessments.standards import DEFAULT, load_standard
from orgs.models import (
    Affiliation,
    Member,
    Membership,
    MemberStatus,
    Organization,
    Post,
    PostKind,
    Term,
)
from tests.assessments.facts_maker import indicators, mask
from tests.conftest import make_organization, make_school

D = datetime.date
REVIEWED = [code for code in RULES if code not in ("A1", "A2", "A3", "B1", "B4", "C1", "C2")]


@pytest.fixture
def cycle(tree):
    load_standard(DEFAULT)
    return ensure_cycle(2025)


def meeting(organization, kind, day, due=10, present=10, **changes):
    values = {
        "organization": organization,
        "type": kind,
        "held_on": day,
        "counts_for_year": 2025,
        "topic": "学习会议精神",
        "chair": "赵文清",
        "recorder": "李芳",
        "due": due,
        "present": present,
        "entered_on": day,
        **changes,
    }
    return Meeting(**values)


def year_of_meetings(organization):
    """Return a year of meetings with nothing missing."""
    rows = []
    for month in range(1, 13):
        rows.append(meeting(organization, MeetingType.BRANCH_COMMITTEE, D(2025, month, 8)))
        rows.append(meeting(organization, MeetingType.THEME_DAY, D(2025, month, 10)))
        if month % 3 == 0:
            rows.append(meeting(organization, MeetingType.MEMBER_ASSEMBLY, D(2025, month, 20)))
            rows.append(meeting(organization, MeetingType.LECTURE, D(2025, month, 21)))
    for kind in (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE, MeetingType.MEMBER_EVALUATION):
        rows.append(meeting(organization, kind, D(2026, 2, 5)))
    rows[0].studies_party_building = rows[-7].studies_party_building = True
    return rows


def make_good(name, jurisdiction, cycle, **kwargs):
    """Return an organization that reaches every point records and reviews can give."""
    kwargs = {"declared_members": 10, "has_committee": True, "fixed_day": "10", **kwargs}
    organization = make_organization(name, jurisdiction, **kwargs)
    Term.objects.create(organization=organization, elected_on=D(2024, 5, 1))
    Post.objects.bulk_create(
        Post(organization=organization, kind=kind, holder=holder, start=D(2024, 5, 1))
        for kind, holder in (
            (PostKind.SECRETARY, "赵文清"),
            (PostKind.ORGANIZATION, "李芳"),
            (PostKind.PUBLICITY, "王强"),
            (PostKind.DISCIPLINE, "孙梅"),
            (PostKind.YOUTH, "周杰"),
        )
    )
    Meeting.objects.bulk_create(year_of_meetings(organization))
    ReviewedScore.objects.bulk_create(
        ReviewedScore(
            cycle=cycle,
            organization=organization,
            code=code,
            points=indicators()[code]["points"],
            reason="材料齐全",
        )
        for code in REVIEWED
    )
    return organization


LATER = D(2026, 10, 31)


def facts_of(cycle, organization, as_of=LATER):
    return next(iter(collect_facts(cycle, [organization], as_of)))


def result(organization):
    return Assessment.objects.get(organization=organization)


def test_a_good_branch_passes_with_all_its_reasons(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    score_cycle(cycle)
    stored = result(organization)
    assert stored.verdict == stored.computed_verdict == Verdict.COMPLIANT
    assert (stored.unit, stored.body_kind, stored.exclusion) == (tree.east, "township", "")
    assert stored.place == tree.places["990102"]
    assert stored.vetoes == []
    scores = stored.scores
    assert set(scores) == set(RULES)
    assert scores["C2"].reason == "应开 12 次，实开 12 次，得 4/4 分。"
    assert scores["C2"].inputs == {"due": 12, "held": 12, "missing": []}
    assert scores["A4"].points is None
    assert scores["G1"].origin == "review"
    # No roster: the secretary's party age is not proven, and no principal is named.
    assert scores["B2"].points == 0
    # B2 is lost; A4 and C3 leave the maximum.
    assert (stored.earned, stored.full, stored.final) == (94, 96, Decimal("97.92"))


def test_final_is_rescaled_and_lines_decide(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    ReviewedScore.objects.filter(code__in=["D1", "D3"]).delete()
    score_cycle(cycle)
    stored = result(organization)
    assert (stored.earned, stored.full, stored.final) == (85, 96, Decimal("88.54"))
    assert stored.scores["D1"].pending
    assert stored.is_pending
    ReviewedScore.objects.filter(code__in=["F4"]).delete()
    ReviewedScore.objects.filter(code__in=["G1"]).update(points=Decimal("1.00"))
    score_cycle(cycle)
    # 81 ÷ 96 = 84.375.
    assert (result(organization).final, result(organization).verdict) == (
        Decimal("84.38"),
        Verdict.NEARLY,
    )


def test_a_veto_fails_whatever_the_score(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    Meeting.objects.filter(type=MeetingType.ORG_LIFE).delete()
    score_cycle(cycle)
    stored = result(organization)
    assert stored.is_vetoed
    assert [one["code"] for one in stored.vetoes] == ["V3"]
    assert stored.verdict == Verdict.NON_COMPLIANT


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


def member(organization, name, **changes):
    number = f"99012119800101{Member.objects.count():04d}"
    values = {"sex": "male", "birth_date": D(1980, 1, 1), "status": MemberStatus.FULL, **changes}
    person = Member.objects.create(
        organization=organization, name=name, id_number=number, id_hash=number, **values
    )
    Membership.objects.create(
        member=person, organization=organization, end=person.left_on, beginning="opened"
    )
    return person


def transfer(person, receiver, day):
    """Move a member as a transfer received on `day` does."""
    person.memberships.update(end=day)
    Membership.objects.create(
        member=person, organization=receiver, start=day, beginning="transferred"
    )
    Member.objects.filter(pk=person.pk).update(organization=receiver)


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
    member(organization, "己", status=MemberStatus.SUSPENDED)
    facts = facts_of(cycle, organization)
    assert (facts.members, facts.full_members, facts.probationary) == (3, 2, 1)
    assert facts.full_by_month == (2,) * 8 + (3, 3, 3, 2)
    assert facts.new_members == 2
    assert facts.admitted == 2


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


def test_a_committee_takes_the_weighted_mean_of_its_branches(cycle, tree):
    top = make_good("中共一中委员会", tree.bureau, cycle, kind="committee")
    middle = make_organization(
        "中共一中总支部委员会", tree.bureau, kind="general_branch", parent=top
    )
    big = make_good("中共一中第一支部委员会", tree.bureau, cycle, parent=top, declared_members=90)
    small = make_good(
        "中共一中第二支部委员会", tree.bureau, cycle, parent=middle, declared_members=10
    )
    make_good("中共一中第三支部委员会", tree.bureau, cycle, parent=middle, founded_on=D(2025, 9, 1))
    ReviewedScore.objects.filter(
        organization=small, code__in=["D1", "D3", "D4", "F3", "G1"]
    ).update(points=0)
    score_cycle(cycle)
    d1 = result(top).scores["D1"]
    # 5 × (90 × 1 + 10 × 0) ÷ 100; the new branch is left out.
    assert (d1.points, d1.origin, d1.inputs) == (450, "rollup", {"branches": 2})
    assert result(middle).scores["D1"].points == 0
    assert result(top).members == 110
    assert result(big).verdict == Verdict.COMPLIANT
    assert result(small).verdict != Verdict.COMPLIANT
    # Half of the branches passed, four fifths would have to.
    stored = result(top)
    assert stored.final >= 85
    assert stored.verdict == Verdict.NON_COMPLIANT
    assert "下级 2 个党支部只有 1 个达标，不足 80%" in stored.note


def test_outside_the_rate(cycle, tree):
    new = make_good("中共新校支部委员会", tree.east, cycle, founded_on=D(2025, 7, 2))
    gone = make_organization("中共旧校支部委员会", tree.east, dissolved_on=D(2025, 12, 31))
    kept = make_organization("中共老校支部委员会", tree.east, dissolved_on=D(2026, 1, 1))
    before = make_organization("中共古校支部委员会", tree.east, dissolved_on=D(2024, 12, 31))
    later = make_organization("中共后校支部委员会", tree.east, founded_on=D(2026, 1, 1))
    temporary = make_organization("中共临时支部委员会", tree.east, kind="temporary_branch")
    score_cycle(cycle)
    assert (result(new).verdict, result(new).exclusion) == (Verdict.OBSERVED, "new")
    assert result(new).final is not None
    for organization, exclusion in (
        (gone, Exclusion.DISSOLVED),
        (later, Exclusion.NOT_FOUNDED),
        (temporary, Exclusion.KIND),
    ):
        stored = result(organization)
        assert (stored.exclusion, stored.final, stored.verdict) == (exclusion, None, "")
        assert stored.note
    assert result(kept).exclusion == ""
    assert not Assessment.objects.filter(organization=before).exists()
    assert Assessment.objects.counted().count() == 1


def test_the_unit_is_that_of_the_check_date(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    score_cycle(cycle)
    # Handed over to another unit on 1 January.
    Affiliation.objects.filter(organization=organization).update(end=D(2026, 1, 1))
    Affiliation.objects.create(
        organization=organization, jurisdiction=tree.west_edu, start=D(2026, 1, 1)
    )
    Organization.objects.filter(pk=organization.pk).update(jurisdiction=tree.west_edu)
    score_cycle(cycle)
    assert (result(organization).jurisdiction, result(organization).unit) == (
        tree.baiyang,
        tree.east,
    )
    score_cycle(ensure_cycle(2026), as_of=D(2026, 10, 31))
    moved = Assessment.objects.get(cycle__year=2026)
    assert (moved.jurisdiction, moved.unit, moved.body_kind) == (
        tree.west_edu,
        tree.west,
        "county_edu",
    )


def test_an_official_result_wins(cycle, tree):
    passed = make_organization("中共甲校支部委员会", tree.east)
    failed = make_good("中共乙校支部委员会", tree.east, cycle)
    for organization, compliant, final in ((passed, True, 91), (failed, False, 80)):
        OfficialResult.objects.create(
            year=2025,
            organization=organization,
            name_key=organization.name_key,
            printed_name=organization.name,
            jurisdiction=tree.east,
            final_score=final,
            compliant=compliant,
        )
    score_cycle(cycle)
    assert result(passed).verdict == Verdict.COMPLIANT
    assert result(passed).computed_verdict == Verdict.NON_COMPLIANT
    assert "以认定结果为准" in result(passed).note
    assert (result(failed).verdict, result(failed).computed_verdict) == (
        Verdict.NEARLY,
        Verdict.COMPLIANT,
    )


def stored_rows():
    return (
        list(Assessment.objects.order_by("pk").values()),
        list(Scorecard.objects.order_by("pk").values()),
        list(
            IndicatorTally.objects.order_by("jurisdiction_id", "place_id", "code").values_list(
                *(f.name for f in IndicatorTally._meta.concrete_fields if not f.primary_key)
            )
        ),
    )


def test_scoring_again_gives_the_same_rows_also_in_part(cycle, tree):
    first = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    make_good("中共柳林小学支部委员会", tree.liulin, cycle)
    score_cycle(cycle)
    before = stored_rows()
    assert not score_cycle(cycle).differs
    assert stored_rows() == before
    outcome = score_cycle(cycle, organizations=[first])
    assert (outcome.scored, outcome.differs) == (1, False)
    assert stored_rows() == before


@pytest.fixture
def written(monkeypatch):
    """The organizations whose assessments were written."""
    found = []
    insert = results.insert_rows

    def watched(model, fields, rows):
        rows = list(rows)
        found.extend(row.organization for row in rows)
        insert(model, fields, rows)

    monkeypatch.setattr(results, "insert_rows", watched)
    return found


def test_assessments_that_stay_the_same_are_left_alone(cycle, tree, written):
    first = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    second = make_good("中共柳林小学支部委员会", tree.liulin, cycle)
    gone = make_good("中共春泉小学支部委员会", tree.liulin, cycle)
    score_cycle(cycle)
    assert written == [first.pk, second.pk, gone.pk]
    keys = dict(Assessment.objects.values_list("organization", "pk"))
    written.clear()
    second.meetings.filter(type=MeetingType.ORG_LIFE).delete()
    Organization.objects.filter(pk=gone.pk).update(dissolved_on=D(2024, 12, 31))
    score_cycle(cycle)
    assert written == [second.pk]
    assert result(second).is_vetoed
    assert dict(Assessment.objects.values_list("organization", "pk")) == {
        pk: key for pk, key in keys.items() if pk != gone.pk
    }


def test_many_changes_and_small_batches_give_the_same_rows(cycle, tree, monkeypatch):
    top = make_good("中共一中委员会", tree.bureau, cycle, kind="committee")
    for n in range(3):
        make_good(f"中共一中第{n}支部委员会", tree.bureau, cycle, parent=top)
    make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    score_cycle(cycle)
    before = stored_rows()
    Assessment.objects.update(members=0)
    Scorecard.objects.all().delete()
    monkeypatch.setattr(results, "MOST_IDS", 1)
    monkeypatch.setattr(scoring, "_BATCH", 1)
    score_cycle(cycle)
    assert stored_rows() == before


def test_reviewed_scores_are_read_to_the_hundredth(cycle, tree):
    organization = make_organization("中共白杨小学支部委员会", tree.baiyang)
    for code, points in (("D1", "3.33"), ("D3", "0"), ("D4", "0.29"), ("G1", None)):
        ReviewedScore.objects.create(
            cycle=cycle, organization=organization, code=code, points=points, reason='缺"册"。'
        )
    assert facts_of(cycle, organization).reviewed == {
        code: (points, '缺"册"')
        for code, points in (("D1", 333), ("D3", 0), ("D4", 29), ("G1", None))
    }


def test_scores_that_differ_in_their_counts_only_are_written_apart():
    texts = ScoreTexts()
    one, two = (Score(300, 400, "实开 9 次。", {"held": held}) for held in (9, 10))
    assert [scores_of(scorecard_text(texts.parts({"C1": score}))) for score in (one, two, one)] == [
        {"C1": one},
        {"C1": two},
        {"C1": one},
    ]


def test_reasons_with_any_character_are_stored_as_they_are(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    odd = '缺"制度"\\书架\t一\n二'
    ReviewedScore.objects.filter(code="G1").update(reason=odd)
    score_cycle(cycle)
    assert odd in result(organization).scores["G1"].reason


def test_tallies_add_up_the_counted(cycle, tree):
    make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    waiting = make_good("中共白杨中学支部委员会", tree.baiyang, cycle)
    make_good("中共新校支部委员会", tree.baiyang, cycle, founded_on=D(2025, 9, 1))
    ReviewedScore.objects.get(organization=waiting, code="D1").delete()
    score_cycle(cycle)
    tally = IndicatorTally.objects.get(code="C2")
    assert (tally.due, tally.organizations, tally.earned, tally.full) == (2, 2, 8, 8)
    assert (tally.losing, tally.pending) == (0, 0)
    assert (tally.jurisdiction, tally.unit) == (tree.baiyang, tree.east)
    # B2 is lost, D1 of one waits, A4 applies to nobody.
    tally = IndicatorTally.objects.get(code="B2")
    assert (tally.losing, tally.earned, tally.full) == (2, 0, 4)
    assert IndicatorTally.objects.get(code="D1").pending == 1
    tally = IndicatorTally.objects.get(code="A4")
    assert (tally.due, tally.organizations, tally.full) == (2, 0, 0)
    losing = Assessment.objects.counted().losing
    assert [one.count() for one in (losing("B2"), losing("D1"), losing("C2"))] == [2, 1, 0]
    assert Assessment.objects.counted().filter(is_pending=True).count() == 1


def stored_tallies():
    rows = IndicatorTally.objects.values_list(
        "jurisdiction", "place", "code", "due", "organizations", "losing", "pending", "earned"
    )
    return sorted(rows)


def test_a_correction_changes_the_tallies_as_scoring_everything_does(cycle, tree):
    first = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    second = make_good("中共白杨中学支部委员会", tree.baiyang, cycle)
    gone = make_good("中共柳林小学支部委员会", tree.liulin, cycle)
    score_cycle(cycle)
    before = stored_tallies()

    # Loses points; moves to another body; no longer counts, and was alone in its body.
    ReviewedScore.objects.filter(organization=first, code="D1").update(points=1)
    Organization.objects.filter(pk=second.pk).update(jurisdiction=tree.west_edu)
    second.affiliations.all().delete()
    Organization.objects.filter(pk=gone.pk).update(dissolved_on=D(2025, 3, 1))
    score_cycle(cycle, organizations=[first, second, gone])
    after = stored_tallies()

    assert {row[0] for row in after} == {tree.baiyang.pk, tree.west_edu.pk}
    assert [row[3] for row in after if row[2] == "D1"] == [1, 1]
    score_cycle(cycle)
    assert stored_tallies() == after != before


def queries(function):
    with CaptureQueriesContext(connection) as captured:
        function()
    return len(captured)


def test_the_queries_do_not_depend_on_the_organizations(cycle, tree):
    make_good("中共第0小学支部委员会", tree.baiyang, cycle)
    score_cycle(cycle)
    few = queries(lambda: score_cycle(cycle))
    part = queries(lambda: score_cycle(cycle, organizations=Organization.objects.all()))
    school = make_school("白杨学校", tree.baiyang, tree.places["990102"])
    for n in range(1, 30):
        make_good(f"中共第{n}小学支部委员会", tree.baiyang, cycle, school=school)
    score_cycle(cycle)
    assert queries(lambda: score_cycle(cycle)) == few
    assert queries(lambda: score_cycle(cycle, organizations=Organization.objects.all())) == part


def test_a_confirmed_year_scored_again_is_a_new_version_only_if_something_changed(cycle, tree):
    organization = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    score_cycle(cycle)
    Cycle.objects.update(state=Cycle.State.CONFIRMED)
    score_cycle(cycle)
    cycle.refresh_from_db()
    assert cycle.decision_version == 1
    Meeting.objects.filter(type=MeetingType.MEMBER_EVALUATION).delete()
    score_cycle(cycle)
    cycle.refresh_from_db()
    assert cycle.decision_version == 2
    entry = AuditEntry.objects.order_by("-pk").first()
    assert f"{organization.name}：达标 → 未达标" in entry.changes["verdicts"]


def test_rescoring_waits_for_the_commit_and_runs_once_a_year(
    cycle, tree, django_capture_on_commit_callbacks
):
    first = make_good("中共白杨小学支部委员会", tree.baiyang, cycle)
    second = make_good("中共柳林小学支部委员会", tree.liulin, cycle)
    score_cycle(cycle)
    with django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        first.meetings.filter(type=MeetingType.MEMBER_EVALUATION).delete()
        rescore_after_commit([first.pk], [2025])
        second.meetings.filter(type=MeetingType.ORG_LIFE).delete()
        rescore_after_commit([second.pk], [2025, 2019])
        assert result(first).verdict == Verdict.COMPLIANT
    assert len(callbacks) == 1
    assert result(first).verdict == result(second).verdict == Verdict.NON_COMPLIANT


def test_an_organization_without_any_record_has_a_score(cycle, tree):
    organization = make_organization("中共空校支部委员会", tree.east, founded_on=None)
    score_cycle(cycle)
    stored = result(organization)
    assert stored.final is not None
    assert stored.verdict == Verdict.NON_COMPLIANT
    assert len(stored.scores) == 36
    assert {one["code"] for one in stored.vetoes} == {"V3", "V4"}
