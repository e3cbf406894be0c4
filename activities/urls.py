"""Addresses of the pages of `activities`."""

from django.urls import path

from activities import views

urlpatterns = [
    path("meetings/", views.MeetingList.as_view(), name="meetings"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
]
