"""What a rule is, what it returns, and the register of rules by indicator code.

Points are whole hundredths (`400` is 4 points), so that nothing is lost or drifts:
a share of the points is rounded once, half up, as the standard asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from assessments.facts.model import Facts, Reviewed
from assessments.scores import Score

Parameters = Mapping[str, Any]


Rule = Callable[[Facts, Parameters, int], Score]
RULES: dict[str, Rule] = {}


def rule(*codes: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of the indicators `codes`; a second rule is refused."""

    def register(function: Rule) -> Rule:
        for code in codes:
            if code in RULES:
                raise ValueError(f"indicator {code} already has the rule {RULES[code].__name__}")
            RULES[code] = function
        return function

    return register


def share(points: int, part: int, whole: int) -> int:
    """Return points × part ÷ whole as a whole number (of hundredths, of per cent …), half up."""
    return (2 * points * part + whole) // (2 * whole)


@cache
def number(hundredths: int) -> str:
    """Return hundredths as people write them: 333 is "3.33", 350 "3.5", 400 "4"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


@cache
def earned(points: int, of: int) -> str:
    """Return the end of a sentence: "得 3.33/4 分。"."""
    return f"得 {number(points)}/{number(of)} 分。"


@cache
def months(mask: int) -> tuple[int, ...]:
    """Return the numbers whose bit is set: months 1-12, quarters 1-4, halves 1-2."""
    return tuple(n for n in range(1, 13) if mask >> n & 1)


@cache
def months_text(mask: int) -> str:
    """Return months as "3 月、8 月"."""
    return "、".join(f"{n} 月" for n in months(mask))


@cache
def quarters_text(mask: int) -> str:
    """Return quarters as "第二、三季度"."""
    return f"第{'、'.join('一二三四'[n - 1] for n in months(mask))}季度"


@cache
def halves_text(mask: int) -> str:
    """Return half-years as "上半年"."""
    return "、".join("上下"[n - 1] + "半年" for n in months(mask))


@cache
def quarters(month_mask: int) -> int:
    """Return the mask of quarters in which some month of `month_mask` lies."""
    return sum(1 << q for q in range(1, 5) if month_mask >> (3 * q - 2) & 0b111)


@cache
def halves(month_mask: int) -> int:
    """Return the mask of half-years in which some month of `month_mask` lies."""
    return sum(1 << h for h in (1, 2) if month_mask >> (6 * h - 5) & 0b111111)


@lru_cache(maxsize=20_000)
def not_applicable(of: int, why: str) -> Score:
    """Return "not applicable" with its reason."""
    return Score(None, of, f"{why}，不适用。")


@lru_cache(maxsize=1000)
def not_due_yet(of: int, what: str) -> Score:
    """Return "not applicable" for what can still be done in time; only in a preview."""
    return Score(None, of, f"{what}，暂不计入。")


def reviewed(facts: Facts, code: str, of: int) -> Score:
    """Return the reviewer's score of an indicator that records cannot decide, or 待评."""
    return _reviewed(of, facts.reviewed.get(code))


# Many organizations share a score and its reason: one object serves them all.
@lru_cache(maxsize=50_000)
def _reviewed(of: int, given: Reviewed | None) -> Score:
    if given is None:
        reason = f"还没有记录，也没有审核得分，待评，先计 0/{number(of)} 分。"
        return Score(0, of, reason, pending=True)
    points, why, by_self = given
    if by_self:
        ending = earned(points, of).rstrip("。")
        reason = f"自评{ending}，还没有审核，只计入系统测算。"
        return Score(points, of, reason, pending=True, origin="self")
    if points is None:
        return Score(None, of, f"审核认定不适用：{why or '未写理由'}。", origin="review")
    points = min(points, of)
    ending = earned(points, of)
    return Score(points, of, f"审核：{why}，{ending}" if why else f"审核{ending}", origin="review")
