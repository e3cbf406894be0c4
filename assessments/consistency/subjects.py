"""The kinds of records checks are about."""

from activities.models import Meeting
from assessments.consistency.base import Subject
from orgs.models import Member, Organization
from orgs.naming import organization_key
from schools.models import Jurisdiction, School
from schools.naming import fold

ORGANIZATION = Subject(
    model=Organization,
    noun="党组织",
    counter="个",
    url="organization",
    name=lambda one: one.short_name,
    holder=lambda one: one,
    path="jurisdiction__path",
    order="name",
    search={"name": fold, "name_key": organization_key, "school__name_key": fold},
    related=("school", "jurisdiction"),
)
SCHOOL = Subject(
    model=School,
    noun="学校",
    counter="所",
    url="school",
    name=lambda one: one.name,
    holder=lambda one: one,
    path="jurisdiction__path",
    order="name",
    search={"name_key": fold, "short_name": fold},
    related=("jurisdiction",),
    note=lambda one: one.town,
)
MEMBER = Subject(
    model=Member,
    noun="党员",
    counter="人",
    url="member",
    name=lambda one: one.name,
    holder=lambda one: one.organization,
    path="organization__jurisdiction__path",
    order="name",
    search={"name": fold, "organization__name_key": organization_key},
    related=("organization__jurisdiction", "organization__school", "school"),
    note=lambda one: one.organization.short_name,
)
MEETING = Subject(
    model=Meeting,
    noun="会议",
    counter="次",
    url="meeting",
    name=lambda one: f"{one.held_on:%Y-%m-%d} {one.get_type_display()}",
    holder=lambda one: one.organization,
    path="organization__jurisdiction__path",
    order="held_on",
    search={"topic": str.strip, "organization__name_key": organization_key},
    related=("organization__jurisdiction",),
    note=lambda one: one.organization.short_name,
)


class _Unit:
    """A reporting unit lies with itself."""

    def __init__(self, unit: Jurisdiction):
        self.jurisdiction = unit


UNIT = Subject(
    model=Jurisdiction,
    noun="统计单元",
    counter="个",
    url="unit",
    name=lambda one: one.label,
    holder=_Unit,
    path="path",
    order="unit_order",
    search={"name": fold, "unit_name": fold},
)
