"""The two coverages of schools (两个覆盖): by an organization, and by work at least.

A school is covered by organization (组织覆盖) with one of its own or a joint branch; by work
(工作覆盖) with that, or an instructor or a mass organization. One that has three full members
and no organization of its own should have one (应建未建; 支部工作条例 Art. 4).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q
from django.db.models.functions import Coalesce

from orgs.models import Member, MemberStatus, Organization, OrgKind
from supervision.models import Instructor, MassOrganization

# Full members from which a school has an organization of its own.
OWN = 3
TEMPORARY = (OrgKind.TEMPORARY_BRANCH, OrgKind.FUNCTIONAL_BRANCH)


class Covered(StrEnum):
    """How a school is covered."""

    OWN = "本校党组织"
    JOINT = "联合党支部"
    WORK = "只有工作覆盖"
    NONE = "没有覆盖"


@dataclass(frozen=True)
class Coverage:
    """Schools by their keys: who covers them on one day, and their full members.

    Whole city, whatever the scope: a school may be covered by an organization of another
    body. Only that it is covered is told of it.
    """

    own: frozenset[int]
    joint: frozenset[int]
    instructors: frozenset[int]
    mass: frozenset[int]
    registered: dict[int, int]
    full: dict[int, int]

    @classmethod
    def read(cls, day: datetime.date) -> Coverage:
        """Read the coverage of `day`; five queries."""
        alive = Organization.objects.active_on(day).exclude(kind__in=TEMPORARY).order_by()
        through = Organization.covered_schools.through.objects
        members = (
            Member.objects.active_on(day)
            .order_by()
            .values_list(Coalesce("school_id", "organization__school_id"))
            .annotate(n=Count("pk"), full=Count("pk", filter=Q(status=MemberStatus.FULL)))
        )
        counted = [row for row in members if row[0] is not None]
        return cls(
            frozenset(alive.exclude(school=None).values_list("school", flat=True)),
            frozenset(
                through.filter(organization__in=alive.values("pk")).values_list("school", flat=True)
            ),
            frozenset(Instructor.objects.on(day).order_by().values_list("school", flat=True)),
            frozenset(MassOrganization.objects.on(day).order_by().values_list("school", flat=True)),
            {school: n for school, n, _ in counted},
            {school: full for school, _, full in counted},
        )

    def of(self, school: int) -> Covered:
        """Return how a school is covered."""
        if school in self.own:
            return Covered.OWN
        if school in self.joint:
            return Covered.JOINT
        by_work = school in self.instructors or school in self.mass
        return Covered.WORK if by_work else Covered.NONE

    def members(self, school: int, declared: int | None) -> int:
        """Return the full members of a school: of the register, else as the school declares."""
        return self.full.get(school, 0) if self.registered.get(school) else declared or 0

    def is_due(self, school: int, declared: int | None) -> bool:
        """Tell whether a school has none of its own although it should (应建未建)."""
        return school not in self.own and self.members(school, declared) >= OWN
