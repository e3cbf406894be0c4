"""The rectification ledger: from finding to closing, who may do what, what is overdue."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.history import Act, Conflict
from accounts.models import AuditEntry, Revision
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from supervision.models import ItemState, RectificationItem, RectificationNote
from supervision.rectification import services
from tests.conftest import make_organization, make_user

D = datetime.date.fromisoformat


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 3, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


def make_item(organization, **kwargs):
    """Return an open item found in January and due at the end of June."""
    kwargs.setdefault("found_on", D("2026-01-10"))
    kwargs.setdefault("deadline", D("2026-06-30"))
    kwargs.setdefault("description", "缺 2 月支委会记录")
    return RectificationItem.objects.create(
        organization=organization, source="inspection", category="org_life", **kwargs
    )


@pytest.fixture
def item(branch):
    return make_item(branch)


def sign_in(client, user):
    client.force_login(user, backend="schools.roles.RoleBackend")
    return client


def test_an_item_is_reported_on_asked_to_be_closed_and_checked_by_somebody_else(item, users):
    reporter, checker = Act(users.editor), Act(users.reviewer)
    services.report(item=item, text="已补记录", day=D("2026-02-01"), act=reporter)
    item.refresh_from_db()
    assert item.state == ItemState.WORKING
    services.ask(
        item=item, measures="补齐并公示", evidence="第 3 册", day=D("2026-03-01"), act=reporter
    )
    item.refresh_from_db()
    with pytest.raises(PermissionDenied, match="另一位同志"):
        services.recheck(item=item, passed=True, opinion="", day=D("2026-03-05"), act=reporter)
    services.recheck(item=item, passed=True, opinion="", day=D("2026-03-05"), act=checker)
    item.refresh_from_db()
    assert (item.state, item.closed_on, item.reviewer) == ("closed", D("2026-03-05"), "周敏")
    titles = list(item.notes.values_list("title", "author_name"))
    assert titles == [("整改进展", "陈佳"), ("申请销号", "陈佳"), ("复核销号", "周敏")]
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["rectification.progress", "rectification.ask", "rectification.close"]


def test_what_is_not_put_right_goes_back_and_what_comes_back_is_opened_again(item, users):
    services.ask(
        item=item, measures="补齐", evidence="台账", day=D("2026-03-01"), act=Act(users.editor)
    )
    checker = Act(users.reviewer)
    services.recheck(item=item, passed=False, opinion="还缺签名", day=D("2026-03-05"), act=checker)
    item.refresh_from_db()
    assert (item.state, item.closed_on, item.recheck) == ("working", None, "还缺签名")
    services.ask(
        item=item, measures="补签名", evidence="台账", day=D("2026-03-06"), act=Act(users.editor)
    )
    services.recheck(item=item, passed=True, opinion="", day=D("2026-03-07"), act=checker)
    services.reopen(
        item=item, why="又缺", deadline=D("2026-09-30"), day=D("2026-03-10"), act=checker
    )
    item.refresh_from_db()
    assert (item.state, item.closed_on, item.deadline) == ("working", None, D("2026-09-30"))


def test_steps_out_of_order_are_refused_and_nothing_changes(item, users):
    before = Revision.objects.count()
    with pytest.raises(ValidationError, match="待整改"):
        services.recheck(
            item=item, passed=True, opinion="", day=D("2026-03-05"), act=Act(users.reviewer)
        )
    with pytest.raises(ValidationError, match="早于发现时间"):
        services.report(item=item, text="x", day=D("2026-01-01"), act=Act(users.editor))
    item.version += 1
    item.save()
    with pytest.raises(Conflict):
        services.report(item=item, text="x", day=D("2026-02-01"), act=Act(users.editor), expected=1)
    assert Revision.objects.count() == before
    assert not RectificationNote.objects.exists()


def test_a_school_neither_checks_nor_moves_its_own_deadline(client, tree, branch):
    leaf = Jurisdiction.objects.add_child(
        tree.east_edu, instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL)
    )
    branch.jurisdiction = leaf
    branch.save()
    item = make_item(branch, state=ItemState.REVIEW)
    school = make_user("school", (Role.EDITOR, leaf))
    sign_in(client, school)
    assert client.get(reverse("rectification_recheck", args=[item.pk])).status_code == 403
    with pytest.raises(PermissionDenied, match="管理主体"):
        services.recheck(item=item, passed=True, opinion="", day=D("2026-03-05"), act=Act(school))
    address = reverse("rectification_edit", args=[item.pk])
    shown = client.get(address).context["form"]
    data = {f.html_name: f.field.prepare_value(f.value()) for f in shown}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    refused = client.post(address, {**data, "deadline": "2027-06-30", "reason": "宽限"})
    assert "整改期限由管理主体确定" in refused.content.decode()
    withdrawn = client.post(
        reverse("rectification_withdraw", args=[item.pk]), {"reason": "不要", "version": "1"}
    )
    assert withdrawn.status_code == 400
    item.refresh_from_db()
    assert (item.deadline, item.withdrawn_at) == (D("2026-06-30"), None)


def test_overdue_is_told_by_the_day_and_never_stored(client, branch, users):
    late = make_item(branch, description="超期的", deadline=D("2026-03-09"))
    make_item(branch, description="今天到期的", deadline=D("2026-03-10"))
    make_item(
        branch,
        description="迟了才销号的",
        deadline=D("2026-02-01"),
        state=ItemState.CLOSED,
        closed_on=D("2026-02-11"),
    )
    sign_in(client, users.viewer)
    text = client.get(reverse("rectifications"), {"state": "overdue"}).content.decode()
    assert "超期的" in text
    assert "逾期 1 天" in text
    assert "今天到期的" not in text
    assert "迟了才销号的" not in text
    page = client.get(reverse("rectification", args=[late.pk])).content.decode()
    assert "已逾期 1 天" in page
    everything = client.get(reverse("rectifications")).content.decode()
    assert "超期 10 天销号" in everything


def test_a_failed_indicator_gets_one_item_however_often_it_is_asked_for(branch, users):
    told = {
        "organization": branch,
        "source": "assessment",
        "description": "C2 委员会会议：缺 3 月",
        "found_on": D("2026-03-10"),
        "deadline": D("2026-09-10"),
        "indicator": "C2",
        "year": 2025,
        "act": Act(users.manager),
    }
    first = services.open_item(**told)
    assert services.open_item(**told).pk == first.pk
    assert services.open_item(**{**told, "year": 2026}).pk != first.pk
    with pytest.raises(ValidationError):
        services.open_item(**{**told, "indicator": "", "deadline": D("2026-03-09")})


def test_a_new_item_is_entered_in_the_browser_and_stands_on_the_organizations_page(
    client, branch, users
):
    sign_in(client, users.editor)
    data = {
        "organization": "东区第一小学党支部",
        "source": "masses",
        "found_on": "2026-03-01",
        "description": "党务公开栏没有更新",
        "category": "ledgers",
        "severity": "minor",
        "deadline": "2026-05-01",
    }
    response = client.post(reverse("rectification_new"), data)
    item = RectificationItem.objects.get()
    assert response.url == reverse("rectification", args=[item.pk])
    page = client.get(reverse("organization", args=[branch.pk])).content.decode()
    assert "党务公开栏没有更新" in page
    assert "没有销号 1 个，其中逾期 0 个" in page


def test_the_ledger_costs_the_same_queries_for_any_number(
    client, branch, users, django_assert_max_num_queries
):
    for n in range(30):
        make_item(branch, description=f"问题 {n}")
    sign_in(client, users.viewer)
    with django_assert_max_num_queries(16):
        client.get(reverse("rectifications"))
