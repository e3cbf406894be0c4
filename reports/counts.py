"""How many organizations are in each state, their rate, and how a rate changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from assessments.compliance import percent_text, rate
from assessments.models import Exclusion
from reports.picks import RESULTS, results_of

# What a tally is grouped by beside its rows: together they tell the result.
STATE = ("exclusion", "verdict", "is_vetoed")


def shared_ranks(rates: Mapping[Any, Fraction]) -> dict[Any, tuple[int, bool]]:
    """Return the place of each rate, the highest first, and whether it is shared.

    Equal rates share a place, and the next one is counted on: 1, 2, 2, 4.
    """
    alike = Counter(rates.values())
    places = {own: 1 + sum(n for rate, n in alike.items() if rate > own) for own in alike}
    return {key: (places[own], alike[own] > 1) for key, own in rates.items()}


def points(change: Fraction) -> Decimal:
    """Return a difference of rates in percentage points, one decimal, half away from zero."""
    tenths = int(abs(change) * 1000 + Fraction(1, 2))
    return Decimal(tenths if change >= 0 else -tenths).scaleb(-1)


@dataclass(frozen=True)
class Counts:
    """How many organizations of a group are in each state (see picks.RESULTS)."""

    due: int = 0
    passed: int = 0
    failed: int = 0
    nearly: int = 0
    near3: int = 0
    vetoed: int = 0
    excluded: int = 0
    # Number of organizations for each reason why they are not counted.
    reasons: dict[str, int] = field(default_factory=dict)
    # Only a rate is known (历年数据 without counts).
    told_rate: Fraction | None = None
    # Whether the numbers beside due and passed are known too.
    is_full: bool = True

    @classmethod
    def of(cls, rows: Iterable[dict]) -> Counts:
        """Return the counts of some rows of a `Tally`."""
        found: dict[str, int] = defaultdict(int)
        reasons: dict[str, int] = defaultdict(int)
        for row in rows:
            for name in results_of(row["exclusion"], row["verdict"], row["is_vetoed"]):
                found[name] += row["n"]
            found["near3"] += row["near3"]
            if row["exclusion"]:
                reasons[row["exclusion"]] += row["n"]
        return cls(
            due=found["due"],
            passed=found["passed"],
            failed=found["failed"],
            nearly=found["nearly"],
            near3=found["near3"],
            vetoed=found["vetoed"],
            excluded=found["excluded"],
            reasons=dict(reasons),
        )

    def __add__(self, other: Counts) -> Counts:
        reasons = {
            key: self.reasons.get(key, 0) + other.reasons.get(key, 0)
            for key in {**self.reasons, **other.reasons}
        }
        sums = {name: getattr(self, name) + getattr(other, name) for name in RESULTS}
        told = self.told_rate if other.told_rate is None else other.told_rate
        return Counts(
            **sums,
            reasons=reasons,
            told_rate=told,
            is_full=self.is_full and other.is_full,
        )

    def __bool__(self) -> bool:
        return bool(self.due or self.excluded or self.told_rate is not None)

    @cached_property
    def rate(self) -> Fraction | None:
        """Passed ÷ due, or None where nothing is due."""
        return rate(self.passed, self.due) if self.told_rate is None else self.told_rate

    @cached_property
    def percent(self) -> str:
        """The rate in whole per cent, or "—"."""
        if self.told_rate is not None:
            return percent_text(self.told_rate.numerator, self.told_rate.denominator)
        return percent_text(self.passed, self.due)

    @property
    def whole(self) -> str:
        """The rate in whole per cent without the sign, or "—"."""
        return self.percent.removesuffix("%")

    @property
    def width(self) -> str:
        """Length of the bar on a scale of 100."""
        return f"{float(self.rate or 0) * 100:.2f}"

    @property
    def why_none(self) -> str:
        """Why there is no rate: what became of the organizations; "" where there is one."""
        if self.rate is not None:
            return ""
        if not self.excluded:
            return "没有党组织的考评结果"
        words = [f"{Exclusion(r).label} {n:,}" for r, n in self.reasons.items()]
        if len(words) == 1:
            return f"{self.excluded:,} 个组织都是{Exclusion(next(iter(self.reasons))).label}，没有应评组织"
        return f"{self.excluded:,} 个组织都不计入（{'、'.join(words)}），没有应评组织"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a rate against the year before, in percentage points."""

    points: Decimal

    @property
    def css(self) -> str:
        return "up" if self.points > 0 else "down" if self.points < 0 else "flat"

    @property
    def text(self) -> str:
        """For tables: "▲ 升 4.0"."""
        if not self.points:
            return "持平"
        return f"▲ 升 {self.points}" if self.points > 0 else f"▼ 降 {-self.points}"

    @property
    def words(self) -> str:
        """For sentences and charts: "升 4.0 个百分点"."""
        if not self.points:
            return "持平"
        return f"{'升' if self.points > 0 else '降'} {abs(self.points)} 个百分点"


def change(now: Counts, before: Counts) -> Change | None:
    """Return the change from `before` to `now`, from the unrounded rates."""
    if now.rate is None or before.rate is None:
        return None
    return Change(points(now.rate - before.rate))
