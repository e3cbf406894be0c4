"""What organizations give themselves counts in the preview, never in the result."""

import pytest
from django.core.exceptions import ValidationError

from accounts.history import Act
from assessments import services_cycles
from assessments.models import Assessment
from assessments.scoring import score_cycle
from assessments.workflow import deciding, filing
from assessments.workflow.states import Stage
from tests.assessments.filings import commit, fill, settle, to_first_reviewed


def score_of(world, organization, code):
    found = Assessment.objects.select_related("scorecard").get(
        cycle=world.cycle, organization=organization
    )
    return found.scores[code]


def test_a_self_score_counts_at_once_and_waits_for_its_review(world):
    before = Assessment.objects.get(cycle=world.cycle, organization=world.ours).earned
    fill(world.filing, Stage.SELF, world.users.township, "1.50", but=("D6",))
    commit()
    given = score_of(world, world.ours, "G1")
    assert (given.points, given.pending, given.origin) == (150, True, "self")
    assert given.reason == "自评得 1.5/2 分，还没有审核，只计入系统测算。"
    # Six manual indicators less D6: what records decide is never taken from a self-score.
    after = Assessment.objects.get(cycle=world.cycle, organization=world.ours)
    manual = [one for one in after.scores.values() if one.origin == "self"]
    assert after.earned - before == sum(one.points for one in manual) / 100
    assert score_of(world, world.ours, "D6").points == 0


def test_a_claim_of_not_applicable_takes_nothing_out_before_its_review(world):
    filing.give(
        filing=world.filing,
        code="G1",
        stage=Stage.SELF,
        points=None,
        note="租用校舍",
        not_applicable=True,
        act=Act(world.users.township),
    )
    score_cycle(world.cycle)
    assert score_of(world, world.ours, "G1").points == 0


def test_the_review_takes_its_place(world):
    record = to_first_reviewed(world)
    score_cycle(world.cycle)
    given = score_of(world, record.organization, "G1")
    assert (given.points, given.pending, given.origin) == (50, False, "review")


def test_once_decided_what_nobody_reviewed_is_nothing(world):
    other = world.cycle.filings.get(organization=world.other)
    fill(other, Stage.SELF, world.users.editor)
    record = to_first_reviewed(world)
    act = Act(world.users.manager)
    deciding.draw(cycle=world.cycle, act=act)
    settle(world, record)
    commit()
    assert score_of(world, world.other, "G1").points == 100
    deciding.decide(cycle=world.cycle, met_on=world.today, minutes="〔2026〕4 号", act=act)
    commit()
    assert score_of(world, world.other, "G1").points == 0
    assert score_of(world, world.ours, "G1").origin == "review"


def test_a_year_with_filings_is_confirmed_after_its_notice_only(world):
    with pytest.raises(ValidationError, match="认定与公示"):
        services_cycles.confirm(
            actor=world.users.manager, cycle=world.cycle, confirmed_on=world.today, document="1 号"
        )
