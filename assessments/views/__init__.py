"""Pages of the assessments: scorecard, standard and indicator, years, filings, consistency."""

from assessments.views.consistency import FindingList, consistency, explain
from assessments.views.cycles import confirm_cycle, cycles, score_cycle
from assessments.views.drafts import DraftPages
from assessments.views.scorecard import scorecard
from assessments.views.standard import indicator, standard
from assessments.views.versions import (
    cycle_standard,
    version_differences,
    version_file,
    versions,
)

__all__ = [
    "DraftPages",
    "FindingList",
    "confirm_cycle",
    "consistency",
    "cycle_standard",
    "cycles",
    "explain",
    "indicator",
    "score_cycle",
    "scorecard",
    "standard",
    "version_differences",
    "version_file",
    "versions",
]
