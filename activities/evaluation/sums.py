"""Whom the evaluation of a year is about, and what it came to: counts, never names."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, FilteredRelation, Q

from activities.models import Grade, MemberEvaluation
from orgs.members.days import confirmed_by, suspended_on
from orgs.models import Member, MemberStatus, Organization, OrgKind, covers

# Evaluation concerns branches and joint branches (docs/readings.md, 11).
KINDS = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)
# 优秀 at most a third of those evaluated (党员教育管理工作条例 Art. 18 as practised).
EXCELLENT_PART = 3


def reference_day(year: int, today: datetime.date) -> datetime.date:
    """Return the day whose members a year's evaluation is about: its last, or today."""
    return min(datetime.date(year, 12, 31), today)


def members_of(organization: Organization, year: int, today: datetime.date) -> list[Member]:
    """Return the members to evaluate: those of the day, and any with a result on record.

    Whose membership was stopped on the day takes no part.
    """
    day = reference_day(year, today)
    there = Member.objects.in_organization_on(organization, day)
    then = there.exclude(suspended_on(day, "pk")).values("pk")
    rated = MemberEvaluation.objects.filter(organization=organization, year=year).values("member")
    rows = Member.objects.filter(Q(pk__in=then) | Q(pk__in=rated))
    return list(rows.defer("id_number", "phone").order_by("employment", "name", "pk"))


def is_graded(member: Member, day: datetime.date) -> bool:
    """Tell whether a member is given a grade: those confirmed by `day`."""
    if member.status == MemberStatus.PROBATIONARY:
        return False
    return member.confirmed_on is None or member.confirmed_on <= day


def most_excellent(evaluated: int) -> int:
    """Return how many 优秀 are allowed among `evaluated` members."""
    return evaluated // EXCELLENT_PART


@dataclass(frozen=True, slots=True)
class Sums:
    """The evaluation of one organization and year in numbers."""

    rows: int = 0
    took_part: int = 0
    graded: int = 0
    excellent: int = 0
    qualified: int = 0
    basic: int = 0
    unqualified: int = 0

    @property
    def too_many(self) -> bool:
        """Whether 优秀 are more than a third of those given a grade."""
        return self.excellent > most_excellent(self.graded)


def sums_by_organization(organizations: Collection[int], year: int) -> dict[int, Sums]:
    """Return the numbers of `year` by organization; one query."""
    counts = {grade.name.lower(): Count("pk", filter=Q(grade=grade)) for grade in Grade}
    rows = (
        MemberEvaluation.objects.filter(organization__in=organizations, year=year)
        .order_by()
        .values("organization")
        .annotate(
            rows=Count("pk"),
            took_part=Count("pk", filter=Q(took_part=True)),
            graded=Count("pk", filter=~Q(grade="")),
            **counts,
        )
    )
    names = ("rows", "took_part", "graded", *counts)
    return {
        organization: Sums(**dict(zip(names, numbers, strict=True)))
        for organization, *numbers in rows.values_list("organization", *names)
    }


def full_members(organizations: Collection[int], day: datetime.date) -> dict[int, int]:
    """Return how many full members each organization had on `day`; one query."""
    rows = (
        Organization.objects.filter(pk__in=organizations)
        .annotate(
            belonging=FilteredRelation(
                "memberships",
                condition=Q(memberships__withdrawn_at=None) & covers(day, "memberships__"),
            )
        )
        .order_by()
        .values("pk")
        .annotate(
            n=Count(
                "belonging__member",
                filter=Q(belonging__member__withdrawn_at=None)
                & confirmed_by(day, "belonging__member__")
                & ~suspended_on(day, "belonging__member"),
                distinct=True,
            ),
            key=F("pk"),
        )
    )
    return {row["key"]: row["n"] for row in rows}
