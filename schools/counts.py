"""Counts of organizations and members by school and by managing body.

Both stand on the floor above; they are reached by the names of the relations that point
at schools and bodies, so that this floor imports nothing from there.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from schools.models import Jurisdiction, School


def _alive(prefix: str, day: datetime.date) -> Q:
    """Return the condition that the organization under `prefix` is not dissolved on `day`."""
    dissolved = f"{prefix}__dissolved_on"
    kept = Q(**{f"{prefix}__withdrawn_at": None})
    return kept & (Q(**{dissolved: None}) | Q(**{f"{dissolved}__gt": day}))


def _present(prefix: str, day: datetime.date) -> Q:
    """Return the condition that the member under `prefix` has not left on `day`."""
    left = f"{prefix}__left_on"
    kept = Q(**{f"{prefix}__withdrawn_at": None})
    return kept & (Q(**{left: None}) | Q(**{f"{left}__gt": day}))


def add_counts(schools: Collection[Any], day: datetime.date) -> None:
    """Give each `School` its `organization_count`, `covering_count` and `registered_count`."""

    def counted(relation: str, condition: Q) -> dict[int, int]:
        return dict(
            School.objects.filter(pk__in=[school.pk for school in schools])
            .order_by()
            .annotate(n=Count(relation, filter=condition))
            .values_list("pk", "n")
        )

    own = counted("organization", _alive("organization", day))
    covering = counted("covering_organizations", _alive("covering_organizations", day))
    members = counted("organization__members", _present("organization__members", day))
    for school in schools:
        school.organization_count = own.get(school.pk, 0)
        school.covering_count = covering.get(school.pk, 0)
        school.registered_count = members.get(school.pk, 0)


def has_organization(day: datetime.date, relation: str = "organization") -> Exists:
    """Return the condition that a school has an organization by `relation` on `day`."""
    return Exists(
        School.objects.filter(
            _alive(relation, day), pk=OuterRef("pk"), **{f"{relation}__isnull": False}
        )
    )


def subtree_counts(user, day: datetime.date) -> dict[str, tuple[int, int, int]]:
    """Return schools, organizations and members by path of each managing body that has
    any, as far as `user` sees: three grouped queries for the whole tree.
    """
    bodies = Jurisdiction.objects.visible_to(user).order_by()

    def counted(relation: str, condition: Q) -> dict[str, int]:
        return dict(
            bodies.filter(condition, **{f"{relation}__isnull": False})
            .annotate(n=Count(relation))
            .values_list("path", "n")
        )

    running = Q(school__closed_on=None) | Q(school__closed_on__gt=day)
    schools = counted("school", running & Q(school__withdrawn_at=None))
    organizations = counted("organization", _alive("organization", day))
    members = counted("organization__members", _present("organization__members", day))
    return {
        path: (schools.get(path, 0), organizations.get(path, 0), members.get(path, 0))
        for path in schools.keys() | organizations.keys() | members.keys()
    }
