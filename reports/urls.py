"""Addresses of the pages of `reports`."""

from django.urls import URLPattern, path

from reports import report_views

# Home, rates, the page of one unit, and the organizations behind a figure.
FIGURES: list[URLPattern] = []

# Reports: the official tables.
REPORTS: list[URLPattern] = [
    path("reports/", report_views.report_index, name="reports"),
    path("reports/<slug:slug>/", report_views.report_page, name="report"),
]

urlpatterns = FIGURES + REPORTS
