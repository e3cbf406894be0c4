"""Addresses of the pages of `supervision`."""

from django.urls import path

from supervision.findings.pages import FindingPages, ShowFinding, ShowWeak, WeakPages
from supervision.findings.views import FindingList, WeakList
from supervision.rectification import pages as rectification
from supervision.rectification.views import ItemList, item
from supervision.surveys.pages import ShowSurvey, SurveyPages
from supervision.surveys.views import SurveyList

urlpatterns = [
    path("rectification/", ItemList.as_view(), name="rectifications"),
    path("rectification/<int:pk>/", item, name="rectification"),
    *rectification.urls(),
    path("surveys/", SurveyList.as_view(), name="surveys"),
    *SurveyPages.urls("surveys/"),
    ShowSurvey.url("surveys/"),
    path("findings-of-vetoes/", FindingList.as_view(), name="veto_findings"),
    *FindingPages.urls("findings-of-vetoes/"),
    ShowFinding.url("findings-of-vetoes/"),
    path("weak-organizations/", WeakList.as_view(), name="weak_listings"),
    *WeakPages.urls("weak-organizations/"),
    ShowWeak.url("weak-organizations/"),
]
