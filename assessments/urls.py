"""Addresses of the pages of `assessments`."""

from django.urls import path

urlpatterns: list[path] = []
