"""Addresses of the pages of `assessments`."""

from django.urls import path

from assessments import views
from assessments.views import decision, filings, progress
from assessments.views.life_calendar import life_calendar

urlpatterns = [
    path("organizations/<int:pk>/scorecard/", views.scorecard, name="scorecard"),
    path("calendar/", life_calendar, name="life_calendar"),
    path("standard/", views.standard, name="standard"),
    path("standard/versions/", views.versions, name="standard_versions"),
    path("standard/versions/<int:pk>/file/", views.version_file, name="standard_file"),
    path("standard/differences/", views.version_differences, name="standard_differences"),
    *views.DraftPages.urls("standard/drafts/"),
    path("standard/<str:code>/", views.indicator, name="indicator"),
    path("consistency/", views.consistency, name="consistency"),
    path("consistency/<slug:code>/", views.FindingList.as_view(), name="findings"),
    path("consistency/<slug:code>/<int:pk>/", views.explain, name="explain"),
    path("cycles/", views.cycles, name="cycles"),
    path("cycles/<int:year>/score/", views.score_cycle, name="cycle_score"),
    path("cycles/<int:year>/confirm/", views.confirm_cycle, name="cycle_confirm"),
    path("cycles/<int:year>/standard/", views.cycle_standard, name="cycle_standard"),
    path("cycles/<int:year>/schedule/", decision.schedule, name="schedule"),
    path("cycles/<int:year>/urge/", progress.urge, name="filings_urge"),
    path("progress/", progress.progress, name="progress"),
    path("decision/", decision.decision, name="decision"),
    path("decision/<int:year>/<slug:step>/", decision.decision_step, name="decision_step"),
    path("filings/", filings.FilingList.as_view(), name="filings"),
    path("filings/<int:pk>/", filings.filing, name="filing"),
    path("filings/<int:pk>/score/", filings.filing_score, name="filing_score"),
    path("filings/<int:pk>/move/", filings.filing_move, name="filing_move"),
    path("filings/<int:pk>/evidence/", filings.evidence_add, name="evidence_add"),
    path("filings/<int:pk>/reopen/", filings.filing_reopen, name="filing_reopen"),
    path("filings/<int:pk>/objection/", decision.objection_new, name="objection_new"),
    path("filings/<int:pk>/look-back/", decision.look_back_new, name="look_back_new"),
    path("filings/<int:pk>/rectify/", decision.filing_rectify, name="filing_rectify"),
    path("filings/<int:pk>/retest/", decision.filing_retest, name="filing_retest"),
    path("reopenings/<int:pk>/close/", filings.filing_close, name="filing_close"),
    path("objections/<int:pk>/answer/", decision.objection_answer, name="objection_answer"),
    path("evidence/<int:pk>/", filings.evidence, name="evidence"),
    path("evidence/<int:pk>/withdraw/", filings.evidence_withdraw, name="evidence_withdraw"),
]
