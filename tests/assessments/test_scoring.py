"""From records to stored results: reasons, verdicts, vetoes, roll-up, who is in the rate."""

from decimal import Decimal

from activities.models import Meeting, MeetingType
from assessments.models import Assessment, Exclusion, OfficialResult, ReviewedScore, Verdict
from assessments.rules import RULES
from assessments.scoring import ensure_cycle, score_cycle
from orgs.models import Affiliation, Organization
from tests.assessments.scored_year import D, make_good, result
from tests.conftest import make_organization


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
