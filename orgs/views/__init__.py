"""Pages of `orgs`: organizations, members, one school, and search."""

from orgs.views.members import MemberList, member
from orgs.views.organization_page import organization
from orgs.views.organizations import OrganizationList
from orgs.views.personal_numbers import UnmaskedMembers, reveal
from orgs.views.schools import school
from orgs.views.searching import look_up_id, search

__all__ = [
    "MemberList",
    "OrganizationList",
    "UnmaskedMembers",
    "look_up_id",
    "member",
    "organization",
    "reveal",
    "school",
    "search",
]
