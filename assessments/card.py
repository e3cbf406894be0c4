"""One scorecard as its page, its print and its workbook show it.

`load` reads an assessment with a fixed number of queries; everything after it is
arithmetic on the stored scores. Nothing is judged here: points, reasons and verdicts
are those that scoring wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assessments import remedies
from assessments.models import (
    Assessment,
    Cycle,
    Exclusion,
    Indicator,
    OfficialResult,
    Standard,
    Verdict,
)
from assessments.scores import ORIGINS, Score, in_points
from assessments.ways import way_to

ZERO = Decimal("0.00")
# The ruler is 720 wide; it begins at 50 points, or at 0 for a low score or line.
RULER_WIDTH = 720


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator with the score of this organization; `score` is None if there is none."""

    indicator: Indicator
    score: Score | None

    @property
    def applicable(self) -> bool:
        return self.score is not None and self.score.points is not None

    @property
    def points(self) -> Decimal:
        """Points earned; 0 where the indicator does not apply."""
        return in_points(self.score.points or 0 if self.score else 0)

    @property
    def of(self) -> Decimal:
        """Full points as they were scored, else those of the standard."""
        return in_points(self.score.of) if self.score else self.indicator.points

    @property
    def reason(self) -> str:
        return self.score.reason if self.score else ""

    @property
    def is_pending(self) -> bool:
        return self.score is not None and self.score.pending

    @property
    def inputs(self) -> dict:
        """The counts the rule used; empty where there are none."""
        return self.score.inputs if self.score else {}

    @property
    def lost(self) -> Decimal:
        """Points lost; 0 where the indicator does not apply."""
        return max(self.of - self.points, ZERO) if self.applicable else ZERO

    @property
    def share(self) -> Decimal:
        """Points earned in per cent of the full points, for the bar."""
        return percent(self.points, self.of)

    @property
    def text(self) -> str:
        """The points over the full points, as the bar is read out."""
        return f"{self.points}/{short(self.of)} 分"

    @property
    def is_full(self) -> bool:
        return self.applicable and not self.lost

    @property
    def is_manual(self) -> bool:
        return self.indicator.kind == Indicator.Kind.MANUAL

    @property
    def origin(self) -> str:
        """Where the points come from, in a word."""
        return ORIGINS[self.score.origin] if self.score else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one category with their sums over what applies."""

    code: str
    name: str
    lines: list[Line]

    @property
    def earned(self) -> Decimal:
        return sum((line.points for line in self.lines if line.applicable), ZERO)

    @property
    def full(self) -> Decimal:
        return sum((line.of for line in self.lines if line.applicable), ZERO)

    @property
    def share(self) -> Decimal:
        return percent(self.earned, self.full)

    @property
    def text(self) -> str:
        return f"{self.earned}/{short(self.full)} 分"

    @property
    def has_loss(self) -> bool:
        return any(line.lost for line in self.lines)


@dataclass(frozen=True, slots=True)
class VetoLine:
    """One veto of the standard; `reason` is None where it is not triggered."""

    code: str
    name: str
    condition: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the standard on the ruler; `anchor` keeps its words inside the drawing."""

    value: Decimal
    x: Decimal
    label: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Ruler:
    """The score on a line with the pass line; positions are SVG attributes."""

    start: int
    bar: Decimal
    near: Tick
    passing: Tick
    model: Tick
    show_end: bool


@dataclass(frozen=True)
class Card:
    """A scored assessment. `official` is the imported result of the year, if any."""

    assessment: Assessment
    groups: Sequence[Group]
    vetoes: Sequence[VetoLine]
    official: OfficialResult | None = None

    @property
    def cycle(self) -> Cycle:
        return self.assessment.cycle

    @property
    def standard(self) -> Standard:
        return self.assessment.cycle.standard

    @cached_property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @cached_property
    def has_scores(self) -> bool:
        """Tell whether there is a scorecard at all."""
        return self.assessment.final is not None and any(line.score for line in self.lines)

    @property
    def applicable(self) -> list[Line]:
        return [line for line in self.lines if line.applicable]

    @property
    def not_applicable(self) -> list[Line]:
        return [line for line in self.lines if line.score and not line.applicable]

    @property
    def pending(self) -> list[Line]:
        return [line for line in self.lines if line.is_pending]

    @property
    def losing(self) -> list[Line]:
        return [line for line in self.lines if line.lost]

    @property
    def excluded_points(self) -> Decimal:
        """The full points of what does not apply, taken out of the maximum."""
        return sum((line.of for line in self.not_applicable), ZERO)

    @property
    def full_members(self) -> int | None:
        """Full members on the check date as indicator A1 counted them."""
        first = next((line for line in self.applicable if line.indicator.code == "A1"), None)
        return first.inputs.get("full_members") if first else None

    @property
    def is_excluded(self) -> bool:
        """Tell whether the organization is outside the rate of the year."""
        return bool(self.assessment.exclusion)

    @property
    def exclusion_reason(self) -> str:
        """Why it is not counted: the general reason with the note of scoring."""
        if not self.is_excluded:
            return ""
        label, note = Exclusion(self.assessment.exclusion).label, self.assessment.note
        return f"{label}：{note}" if note else f"{label}。"

    @property
    def passed(self) -> bool:
        return self.assessment.verdict == Verdict.COMPLIANT and not self.is_excluded

    @property
    def triggered(self) -> list[VetoLine]:
        return [veto for veto in self.vetoes if veto.reason is not None]

    @property
    def to_pass_line(self) -> Decimal:
        """Points (of 100) up to the pass line; zero or negative above it."""
        return self.standard.pass_line - (self.assessment.final or ZERO)

    @property
    def above_line(self) -> Decimal:
        return -self.to_pass_line

    @property
    def is_model(self) -> bool:
        return self.passed and (self.assessment.final or ZERO) >= self.standard.model_line

    @property
    def short_of_branches(self) -> str:
        """The sentence why a sufficient score without veto did not pass, if that is so."""
        held_back = (
            self.has_scores
            and not self.is_excluded
            and not self.assessment.is_vetoed
            and self.to_pass_line <= 0
            and self.assessment.computed_verdict != Verdict.COMPLIANT
        )
        if not held_back:
            return ""
        note = "" if self.official_differs else self.assessment.note
        return note or "得分已过达标线，但所属党支部达标的比例不够。"

    @property
    def official_differs(self) -> bool:
        """Tell whether the imported result and the computed one do not agree."""
        if not self.official:
            return False
        computed = self.assessment.computed_verdict
        return bool(computed) and self.official.compliant != (computed == Verdict.COMPLIANT)

    @cached_property
    def ruler(self) -> Ruler:
        standard, final = self.standard, self.assessment.final or ZERO
        start = 50 if min(final, standard.near_line) >= 50 else 0

        def x(value: Decimal) -> Decimal:
            share = (Decimal(value) - start) / (100 - start)
            return (min(max(share, Decimal(0)), Decimal(1)) * RULER_WIDTH).quantize(Decimal("0.1"))

        def tick(value: Decimal, label: str) -> Tick:
            at = x(value)
            anchor = "start" if at < 40 else "end" if at > RULER_WIDTH - 30 else "middle"
            return Tick(value, at, label, anchor)

        model = tick(standard.model_line, "示范")
        return Ruler(
            start=start,
            bar=x(final),
            near=tick(standard.near_line, "基本达标"),
            passing=tick(standard.pass_line, "达标线"),
            model=model,
            show_end=model.x <= Decimal(RULER_WIDTH - 60),
        )

    @cached_property
    def plan(self) -> remedies.Plan | None:
        """The cheapest way to pass; None without a scorecard or outside the rate."""
        if not self.has_scores or self.is_excluded:
            return None
        items = [
            remedies.Item(
                line.indicator.code,
                line.indicator.name,
                line.points,
                line.of,
                line.score.origin if line.score else "rule",
                line.is_pending,
                line.reason,
            )
            for line in self.applicable
        ]
        return remedies.plan(
            items,
            line=self.standard.pass_line,
            vetoes=[(veto.code, veto.name, veto.reason or "") for veto in self.triggered],
            condition=self.short_of_branches,
        )

    @property
    def steps(self) -> Iterator[tuple[remedies.Fix, str]]:
        """The steps of the plan, each with the address where it begins."""
        whose, year = self.assessment.organization_id, self.cycle.year
        for fix in self.plan.fixes if self.plan else ():
            yield fix, way_to(fix.code, whose, year)

    @property
    def plan_count(self) -> str:
        """How many steps the plan has, in words: 三项."""
        count = len(self.plan.fixes) if self.plan else 0
        return f"{'零一两三四五六七八九十'[count] if count <= 10 else f' {count} '}项"

    @property
    def lifts_text(self) -> str:
        """What the steps without points bring about."""
        parts = ["否决解除"] if self.triggered else []
        return "，".join(parts + (["所属支部达标比例够了"] if self.short_of_branches else []))

    @property
    def top_losses(self) -> list[Line]:
        """The three largest losses: what an organization that passed could still gain."""
        return sorted(self.losing, key=lambda line: -line.lost)[:3]


def short(points: Decimal) -> str:
    """Return points without needless zeros: 4, 1.5."""
    return f"{points.normalize():f}"


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return `part` in per cent of `whole`, two decimals; 0 of nothing is 0."""
    return (100 * part / whole).quantize(Decimal("0.01")) if whole else ZERO


def load(assessment: Assessment) -> Card:
    """Return the scorecard of an assessment the caller may see.

    Three queries: indicators, vetoes, official result; the scorecard, the cycle, its
    standard and the organization should come with the assessment (`select_related`).
    """
    standard = assessment.cycle.standard
    scores = assessment.scores
    groups: dict[str, Group] = {}
    for indicator in standard.indicators.all():
        group = groups.setdefault(
            indicator.category, Group(indicator.category, indicator.category_name, [])
        )
        group.lines.append(Line(indicator, scores.get(indicator.code)))
    reasons = {veto["code"]: veto.get("reason", "") for veto in assessment.vetoes}
    vetoes = [
        VetoLine(veto.code, veto.name, veto.condition, reasons.get(veto.code))
        for veto in standard.vetoes.all()
    ]
    official = OfficialResult.objects.filter(
        organization_id=assessment.organization_id, year=assessment.cycle.year
    ).first()
    return Card(assessment, list(groups.values()), vetoes, official)
