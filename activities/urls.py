"""Addresses of the pages of `activities`."""

from django.urls import path

from activities import views, views_grid
from activities.attendance.views import attendance
from activities.dues import views as dues
from activities.dues.owing import OwingList
from activities.dues.pages import Agree, LedgerPages, MemberDuesPages, QuarterPages
from activities.education.urls import urlpatterns as education
from activities.evaluation.pages import EvaluationList, EvaluationPages
from activities.evaluation.views import evaluation
from activities.pages import MeetingPages
from activities.problems.pages import ProblemList, ProblemPages
from activities.roles.urls import urlpatterns as roles
from activities.talks.pages import TalkList, TalkPages
from activities.talks.views import talk
from schools.bulk import BulkChange

urlpatterns = [
    path("meetings/grid/", views_grid.grid, name="meetings_grid"),
    path("meetings/late/", views.late, name="meeting_late"),
    path("meetings/bulk/", BulkChange.of(views.MeetingList, MeetingPages), name="meeting_bulk"),
    *MeetingPages.urls("meetings/"),
    path("meetings/", views.MeetingList.as_view(), name="meetings"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    *TalkPages.urls("talks/"),
    path("meetings/<int:pk>/attendance/", attendance, name="meeting_attendance"),
    path("talks/", TalkList.as_view(), name="talks"),
    path("talks/<int:pk>/", talk, name="talk"),
    *ProblemPages.urls("problems/"),
    path("problems/", ProblemList.as_view(), name="problems"),
    path("evaluations/", EvaluationList.as_view(), name="evaluations"),
    path("evaluations/<int:pk>/", evaluation, name="organization_evaluation"),
    *EvaluationPages.urls("evaluations/results/"),
    path("dues/", dues.DuesList.as_view(), name="dues"),
    path("dues/owing/", OwingList.as_view(), name="dues_owing"),
    path("dues/<int:pk>/", dues.ledger, name="organization_dues"),
    path("dues/<int:pk>/month/", dues.month, name="dues_month"),
    path("dues/<int:pk>/fill/", dues.fill, name="dues_fill"),
    *LedgerPages.urls("dues/ledgers/"),
    Agree.url("dues/ledgers/"),
    *QuarterPages.urls("dues/quarters/"),
    *MemberDuesPages.urls("dues/members/"),
    *education,
    *roles,
]
