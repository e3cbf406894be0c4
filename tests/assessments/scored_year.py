"""Makers of a year of records and its scores: 2025 by the standard that is delivered."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Meeting, MeetingType
from assessments.facts import collect_facts
from assessments.models import Assessment, IndicatorTally, ReviewedScore, Scorecard
from assessments.rules import RULES
from orgs.models import Member, Membership, MemberStatus, Post, PostKind, Term
from tests.assessments.facts_maker import indicators
from tests.conftest import make_organization

D = datetime.date
REVIEWED = [code for code in RULES if code not in ("A1", "A2", "A3", "B1", "B4", "C1", "C2")]
LATER = D(2026, 10, 31)


def meeting(organization, kind, day, due=10, present=10, **changes):
    values = {
        "organization": organization,
        "type": kind,
        "held_on": day,
        "counts_for_year": 2025,
        "topic": "学习会议精神",
        "chair": "赵文清",
        "recorder": "李芳",
        "due": due,
        "present": present,
        "entered_on": day,
        **changes,
    }
    return Meeting(**values)


def year_of_meetings(organization):
    """Return a year of meetings with nothing missing."""
    rows = []
    for month in range(1, 13):
        rows.append(meeting(organization, MeetingType.BRANCH_COMMITTEE, D(2025, month, 8)))
        rows.append(meeting(organization, MeetingType.THEME_DAY, D(2025, month, 10)))
        if month % 3 == 0:
            rows.append(meeting(organization, MeetingType.MEMBER_ASSEMBLY, D(2025, month, 20)))
            rows.append(meeting(organization, MeetingType.LECTURE, D(2025, month, 21)))
    for kind in (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE, MeetingType.MEMBER_EVALUATION):
        rows.append(meeting(organization, kind, D(2026, 2, 5)))
    rows[0].studies_party_building = rows[-7].studies_party_building = True
    return rows


def make_good(name, jurisdiction, cycle, **kwargs):
    """Return an organization that reaches every point records and reviews can give."""
    kwargs = {"declared_members": 10, "has_committee": True, "fixed_day": "10", **kwargs}
    organization = make_organization(name, jurisdiction, **kwargs)
    Term.objects.create(organization=organization, elected_on=D(2024, 5, 1))
    Post.objects.bulk_create(
        Post(organization=organization, kind=kind, holder=holder, start=D(2024, 5, 1))
        for kind, holder in (
            (PostKind.SECRETARY, "赵文清"),
            (PostKind.ORGANIZATION, "李芳"),
            (PostKind.PUBLICITY, "王强"),
            (PostKind.DISCIPLINE, "孙梅"),
            (PostKind.YOUTH, "周杰"),
        )
    )
    Meeting.objects.bulk_create(year_of_meetings(organization))
    ReviewedScore.objects.bulk_create(
        ReviewedScore(
            cycle=cycle,
            organization=organization,
            code=code,
            points=indicators()[code]["points"],
            reason="材料齐全",
        )
        for code in REVIEWED
    )
    return organization


def facts_of(cycle, organization, as_of=LATER):
    return next(iter(collect_facts(cycle, [organization], as_of)))


def result(organization):
    return Assessment.objects.get(organization=organization)


def member(organization, name, **changes):
    number = f"99012119800101{Member.objects.count():04d}"
    values = {"sex": "male", "birth_date": D(1980, 1, 1), "status": MemberStatus.FULL, **changes}
    person = Member.objects.create(
        organization=organization, name=name, id_number=number, id_hash=number, **values
    )
    Membership.objects.create(
        member=person, organization=organization, end=person.left_on, beginning="opened"
    )
    return person


def transfer(person, receiver, day):
    """Move a member as a transfer received on `day` does."""
    person.memberships.update(end=day)
    Membership.objects.create(
        member=person, organization=receiver, start=day, beginning="transferred"
    )
    Member.objects.filter(pk=person.pk).update(organization=receiver)


def stored_rows():
    return (
        list(Assessment.objects.order_by("pk").values()),
        list(Scorecard.objects.order_by("pk").values()),
        list(
            IndicatorTally.objects.order_by("jurisdiction_id", "place_id", "code").values_list(
                *(f.name for f in IndicatorTally._meta.concrete_fields if not f.primary_key)
            )
        ),
    )


def stored_tallies():
    rows = IndicatorTally.objects.values_list(
        "jurisdiction", "place", "code", "due", "organizations", "losing", "pending", "earned"
    )
    return sorted(rows)


def queries(function):
    with CaptureQueriesContext(connection) as captured:
        function()
    return len(captured)
