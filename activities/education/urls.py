"""Addresses of the pages of education."""

from django.urls import path

from activities.education import views
from activities.education.lists import HoursList, PlanList, TrainingList
from activities.education.pages import CoursePages, PlanPages, TrainingMembers, TrainingPages

urlpatterns = [
    path("training/hours/", HoursList.as_view(), name="training_hours"),
    path("training/hours/<int:pk>/", views.organization, name="organization_training"),
    path("training/plans/", PlanList.as_view(), name="training_plans"),
    *PlanPages.urls("training/plans/"),
    *CoursePages.urls("training/courses/"),
    path("training/", TrainingList.as_view(), name="trainings"),
    *TrainingPages.urls("training/classes/"),
    TrainingMembers.url("training/classes/"),
]
