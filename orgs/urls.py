"""Addresses of the pages of `orgs`."""

from django.urls import path

from orgs import act_pages, views
from orgs.development import acts
from orgs.development.pages import CasePages, ReviewPages
from orgs.development.views import CaseList, case
from orgs.pages import OrganizationPages, PostPages, TermPages

urlpatterns = [
    path("schools/<int:pk>/", views.school, name="school"),
    path("organizations/", views.OrganizationList.as_view(), name="organizations"),
    path("organizations/<int:pk>/", views.organization, name="organization"),
    *OrganizationPages.urls("organizations/"),
    *TermPages.urls("terms/"),
    *PostPages.urls("posts/"),
    *act_pages.urls(),
    path("members/", views.MemberList.as_view(), name="members"),
    path("members/<int:pk>/", views.member, name="member"),
    path("development/", CaseList.as_view(), name="development_cases"),
    path("development/<int:pk>/", case, name="development_case"),
    *CasePages.urls("development/"),
    *acts.urls("development/"),
    *ReviewPages.urls("activist-reviews/"),
    path("search/", views.search, name="search"),
]
