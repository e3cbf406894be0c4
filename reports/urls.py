"""Addresses of the pages of `reports`."""

from django.urls import path

urlpatterns: list[path] = []
