"""The years: who reads, who scores, who confirms, and what is refused."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from assessments import services_cycles as services
from assessments.models import Assessment, Cycle, Exclusion, Verdict
from schools.roles import Role
from tests.assessments.scorecards import make_assessment, make_cycle
from tests.conftest import default_standard, make_organization, make_user

DATE = datetime.date
DECISION = {"confirmed_on": "2026-04-18", "document": "云教党认〔2026〕3 号"}


@pytest.fixture
def city(tree):
    """An open scored year with one passed, one vetoed and one not counted, all in 东区
    but the passed one.
    """
    cycle = make_cycle(default_standard(), 2025, confirmed=False)
    passed = make_organization("中共西县一中支部委员会", tree.west_edu)
    vetoed = make_organization("中共白杨小学支部委员会", tree.baiyang)
    new = make_organization("中共柳林小学支部委员会", tree.liulin)
    make_assessment(cycle, passed, {"F1": "3.00", "D1": "5.00"})
    make_assessment(
        cycle, vetoed, is_vetoed=True, verdict=Verdict.NON_COMPLIANT, vetoes=[{"code": "V1"}]
    )
    make_assessment(cycle, new, exclusion=Exclusion.NEW)
    return SimpleNamespace(cycle=cycle, passed=passed, vetoed=vetoed)


def text_of(response):
    body = response.content.decode().split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def test_counts_are_those_of_the_own_scope(client, users, city):
    client.force_login(users.manager)
    row = client.get(reverse("cycles")).context["rows"][0]
    assert (row["tally"]["due"], row["tally"]["passed"], row["rate"]) == (2, 1, "50%")
    assert (row["tally"]["vetoed"], row["tally"]["excluded"]) == (1, 1)
    client.force_login(users.editor)
    row = client.get(reverse("cycles")).context["rows"][0]
    assert (row["tally"]["due"], row["tally"]["passed"], row["rate"]) == (1, 0, "0%")


def test_only_the_city_manager_is_offered_to_act(client, users, city, tree):
    county = make_user("county_manager", (Role.MANAGER, tree.east))
    for user, offered in ((users.manager, True), (county, False), (users.viewer, False)):
        client.force_login(user)
        page = client.get(reverse("cycles")).content.decode()
        assert (reverse("cycle_confirm", args=[2025]) in page) is offered
        assert (reverse("cycle_score", args=[2025]) in page) is offered


def test_others_may_neither_score_nor_confirm(client, users, city, tree):
    county = make_user("county_manager", (Role.MANAGER, tree.east))
    others = (county, users.viewer, users.editor, users.reviewer, users.auditor, users.stranger)
    for user in others:
        client.force_login(user)
        assert client.post(reverse("cycle_score", args=[2025])).status_code == 403
        assert client.get(reverse("cycle_confirm", args=[2025])).status_code == 403
        assert client.post(reverse("cycle_confirm", args=[2025]), DECISION).status_code == 403
        with pytest.raises(PermissionDenied):
            services.confirm(
                actor=user, cycle=city.cycle, confirmed_on=DATE(2026, 4, 18), document="x"
            )
    assert not AuditEntry.objects.filter(action="cycle.score").exists()
    assert not Cycle.objects.get().is_confirmed


def test_a_year_is_confirmed_with_date_and_document(client, users, city):
    client.force_login(users.manager)
    asked = client.get(reverse("cycle_confirm", args=[2025]))
    assert "应评 2 个，达标 1 个，达标率 50%；否决 1 个，不计入 1 个" in text_of(asked)
    response = client.post(reverse("cycle_confirm", args=[2025]), DECISION, follow=True)
    cycle = Cycle.objects.get()
    assert cycle.is_confirmed
    assert (cycle.confirmed_on, cycle.document) == (DATE(2026, 4, 18), "云教党认〔2026〕3 号")
    assert "2025 年度已确认" in text_of(response)
    assert "2026-04-18 确认，云教党认〔2026〕3 号" in text_of(response)
    entry = AuditEntry.objects.get(action="assessments.confirm")
    assert entry.actor == users.manager
    assert entry.changes["state"] == ["open", "confirmed"]
    assert (entry.changes["due"], entry.changes["passed"]) == (2, 1)
    # The scorecard is official from now on.
    card = client.get(reverse("scorecard", args=[city.passed.pk]))
    assert "已确认" in text_of(card)


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"document": ""}, "document"),
        ({"document": "   "}, "document"),
        ({"confirmed_on": ""}, "confirmed_on"),
        ({"confirmed_on": "2026-02-30"}, "confirmed_on"),
        # Before the check date, and in the future.
        ({"confirmed_on": "2025-12-30"}, "confirmed_on"),
        ({"confirmed_on": "2099-01-01"}, "confirmed_on"),
    ],
)
def test_a_wrong_date_or_no_document_confirms_nothing(client, users, city, posted, field):
    client.force_login(users.manager)
    response = client.post(reverse("cycle_confirm", args=[2025]), DECISION | posted)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Cycle.objects.get().is_confirmed


def test_a_year_not_scored_or_scored_too_early_is_refused(users, city):
    known = {"actor": users.manager, "confirmed_on": DATE(2026, 4, 18), "document": "x"}
    Cycle.objects.update(scored_as_of=DATE(2025, 11, 30))
    with pytest.raises(ValidationError, match="早于考核日"):
        services.confirm(cycle=city.cycle, **known)
    Cycle.objects.update(scored_at=None, scored_as_of=None)
    with pytest.raises(ValidationError, match="还没有测算"):
        services.confirm(cycle=city.cycle, **known)
    assert not AuditEntry.objects.filter(action="assessments.confirm").exists()


def test_confirming_twice_is_refused(client, users, city):
    known = {"actor": users.manager, "confirmed_on": DATE(2026, 4, 18), "document": "文号"}
    services.confirm(cycle=city.cycle, **known)
    # A stale object does not help.
    with pytest.raises(ValidationError, match="没有再次确认"):
        services.confirm(cycle=city.cycle, **known | {"document": "另一文号"})
    assert Cycle.objects.get().document == "文号"
    client.force_login(users.manager)
    page = client.get(reverse("cycle_confirm", args=[2025]), follow=True)
    assert "已经确认" in text_of(page)


def test_an_open_year_is_scored_again_and_a_confirmed_one_is_not(client, users, city):
    client.force_login(users.manager)
    address = reverse("cycle_score", args=[2025])
    assert client.get(address).status_code == 405
    response = client.post(address, follow=True)
    assert "2025 年度测算完毕，共 3 个组织" in text_of(response)
    # The rules found no records at all: what the fixture had stored is gone.
    assert Assessment.objects.get(organization=city.passed).final < 50
    assert AuditEntry.objects.get(action="cycle.score").actor == users.manager
    Cycle.objects.update(state=Cycle.State.CONFIRMED, confirmed_on=DATE(2026, 4, 18))
    response = client.post(address, follow=True)
    assert "没有重新测算" in text_of(response)
    assert AuditEntry.objects.filter(action="cycle.score").count() == 1
    assert client.post(reverse("cycle_score", args=[1999])).status_code == 404


def test_the_current_year_can_be_begun(client, users):
    year = timezone.localdate().year
    client.force_login(users.manager)
    address = reverse("cycle_score", args=[year])
    assert address in client.get(reverse("cycles")).content.decode()
    # Without a standard there is nothing to score by.
    assert "还没有载入评分标准" in text_of(client.post(address, follow=True))
    default_standard()
    client.post(address)
    assert Cycle.objects.get().year == year
    assert "年度并测算" not in client.get(reverse("cycles")).content.decode()


def test_without_a_year_the_page_says_so(client, users):
    client.force_login(users.viewer)
    assert "还没有考评年度" in text_of(client.get(reverse("cycles")))
