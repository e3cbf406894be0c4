"""Pages of the assessments: scorecard, standard and indicator, years, consistency."""

from assessments.views.consistency import FindingList, consistency, explain
from assessments.views.cycles import confirm_cycle, cycles, score_cycle
from assessments.views.scorecard import scorecard
from assessments.views.standard import indicator, standard

__all__ = [
    "FindingList",
    "confirm_cycle",
    "consistency",
    "cycles",
    "explain",
    "indicator",
    "score_cycle",
    "scorecard",
    "standard",
]
