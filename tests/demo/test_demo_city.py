"""The demo city, generated once: the rules arrive at the printed table."""

import datetime
import io
import json

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from activities.models import Meeting, MeetingStatus, MeetingType
from assessments.models import Assessment, Cycle, IndicatorTally, UnitYear, Verdict
from assessments.scoring import score_cycle
from orgs.chronicle import chronicle
from orgs.models import (
    Affiliation,
    Coverage,
    FormerName,
    Member,
    Membership,
    Organization,
    Post,
    PostBasis,
    Situation,
    Term,
    Transfer,
)
from partybuild.demo.city import City
from partybuild.demo.scales import SMALL
from schools.models import Grant, JurisdictionKind, Ownership, School, SchoolStage
from schools.roles import Role

APPS = {
    "accounts",
    "schools",
    "orgs",
    "activities",
    "supervision",
    "assessments",
    "reports",
    "sheets",
}
TABLE = [50, 41, 28, 76, 48, 17, 37, 31]


@pytest.fixture(scope="module")
def generated(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city at small scale, in a transaction rolled back after this module."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), files:
        block = transaction.atomic()
        block.__enter__()
        try:
            city = City(SMALL, seed=1, say=lambda text: None)
            city.build()
            yield city
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


@pytest.fixture
def city(generated, db):
    """The city; `db` takes back whatever a test changes."""
    return generated


def percent(passed, due):
    return (200 * passed + due) // (2 * due)


def table(year):
    """Return the printed rates: eight units and the total, as the command prints them."""
    out = io.StringIO()
    call_command(
        "compliance", "--year", str(year), "--as", "bureau", "--format", "json", stdout=out
    )
    told = json.loads(out.getvalue())
    rates = [row["rate"] for row in (*told["units"], told["total"])]
    return [int(rate * 100 + 0.5) for rate in rates]


def test_the_rules_arrive_at_the_table_and_do_so_again_without_the_scores(city):
    assert table(city.year) == [*TABLE, 33]
    cycle = Cycle.objects.get(year=city.year)
    before = list(
        Assessment.objects.filter(cycle=cycle)
        .order_by("organization")
        .values_list("organization", "final", "verdict", "exclusion")
    )
    IndicatorTally.objects.all().delete()
    Assessment.objects.all().delete()
    call_command("score", "--year", str(city.year), stdout=io.StringIO())
    assert table(city.year) == [*TABLE, 33]
    after = Assessment.objects.filter(cycle=cycle).order_by("organization")
    assert list(after.values_list("organization", "final", "verdict", "exclusion")) == before


def test_the_chronicle_and_past_days_have_something_to_show(city):
    """Names, kinds, mergers, extensions, by-elections, affiliations, schools that joined."""
    former = FormerName.objects.select_related("organization")
    assert any(name.kind != name.organization.kind for name in former)
    renamed = next(name for name in former if name.kind == name.organization.kind)
    assert renamed.name != renamed.organization.name
    titles = {event.title for event in chronicle(renamed.organization, city.users["bureau"])}
    assert "更名" in titles
    merged = Organization.objects.exclude(successor=None)
    assert merged.exists()
    assert not merged.filter(dissolved_on=None).exists()
    assert not merged.exclude(successor__dissolved_on=None).exists()
    assert Organization.objects.filter(successor=None).exclude(dissolved_on=None).exists()
    assert Term.objects.exclude(extended_to=None).exclude(extension_document="").exists()
    assert Post.objects.filter(basis=PostBasis.BY_ELECTION).exists()
    assert not Post.objects.filter(end_reason="").exclude(end=None).exists()
    assert Affiliation.objects.exclude(end=None).exists()
    joined = Coverage.objects.exclude(start=None).select_related("organization")
    assert joined
    for one in joined:
        assert one.organization.founded_on < one.start
        assert one.school in one.organization.covered_schools.all()


def test_no_rate_is_stored(city):
    assert not UnitYear.objects.exclude(rate=None).exists()
    assert not UnitYear.objects.filter(year__gte=city.year).exists()
    stored = {
        field.name
        for model in (Assessment, Cycle, IndicatorTally)
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DecimalField | models.FloatField)
    }
    assert stored == {"earned", "full", "final"}
    pooled = []
    for year in range(city.year - 4, city.year):
        rows = UnitYear.objects.filter(year=year)
        assert rows.count() == 8
        pooled.append(percent(sum(r.passed for r in rows), sum(r.due for r in rows)))
    assert pooled == [19, 23, 27, 30]


def decisive(year):
    """Return an assembly whose loss fails its organization, which no other depends on."""
    near = Assessment.objects.filter(
        cycle__year=year,
        exclusion="",
        verdict=Verdict.COMPLIANT,
        final__lt="85.9",
        kind="branch",
        organization__parent=None,
    )
    for assessment in near.order_by("pk"):
        held = Meeting.objects.valid().filter(
            organization=assessment.organization_id,
            type=MeetingType.MEMBER_ASSEMBLY,
            counts_for_year=year,
        )
        by_quarter = {}
        for meeting in held:
            by_quarter.setdefault((meeting.held_on.month + 2) // 3, []).append(meeting)
        for meetings in by_quarter.values():
            if len(meetings) == 1:
                return meetings[0]
    raise AssertionError("no organization near the line")


def test_one_meeting_moves_the_rate_of_its_district(city):
    meeting = decisive(city.year)
    cycle = Cycle.objects.get(year=city.year)
    unit = Assessment.objects.get(cycle=cycle, organization=meeting.organization_id).unit
    place = unit.unit_order - 1
    before = table(city.year)
    meeting.status = MeetingStatus.CANCELLED
    meeting.save()
    score_cycle(cycle, organizations=[meeting.organization_id])
    after = table(city.year)
    assert after[place] == percent(SMALL.passed[place] - 1, SMALL.due[place]) < before[place]
    assert [*after[:place], *after[place + 1 : 8]] == [*before[:place], *before[place + 1 : 8]]


def test_the_year_is_confirmed_and_the_next_in_progress(city):
    last, now = Cycle.objects.get(year=city.year), Cycle.objects.get(year=city.year + 1)
    assert last.is_confirmed
    assert last.document == f"云教党认〔{city.year + 1}〕3 号"
    assert last.confirmed_on <= timezone.localdate()
    assert not now.is_confirmed
    ahead = Meeting.objects.filter(held_on__gt=timezone.localdate())
    assert {meeting.status for meeting in ahead} == {MeetingStatus.PLANNED}
    assert not Meeting.objects.filter(entered_on__gt=timezone.localdate()).exists()


def test_organizations_outside_the_rate_each_have_their_reason(city):
    found = set(
        Assessment.objects.filter(cycle__year=city.year)
        .exclude(exclusion="")
        .values_list("exclusion", flat=True)
    )
    assert found >= {"new", "dissolved", "kind"}
    if timezone.localdate() > datetime.date(city.year + 1, 1, 20):
        assert "not_founded" in found


def test_kinds_of_management_come_from_the_affiliations(city):
    rows = set(
        Organization.objects.exclude(school=None).values_list(
            "school__place__name", "school__ownership", "jurisdiction__kind"
        )
    )
    kind, public, private = JurisdictionKind, Ownership.PUBLIC, Ownership.PRIVATE
    assert ("临溪县", private, kind.NON_PUBLIC_COMMITTEE) in rows
    assert ("安陵县", private, kind.LOCAL_COMMITTEE) in rows
    assert ("石渡县", private, kind.LOCAL_COMMITTEE) in rows
    assert ("柳塘县", private, kind.NON_PUBLIC_EDU_SUBCOMMITTEE) in rows
    assert ("云东区", public, kind.DEV_ZONE_EDU_SUBCOMMITTEE) in rows
    # Of the districts, only the outer towns of 滨河区 manage public schools themselves.
    towns = {r for r in rows if r[1] == public and r[2] == kind.TOWNSHIP_COMMITTEE}
    assert {place for place, _, _ in towns if place.endswith("区")} == {"滨河区"}
    # City-run schools stand in the districts and count for the bureau.
    assert any(r[0].endswith("区") and r[2] == kind.CITY_EDU_BUREAU for r in rows)
    for affiliation in Affiliation.objects.filter(end=None).select_related("organization")[:50]:
        assert affiliation.jurisdiction_id == affiliation.organization.jurisdiction_id


def test_the_register_is_plausible(city):
    schools = School.objects.count()
    kindergartens = School.objects.filter(stage=SchoolStage.KINDERGARTEN).count()
    assert schools >= 300
    assert kindergartens * 2 > schools
    assert Member.objects.count() > 2000
    assert not Member.objects.filter(organization__kind="general_branch").exists()
    person = Member.objects.first()
    assert person.id_number.startswith("9901")
    names = set(School.objects.values_list("name", flat=True))
    assert {"云岭市第一中学", "临溪县石板镇中心小学", "柳塘县竹园乡松林小学"} <= names


@pytest.mark.parametrize(
    ("username", "role", "scope"),
    [
        ("bureau", Role.MANAGER, "云岭市"),
        ("county", Role.EDITOR, "临溪县"),
        ("county_reviewer", Role.REVIEWER, "临溪县"),
        ("township", Role.EDITOR, "中共临溪县清溪镇委员会"),
        ("school", Role.EDITOR, "临溪县清溪镇初级中学"),
        ("viewer", Role.VIEWER, "云岭市"),
        ("auditor", Role.AUDITOR, "云岭市"),
        ("sysadmin", Role.SYSTEM, "云岭市"),
    ],
)
def test_each_account_has_its_scope(city, username, role, scope):
    user = User.objects.get(username=username)
    grant = Grant.objects.get(user=user)
    assert (grant.role, grant.jurisdiction.name) == (role, scope)
    assert not user.must_change_password


def test_township_and_school_see_their_own(city):
    def seen(username):
        user = User.objects.get(username=username)
        return (
            set(School.objects.visible_to(user).values_list("name", flat=True)),
            set(Organization.objects.visible_to(user).values_list("school__name", flat=True)),
        )

    schools, led = seen("school")
    assert schools == {"临溪县清溪镇初级中学"}
    assert led == {"临溪县清溪镇初级中学"}
    schools, led = seen("township")
    assert len(schools) >= 4
    assert all("清溪镇" in name for name in schools)
    assert len(led) >= 3


def test_a_city_is_not_generated_on_top_of_data(city):
    with pytest.raises(CommandError, match="已有数据"):
        call_command("demo", scale="small")


def test_members_are_on_the_move_and_in_step(city):
    today = timezone.localdate()
    states = set(Transfer.objects.values_list("state", flat=True))
    assert states == {"pending", "received", "returned", "recalled"}
    assert Transfer.objects.overdue_on(today).exists()
    assert Transfer.objects.filter(receiver=None).exists()
    assert Transfer.objects.filter(sender=None).exists()
    # Everybody belongs to one organization today, that of his own entry.
    present = Member.objects.active_on(today)
    belonging = Membership.objects.filter(end=None).values_list("member", "organization")
    assert dict(belonging) == dict(present.values_list("pk", "organization"))
    for kind, marked in (("lost", "is_lost_contact"), ("floating", "is_floating")):
        told = set(Situation.objects.filter(kind=kind, end=None).values_list("member", flat=True))
        assert told == set(Member.objects.filter(**{marked: True}).values_list("pk", flat=True))
    assert Member.objects.filter(left_kind="died").exists()
    moved = Transfer.objects.filter(state="received").exclude(sender=None).first()
    before = moved.closed_on - datetime.timedelta(days=1)
    assert moved.member in Member.objects.in_organization_on(moved.sender, before)
    assert moved.member in Member.objects.in_organization_on(moved.receiver, moved.closed_on)


# What no official has done in a city nobody has worked in yet.
BY_HAND = {
    "assessments": "Explanation OfficialResult Trial",
    "reports": "EditionWithdrawal KeptCounts SectionDraft",
    "schools": "ColumnChoice",
    "accounts": "Quota",
}
# States the city need not show: steps all filings of a year take on one day, what stands at
# other levels of the tree, and what is seldom met.
SELDOM = {
    "Assessment.body_kind": "city county school",
    "Assessment.stage": "teaching_point",
    "ResultChange.body_kind": "city county school",
    "ResultChange.verdict": "observed",
    "ResultChange.exclusion": "new dissolved not_founded kind",
    # The decision meets after the year is over; then the year before is confirmed.
    "Filing.state": "decided published",
    "Filing.verdict": "observed",
    "Urging.stage": "first second decision notice done",
    "Meeting.type": "monthly_work",
    "MemberEvaluation.own_grade": "excellent unqualified",
    "Post.kind": "mass_work",
    "Post.basis": "appointed",
    "Post.end_reason": "dissolved",
    "Member.education": "secondary",
    "Membership.beginning": "reorganized",
    "DevelopmentCase.education": "secondary",
    "DevelopmentCase.end_kind": "withdrawn cancelled died",
    "FormerName.kind": "committee general_branch joint_branch temporary_branch functional_branch",
    "School.stage": "teaching_point",
    "ImportBatch.status": "previewed discarded undone",
    "Revision.action": "change withdraw return",
}


# Repeat what stands in other records, of one county.
COPIES = {"EditionRow"}


def test_every_record_and_every_state_of_one_is_there(city):
    empty, missing = [], {}
    for model in (model for model in apps.get_models() if model._meta.app_label in APPS):
        rows = model._base_manager.order_by()
        if not rows.exists():
            empty.append(model.__name__)
            continue
        for field in model._meta.concrete_fields:
            if field.choices and not field.is_relation and model.__name__ not in COPIES:
                found = set(rows.values_list(field.name, flat=True).distinct())
                name = f"{model.__name__}.{field.name}"
                lacking = {str(value) for value, _ in field.flatchoices if value not in found}
                missing[name] = lacking - set(SELDOM.get(name, "").split())
    assert sorted(empty) == sorted(" ".join(BY_HAND.values()).split())
    assert {name: lacking for name, lacking in missing.items() if lacking} == {}


def test_a_committee_has_the_records_of_its_meeting_of_criticism(city):
    judged = Assessment.objects.filter(organization__kind="committee", cycle__year=city.year)
    scores = [one.scores["C6"] for one in judged.select_related("scorecard", "cycle")]
    assert any(score.points == score.of and score.inputs["talks"] for score in scores)
