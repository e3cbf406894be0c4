"""One record of each type of supervision, for the matrix of addresses and roles."""

import datetime

from supervision.models import (
    ActionPlan,
    GroupMeeting,
    Inspection,
    InspectionFinding,
    InspectionVisit,
    Instructor,
    LeadingGroup,
    MassOrganization,
    PartyBudget,
    PartyWorker,
    PlanMeasure,
    PlanTarget,
    RectificationItem,
    Survey,
    VetoFinding,
    WeakListing,
    WorkMeeting,
    WorkTask,
)

# Types of record with a page of their own, and those shown on the page of another record.
SHOWN = [
    "rectification",
    "survey",
    "veto_finding",
    "weak_listing",
    "leading_group",
    "action_plan",
    "work_meeting",
    "inspection",
]
SLUGS = [
    *SHOWN,
    "party_budget",
    "party_worker",
    "instructor",
    "mass_organization",
    "group_meeting",
    "plan_target",
    "plan_measure",
    "work_task",
    "inspection_visit",
    "inspection_finding",
]
LISTS = [
    "rectifications",
    "surveys",
    "veto_findings",
    "weak_listings",
    "coverage_of_schools",
    "party_budgets",
    "party_workers",
    "instructors",
    "mass_organizations",
    "leading_groups",
    "action_plans",
    "work_meetings",
    "inspections",
]
DAY = datetime.date(2025, 3, 5)
JUNE = datetime.date(2025, 6, 5)


def supervised(organization):
    """Return the keys of one record of each type by slug; all of them of `organization`, its
    school and its managing body.
    """
    body, school = organization.jurisdiction, organization.school
    group = LeadingGroup(
        level="county", jurisdiction=body, name="领导小组", document="文", set_up_on=DAY, head="周"
    )
    plan = ActionPlan(jurisdiction=body, title="三年行动计划", first_year=2025, issued_by="教育局")
    meeting = WorkMeeting(jurisdiction=body, held_on=DAY, chair="周敏")
    inspection = Inspection(
        jurisdiction=body, title="春季检查", kind="routine", start=DAY, end=DAY, leader="周敏"
    )
    visit = InspectionVisit(inspection=inspection, organization=organization, visited_on=DAY)
    records = {
        "rectification": RectificationItem(
            organization=organization,
            source="inspection",
            found_on=DAY,
            description="缺 2 月支委会记录",
            category="org_life",
            deadline=JUNE,
        ),
        "survey": Survey(
            organization=organization,
            year=2025,
            group="teachers",
            surveyed_on=DAY,
            asked=40,
            valid=35,
            satisfied=35,
        ),
        "veto_finding": VetoFinding(
            organization=organization,
            kind="V5",
            year=2025,
            document="云教党〔2025〕9 号",
            document_on=DAY,
            decided_by="市教育局党组",
            description="会议记录造假",
        ),
        "weak_listing": WeakListing(
            organization=organization,
            listed_on=DAY,
            listing_document="云教党〔2025〕3 号",
            cause="长期不开会",
        ),
        "party_budget": PartyBudget(organization=organization, year=2025, amount=3000),
        "party_worker": PartyWorker(organization=organization, name="周敏", start=DAY),
        "instructor": Instructor(school=school, name="刘志强", sent_by="白杨镇党委", start=DAY),
        "mass_organization": MassOrganization(school=school, kind="union", start=DAY),
        "leading_group": group,
        "group_meeting": GroupMeeting(group=group, held_on=DAY, agenda="研究党建"),
        "action_plan": plan,
        "plan_target": PlanTarget(plan=plan, name="达标率", unit="%", base=33),
        "plan_measure": PlanMeasure(plan=plan, text="检查", department="党办", deadline=JUNE),
        "work_meeting": meeting,
        "work_task": WorkTask(meeting=meeting, text="补记录", owner="周敏", deadline=JUNE),
        "inspection": inspection,
        "inspection_visit": visit,
        "inspection_finding": InspectionFinding(visit=visit, description="缺记录"),
    }
    for record in records.values():
        # A parent stored just before has its key now.
        for field in record._meta.fields:
            if field.is_relation and (parent := getattr(record, field.name, None)):
                setattr(record, field.name, parent)
        record.save()
    return {slug: record.pk for slug, record in records.items()}
