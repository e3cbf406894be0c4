"""One record of each type of supervision, for the matrix of addresses and roles."""

import datetime

from supervision.models import (
    Instructor,
    MassOrganization,
    PartyBudget,
    PartyWorker,
    RectificationItem,
    Survey,
    VetoFinding,
    WeakListing,
)


def supervised(organization):
    """Return the keys of one record of each type by slug; all of them of `organization`."""
    day = datetime.date(2025, 3, 5)
    records = {
        "rectification": RectificationItem(
            organization=organization,
            source="inspection",
            found_on=day,
            description="缺 2 月支委会记录",
            category="org_life",
            deadline=datetime.date(2025, 6, 5),
        ),
        "survey": Survey(
            organization=organization,
            year=2025,
            group="teachers",
            surveyed_on=day,
            asked=40,
            valid=35,
            satisfied=35,
        ),
        "veto_finding": VetoFinding(
            organization=organization,
            kind="V5",
            year=2025,
            document="云教党〔2025〕9 号",
            document_on=day,
            decided_by="市教育局党组",
            description="会议记录造假",
        ),
        "weak_listing": WeakListing(
            organization=organization,
            listed_on=day,
            listing_document="云教党〔2025〕3 号",
            cause="长期不开会",
        ),
        "party_budget": PartyBudget(organization=organization, year=2025, amount=3000),
        "party_worker": PartyWorker(organization=organization, name="周敏", start=day),
        "instructor": Instructor(
            school=organization.school, name="刘志强", sent_by="白杨镇党委", start=day
        ),
        "mass_organization": MassOrganization(school=organization.school, kind="union", start=day),
    }
    for record in records.values():
        record.save()
    return {slug: record.pk for slug, record in records.items()}
