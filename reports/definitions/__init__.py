"""All reports; importing this package registers them in the order of the index."""

from reports import ranking, reconciling
from reports.definitions import (
    basic,
    compliance,
    compliance_by,
    coverage,
    heat,
    management,
    over_years,
)
from reports.movement import report as movement
from reports.planner import report as planner

__all__ = [
    "basic",
    "compliance",
    "compliance_by",
    "coverage",
    "heat",
    "management",
    "movement",
    "over_years",
    "planner",
    "ranking",
    "reconciling",
]
