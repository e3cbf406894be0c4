"""Addresses of the pages of `sheets`."""

from django.urls import path

urlpatterns: list[path] = []
