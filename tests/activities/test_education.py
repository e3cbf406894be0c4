"""Plans, trainings and hours: the calculator, the pages, and what the facts read."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from activities.education.hours import class_hours, is_reached, months_present, needed
from activities.models import Training, TrainingHours, TrainingPlan
from assessments.facts import training as facts
from assessments.facts.calendar import Calendar
from orgs.models import Post
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date.fromisoformat


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 3, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def members(branch):
    return [make_member(name, branch, n) for n, name in enumerate(("王芳", "李强", "张敏"), 1)]


def make_training(organization, day="2025-05-06", **kwargs):
    values = {"theme": "集中轮训", "form": "concentrated", "level": 4, "hours": 16}
    return Training.objects.create(
        organization=organization, started_on=D(day), ended_on=D(day), **values | kwargs
    )


def sign_in(client, user):
    client.force_login(user, backend="schools.roles.RoleBackend")
    return client


def test_hours_follow_days_and_months():
    assert class_hours(2, 1) == 20
    assert months_present(2025, D("2025-12-31"), None) == 12
    assert months_present(2025, D("2025-12-31"), D("2025-06-30")) == 7
    assert months_present(2025, D("2025-12-31"), D("2025-07-01")) == 6
    assert months_present(2025, D("2025-06-29"), None) == 5
    assert months_present(2025, D("2025-12-31"), None, D("2025-03-31")) == 2
    # A leap year's February is over on the 29th.
    assert months_present(2024, D("2024-02-28"), None) == 1
    assert months_present(2024, D("2024-02-29"), None) == 2
    assert (needed(32, 12), needed(32, 1), needed(56, 5)) == (32, Decimal("2.7"), Decimal("23.4"))
    assert is_reached(160, 32, 6)
    assert not is_reached(159, 32, 6)


def test_a_training_is_registered_with_hours_from_its_days(client, users, branch):
    sign_in(client, users.editor)
    data = {
        "organization": branch.short_name,
        "theme": "书记培训班",
        "form": "concentrated",
        "level": "4",
        "started_on": "2026-03-02",
        "ended_on": "2026-03-04",
        "full_days": "2",
        "half_days": "1",
    }
    response = client.post(reverse("training_new"), data)
    training = Training.objects.get()
    assert response.url == reverse("training", args=[training.pk])
    assert training.hours == 20
    assert client.get(response.url).status_code == 200
    refused = client.post(reverse("training_new"), data | {"full_days": "", "half_days": ""})
    assert refused.status_code == 400
    assert "请填学时" in refused.content.decode()


def test_members_are_written_down_changed_and_taken_out_on_one_page(client, users, branch, members):
    training = make_training(branch)
    address = reverse("training_members", args=[training.pk])
    sign_in(client, users.editor)
    client.post(address, {f"m{members[0].pk}": "8", "all": "1"})
    found = dict(TrainingHours.objects.values_list("member__name", "hours"))
    assert found == {"王芳": 8, "李强": 16, "张敏": 16}
    client.post(address, {f"m{members[0].pk}": "8.5", f"m{members[1].pk}": "16"})
    found = dict(TrainingHours.objects.values_list("member__name", "hours"))
    assert found == {"王芳": Decimal("8.5"), "李强": 16}
    entry = AuditEntry.objects.filter(action="training.members").latest("pk")
    assert entry.changes == {"新增": 0, "改动": 1, "去掉": 1}
    row = TrainingHours.everything.get(member=members[0])
    assert Revision.objects.filter(model="activities.traininghours", object_id=row.pk).count() == 2
    wrong = client.post(address, {f"m{members[0].pk}": "x"})
    assert wrong.status_code == 400


def test_a_plan_belongs_to_an_organization_or_to_a_body(client, users, branch, tree):
    sign_in(client, users.editor)
    data = {"year": "2026", "approved_on": "2026-03-01", "approved_by": "支委会"}
    both = data | {"organization": branch.short_name, "jurisdiction": tree.east_edu.pk}
    assert client.post(reverse("training_plan_new"), both).status_code == 400
    assert client.post(reverse("training_plan_new"), data).status_code == 400
    of_body = client.post(reverse("training_plan_new"), data | {"jurisdiction": tree.east_edu.pk})
    page = client.get(of_body.url)
    assert "东区教育局党委" in page.content.decode()
    client.post(reverse("training_plan_new"), data | {"organization": branch.short_name})
    again = client.post(reverse("training_plan_new"), data | {"organization": branch.short_name})
    assert "已经有教育培训计划" in again.content.decode()
    # A body outside the grant is not offered.
    outside = client.post(reverse("training_plan_new"), data | {"jurisdiction": tree.west_edu.pk})
    assert outside.status_code == 400
    assert TrainingPlan.objects.count() == 2


def test_a_course_is_added_to_a_plan_the_user_may_change(client, users, branch):
    plan = TrainingPlan.objects.create(organization=branch, year=2026)
    data = {"theme": "党章党规", "hours": "4", "form": "lecture", "month": "5", "plan": plan.pk}
    sign_in(client, users.west_editor)
    assert client.post(reverse("training_course_new"), data).status_code == 400
    sign_in(client, users.editor)
    wrong = client.post(reverse("training_course_new"), data | {"month": "13"})
    assert "1—12" in wrong.content.decode()
    response = client.post(reverse("training_course_new"), data)
    assert response.url == reverse("training_plan", args=[plan.pk])
    assert "党章党规" in client.get(response.url).content.decode()


def test_the_page_of_hours_puts_those_who_miss_most_first(client, users, branch, members):
    Post.objects.create(organization=branch, kind="secretary", holder="王芳", member=members[0])
    held = make_training(branch, "2025-05-06", hours=32)
    for member in members[:2]:
        TrainingHours.objects.create(training=held, member=member, hours=32)
    members[2].activity_exempt = True
    members[2].save()
    sign_in(client, users.viewer)
    response = client.get(reverse("organization_training", args=[branch.pk]), {"year": 2025})
    lines = response.context["lines"]
    assert [(line.person.name, line.missing) for line in lines] == [
        ("王芳", 24),
        ("张敏", 0),
        ("李强", 0),
    ]
    assert (response.context["obliged"], response.context["reached"]) == (2, 1)
    book = client.get(
        reverse("organization_training", args=[branch.pk]), {"year": 2025, "format": "xlsx"}
    )
    assert book["Content-Type"].startswith("application/vnd.openxmlformats")


def test_the_list_of_organizations_asks_the_same_queries_for_any_number(
    client, users, branch, members, django_assert_max_num_queries, tree
):
    make_training(branch)
    for n in range(4):
        make_member("党员", make_organization(f"中共第{n}支部委员会", tree.east_edu), 10 + n)
    sign_in(client, users.viewer)
    client.get(reverse("training_hours"))
    with django_assert_max_num_queries(22):
        assert client.get(reverse("training_hours"), {"year": 2025}).status_code == 200


def calendar(day="2025-12-31"):
    return Calendar(2025, D("2025-12-31"), D("2026-03-31"), D(day))


def test_facts_take_the_hours_of_the_year_by_member(branch, members, django_assert_num_queries):
    Post.objects.create(organization=branch, kind="secretary", holder="王芳", member=members[0])
    Post.objects.create(organization=branch, kind="discipline", holder="李强")
    TrainingPlan.objects.create(organization=branch, year=2025, approved_on=D("2025-02-10"))
    for day, hours, level, form in (
        ("2024-12-30", 90, 4, "concentrated"),
        ("2025-05-06", 16, 4, "concentrated"),
        ("2025-06-06", 4.5, 1, "online"),
    ):
        held = make_training(branch, day, level=level, form=form)
        TrainingHours.objects.create(training=held, member=members[0], hours=hours)
        TrainingHours.objects.create(training=held, member=members[1], hours=2)
    withdrawn = make_training(branch, withdrawn_at="2025-12-01T00:00Z")
    TrainingHours.objects.create(training=withdrawn, member=members[2], hours=50)
    with django_assert_num_queries(5):
        found = facts.read(calendar(), None)[branch.pk]
    assert found.is_kept
    assert found.approved_on == D("2025-02-10")
    assert sorted(found.hours) == [(12, 0), (12, 40), (12, 205)]
    assert found.names == ("张敏", "李强", "王芳")
    assert (found.secretary, found.secretary_class) == (205, D("2025-05-06"))
    assert found.others == (40,)
    early = facts.read(calendar("2025-04-30"), [branch.pk])[branch.pk]
    assert sorted(early.hours) == [(4, 0), (4, 0), (4, 0)]


def test_facts_count_new_members_in_a_class_above(branch):
    new = make_member("何静", branch, 7, status="probationary", joined_on=D("2025-06-18"))
    make_member("老王", branch, 8, joined_on=D("2001-07-01"), confirmed_on=D("2002-07-01"))
    lecture = make_training(branch, "2025-07-06", form="lecture", level=5)
    TrainingHours.objects.create(training=lecture, member=new, hours=8)
    found = facts.read(calendar(), [branch.pk])[branch.pk]
    assert (found.new_members, found.new_trained) == (1, 0)
    TrainingHours.objects.create(
        training=make_training(branch, "2025-08-06", level=3), member=new, hours=8
    )
    assert facts.read(calendar(), [branch.pk])[branch.pk].new_trained == 1
