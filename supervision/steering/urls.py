"""Addresses of leading groups, plans, work meetings and inspections."""

from django.urls import path

from supervision.steering import views
from supervision.steering.pages import groups, inspections, meetings, plans

urlpatterns = [
    path("leading-groups/", views.GroupList.as_view(), name="leading_groups"),
    *groups.GroupPages.urls("leading-groups/"),
    *groups.GroupMeetingPages.urls("leading-groups/meetings/"),
    path("action-plans/", views.PlanList.as_view(), name="action_plans"),
    *plans.PlanPages.urls("action-plans/"),
    *plans.TargetPages.urls("action-plans/targets/"),
    *plans.MeasurePages.urls("action-plans/measures/"),
    path("work-meetings/", views.WorkMeetingList.as_view(), name="work_meetings"),
    *meetings.WorkMeetingPages.urls("work-meetings/"),
    *meetings.TaskPages.urls("work-meetings/tasks/"),
    path("inspections/", views.InspectionList.as_view(), name="inspections"),
    *inspections.InspectionPages.urls("inspections/"),
    *inspections.VisitPages.urls("inspections/visits/"),
    *inspections.InspectionFindingPages.urls("inspections/findings/"),
    inspections.Rectify.url("inspections/findings/"),
]
