"""Addresses of the pages of `sheets`."""

from django.urls import path

from sheets import views, views_templates

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/progress/<uuid:job>/", views.import_progress, name="import_progress"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/templates/<slug:kind>/", views_templates.template, name="import_template"),
    path("imports/<int:pk>/", views.import_batch, name="import_batch"),
    path("imports/<int:pk>/errors/", views.import_errors, name="import_errors"),
    path("imports/<int:pk>/undo/", views.import_undo, name="import_undo"),
]
