"""The draw, the re-review, the decision, its notice and objections."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act
from assessments.models import Assessment
from assessments.workflow import deciding
from assessments.workflow.models import (
    Decision,
    Filing,
    Objection,
    Schedule,
)
from assessments.workflow.sampling import Draw
from assessments.workflow.states import State
from orgs.development.calendar import working_days_on
from tests.assessments.filings import (
    notice_over,
    settle,
    to_first_reviewed,
    to_published,
)

DAY = datetime.timedelta(days=1)


def test_the_draw_takes_vetoes_and_near_misses_and_can_be_repeated(world):
    first = to_first_reviewed(world)
    second = to_first_reviewed(world, Filing.objects.get(organization=world.other))
    # Without meetings both are vetoed; only ours is to be.
    Assessment.objects.filter(organization=world.other).update(is_vetoed=False)
    with pytest.raises(PermissionDenied):
        deciding.draw(cycle=world.cycle, act=Act(world.users.reviewer))
    counts = deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.drawn, first.state) == (Draw.VETO, State.FIRST_REVIEWED)
    # One of two is more than 20 %: the other is settled by its first review.
    assert (second.drawn, second.state) == ("", State.RE_REVIEWED)
    assert second.second_total == second.first_total
    assert counts == {Draw.VETO: 1, "": 1}


def test_the_three_scores_stand_side_by_side(world):
    record = to_published(world)
    assert record.self_total > record.second_total > record.first_total
    assert record.verdict == Assessment.objects.get(organization=world.ours).verdict
    item = record.items.get(code="G1")
    assert [item.self_points, item.first_points, item.second_points] == [
        Decimal("1.00"),
        Decimal("0.50"),
        Decimal("0.75"),
    ]


def test_the_notice_lasts_its_working_days_before_confirmation(world):
    to_published(world)
    decision = Decision.objects.get()
    assert decision.notice_until == working_days_on(world.today - DAY, 5)
    with pytest.raises(ValidationError, match="公示到"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))


def test_an_objection_stops_the_confirmation_until_answered(world):
    record = to_published(world)
    notice_over(world)
    objection = deciding.object_to(
        objection=Objection(
            filing=record, raised_on=world.today, raised_by="群众", content="活动室没有党旗"
        ),
        act=Act(world.users.reviewer),
    )
    with pytest.raises(ValidationError, match="1 条异议"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    deciding.answer(
        objection=objection, upheld=False, text="已现场核对", act=Act(world.users.manager)
    )
    deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    record.refresh_from_db()
    world.cycle.refresh_from_db()
    assert record.state == State.CONFIRMED
    assert world.cycle.is_confirmed
    # The one never handed in stays where it was.
    assert Filing.objects.get(organization=world.other).state == State.DRAFT


def test_an_objection_that_was_right_goes_back_to_the_re_review(world):
    record = to_published(world)
    notice_over(world)
    objection = deciding.object_to(
        objection=Objection(
            filing=record, raised_on=world.today, raised_by="群众", content="活动室没有党旗"
        ),
        act=Act(world.users.reviewer),
    )
    deciding.answer(objection=objection, upheld=True, text="属实", act=Act(world.users.manager))
    record.refresh_from_db()
    assert record.state == State.FIRST_REVIEWED
    assert record.drawn
    with pytest.raises(ValidationError, match="没有走完"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))


@pytest.mark.parametrize(("voids", "state"), [(True, State.RETURNED), (False, State.DECIDED)])
def test_one_drawn_that_fails_voids_the_passes_of_its_unit_where_the_schedule_says_so(
    world, voids, state
):
    Schedule.objects.update(void_units=voids)
    other = world.cycle.filings.get(organization=world.other)
    for record in (world.filing, other):
        to_first_reviewed(world, record)
    deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    for record in (world.filing, other):
        record.refresh_from_db()
        if record.drawn:
            settle(world, record)
    # Both passed their first review; of the two drawn from one unit, ours fails.
    Filing.objects.update(first_total=90)
    Filing.objects.filter(pk=world.filing.pk).update(drawn="sample")
    Assessment.objects.filter(organization=world.ours).update(verdict="non_compliant")
    Assessment.objects.filter(organization=world.other).update(verdict="compliant")
    deciding.decide(
        cycle=world.cycle, met_on=world.today, minutes="〔2026〕4 号", act=Act(world.users.manager)
    )
    world.filing.refresh_from_db()
    other.refresh_from_db()
    assert (world.filing.state, world.filing.verdict) == (State.DECIDED, "non_compliant")
    assert other.state == state
    if voids:
        assert (other.drawn, other.verdict) == ("", "")
        assert "作废" in other.returned_for
        assert other.due_on > world.today
    else:
        assert other.verdict == "compliant"


def test_the_dates_of_a_year_lie_ahead_and_in_order(world, client):
    client.force_login(world.users.manager, backend="schools.roles.RoleBackend")
    address = reverse("schedule", args=[world.cycle.year])
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    del data["void_units"]
    later = world.today + 60 * DAY
    assert client.post(address, data | {"decide_until": later.isoformat()}).status_code == 302
    assert Schedule.objects.get().decide_until == later
    early = client.post(address, data | {"self_until": (world.today - 6 * DAY).isoformat()})
    assert early.status_code == 400
    assert "各阶段的日期要先后相接" in early.content.decode()
    assert Schedule.objects.get().self_until == world.today + 5 * DAY
