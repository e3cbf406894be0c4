"""Leading groups, plans, work meetings and inspections in the browser."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from supervision.models import (
    ActionPlan,
    Inspection,
    InspectionFinding,
    InspectionVisit,
    LeadingGroup,
    PlanMeasure,
    RectificationItem,
    WorkMeeting,
    WorkTask,
)
from tests.conftest import make_organization, make_school
from tests.supervision.records import LISTS, SHOWN, SLUGS, supervised

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 3, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def test_every_page_opens_for_the_editor(editor, branch):
    keys = supervised(branch)
    for name in LISTS:
        assert editor.get(reverse(name)).status_code == 200, name
    for slug in SHOWN:
        assert editor.get(reverse(slug, args=[keys[slug]])).status_code == 200, slug
    for slug in SLUGS:
        for page in ("edit", "history", "withdraw"):
            address = reverse(f"{slug}_{page}", args=[keys[slug]])
            assert editor.get(address).status_code == 200, address
        assert editor.get(reverse(f"{slug}_new")).status_code == 200, slug


def test_a_withdrawn_record_is_shown_as_such_and_cannot_be_added_to(editor, branch):
    keys = supervised(branch)
    shown = [slug for slug in SHOWN if slug != "rectification"]
    for slug in shown:
        address = reverse(slug, args=[keys[slug]])
        edit = reverse(f"{slug}_edit", args=[keys[slug]])
        page = editor.get(address).content.decode()
        assert edit in page, slug
        assert "已经撤回" not in page, slug
        editor.post(
            reverse(f"{slug}_withdraw", args=[keys[slug]]), {"reason": "录错了", "version": "1"}
        )
        page = editor.get(address).content.decode()
        assert "这条记录已经撤回" in page, slug
        assert edit not in page, slug
        assert "/new/?" not in page, slug


def test_others_see_nothing_of_it(client, users, branch):
    keys = supervised(branch)
    client.force_login(users.west_editor, backend="schools.roles.RoleBackend")
    for slug in SLUGS:
        for page in ("edit", "history", "withdraw"):
            address = reverse(f"{slug}_{page}", args=[keys[slug]])
            assert client.get(address).status_code == 404, address
    page = client.get(reverse("inspections")).content.decode()
    assert "春季检查" not in page


def test_a_finding_is_put_on_the_ledger_in_one_step_and_only_once(editor, branch, tree):
    inspection = Inspection.objects.create(
        jurisdiction=tree.east_edu,
        title="春季检查",
        kind="special",
        start=D(2026, 3, 1),
        end=D(2026, 3, 8),
        leader="周敏",
    )
    visit = {
        "inspection": inspection.pk,
        "organization": "东区第一小学党支部",
        "visited_on": "2026-03-03",
        "score": "88.5",
    }
    editor.post(reverse("inspection_visit_new"), visit)
    visit = InspectionVisit.objects.get()
    finding = {"visit": visit.pk, "description": "缺 2 月支委会记录", "severity": "major"}
    response = editor.post(reverse("inspection_finding_new"), finding)
    assert response.url == reverse("inspection", args=[inspection.pk])
    finding = InspectionFinding.objects.get()
    address = reverse("inspection_finding_rectify", args=[finding.pk])
    told = {"category": "org_life", "deadline": "2026-06-30", "version": "1"}
    assert editor.post(address, told).status_code == 302
    item = RectificationItem.objects.get()
    assert (item.source, item.severity, item.found_on, item.organization) == (
        "inspection",
        "major",
        D(2026, 3, 3),
        branch,
    )
    finding.refresh_from_db()
    assert finding.item == item
    assert "已经列入整改台账" in editor.post(address, told).content.decode()
    assert RectificationItem.objects.count() == 1
    page = editor.get(reverse("inspection", args=[inspection.pk])).content.decode()
    assert "1 个，列入整改 1 个" in page
    assert "待整改" in page


def test_months_with_a_work_meeting_are_counted_once_for_each_body(editor, tree):
    for day in (D(2026, 1, 5), D(2026, 1, 20), D(2026, 3, 5), D(2025, 2, 5)):
        WorkMeeting.objects.create(jurisdiction=tree.east_edu, held_on=day, chair="周敏")
    response = editor.get(reverse("work_meetings"))
    held = [(one.name, one.months, one.missing) for one in response.context["held"]]
    assert held == [("东区教育局党委", 2, "2")]
    assert [
        one.months for one in editor.get(reverse("work_meetings"), {"year": "2025"}).context["held"]
    ] == [1]


def test_tasks_of_the_last_meeting_stand_on_the_next(editor, tree):
    first = WorkMeeting.objects.create(
        jurisdiction=tree.east_edu, held_on=D(2026, 1, 5), chair="周敏"
    )
    WorkTask.objects.create(meeting=first, text="补记录", owner="李", deadline=D(2026, 2, 1))
    WorkTask.objects.create(
        meeting=first, text="办培训", owner="李", deadline=D(2026, 2, 1), done_on=D(2026, 1, 30)
    )
    second = WorkMeeting.objects.create(
        jurisdiction=tree.east_edu, held_on=D(2026, 2, 5), chair="周敏"
    )
    page = editor.get(reverse("work_meeting", args=[second.pk])).content.decode()
    assert "上次（2026-01-05）任务落实" in page
    assert "完成 1/2" in page
    assert "逾期" in page


@pytest.mark.parametrize(
    ("progress", "deadline", "state"),
    [
        (0, D(2026, 3, 10), "未启动"),
        (50, D(2026, 3, 10), "推进中"),
        (50, D(2026, 3, 9), "逾期"),
        (100, D(2026, 3, 9), "完成"),
    ],
)
def test_a_measure_is_late_by_the_day(progress, deadline, state):
    measure = PlanMeasure(plan=ActionPlan(), progress=progress, deadline=deadline)
    assert measure.state_on(D(2026, 3, 10)) == state


def test_a_leading_group_of_a_school_names_the_school_and_no_body(editor, branch, tree):
    data = {
        "level": "school",
        "jurisdiction": "东区教育局党委",
        "school": "东区第一小学",
        "name": "东区第一小学党建工作领导小组",
        "document": "校党〔2026〕1 号",
        "set_up_on": "2026-01-05",
        "head": "张某某（书记）",
        "members": "李某某 副校长\n王某某 工会主席",
    }
    refused = editor.post(reverse("leading_group_new"), data)
    assert refused.status_code == 400
    assert "另一格请清空" in refused.content.decode()
    response = editor.post(reverse("leading_group_new"), data | {"jurisdiction": ""})
    group = LeadingGroup.objects.get()
    assert (group.school, group.jurisdiction) == (branch.school, None)
    assert "工会主席" in editor.get(response.url).content.decode()
