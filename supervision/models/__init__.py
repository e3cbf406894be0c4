"""Supervision: what is found, what is put right, what people say, and who leads the work."""

from supervision.models.backing import (
    Instructor,
    MassKind,
    MassOrganization,
    PartyBudget,
    PartyWorker,
)
from supervision.models.findings import FindingKind, VetoFinding, WeakListing
from supervision.models.inspections import (
    Inspection,
    InspectionFinding,
    InspectionKind,
    InspectionVisit,
)
from supervision.models.rectification import (
    Category,
    ItemState,
    RectificationItem,
    RectificationNote,
    Severity,
    Source,
)
from supervision.models.steering import (
    ActionPlan,
    GroupLevel,
    GroupMeeting,
    LeadingGroup,
    PlanMeasure,
    PlanTarget,
    WorkMeeting,
    WorkTask,
)
from supervision.models.surveys import LEAST_ANSWERS, LEAST_PERCENT, AskedGroup, Survey

__all__ = [
    "LEAST_ANSWERS",
    "LEAST_PERCENT",
    "ActionPlan",
    "AskedGroup",
    "Category",
    "FindingKind",
    "GroupLevel",
    "GroupMeeting",
    "Inspection",
    "InspectionFinding",
    "InspectionKind",
    "InspectionVisit",
    "Instructor",
    "ItemState",
    "LeadingGroup",
    "MassKind",
    "MassOrganization",
    "PartyBudget",
    "PartyWorker",
    "PlanMeasure",
    "PlanTarget",
    "RectificationItem",
    "RectificationNote",
    "Severity",
    "Source",
    "Survey",
    "VetoFinding",
    "WeakListing",
    "WorkMeeting",
    "WorkTask",
]
