"""Addresses of the pages of `orgs`."""

from django.urls import path

from orgs import act_pages, views
from orgs.development import acts as case_acts
from orgs.development.pages import CasePages, ReviewPages
from orgs.development.quotas import QuotaList, QuotaPages
from orgs.development.views import CaseList, case
from orgs.groups.pages import GroupPages, groups
from orgs.members import acts as member_acts
from orgs.members.pages import AdmissionPages, ArrivalPages, ContactPages, MemberPages
from orgs.pages import (
    AffiliationPages,
    CoveragePages,
    FormerNamePages,
    OrganizationPages,
    PostPages,
    TermPages,
)
from orgs.terms.views import TermList
from orgs.transfers import acts as transfer_acts
from orgs.transfers.acts import Send
from orgs.transfers.pages import TransferPages
from orgs.transfers.views import TransferList, transfer
from schools.bulk import BulkChange

urlpatterns = [
    path("schools/<int:pk>/", views.school, name="school"),
    path("organizations/", views.OrganizationList.as_view(), name="organizations"),
    path(
        "organizations/bulk/",
        BulkChange.of(views.OrganizationList, OrganizationPages),
        name="organization_bulk",
    ),
    path("organizations/<int:pk>/", views.organization, name="organization"),
    *OrganizationPages.urls("organizations/"),
    path("terms/", TermList.as_view(), name="terms"),
    *TermPages.urls("terms/"),
    *PostPages.urls("posts/"),
    *FormerNamePages.urls("former-names/"),
    *AffiliationPages.urls("affiliations/"),
    *CoveragePages.urls("coverages/"),
    path("organizations/<int:pk>/groups/", groups, name="organization_groups"),
    *GroupPages.urls("groups/"),
    *act_pages.urls(),
    path("members/", views.MemberList.as_view(), name="members"),
    path("members/bulk/", BulkChange.of(views.MemberList, MemberPages), name="member_bulk"),
    path("members/unmasked/", views.UnmaskedMembers.as_view(), name="members_unmasked"),
    path("members/<int:pk>/", views.member, name="member"),
    path("members/<int:pk>/reveal/", views.reveal, name="member_reveal"),
    path("development/", CaseList.as_view(), name="development_cases"),
    path("development/<int:pk>/", case, name="development_case"),
    *CasePages.urls("development/"),
    *case_acts.urls("development/"),
    *ReviewPages.urls("activist-reviews/"),
    path("development-quotas/", QuotaList.as_view(), name="development_quotas"),
    *QuotaPages.urls("development-quotas/"),
    path("members/admit/", AdmissionPages().new, name="member_admit"),
    path("members/arrive/", ArrivalPages().new, name="member_arrive"),
    *MemberPages.urls("members/"),
    *member_acts.urls("members/"),
    *ContactPages.urls("contacts/"),
    Send.url("members/"),
    path("transfers/", TransferList.as_view(), name="transfers"),
    path("transfers/<int:pk>/", transfer, name="transfer"),
    *TransferPages.urls("transfers/"),
    *transfer_acts.urls("transfers/"),
    path("search/", views.search, name="search"),
    path("search/id/", views.look_up_id, name="look_up_id"),
]
