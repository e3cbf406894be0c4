"""Addresses of the pages of `orgs`."""

from django.urls import path

urlpatterns: list[path] = []
