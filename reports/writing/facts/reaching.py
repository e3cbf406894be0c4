"""What it takes to reach a rate, by the planner (reports/planner)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from reports.writing.facts.declared import fact
from sheets.layout import plain

if TYPE_CHECKING:
    from reports.writing.material import Material


def _planner(m: Material) -> str:
    return m.context.link("report", "planner", target=_told(m, "goal"))


def _told(m: Material, key: str) -> Any:
    return plain(m.reaching.get(key))


@fact("测算的目标达标率：行动计划下一年度的目标，没有的取下一个五的倍数", _planner)
def goal(m: Material) -> Fraction | None:
    wanted = _told(m, "goal")
    return Fraction(wanted, 100) if wanted else None


@fact("到目标还需达标的党组织", _planner)
def goal_need(m: Material) -> int:
    return _told(m, "need") or 0


@fact("能靠自身整改达标的党组织", _planner)
def goal_able(m: Material) -> int:
    return _told(m, "able") or 0


@fact("最省的一组党组织要整改的项数；不够的没有", _planner)
def goal_fixes(m: Material) -> int | None:
    return _told(m, "fixes")


@fact("最省的一组党组织要补的分", _planner)
def goal_gain(m: Material) -> Decimal | None:
    return _told(m, "gain")
