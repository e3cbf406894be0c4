"""Addresses of leading groups, plans, work meetings and inspections."""

from django.urls import path

from supervision.steering import pages, views

urlpatterns = [
    path("leading-groups/", views.GroupList.as_view(), name="leading_groups"),
    *pages.GroupPages.urls("leading-groups/"),
    *pages.GroupMeetingPages.urls("leading-groups/meetings/"),
    path("action-plans/", views.PlanList.as_view(), name="action_plans"),
    *pages.PlanPages.urls("action-plans/"),
    *pages.TargetPages.urls("action-plans/targets/"),
    *pages.MeasurePages.urls("action-plans/measures/"),
    path("work-meetings/", views.WorkMeetingList.as_view(), name="work_meetings"),
    *pages.WorkMeetingPages.urls("work-meetings/"),
    *pages.TaskPages.urls("work-meetings/tasks/"),
    path("inspections/", views.InspectionList.as_view(), name="inspections"),
    *pages.InspectionPages.urls("inspections/"),
    *pages.VisitPages.urls("inspections/visits/"),
    *pages.InspectionFindingPages.urls("inspections/findings/"),
    pages.Rectify.url("inspections/findings/"),
]
