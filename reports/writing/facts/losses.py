"""Where points are lost, and which vetoes stand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from assessments.remedies import ADVICE
from reports.heat import HeatRow
from reports.writing.facts.declared import fact, rates_page, report_page

if TYPE_CHECKING:
    from reports.writing.material import Material


def losing(m: Material, rank: int) -> HeatRow | None:
    """Return the indicator that loses the most points but `rank` − 1 others."""
    rows = [row for row in m.heat.rows if row.total.lost > 0]
    return rows[rank - 1] if len(rows) >= rank else None


@fact("失分排第 {rank} 的指标", report_page("indicator-heat"))
def loss_name(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    return row.indicator.name if row else ""


@fact("指标 {code} 的失分率：失分 ÷ 满分", report_page("indicator-heat"))
def loss_rate(m: Material, *, code: str):
    found = next((row.total for row in m.heat.rows if row.indicator.code == code), None)
    return Fraction(found.lost) / Fraction(found.full) if found and found.full else None


@fact("失分排第 {rank} 的指标的整改办法", report_page("indicator-heat"))
def remedy(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    advice = ADVICE.get(row.indicator.code) if row else None
    return advice.action if advice else f"逐项对照评分标准补齐{row.indicator.name}" if row else ""


@fact("失分排第 {rank} 的指标由谁整改", report_page("indicator-heat"))
def remedy_by(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    advice = ADVICE.get(row.indicator.code) if row else None
    return advice.who if advice else "党组织书记"


@fact("被否决党组织最多的否决情形", rates_page)
def veto_name(m: Material) -> str:
    found = m.vetoes
    return found[0][0] if found else ""


@fact("这一情形下的党组织数", rates_page)
def veto_count(m: Material) -> int:
    found = m.vetoes
    return found[0][1] if found else 0
