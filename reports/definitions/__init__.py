"""All reports; importing this package registers them in the order of the index."""

from reports import ranking, reconciling
from reports.definitions import (
    basic,
    burden,
    burden_by_unit,
    compliance,
    compliance_by,
    coverage,
    development,
    dues,
    elections,
    failed,
    heat,
    management,
    over_years,
    progress,
    rectification,
    school_coverage,
    vetoes,
)
from reports.movement import report as movement
from reports.planner import report as planner

__all__ = [
    "basic",
    "burden",
    "burden_by_unit",
    "compliance",
    "compliance_by",
    "coverage",
    "development",
    "dues",
    "elections",
    "failed",
    "heat",
    "management",
    "movement",
    "over_years",
    "planner",
    "progress",
    "ranking",
    "reconciling",
    "rectification",
    "school_coverage",
    "vetoes",
]
