"""Organizations and members chosen by name in forms."""

from __future__ import annotations

from django.db.models import Q

from orgs.models import Member, Organization
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
MEMBERS = register(
    Pick(
        "members",
        Member,
        ("name", "pinyin"),
        "name",
        "organization.short_name",
        ("organization",),
        only=Q(left_on=None),
    )
)
