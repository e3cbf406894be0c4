"""Indicators G4 and G5, vetoes V5-V10: at, below and above their thresholds."""

import datetime

import pytest

from assessments.facts.backing import Backing
from assessments.facts.findings import Findings
from assessments.facts.rectification import Rectification
from assessments.facts.surveys import Answers, Surveys
from supervision.models import LEAST_ANSWERS, LEAST_PERCENT, FindingKind
from tests.assessments.facts_maker import branch, committee, parameters, points, score, veto

D = datetime.date


def surveyed(*answers):
    """Return a branch with surveys given as (group, asked, valid, content)."""
    return branch(surveys=Surveys(tuple(Answers(*one) for one in answers)))


@pytest.mark.parametrize(
    ("content", "got"),
    [(100, 2), (90, 2), (89, 1.5), (80, 1.5), (79, 1), (70, 1), (69, 0), (0, 0)],
)
def test_g4_at_ninety_eighty_and_seventy_per_cent(content, got):
    assert points("G4", surveyed(("teachers", 100, 100, content))) == got


@pytest.mark.parametrize(
    ("asked", "valid", "counts"),
    [(1000, 30, True), (1000, 29, False), (58, 29, True), (59, 29, False), (3, 3, True)],
)
def test_a_survey_is_valid_with_thirty_answers_or_half_of_those_asked(asked, valid, counts):
    facts = surveyed(("teachers", asked, valid, valid))
    assert points("G4", facts) == (2 if counts else 0)
    assert ("无效" in score("G4", facts).reason) is not counts
    # Hardly anybody satisfied: a veto only where the survey counts.
    assert bool(veto("V9", surveyed(("teachers", asked, valid, 0)))) is counts


def test_g4_pools_the_groups_and_takes_the_newest_valid_survey_of_each():
    facts = surveyed(
        ("teachers", 40, 3, 0),
        ("teachers", 40, 40, 36),
        ("teachers", 40, 40, 0),
        ("parents", 100, 60, 30),
    )
    told = score("G4", facts)
    assert told.inputs == {"content": 66, "valid": 100}
    assert (told.points, "教师、家长满意率 66.0%" in told.reason) == (0, True)
    assert points("G4", facts, satisfaction_levels=[66, 80, 90]) == 1


def test_g4_without_a_survey_waits_for_the_reviewer_and_never_vetoes():
    assert score("G4", branch()).pending
    assert points("G4", branch(reviewed={"G4": (150, "")})) == 1.5
    assert veto("V9", branch()) == ""


@pytest.mark.parametrize(("content", "raised"), [(60, False), (59, True)])
def test_v9_below_sixty_per_cent(content, raised):
    assert bool(veto("V9", surveyed(("members", 100, 100, content)))) is raised


@pytest.mark.parametrize(
    ("due", "in_time", "longest", "got"),
    [(4, 4, 0, 2), (4, 3, 90, 1.5), (4, 3, 91, 1), (4, 1, 200, 0.5), (1, 0, 5, 0)],
)
def test_g5_takes_the_share_closed_in_time_and_half_at_most_beyond_ninety_days(
    due, in_time, longest, got
):
    facts = branch(rectification=Rectification(True, due, in_time, longest))
    assert points("G5", facts) == got


def test_g5_with_nothing_due_is_full():
    assert points("G5", branch()) == 2
    assert points("G5", committee(rectification=Rectification(known=True), has_roster=False)) == 2
    # Nobody keeps anything here: the reviewer tells.
    assert score("G5", branch(has_roster=False)).pending
    assert points("G5", branch(has_roster=False, reviewed={"G5": (100, "")})) == 1


@pytest.mark.parametrize("code", FindingKind.values)
def test_a_finding_raises_its_own_veto_and_no_other(code):
    told = Findings(((code, D(2025, 11, 5), "云教党〔2025〕9 号", "市教育局党组"),))
    raised = [kind for kind in FindingKind.values if veto(kind, branch(findings=told))]
    assert raised == [code]
    assert "云教党〔2025〕9 号" in veto(code, branch(findings=told))
    assert veto("V10", branch(findings=told)) == ""


def test_v10_while_on_the_weak_list():
    told = Findings(weak_since=D(2025, 3, 5), weak_document="云组〔2025〕1 号")
    assert "云组〔2025〕1 号" in veto("V10", branch(findings=told))
    assert veto("V10", branch()) == ""


def test_what_the_pages_call_valid_is_what_the_standard_does():
    known = parameters()
    assert (known["survey_min_responses"], known["survey_min_percent"]) == (
        LEAST_ANSWERS,
        LEAST_PERCENT,
    )


@pytest.mark.parametrize(
    ("budget", "workers", "got"),
    [(300000, 1, 2), (300000, 0, 1), (None, 1, 1), (0, 1, 1), (0, 0, 0)],
)
def test_g2_asks_for_a_budget_line_and_a_named_worker(budget, workers, got):
    held = Backing(budget=budget, workers=workers)
    assert points("G2", branch(backing=held)) == got


def test_g2_of_a_standard_that_asks_for_an_amount_for_each_member():
    held = Backing(budget=100 * 14 * 200, workers=1)
    assert points("G2", branch(backing=held), budget_per_member=200) == 2
    told = score("G2", branch(backing=held), budget_per_member=201)
    assert (told.points, "不足 2814 元" in told.reason) == (100, True)


def test_g2_wants_a_full_time_worker_in_a_committee():
    assert points("G2", committee(backing=Backing(1000, workers=1))) == 1
    assert points("G2", committee(backing=Backing(1000, workers=1, full_time=1))) == 2


def test_g2_takes_an_instructor_for_private_schools_and_joint_branches_only():
    held = Backing(1000, instructors=1)
    assert points("G2", branch(backing=held)) == 1
    assert points("G2", branch(backing=held, ownership="private")) == 2
    assert points("G2", branch(backing=held, kind="joint_branch")) == 2


def test_g2_without_records_waits_for_the_reviewer():
    assert score("G2", branch()).pending
    # An instructor alone is a record of the school.
    assert score("G2", branch(backing=Backing(instructors=1))).pending
    assert points("G2", branch(reviewed={"G2": (200, "")})) == 2
