"""Addresses of the pages of `supervision`."""

from django.urls import path

from supervision.backing import pages as backing
from supervision.findings.pages import FindingPages, WeakPages
from supervision.findings.views import FindingList, WeakList
from supervision.rectification import pages as rectification
from supervision.rectification.views import ItemList
from supervision.steering.urls import urlpatterns as steering
from supervision.surveys.pages import SurveyPages
from supervision.surveys.views import SurveyList
from supervision.views_coverage import CoverageList

urlpatterns = [
    path("rectification/", ItemList.as_view(), name="rectifications"),
    *rectification.urls(),
    path("surveys/", SurveyList.as_view(), name="surveys"),
    *SurveyPages.urls("surveys/"),
    path("findings-of-vetoes/", FindingList.as_view(), name="veto_findings"),
    *FindingPages.urls("findings-of-vetoes/"),
    path("weak-organizations/", WeakList.as_view(), name="weak_listings"),
    *WeakPages.urls("weak-organizations/"),
    *steering,
    path("coverage/", CoverageList.as_view(), name="coverage_of_schools"),
    path("party-budgets/", backing.BudgetList.as_view(), name="party_budgets"),
    *backing.BudgetPages.urls("party-budgets/"),
    path("party-workers/", backing.WorkerList.as_view(), name="party_workers"),
    *backing.WorkerPages.urls("party-workers/"),
    path("instructors/", backing.InstructorList.as_view(), name="instructors"),
    *backing.InstructorPages.urls("instructors/"),
    path("mass-organizations/", backing.MassList.as_view(), name="mass_organizations"),
    *backing.MassPages.urls("mass-organizations/"),
]
