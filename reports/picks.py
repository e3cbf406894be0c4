"""Which assessments stand behind a figure.

Each condition is told once. The counts on a page and the list a count links to both
use it, so that the number on a link and the number of rows cannot differ.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from assessments.models import (
    AssessmentQuerySet,
    Exclusion,
    Standard,
    Verdict,
)

# "Close to the line" means fewer points below it than this, or as many.
NEAR_POINTS = 3

DUE = Q(exclusion="")
PASSED = DUE & Q(verdict=Verdict.COMPLIANT)
_NOT_PASSED = DUE & ~Q(verdict=Verdict.COMPLIANT)
VETOED = _NOT_PASSED & Q(is_vetoed=True)
# Below the line, or above it and held back by its branches or by the decision.
FAILED = _NOT_PASSED & Q(is_vetoed=False)
NEARLY = FAILED & Q(verdict=Verdict.NEARLY)
EXCLUDED = ~DUE


def near(line) -> Q:
    """Return the condition of being close below the pass line `line`."""
    return FAILED & Q(final__lt=line, final__gte=line - NEAR_POINTS)


NEAR = near(F("cycle__standard__pass_line"))


def results_of(exclusion: str, verdict: str, is_vetoed: bool) -> list[str]:
    """Return the names in RESULTS that these values fall under, save "near3".

    The same conditions as above, for rows already grouped by these columns.
    """
    if exclusion:
        return ["excluded"]
    if verdict == Verdict.COMPLIANT:
        return ["due", "passed"]
    if is_vetoed:
        return ["due", "vetoed"]
    return ["due", "failed", "nearly"] if verdict == Verdict.NEARLY else ["due", "failed"]


# Value of `result` in the address → its words and its condition.
RESULTS: dict[str, tuple[str, Q]] = {
    "due": ("应评", DUE),
    "passed": ("达标", PASSED),
    "failed": ("未达标（含基本达标）", FAILED),
    "nearly": ("基本达标", NEARLY),
    "near3": ("差 3 分以内", NEAR),
    "vetoed": ("否决", VETOED),
    "excluded": ("不计入", EXCLUDED),
}

# What to say of each reason for not being counted; `year` and `check` are filled in.
EXCLUSION_NOTES = {
    Exclusion.NEW: "{year} 年内成立，到考核日不满 6 个月，得分只作参考",
    Exclusion.DISSOLVED: "考核日（{check}）前已撤销",
    Exclusion.NOT_FOUNDED: "考核日（{check}）后成立，从成立的年度起计",
    Exclusion.KIND: "临时或功能型党支部不参加考评",
}


@dataclass(frozen=True, slots=True)
class Band:
    """A range of scores among those of one result ("passed", "failed" or "vetoed").

    `low` is in it, `high` is not; None is no bound. `unscored` tells whether those without
    a score are in it; `scored` is False where they are all. `state` is the verdict in it;
    an unusual band is shown only where it has an organization.
    """

    code: str
    label: str
    state: str
    among: str
    low: Decimal | None = None
    high: Decimal | None = None
    unscored: bool = False
    scored: bool = True
    usual: bool = True

    @property
    def condition(self) -> Q:
        """The condition on an assessment."""
        bounds = Q(final__isnull=False) if self.scored else Q(pk__in=[])
        if self.low is not None:
            bounds &= Q(final__gte=self.low)
        if self.high is not None:
            bounds &= Q(final__lt=self.high)
        return RESULTS[self.among][1] & (bounds | Q(final=None) if self.unscored else bounds)

    def holds(self, results: Container[str], final: Decimal | None) -> bool:
        """Tell the same of an assessment with these results (`results_of`) and score."""
        if self.among not in results:
            return False
        if final is None:
            return self.unscored
        above = self.low is None or final >= self.low
        return self.scored and above and (self.high is None or final < self.high)


def bands(standard: Standard) -> list[Band]:
    """Return the ranges that share out the due: each of them is in exactly one."""
    line, near, model = standard.pass_line, standard.near_line, standard.model_line
    close = line - NEAR_POINTS
    middle = Decimal(60)

    def span(low, high):
        return f"{low.normalize():f}–{high - Decimal('0.01'):f}"

    found = [
        Band("model", f"{model.normalize():f} 分以上", "passed", "passed", low=model),
        Band("pass", span(line, model), "passed", "passed", line, model),
        Band(
            "decided",
            f"不到 {line.normalize():f} 分达标",
            "passed",
            "passed",
            high=line,
            unscored=True,
            usual=False,
        ),
        Band(
            "held",
            f"{line.normalize():f} 分以上未达标",
            "failed",
            "failed",
            low=line,
            usual=False,
        ),
        Band(
            "near3",
            span(close, line),
            "nearly" if close >= near else "failed",
            "failed",
            close,
            line,
        ),
    ]
    if near < close:
        found.append(Band("near", span(near, close), "nearly", "failed", near, close))
    top = min(near, close)
    return [
        *found,
        Band("mid", span(middle, top), "failed", "failed", middle, top),
        Band("low", "60 分以下", "failed", "failed", high=middle),
        Band("none", "没有得分", "failed", "failed", unscored=True, scored=False, usual=False),
        Band("veto", "一票否决", "vetoed", "vetoed", unscored=True),
    ]


def with_veto(rows: AssessmentQuerySet, code: str) -> AssessmentQuerySet:
    """Return those of `rows` that the veto `code` was found in."""
    return rows.annotate(vetoes_text=Cast("vetoes", TextField())).filter(veto_condition(code))


def veto_condition(code: str) -> Q:
    """Return the condition on `vetoes_text` (the JSON of the vetoes as text)."""
    # PostgreSQL writes a space after the colon; SQLite keeps what was stored.
    return Q(vetoes_text__contains=f'"code": "{code}"') | Q(
        vetoes_text__contains=f'"code":"{code}"'
    )
