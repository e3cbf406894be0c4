"""Addresses of the pages of `reports`."""

from django.urls import URLPattern

# Home, rates, the page of one unit, and the organizations behind a figure.
FIGURES: list[URLPattern] = []

# Reports: the official tables.
REPORTS: list[URLPattern] = []

urlpatterns = FIGURES + REPORTS
