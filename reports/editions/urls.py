"""Addresses of sealed editions."""

from django.urls import path

from reports.editions import views, views_acts, views_documents, views_lists

urlpatterns = [
    path("", views.editions, name="editions"),
    path("new/", views_acts.new, name="edition_new"),
    path("check/", views_acts.check, name="edition_check"),
    path("<str:code>/", views.edition, name="edition"),
    path("<str:code>/tables/<slug:key>/", views.table, name="edition_table"),
    path("<str:code>/documents/<slug:key>/", views_documents.document, name="edition_document"),
    path(
        "<str:code>/organizations/",
        views_lists.EditionRowList.as_view(),
        name="edition_organizations",
    ),
    path("<str:code>/changes/", views.changes, name="edition_changes"),
    path("<str:code>/compare/", views.compare, name="edition_compare"),
    path("<str:code>/withdraw/", views_acts.withdraw_page, name="edition_withdraw"),
]
