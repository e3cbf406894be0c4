"""Supervision: what is found, what is put right, what people say, and who leads the work."""

from supervision.models.backing import (
    Instructor,
    MassKind,
    MassOrganization,
    PartyBudget,
    PartyWorker,
)
from supervision.models.findings import FindingKind, VetoFinding, WeakListing
from supervision.models.rectification import (
    Category,
    ItemState,
    RectificationItem,
    RectificationNote,
    Severity,
    Source,
)
from supervision.models.surveys import LEAST_ANSWERS, LEAST_PERCENT, AskedGroup, Survey

__all__ = [
    "LEAST_ANSWERS",
    "LEAST_PERCENT",
    "AskedGroup",
    "Category",
    "FindingKind",
    "Instructor",
    "ItemState",
    "MassKind",
    "MassOrganization",
    "PartyBudget",
    "PartyWorker",
    "RectificationItem",
    "RectificationNote",
    "Severity",
    "Source",
    "Survey",
    "VetoFinding",
    "WeakListing",
]
