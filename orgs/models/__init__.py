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
from orgs.models.members import (
    Beginning,
    Education,
    Employment,
    ExitKind,
    Member,
    MemberQuerySet,
    Membership,
    MemberStatus,
    Sex,
    Situation,
    SituationKind,
    covers,
)
from orgs.models.organizations import (
    ASSESSED_KINDS,
    Affiliation,
    Organization,
    OrganizationQuerySet,
    OrgKind,
)
from orgs.models.past import Coverage, FormerName
from orgs.models.tenure import Post, PostBasis, PostEnd, PostKind, Term, add_months, add_years
from orgs.models.transfers import OPEN_DAYS, Transfer, TransferState

__all__ = [
    "ASSESSED_KINDS",
    "ActivistReview",
    "Affiliation",
    "BackboneLevel",
    "Beginning",
    "CaseEnd",
    "Coverage",
    "DevStage",
    "DevelopmentCase",
    "DevelopmentCheck",
    "Education",
    "Employment",
    "ExitKind",
    "FormerName",
    "Member",
    "MemberQuerySet",
    "MemberStatus",
    "Membership",
    "OPEN_DAYS",
    "OrgKind",
    "Organization",
    "OrganizationQuerySet",
    "Post",
    "PostBasis",
    "PostEnd",
    "PostKind",
    "Recommendation",
    "Sex",
    "Situation",
    "SituationKind",
    "Term",
    "Transfer",
    "TransferState",
    "add_months",
    "add_years",
    "covers",
]
