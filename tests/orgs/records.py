"""Makers of members, meetings and assessments for the tests of pages."""

import datetime

from activities.models import Meeting
from assessments.models import Assessment, Cycle, Standard
from orgs.models import Member, Membership
from orgs.personal import lookup_hash


def make_member(name, organization, number=1, **kwargs):
    """Return a full member born in 1980 with his membership since before the register;
    `number` makes the invented ID number his own.
    """
    birth = kwargs.setdefault("birth_date", datetime.date(1980, 5, 6))
    id_number = f"990102{birth:%Y%m%d}{number:03d}X"
    kwargs.setdefault("sex", "male")
    kwargs.setdefault("status", "full")
    kwargs.setdefault("joined_on", datetime.date(2005, 7, 1))
    kwargs.setdefault("phone", "13912345678")
    member = Member.objects.create(
        name=name,
        organization=organization,
        id_number=id_number,
        id_hash=lookup_hash(f"{id_number}{number}"),
        **kwargs,
    )
    Membership.objects.create(
        member=member, organization=organization, end=member.left_on, beginning="opened"
    )
    return member


def make_meeting(organization, held_on=datetime.date(2026, 3, 5), **kwargs):
    """Return a valid theme day."""
    values = {
        "type": "theme_day",
        "counts_for_year": held_on.year,
        "topic": "学习党章",
        "chair": "王海涛",
        "recorder": "李倩",
        "due": 10,
        "present": 8,
        "entered_on": held_on,
    }
    return Meeting.objects.create(organization=organization, held_on=held_on, **values | kwargs)


def make_cycle(year, state="confirmed"):
    """Return a cycle by an empty standard."""
    standard, _ = Standard.objects.get_or_create(
        slug="test",
        version="1",
        defaults={"name": "测试标准", "pass_line": 85, "near_line": 75, "model_line": 95},
    )
    return Cycle.objects.create(
        year=year,
        standard=standard,
        state=state,
        check_date=datetime.date(year, 12, 31),
        records_until=datetime.date(year + 1, 3, 31),
    )


def make_assessment(cycle, organization, final="90.00", verdict="compliant", **kwargs):
    """Return what `organization` reached in `cycle`."""
    kwargs.setdefault("jurisdiction", organization.jurisdiction)
    return Assessment.objects.create(
        cycle=cycle,
        organization=organization,
        body_kind=organization.jurisdiction.kind,
        kind=organization.kind,
        final=final,
        verdict=verdict,
        computed_verdict=verdict,
        **kwargs,
    )
