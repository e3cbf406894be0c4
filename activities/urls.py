"""Addresses of the pages of `activities`."""

from django.urls import path

urlpatterns: list[path] = []
