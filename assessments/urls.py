"""Addresses of the pages of `assessments`."""

from django.urls import path

from assessments import views
from assessments.views import decision, evidence, filing_acts, filings, progress
from assessments.views.filing_list import FilingList
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
    path("filings/", FilingList.as_view(), name="filings"),
    path("filings/<int:pk>/", filings.filing, name="filing"),
    path("filings/<int:pk>/score/", filings.filing_score, name="filing_score"),
    path("filings/<int:pk>/move/", filings.filing_move, name="filing_move"),
    path("filings/<int:pk>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("filings/<int:pk>/rectify/", filing_acts.filing_rectify, name="filing_rectify"),
    path("reopenings/<int:pk>/close/", filing_acts.filing_close, name="filing_close"),
    path("objections/<int:pk>/answer/", decision.objection_answer, name="objection_answer"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence_withdraw"),
    *(
        path(f"filings/<int:pk>/{slug}/", filing_acts.filing_act, {"what": what}, name)
        for slug, what, name in (
            ("reopen", filing_acts.REOPEN, "filing_reopen"),
            ("objection", filing_acts.OBJECT, "objection_new"),
            ("look-back", filing_acts.LOOK_BACK, "look_back_new"),
            ("retest", filing_acts.RETEST, "filing_retest"),
        )
    ),
]
