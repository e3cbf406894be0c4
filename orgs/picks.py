"""Organizations chosen by name in forms."""

from __future__ import annotations

from django.db.models import Q

from orgs.models import Organization
from schools.picking import Pick, register

ORGANIZATIONS = register(
    Pick(
        "organizations",
        Organization,
        ("name", "short_name", "name_key"),
        "short_name",
        "jurisdiction.short_name",
        ("jurisdiction",),
        only=Q(dissolved_on=None),
    )
)
