"""Addresses of the pages of `schools`."""

from django.urls import path

from schools import picking, views, views_filters, views_users
from schools.bulk import BulkChange
from schools.pages import SchoolPages

urlpatterns = [
    path("schools/", views.SchoolList.as_view(), name="schools"),
    path("schools/bulk/", BulkChange.of(views.SchoolList, SchoolPages), name="school_bulk"),
    *SchoolPages.urls("schools/"),
    path("pick/<slug:slug>/", picking.offers, name="pick"),
    path("jurisdictions/", views.jurisdictions, name="jurisdictions"),
    path("filters/", views_filters.saved_filters, name="saved_filters"),
    path("filters/<int:pk>/", views_filters.change_filter, name="saved_filter_change"),
    path("filters/<int:pk>/delete/", views_filters.delete_filter, name="saved_filter_delete"),
    path("users/", views_users.UserList.as_view(), name="users"),
    path("users/new/", views_users.NewUser.as_view(), name="user_new"),
    path("users/<int:pk>/", views_users.UserPage.as_view(), name="user"),
    path("users/<int:pk>/reset/", views_users.ResetPassword.as_view(), name="user_reset"),
    path("users/<int:pk>/active/", views_users.SetActive.as_view(), name="user_active"),
    path("users/<int:pk>/grants/", views_users.AddGrant.as_view(), name="grant_add"),
    path(
        "users/<int:pk>/grants/<int:grant>/remove/",
        views_users.RemoveGrant.as_view(),
        name="grant_remove",
    ),
]
