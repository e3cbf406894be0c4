"""What follows a confirmed year: look-back, re-test, rectification."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act
from assessments.models import Assessment
from assessments.workflow import after, filing
from assessments.workflow.models import (
    LookBack,
)
from assessments.workflow.states import State
from supervision.models import RectificationItem
from tests.assessments.filings import confirmed

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_look_back_revokes_from_its_day_and_leaves_the_rate(world):
    record = confirmed(world, "compliant")
    Assessment.objects.filter(organization=world.ours).update(verdict="compliant")
    with pytest.raises(PermissionDenied):
        after.look_back(
            record=LookBack(
                filing=record, looked_on=world.today, team="甲", finding="乙", outcome="revoked"
            ),
            act=Act(world.users.reviewer),
        )
    after.look_back(
        record=LookBack(
            filing=record,
            looked_on=world.today,
            team="检查一组",
            finding="活动记录与事实不符",
            outcome="revoked",
        ),
        act=Act(world.users.second),
    )
    record.refresh_from_db()
    assert (record.state, record.revoked_on) == (State.REVOKED, world.today)
    assert Assessment.objects.get(organization=world.ours).verdict == "compliant"
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    assert (record.state, record.due_on > world.today) == (State.RECTIFYING, True)


def test_one_re_test_a_year(world):
    record = confirmed(world, "non_compliant")
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    record = after.retest(
        filing=record,
        tested_on=world.today,
        passed=False,
        act=Act(world.users.second, reason="仍缺活动室"),
    )
    assert (record.state, record.retest_passed) == (State.CONFIRMED, False)
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    with pytest.raises(ValidationError, match="每年一次"):
        after.retest(
            filing=record,
            tested_on=world.today,
            passed=True,
            act=Act(world.users.second, reason="已整改"),
        )


def test_failed_indicators_become_items_of_the_ledger(world):
    record = confirmed(world, "non_compliant")
    with pytest.raises(PermissionDenied):
        after.rectify_failed(cycle=world.cycle, act=Act(world.users.reviewer))
    world.cycle.refresh_from_db()
    assert after.rectify_failed(cycle=world.cycle, act=Act(world.users.manager)) == 1
    record.refresh_from_db()
    lost = {
        code
        for code, score in filing.scores_of(record).items()
        if score.points is not None and score.points < score.of
    }
    vetoes = {one["code"] for one in Assessment.objects.get(organization=world.ours).vetoes}
    items = RectificationItem.objects.filter(organization=world.ours)
    assert set(items.values_list("indicator", flat=True)) == lost | vetoes
    assert set(items.values_list("deadline", "source")) == {(record.due_on, "assessment")}
    assert not RectificationItem.objects.filter(organization=world.other).exists()
    with pytest.raises(ValidationError, match="没有要布置整改"):
        after.rectify_failed(cycle=world.cycle, act=Act(world.users.manager))


def test_what_is_missing_on_the_form_of_a_look_back_is_named(world, client):
    record = confirmed(world, "compliant")
    client.force_login(world.users.second, backend="schools.roles.RoleBackend")
    response = client.post(reverse("look_back_new", args=[record.pk]), {"team": "检查一组"})
    assert response.status_code == 400
    errors = [str(one) for found in response.context["form"].errors.values() for one in found]
    assert errors == ["请填写日期。", "请填写检查情况。", "请选择结论。"]
    assert not LookBack.objects.exists()
