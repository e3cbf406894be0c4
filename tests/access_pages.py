"""Who may open each address: the tables behind tests/test_access.py. Every new address gets a line.

A type of record with pages of its own goes into `RECORDS`, a page into `PAGES`, an address
that only takes POST into `ACTIONS`, and one tested by itself into `ELSEWHERE`.
"""

from tests.supervision.records import LISTS, SHOWN, SLUGS

PEOPLE = [
    "manager",
    "editor",
    "reviewer",
    "viewer",
    "township",
    "west_editor",
    "auditor",
    "sysadmin",
    "stranger",
]
INSIDE = {"manager", "editor", "reviewer", "viewer"}
DATA = INSIDE | {"township", "west_editor"}
REVIEWERS = {"manager", "reviewer"}
IMPORTERS = {"manager", "editor", "township", "west_editor"}

# Types of record with pages for changing them.
RECORDS = [
    "school",
    "organization",
    "term",
    "post",
    "former_name",
    "affiliation",
    "coverage",
    "member",
    "transfer",
    "contact",
    "development_case",
    "activist_review",
    "development_quota",
    "meeting",
    "group",
    "talk",
    "problem",
    "evaluation",
    "dues_ledger",
    "member_dues",
    "dues_quarter",
    "training_plan",
    "training_course",
    "training",
    "secretary_review",
    "staff_count",
    "cultivation",
    "stage_review",
    "pioneer",
    "pioneer_review",
    "volunteering",
    "honour",
]
RECORDS += SLUGS
EDITORS = {"manager", "editor", "township", "west_editor"}


def record_pages(slug, *, new=True):
    """Return the pages every type of record has (schools/records.py)."""
    pages = {f"{slug}_history": (DATA, True)}
    pages |= {f"{slug}_{page}": (EDITORS, True) for page in ("edit", "withdraw")}
    return pages | ({f"{slug}_new": (EDITORS, False)} if new else {})


# URL name -> (who may open the page, whether it shows one object with a scope).
PAGES = {
    "home": (set(PEOPLE), False),
    "password": (set(PEOPLE), False),
    "help": (set(PEOPLE), False),
    "help_chapter": (set(PEOPLE), False),
    "rates": (DATA, False),
    "unit": (DATA, True),
    "movement_organizations": (DATA, False),
    "rates_organizations": (DATA, False),
    "waiting": (DATA, False),
    "home_agenda": (DATA, False),
    "display": (DATA, False),
    "work": (DATA, False),
    "handover": (DATA, False),
    "reminders": (DATA, False),
    "reports": (DATA, False),
    "report": (DATA, False),
    "report_fill": (DATA, False),
    "pack": (DATA, False),
    "editions": (DATA, False),
    "edition_check": (DATA, False),
    "edition_new": ({"manager"}, False),
    "writing": (DATA, False),
    "writing_figures": (DATA, False),
    "writing_figure": (DATA, False),
    "writing_results": (DATA, False),
    "writing_rectify_list": (DATA, False),
    **record_pages("section_draft", new=False),
    **record_pages("writing_number"),
    "scorecard": (DATA, True),
    "standard": (DATA, False),
    "indicator": (DATA, False),
    "cycles": (DATA, False),
    "cycle_confirm": ({"manager"}, False),
    "progress": (DATA, False),
    "decision": (DATA, False),
    "schedule": ({"manager"}, False),
    "filings": (DATA, False),
    "filing": (DATA, True),
    "filing_reopen": (REVIEWERS, True),
    "objection_new": (REVIEWERS, True),
    "look_back_new": ({"manager"}, True),
    "filing_retest": ({"manager"}, True),
    "consistency": (DATA, False),
    "findings": (DATA, False),
    "explain": (EDITORS, True),
    "schools": (DATA, False),
    "school": (DATA, True),
    "organizations": (DATA, False),
    "organization": (DATA, True),
    "terms": (DATA, False),
    "members": (DATA, False),
    "member": (DATA, True),
    "members_unmasked": ({"manager"}, False),
    "dues": (DATA, False),
    "dues_owing": (DATA, False),
    "organization_dues": (DATA, True),
    "dues_month": (EDITORS, True),
    "training_hours": (DATA, False),
    "organization_training": (DATA, True),
    "training_plans": (DATA, False),
    "training_plan": (DATA, True),
    "trainings": (DATA, False),
    "training": (DATA, True),
    "training_members": (EDITORS, True),
    "secretary_reviews": (DATA, False),
    "secretary_review": (DATA, True),
    "staff_count": (DATA, True),
    "cultivations": (DATA, False),
    "cultivation": (DATA, True),
    "pioneers": (DATA, False),
    "pioneer": (DATA, True),
    "volunteerings": (DATA, False),
    "volunteering": (DATA, True),
    "volunteering_members": (EDITORS, True),
    "honours": (DATA, False),
    "honour": (DATA, True),
    "development_cases": (DATA, False),
    "development_quotas": (DATA, False),
    "development_case": (DATA, True),
    "member_admit": (EDITORS, False),
    "member_arrive": (EDITORS, False),
    "transfers": (DATA, False),
    "transfer": (DATA, True),
    "life_calendar": (DATA, False),
    "organization_groups": (DATA, True),
    "meeting_attendance": (EDITORS, True),
    "meetings": (DATA, False),
    "talks": (DATA, False),
    "talk": (DATA, True),
    "problems": (DATA, False),
    "evaluations": (DATA, False),
    "organization_evaluation": (DATA, True),
    "meetings_grid": (EDITORS, False),
    "meeting_bulk": (EDITORS, False),
    "school_bulk": (EDITORS, False),
    "organization_bulk": (EDITORS, False),
    "member_bulk": (EDITORS, False),
    "meeting": (DATA, True),
    "jurisdictions": (DATA, False),
    "search": (DATA, False),
    "saved_filters": (DATA, False),
    "pick": (DATA, False),
    "imports": (IMPORTERS, False),
    "import_new": (IMPORTERS, False),
    "import_template": (IMPORTERS, False),
    "log": ({"auditor"}, False),
    "users": ({"sysadmin"}, False),
    "user": ({"sysadmin"}, False),
    "user_new": ({"sysadmin"}, False),
}
# The standard in the making is for the managers of the whole city alone.
DRAFT_PAGES = [
    "edit",
    "points",
    "parameters",
    "vetoes",
    "indicator",
    "trial",
    "publish",
    "history",
    "withdraw",
]
PAGES |= {
    "standard_versions": (DATA, False),
    "standard_file": (DATA, False),
    "standard_differences": (DATA, False),
    "cycle_standard": ({"manager"}, False),
    "standard_draft": ({"manager"}, False),
    **{f"standard_draft_{page}": ({"manager"}, False) for page in DRAFT_PAGES},
}
PAGES |= dict.fromkeys(LISTS, (DATA, False)) | dict.fromkeys(SHOWN, (DATA, True))
# Of these, made by an act instead of a form of their own.
MADE_BY_AN_ACT = {
    "organization",
    "affiliation",
    "coverage",
    "transfer",
    "contact",
    "activist_review",
    "evaluation",
    "dues_ledger",
    "member_dues",
    "dues_quarter",
}
for slug in RECORDS:
    PAGES |= record_pages(slug, new=slug not in MADE_BY_AN_ACT)
# Acts on a record: a form each, for those who may change it.
ACT_PAGES = [
    "organization_rename",
    "organization_rebuild",
    "organization_move",
    "organization_units",
    "organization_election",
    "organization_extension",
    "organization_appointment",
    "organization_merge",
    "organization_split",
    "organization_dissolve",
    "post_leave",
    "school_close",
]
PAGES |= dict.fromkeys(ACT_PAGES, (EDITORS, True))
CASE_ACTS = [
    "activist",
    "target",
    "meeting",
    "approve",
    "extend",
    "confirm",
    "review",
    "end",
    "resume",
]
PAGES |= {f"development_case_{act}": (EDITORS, True) for act in CASE_ACTS}
# Acts on one record, "slug_act".
ACTS = {
    "member": (
        "send confirm extend leave come_back retire lost found suspend resume float settle contact"
    ),
    "transfer": "receive return recall",
    "dues_ledger": "agree",
    "rectification": "progress ask",
    "inspection_finding": "rectify",
}
for slug, acts in ACTS.items():
    PAGES |= {f"{slug}_{act}": (EDITORS, True) for act in acts.split()}
PAGES["organization_new"] = (EDITORS, False)
# Acts of the managing body: reviewers do them too.
CHECKERS = EDITORS | {"reviewer"}
CHECKS = {"rectification": "recheck reopen"}
for slug, acts in CHECKS.items():
    PAGES |= {f"{slug}_{act}": (CHECKERS, True) for act in acts.split()}
# Addresses that change something: they answer POST only, to these people.
ACTIONS = {
    "meeting_late": DATA,
    **{f"{slug}_restore": EDITORS for slug in RECORDS},
    "look_up_id": DATA,
    "member_reveal": EDITORS,
    "saved_filter_change": DATA,
    "saved_filter_delete": DATA,
    "dues_fill": EDITORS,
    "cycle_score": {"manager"},
    "standard_draft_new": {"manager"},
    "standard_draft_restore": {"manager"},
    "section_draft_restore": EDITORS,
    "writing_number_restore": EDITORS,
    "section_take": EDITORS,
    "section_renew": EDITORS,
    "decision_step": {"manager"},
    "objection_answer": {"manager"},
    # Of a filing that is being scored by the organization itself.
    "filing_score": EDITORS,
    "filing_move": DATA,
    "filing_rectify": REVIEWERS,
    "filing_close": REVIEWERS,
    "filings_urge": REVIEWERS,
    "evidence_add": EDITORS,
    "evidence_withdraw": EDITORS,
    "user_reset": {"sysadmin"},
    "user_active": {"sysadmin"},
    "grant_add": {"sysadmin"},
    "grant_remove": {"sysadmin"},
}
# Open to everyone, or tested below with the batch they belong to.
ELSEWHERE = {
    "writing_rectify",
    "evidence",
    "login",
    "logout",
    "healthz",
    "import_batch",
    "import_errors",
    "import_undo",
    "import_progress",
    # In tests/reports/test_editions.py, with an edition.
    "edition",
    "edition_table",
    "edition_document",
    "edition_organizations",
    "edition_changes",
    "edition_compare",
    "edition_withdraw",
    "pack_progress",
}
