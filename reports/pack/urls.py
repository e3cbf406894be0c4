"""Addresses of the pack."""

from django.urls import path

from reports.pack import views

urlpatterns = [
    path("", views.pack, name="pack"),
    path("progress/<uuid:job>/", views.progress, name="pack_progress"),
]
