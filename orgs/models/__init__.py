"""Grassroots Party organizations, their terms and posts, and their members."""

from orgs.models.development import (
    ActivistReview,
    BackboneLevel,
    CaseEnd,
    DevelopmentCase,
    DevelopmentCheck,
    DevStage,
    Recommendation,
)
from orgs.models.members import Education, Employment, Member, MemberQuerySet, MemberStatus, Sex
from orgs.models.organizations import (
    ASSESSED_KINDS,
    Affiliation,
    Organization,
    OrganizationQuerySet,
    OrgKind,
)
from orgs.models.past import Coverage, FormerName
from orgs.models.tenure import Post, PostBasis, PostEnd, PostKind, Term, add_years

__all__ = [
    "ASSESSED_KINDS",
    "ActivistReview",
    "Affiliation",
    "BackboneLevel",
    "CaseEnd",
    "Coverage",
    "DevStage",
    "DevelopmentCase",
    "DevelopmentCheck",
    "Education",
    "Employment",
    "FormerName",
    "Member",
    "MemberQuerySet",
    "MemberStatus",
    "OrgKind",
    "Organization",
    "OrganizationQuerySet",
    "Post",
    "PostBasis",
    "PostEnd",
    "PostKind",
    "Recommendation",
    "Sex",
    "Term",
    "add_years",
]
