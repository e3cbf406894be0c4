"""Addresses of the pages of `reports`."""

from django.urls import URLPattern, URLResolver, include, path

from reports import display, report_views, views_fill, views_home, views_lists, views_rates
from reports.duties import lists as duties
from reports.duties import views as work
from reports.movement.views import movement_organizations
from reports.writing import pages as sections
from reports.writing import views as writing
from reports.writing.numbers import NumberPages

# Home, rates, the page of one unit, and the organizations behind a figure.
FIGURES: list[URLPattern] = [
    path("", views_home.home, name="home"),
    path("agenda/", views_home.home_agenda, name="home_agenda"),
    path("display/", display.display, name="display"),
    path("rates/", views_rates.rates, name="rates"),
    path("rates/organizations/", views_lists.AssessmentList.as_view(), name="rates_organizations"),
    path("rates/waiting/<slug:slug>/", views_lists.WaitingList.as_view(), name="waiting"),
    path("rates/<int:pk>/", views_rates.unit, name="unit"),
]

# What a person has to do, and what he was reminded of.
WORK: list[URLPattern] = [
    path("work/", work.work, name="work"),
    path("work/handover/", work.handover, name="handover"),
    path("work/reminders/", duties.ReminderList.as_view(), name="reminders"),
]

# Documents written from the data.
WRITING: list[URLPattern] = [
    path("writing/", writing.report, name="writing"),
    path("writing/results/", writing.results, name="writing_results"),
    *NumberPages.urls("writing/results/number/"),
    path("writing/rectification/", writing.rectify_list, name="writing_rectify_list"),
    path("writing/rectification/<int:pk>/", writing.rectify, name="writing_rectify"),
    *sections.urls("writing/sections/"),
    path("writing/figures/", writing.figure_list, name="writing_figures"),
    path("writing/figure/", writing.figure, name="writing_figure"),
]

# Reports: the official tables.
REPORTS: list[URLPattern | URLResolver] = [
    path("reports/", report_views.report_index, name="reports"),
    path("reports/movement/organizations/", movement_organizations, name="movement_organizations"),
    path("reports/editions/", include("reports.editions.urls")),
    path("reports/pack/", include("reports.pack.urls")),
    path("reports/<slug:slug>/", report_views.report_page, name="report"),
    path("reports/<slug:slug>/fill/", views_fill.fill_page, name="report_fill"),
]

urlpatterns = FIGURES + WORK + WRITING + REPORTS
