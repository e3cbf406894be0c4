"""Reviews, cultivation, posts, volunteering: who may write, what is refused, what facts read."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from activities.models import (
    Cultivation,
    Honour,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
    VolunteerHours,
    Volunteering,
)
from assessments.facts import roles
from assessments.facts.calendar import Calendar
from orgs.models import DevelopmentCase
from orgs.personal import lookup_hash
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from tests.conftest import make_organization, make_user
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
def member(branch):
    return make_member("王芳", branch)


def sign_in(client, user):
    client.force_login(user, backend="schools.roles.RoleBackend")
    return client


def calendar(day="2025-12-31"):
    return Calendar(2025, D("2025-12-31"), D("2026-03-31"), D(day))


def test_a_review_is_entered_by_the_managing_body_not_by_the_school(client, users, tree):
    leaf = tree.east_edu.add_child(
        instance=Jurisdiction(
            name="东区第一小学", kind=JurisdictionKind.SCHOOL, place=tree.east_edu.place
        )
    )
    branch = make_organization("中共东区第一小学支部委员会", leaf)
    own = make_user("school", (Role.EDITOR, leaf))
    data = {
        "organization": branch.short_name,
        "year": "2025",
        "secretary": "王芳",
        "result": "good",
        "reviewed_on": "2026-01-20",
    }
    sign_in(client, own)
    refused = client.post(reverse("secretary_review_new"), data)
    assert "党组织自己不能填" in refused.content.decode()
    sign_in(client, users.editor)
    late = client.post(reverse("secretary_review_new"), data | {"year": "2024"})
    assert "3 月底前" in late.content.decode()
    response = client.post(reverse("secretary_review_new"), data)
    review = SecretaryReview.objects.get()
    assert response.url == reverse("secretary_review", args=[review.pk])
    sign_in(client, own)
    assert client.get(response.url).status_code == 200
    assert client.get(reverse("secretary_review_edit", args=[review.pk])).status_code == 403
    assert roles.read_secretaries(calendar(), None)[branch.pk].result == "good"


def test_a_person_is_cultivated_with_a_pair_and_reviewed(client, users, branch, member):
    sign_in(client, users.editor)
    data = {
        "organization": branch.short_name,
        "name": "周敏",
        "direction": "to_member",
        "party_mentor": "王芳",
        "started_on": "2025-09-10",
        "result": "joined",
    }
    refused = client.post(reverse("cultivation_new"), data)
    assert "要填结果时间" in refused.content.decode()
    response = client.post(reverse("cultivation_new"), data | {"result": "running"})
    person = Cultivation.objects.get()
    assert response.url == reverse("cultivation", args=[person.pk])
    early = {"cultivation": person.pk, "reviewed_on": "2025-09-09", "conclusion": "好"}
    assert client.post(reverse("stage_review_new"), early).status_code == 400
    done = client.post(reverse("stage_review_new"), early | {"reviewed_on": "2025-12-20"})
    assert done.url == response.url
    assert "2025-12-20" in client.get(response.url).content.decode()


def test_a_member_of_another_branch_holds_no_post_here(client, users, branch, tree):
    other = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    stranger = make_member("李强", other, 5)
    sign_in(client, users.editor)
    data = {
        "organization": branch.short_name,
        "member": "李强",
        "post": "教学示范岗",
        "place": "teaching",
        "set_up_on": "2025-03-01",
    }
    refused = client.post(reverse("pioneer_new"), data)
    assert "组织关系不在" in refused.content.decode()
    client.post(reverse("pioneer_new"), data | {"organization": other.short_name})
    post = PioneerPost.objects.get()
    assert post.member == stranger
    review = {"pioneer": post.pk, "year": "2024", "result": "passed"}
    assert client.post(reverse("pioneer_review_new"), review).status_code == 400
    assert client.post(reverse("pioneer_review_new"), review | {"year": "2025"}).status_code == 302
    again = client.post(reverse("pioneer_review_new"), review | {"year": "2025"})
    assert "已经评议过" in again.content.decode()


def test_members_of_an_activity_are_written_down(client, users, branch, member):
    sign_in(client, users.editor)
    data = {
        "organization": branch.short_name,
        "held_on": "2025-03-05",
        "theme": "学雷锋",
        "category": "community",
        "hours": "2.5",
    }
    page = client.post(reverse("volunteering_new"), data)
    activity = Volunteering.objects.get()
    client.post(reverse("volunteering_members", args=[activity.pk]), {"all": "1"})
    assert VolunteerHours.objects.get().hours == activity.hours
    assert "共 2.5 小时" in client.get(page.url).content.decode()


def test_every_list_exports(client, users, branch, member):
    Honour.objects.create(
        organization=branch, member=member, name="师德标兵", level=4, granted_on=D("2025-09-10")
    )
    sign_in(client, users.manager)
    for name in ("honours", "pioneers", "cultivations", "volunteerings", "secretary_reviews"):
        response = client.get(reverse(name), {"format": "xlsx", "q": "东区"})
        assert response["Content-Type"].startswith("application/vnd.openxml"), name
        assert client.get(reverse(name), {"year": "2025", "q": "王芳"}).status_code == 200, name
    for query in ("active=yes&review=no", "active=no", "review=yes"):
        assert client.get(f"{reverse('pioneers')}?{query}").status_code == 200


def test_facts_of_double_cultivation(branch, django_assert_num_queries):
    running = Cultivation.objects.create(
        organization=branch,
        name="周敏",
        direction="to_member",
        party_mentor="王芳",
        started_on=D("2024-09-01"),
    )
    StageReview.objects.create(cultivation=running, reviewed_on=D("2025-10-01"), conclusion="好")
    StageReview.objects.create(cultivation=running, reviewed_on=D("2025-11-01"), conclusion="好")
    Cultivation.objects.create(
        organization=branch,
        name="李强",
        direction="to_backbone",
        party_mentor="王芳",
        started_on=D("2023-09-01"),
        result="backbone",
        result_on=D("2024-12-31"),
    )
    StaffCount.objects.create(
        organization=branch,
        year=2025,
        teachers=30,
        member_teachers=9,
        backbone=6,
        member_backbone=3,
    )
    for number, (admitted, backbone) in enumerate(
        [("2023-05-01", "backbone"), ("2025-05-01", ""), ("2022-12-31", "master"), (None, "master")]
    ):
        DevelopmentCase.objects.create(
            organization=branch,
            name=f"某{number}",
            sex="male",
            birth_date=D("1990-01-01"),
            id_number=f"99010219900101001{number}",
            id_hash=lookup_hash(f"99010219900101001{number}"),
            is_teacher=True,
            backbone=backbone,
            applied_on=D("2021-01-01"),
            activist_on=D("2021-06-01"),
            admitted_on=D(admitted) if admitted else None,
        )
    with django_assert_num_queries(3):
        found = roles.read_double(calendar(), None)[branch.pk]
    assert found == roles.Double(1, 1, True, 30, 9, 6, 3, 2, 1, 1)


def test_facts_of_posts_and_volunteering(branch, member):
    other = make_member("李强", branch, 2, employment="retired")
    make_member("赵老", branch, 3, activity_exempt=True, employment="retired")
    on_duty = PioneerPost.objects.create(
        organization=branch, member=member, post="岗", place="class", set_up_on=D("2024-01-01")
    )
    PioneerReview.objects.create(pioneer=on_duty, year=2025, result="passed")
    PioneerPost.objects.create(
        organization=branch,
        member=other,
        post="岗",
        place="class",
        set_up_on=D("2024-01-01"),
        ended_on=D("2025-12-31"),
    )
    assert roles.read_pioneers(calendar(), None)[branch.pk] == roles.Pioneers(True, 1, 1, 1)
    for day in ("2025-03-05", "2025-05-05", "2026-01-05"):
        held = Volunteering.objects.create(
            organization=branch, held_on=D(day), theme="服务", category="green", hours=2
        )
        VolunteerHours.objects.create(volunteering=held, member=member, hours=2)
        if day == "2025-03-05":
            VolunteerHours.objects.create(volunteering=held, member=other, hours=2)
    found = roles.read_volunteering(calendar(), [branch.pk])[branch.pk]
    assert found == roles.Volunteering(2, 2, (2, 1, 0, 0, 0, 0))
