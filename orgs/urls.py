"""Addresses of the pages of `orgs`."""

from django.urls import path

from orgs import act_pages, views
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
    path("search/", views.search, name="search"),
]
