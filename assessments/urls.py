"""Addresses of the pages of `assessments`."""

from django.urls import path

from assessments import views

urlpatterns = [
    path("organizations/<int:pk>/scorecard/", views.scorecard, name="scorecard"),
    path("standard/", views.standard, name="standard"),
    path("standard/versions/", views.versions, name="standard_versions"),
    path("standard/versions/<int:pk>/file/", views.version_file, name="standard_file"),
    path("standard/differences/", views.version_differences, name="standard_differences"),
    *views.DraftPages.urls("standard/drafts/"),
    path("standard/<str:code>/", views.indicator, name="indicator"),
    path("consistency/", views.consistency, name="consistency"),
    path("consistency/<slug:code>/", views.FindingList.as_view(), name="findings"),
    path("consistency/<slug:code>/<int:pk>/", views.explain, name="explain"),
    path("cycles/", views.cycles, name="cycles"),
    path("cycles/<int:year>/score/", views.score_cycle, name="cycle_score"),
    path("cycles/<int:year>/confirm/", views.confirm_cycle, name="cycle_confirm"),
    path("cycles/<int:year>/standard/", views.cycle_standard, name="cycle_standard"),
]
