"""Addresses of the pages of `accounts`."""

from django.urls import path

urlpatterns: list[path] = []
