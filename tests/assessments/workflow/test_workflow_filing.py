"""Self-score, handing in, first review and return of one organization."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import history
from accounts.history import Act
from assessments.models import Assessment, ReviewedScore
from assessments.workflow import deciding, filing
from assessments.workflow.models import (
    Filing,
)
from assessments.workflow.states import Stage, State
from orgs.development.calendar import working_days_on
from tests.assessments.filings import (
    commit,
    fill,
    pending,
    to_submitted,
)

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ITEMS = ("B5", "D6", "F4", "F5", "G1", "G3")


def test_every_organization_due_gets_one_filing(world):
    assert Filing.objects.count() == 2
    assert filing.begin(cycle=world.cycle, act=Act(world.users.manager)) == 0
    assert history.revisions(world.filing).count() == 1


def test_items_are_the_reviewed_ones_and_those_without_records(world):
    codes = pending(world.filing)
    assert set(ITEMS) <= set(codes)
    # Meetings are counted from records, never scored by people.
    assert not {"C1", "C2", "C5"} & set(codes)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [("2.01", "满分 2 分"), ("-0.5", "0 到 2 之间"), ("1.005", "最多两位小数")],
)
def test_points_lie_between_zero_and_full(world, points, sentence):
    with pytest.raises(ValidationError, match=sentence):
        filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=Decimal(points),
            note="",
            act=Act(world.users.township),
        )
    assert not world.filing.items.exists()


def test_not_applicable_needs_a_reason(world):
    def claim(note):
        return filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=None,
            note=note,
            not_applicable=True,
            act=Act(world.users.township),
        )

    with pytest.raises(ValidationError, match="写明理由"):
        claim(" ")
    assert claim("与小学共用阵地").self_na


def test_only_those_who_fill_in_score_and_only_before_handing_in(world):
    def score(user):
        filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=Decimal(1),
            note="",
            act=Act(user),
        )

    with pytest.raises(PermissionDenied, match="填报人员"):
        score(world.users.reviewer)
    with pytest.raises(PermissionDenied):
        score(world.users.west_editor)
    to_submitted(world)
    with pytest.raises(PermissionDenied, match="不能改"):
        score(world.users.township)


def test_handing_in_needs_every_item(world):
    with pytest.raises(ValidationError) as refusal:
        filing.submit(filing=world.filing, act=Act(world.users.township))
    assert len(refusal.value.messages) == len(pending(world.filing))
    assert "G1 活动阵地还没有自评。" in refusal.value.messages


@pytest.mark.parametrize(("days", "sentence"), [(-6, "开始"), (6, "截止")])
def test_handing_in_only_inside_the_window(world, days, sentence):
    fill(world.filing, Stage.SELF, world.users.township)
    with pytest.raises(ValidationError, match=sentence):
        filing.submit(
            filing=world.filing,
            act=Act(world.users.township),
            today=world.today + days * DAY,
        )
    world.filing.refresh_from_db()
    assert world.filing.state == State.DRAFT


@pytest.mark.parametrize("days", [-5, 5])
def test_first_and_last_day_of_the_window_count(world, days):
    fill(world.filing, Stage.SELF, world.users.township)
    record = filing.submit(
        filing=world.filing, act=Act(world.users.township), today=world.today + days * DAY
    )
    assert record.state == State.SUBMITTED


def test_nobody_reviews_what_he_handed_in(world):
    # The manager of the city may fill in and may review: not both for one organization.
    fill(world.filing, Stage.SELF, world.users.manager)
    record = filing.submit(filing=world.filing, act=Act(world.users.manager))
    with pytest.raises(PermissionDenied, match="两人原则"):
        fill(record, Stage.FIRST, world.users.manager)


def test_nobody_reviews_twice(world):
    record = to_submitted(world)
    fill(record, Stage.FIRST, world.users.second, "0.50")
    filing.pass_up(filing=record, act=Act(world.users.second))
    deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    record.refresh_from_db()
    assert record.drawn  # the computed score is far from the line, but one of one is drawn
    with pytest.raises(PermissionDenied, match="两人原则"):
        fill(record, Stage.SECOND, world.users.second)


def test_a_reviewer_who_changes_points_says_why(world):
    record = to_submitted(world)
    with pytest.raises(ValidationError, match="写明理由"):
        fill(record, Stage.FIRST, world.users.reviewer, "0.50", note="")
    # Agreeing needs no words.
    fill(record, Stage.FIRST, world.users.reviewer, "1.00", note="")


def test_a_review_counts_at_once(world):
    record = to_submitted(world)
    commit()
    before = Assessment.objects.get(organization=world.ours).earned
    filing.give(
        filing=record,
        code="G1",
        stage=Stage.FIRST,
        points=Decimal("1.50"),
        note="缺图书架",
        act=Act(world.users.reviewer),
    )
    commit()
    assert ReviewedScore.objects.get(organization=world.ours, code="G1").points == Decimal("1.50")
    # It takes the place of the 1 point of the self-score.
    assert Assessment.objects.get(organization=world.ours).earned == before + Decimal("0.50")


def test_a_return_names_reason_and_day_and_lets_correct(world):
    record = to_submitted(world)
    with pytest.raises(ValidationError, match="退回的原因"):
        filing.send_back(filing=record, act=Act(world.users.reviewer))
    record = filing.send_back(
        filing=record, act=Act(world.users.reviewer, reason="缺第三季度党课记录")
    )
    assert (record.state, record.returned_for) == (State.RETURNED, "缺第三季度党课记录")
    assert record.due_on == working_days_on(world.today, 5)
    # Corrected and handed in again, also after the window, until the day that was set.
    again = filing.submit(filing=record, act=Act(world.users.township), today=record.due_on)
    assert again.state == State.SUBMITTED
    assert again.due_on is None


def test_after_the_day_of_a_return_it_is_too_late(world):
    record = filing.send_back(
        filing=to_submitted(world), act=Act(world.users.reviewer, reason="缺材料")
    )
    with pytest.raises(ValidationError, match="补正期限"):
        filing.submit(filing=record, act=Act(world.users.township), today=record.due_on + DAY)


def test_steps_out_of_order_are_refused(world):
    with pytest.raises(PermissionDenied, match="不在初审阶段"):
        filing.pass_up(filing=world.filing, act=Act(world.users.reviewer))
    with pytest.raises(PermissionDenied, match="不在复核阶段"):
        filing.settle(filing=world.filing, act=Act(world.users.second))
    with pytest.raises(ValidationError, match="没有复核完成"):
        deciding.decide(
            cycle=world.cycle, met_on=world.today, minutes="1", act=Act(world.users.manager)
        )
    with pytest.raises(ValidationError, match="还没有认定"):
        deciding.publish(cycle=world.cycle, notice_from=world.today, act=Act(world.users.manager))
    with pytest.raises(ValidationError, match="还没有公示"):
        deciding.confirm(cycle=world.cycle, document="x", act=Act(world.users.manager))
    assert Filing.objects.filter(state=State.DRAFT).count() == 2
