"""Standards, yearly cycles, and what each organization scored in them.

Models that stand with their checks, drafts, past results and reviews import from the modules
of this package, so that Django, which looks for models here, finds them all.
"""

from assessments.consistency.models import CheckCount, CheckRun, Explanation
from assessments.editing.models import StandardDraft, Trial
from assessments.models.official import (
    OfficialResult,
    OfficialResultQuerySet,
    UnitYear,
    UnitYearQuerySet,
)
from assessments.models.results import (
    BEST_FIRST,
    Assessment,
    AssessmentQuerySet,
    Exclusion,
    IndicatorTally,
    ReviewedScore,
    Scorecard,
    Verdict,
)
from assessments.models.standards import Cycle, Indicator, Standard, Veto
from assessments.past.models import ResultChange
from assessments.workflow.models import (
    Decision,
    Evidence,
    Filing,
    FilingItem,
    LookBack,
    Objection,
    Reopening,
    Schedule,
    Urging,
)

__all__ = [
    "Assessment",
    "AssessmentQuerySet",
    "BEST_FIRST",
    "CheckCount",
    "CheckRun",
    "Cycle",
    "Decision",
    "Evidence",
    "Exclusion",
    "Explanation",
    "Filing",
    "FilingItem",
    "Indicator",
    "IndicatorTally",
    "LookBack",
    "Objection",
    "OfficialResult",
    "OfficialResultQuerySet",
    "Reopening",
    "ResultChange",
    "ReviewedScore",
    "Schedule",
    "Scorecard",
    "Standard",
    "StandardDraft",
    "Trial",
    "UnitYear",
    "UnitYearQuerySet",
    "Urging",
    "Verdict",
    "Veto",
]
