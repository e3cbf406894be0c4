"""Stored results scored again: in part, in small batches, after a commit, without needless writes."""

import pytest
from django.db import transaction

from accounts.models import AuditEntry
from activities.models import Meeting, MeetingType
from assessments import results, scoring
from assessments.facts.model import Reviewed
from assessments.models import Assessment, Cycle, IndicatorTally, ReviewedScore, Scorecard, Verdict
from assessments.scores import Score, ScoreTexts, scorecard_text, scores_of
from assessments.scoring import rescore_after_commit, score_cycle
from orgs.models import Organization
from tests.assessments.scored_year import (
    D,
    facts_of,
    make_good,
    queries,
    result,
    stored_rows,
    stored_tallies,
)
from tests.conftest import make_organization, make_school


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
        code: Reviewed(points, '缺"册"')
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
