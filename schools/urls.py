"""Addresses of the pages of `schools`."""

from django.urls import path

urlpatterns: list[path] = []
