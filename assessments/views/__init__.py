"""Pages of the assessments: scorecard, standard and indicator, years."""

from assessments.views.cycles import confirm_cycle, cycles, score_cycle
from assessments.views.scorecard import scorecard
from assessments.views.standard import indicator, standard

__all__ = ["confirm_cycle", "cycles", "indicator", "score_cycle", "scorecard", "standard"]
