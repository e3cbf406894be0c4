"""Grassroots Party organizations, their terms and posts, and their members."""

from orgs.models.members import Education, Employment, Member, MemberQuerySet, MemberStatus, Sex
from orgs.models.organizations import (
    ASSESSED_KINDS,
    Affiliation,
    Organization,
    OrganizationQuerySet,
    OrgKind,
)
from orgs.models.tenure import Post, PostKind, Term, add_years

__all__ = [
    "ASSESSED_KINDS",
    "Affiliation",
    "Education",
    "Employment",
    "Member",
    "MemberQuerySet",
    "MemberStatus",
    "OrgKind",
    "Organization",
    "OrganizationQuerySet",
    "Post",
    "PostKind",
    "Sex",
    "Term",
    "add_years",
]
