"""Addresses: each app tells its own."""

from django.urls import include, path

from partybuild import views

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("sheets.urls")),
    path("", include("schools.urls")),
    path("", include("orgs.urls")),
    path("", include("activities.urls")),
    path("", include("supervision.urls")),
    path("", include("assessments.urls")),
    path("", include("reports.urls")),
    path("help/", views.manual, name="help"),
    path("help/<slug:slug>/", views.chapter, name="help_chapter"),
]

handler403 = "partybuild.errors.permission_denied"
handler404 = "partybuild.errors.not_found"
handler500 = "partybuild.errors.server_error"
