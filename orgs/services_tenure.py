"""Writing terms and posts: elections, extensions, by-elections, appointments, leaving."""

from __future__ import annotations

import datetime

from django.db.models import Q

from orgs.models import Member, Organization


def find_member(
    organization: Organization, name: str, day: datetime.date | None = None
) -> Member | None:
    """Return the only member called `name` of the organization or one below it; else None."""
    rows = Member.objects.filter(
        Q(organization=organization) | Q(organization__parent=organization), name=name
    )
    if day is not None:
        rows = rows.active_on(day)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None
