"""Derived values of a document that are not a count: days, names, ranks, directions.

Each is one function of the material, with its words and the address of the page that
shows it. Their names stand in figures as `fact.NAME?argument=…`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from assessments.remedies import ADVICE
from reports.board import BoardRow
from reports.heat import HeatRow
from reports.picks import NEAR_POINTS
from reports.writing import cards, managing
from schools.models import Jurisdiction, JurisdictionKind
from supervision.models import PlanMeasure, PlanTarget

if TYPE_CHECKING:
    from reports.writing.material import Material


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived value: its words, how it is found, and the page it can be seen on.

    In `words`, `{argument}` stands for an argument, in words where `ARGUMENTS` has them.
    """

    words: str
    value: Callable[..., Any]
    page: Callable[..., str]


FACTS: dict[str, Fact] = {}
# Arguments in words.
ARGUMENTS = {
    "self_until": "自评申报截止",
    "first_until": "初审截止",
    "second_until": "复核截止",
    "decide_until": "认定截止",
    "public": "公办",
    "private": "民办",
    **{kind.value: kind.label for kind in JurisdictionKind},
    **managing.TYPES,
}


def in_words(arguments: dict[str, str]) -> dict[str, str]:
    """Return the arguments of a fact in words."""
    return {
        name: "、".join(ARGUMENTS.get(part, part) for part in value.split("+"))
        for name, value in arguments.items()
    }


def fact(words: str, page: Callable[..., str]):
    """Register the decorated function as the fact of its name."""

    def add(function):
        FACTS[function.__name__] = Fact(words, function, page)
        return function

    return add


def _rates(m: Material, **asked: str) -> str:
    return m.context.link("rates")


def _report(slug: str) -> Callable[..., str]:
    return lambda m, **asked: m.context.link("report", slug)


def _plain(name: str) -> Callable[..., str]:
    return lambda m, **asked: reverse(name)


def _closed(text: str) -> str:
    """Return a title or number of a document without the spaces a page sets it with."""
    return text.replace(" ", "")


# Days and the standard ----------------------------------------------------------------


@fact("报告的年度", _plain("cycles"))
def year(m: Material) -> int:
    return m.year


@fact("上一年度", _plain("cycles"))
def last_year(m: Material) -> int:
    return m.year - 1


@fact("下一年度", _plain("cycles"))
def next_year(m: Material) -> int:
    return m.year + 1


@fact("数据截止日：年末，年度未结束时为当日", _plain("cycles"))
def day(m: Material) -> datetime.date:
    return m.day


@fact("成文日期：生成文稿的当日", _plain("cycles"))
def today(m: Material) -> datetime.date:
    return timezone.localdate()


@fact("考评年度的考核日", _plain("cycles"))
def check_date(m: Material) -> datetime.date | None:
    return m.cycle.check_date if m.cycle else None


@fact("测算所依据记录的截止日", _plain("cycles"))
def scored_as_of(m: Material) -> datetime.date | None:
    return (m.cycle.scored_as_of or m.cycle.check_date) if m.cycle else None


@fact("认定结果的文号", _plain("cycles"))
def document(m: Material) -> str:
    return _closed(m.cycle.document) if m.cycle else ""


@fact("评分标准的达标线", _plain("standard"))
def pass_line(m: Material) -> Decimal | None:
    return m.standard.pass_line.normalize() if m.standard else None


@fact("差几分以内算接近达标", _rates)
def near_points(m: Material) -> int:
    return NEAR_POINTS


@fact("下一年度考评日程的日期（{step}）", _plain("cycles"))
def scheduled(m: Material, *, step: str) -> datetime.date | None:
    found = m.schedules.get(m.year + 1)
    return getattr(found, step) if found else None


# Compared with the year before ---------------------------------------------------------


@fact("达标率比上年的变化，由未取整的比率相减", _rates)
def change(m: Material) -> Decimal | None:
    return m.board.change.points if m.board.change else None


@fact("达标率比上年提高还是降低", _rates)
def change_word(m: Material) -> str:
    moved = change(m)
    return "" if moved is None else "提高" if moved > 0 else "降低" if moved < 0 else "持平"


@fact("达标率比上年上升的单元数", _rates)
def risen(m: Material) -> int:
    return sum(1 for row in m.board.rows if row.change and row.change.points > 0)


@fact("达标率与上年可比的单元数", _rates)
def compared(m: Material) -> int:
    return sum(1 for row in m.board.rows if row.change)


@fact("达标率上升最多的单元", _rates)
def most_risen(m: Material) -> str:
    return "、".join(row.name for row in _most_risen(m))


@fact("上升最多的单元上升的百分点", _rates)
def most_risen_points(m: Material) -> Decimal | None:
    rows = _most_risen(m)
    return rows[0].change.points if rows and rows[0].change else None


@fact("达标率比上年下降的单元", _rates)
def fallen_names(m: Material) -> str:
    rows = [row for row in m.board.rows if row.change and row.change.points < 0]
    return "、".join(row.name for row in rows)


def _most_risen(m: Material) -> list[BoardRow]:
    rows = [row for row in m.board.rows if row.change and row.change.points > 0]
    best = max((row.change.points for row in rows if row.change), default=None)
    return [row for row in rows if row.change and row.change.points == best]


# Among the rows ------------------------------------------------------------------------


# A rate over fewer organizations than these says little: such a row is not held up.
SMALL = 4


def comparable(m: Material) -> list[BoardRow]:
    """Return the rows whose rates can be set beside one another."""
    return [row for row in m.board.ranked if row.now.due >= SMALL]


def lowest(m: Material) -> list[BoardRow]:
    """Return the rows with the lowest rate; none where all are alike."""
    rates = [row.now.rate for row in comparable(m) if row.now.rate is not None]
    found = [row for row in comparable(m) if rates and row.now.rate == min(rates)]
    return [] if len(found) == len(comparable(m)) else found


@fact("应评不少于四个的单元中达标率最低的", _rates)
def lowest_names(m: Material) -> str:
    return "、".join(row.name for row in lowest(m))


@fact("最低的达标率", _rates)
def lowest_rate(m: Material):
    rows = lowest(m)
    return rows[0].now.rate if rows else None


@fact("最低的达标率低于合计的百分点", _rates)
def lowest_gap(m: Material):
    low, total = lowest_rate(m), m.board.total.rate
    return None if low is None or total is None else total - low


@fact("应评不少于四个的单元中达标率最高的", _rates)
def highest_names(m: Material) -> str:
    return "、".join(row.name for row in _highest(m))


@fact("最高的达标率", _rates)
def highest_rate(m: Material):
    rows = _highest(m)
    return rows[0].now.rate if rows else None


def _highest(m: Material) -> list[BoardRow]:
    rates = [row.now.rate for row in comparable(m) if row.now.rate is not None]
    return [row for row in comparable(m) if rates and row.now.rate == max(rates)]


@fact("应评不少于四个、达标率低于合计的单元", _rates)
def below_names(m: Material) -> str:
    return "、".join(row.name for row in comparable(m) if row.is_low)


# Where points are lost -----------------------------------------------------------------


def losing(m: Material, rank: int) -> HeatRow | None:
    """Return the indicator that loses the most points but `rank` − 1 others."""
    rows = [row for row in m.heat.rows if row.total.lost > 0]
    return rows[rank - 1] if len(rows) >= rank else None


@fact("失分排第 {rank} 的指标", _report("indicator-heat"))
def loss_name(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    return row.indicator.name if row else ""


@fact("指标 {code} 的失分率：失分 ÷ 满分", _report("indicator-heat"))
def loss_rate(m: Material, *, code: str):
    found = next((row.total for row in m.heat.rows if row.indicator.code == code), None)
    return Fraction(found.lost) / Fraction(found.full) if found and found.full else None


@fact("失分排第 {rank} 的指标的整改办法", _report("indicator-heat"))
def remedy(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    advice = ADVICE.get(row.indicator.code) if row else None
    return advice.action if advice else f"逐项对照评分标准补齐{row.indicator.name}" if row else ""


@fact("失分排第 {rank} 的指标由谁整改", _report("indicator-heat"))
def remedy_by(m: Material, *, rank: str) -> str:
    row = losing(m, int(rank))
    advice = ADVICE.get(row.indicator.code) if row else None
    return advice.who if advice else "党组织书记"


@fact("被否决党组织最多的否决情形", _rates)
def veto_name(m: Material) -> str:
    found = m.vetoes
    return found[0][0] if found else ""


@fact("这一情形下的党组织数", _rates)
def veto_count(m: Material) -> int:
    found = m.vetoes
    return found[0][1] if found else 0


# Who leads, and by which plan ----------------------------------------------------------


@fact("领导小组的名称", _plain("leading_groups"))
def group_name(m: Material) -> str:
    group = m.group
    return group.name if group else ""


@fact("领导小组的组长", _plain("leading_groups"))
def group_head(m: Material) -> str:
    group = m.group
    return group.head if group else ""


@fact("领导小组的成立文号", _plain("leading_groups"))
def group_document(m: Material) -> str:
    group = m.group
    return _closed(group.document) if group else ""


@fact("三年行动计划的名称", _plain("action_plans"))
def plan_title(m: Material) -> str:
    plan = m.plan
    return _closed(plan.title) if plan else ""


@fact("三年行动计划的文号", _plain("action_plans"))
def plan_document(m: Material) -> str:
    plan = m.plan
    return _closed(plan.document) if plan else ""


@fact("三年行动计划下一年度的目标", _plain("action_plans"))
def plan_goals(m: Material) -> str:
    plan = m.plan
    if plan is None or not 0 <= m.year + 1 - plan.first_year <= 2:
        return ""
    goal = f"goal_{m.year + 2 - plan.first_year}"
    targets = PlanTarget.objects.visible_to(m.user).filter(plan=plan).exclude(**{goal: None})
    return "、".join(
        f"{target.name}{getattr(target, goal).normalize():f}{target.unit}" for target in targets
    )


@fact("三年行动计划没有完成的措施", _plain("action_plans"))
def plan_open_measures(m: Material) -> str:
    plan = m.plan
    if plan is None:
        return ""
    measures = PlanMeasure.objects.visible_to(m.user).filter(plan=plan, progress__lt=100)
    return "、".join(f"“{text}”" for text in measures.values_list("text", flat=True)[:4])


# Who manages whom ----------------------------------------------------------------------


@fact("公办学校党建工作管理类型数", _report("management-types"))
def management_kinds(m: Material) -> int:
    return len(m.managing.public)


@fact("{ownership}学校为“{kinds}”的单元", _report("management-types"))
def managed_by(m: Material, *, ownership: str, kinds: str) -> str:
    return "、".join(m.managing.of(ownership, kinds))


@fact("写材料的单位", _plain("jurisdictions"))
def body_name(m: Material) -> str:
    return m.scope.label


@fact("范围内管理学校党建工作的乡镇（街道）党委数", _plain("jurisdictions"))
def townships(m: Material) -> int:
    bodies = Jurisdiction.objects.visible_to(m.user).inside(m.scope)
    return bodies.filter(kind="township").count()


# One organization ----------------------------------------------------------------------


def _filed(m: Material, organization: str) -> cards.Card:
    return cards.card(m, int(organization))


def _scorecard(m: Material, *, organization: str, **asked: str) -> str:
    return f"{reverse('scorecard', args=[organization])}?year={m.year}"


@fact("单元在达标率排名中的名次", _rates)
def place(m: Material, **row: str) -> str:
    found = m.row(row)
    return found.rank_text.replace(" ", "") or "—" if found else "—"


@fact("{organization}的得分", _scorecard)
def card_final(m: Material, *, organization: str) -> Decimal | None:
    return _filed(m, organization).assessment.final


@fact("{organization}指标 {code} 的满分", _scorecard)
def card_full(m: Material, *, organization: str, code: str) -> Decimal:
    return _filed(m, organization).full(code)


@fact("{organization}指标 {code} 的得分", _scorecard)
def card_points(m: Material, *, organization: str, code: str) -> Decimal:
    return _filed(m, organization).earned(code)


@fact("{organization}指标 {code} 的失分原因", _scorecard)
def card_reason(m: Material, *, organization: str, code: str) -> str:
    return _filed(m, organization).score(code).reason


@fact("{organization}被否决 {code} 的理由", _scorecard)
def card_veto(m: Material, *, organization: str, code: str) -> str:
    vetoes = _filed(m, organization).assessment.vetoes
    reason = next((veto["reason"] for veto in vetoes if veto["code"] == code), "")
    return reason.rstrip("。")


@fact("{organization}的说明", _scorecard)
def card_note(m: Material, *, organization: str) -> str:
    return _filed(m, organization).assessment.note.rstrip("。")


@fact("{organization}的整改期限", _scorecard)
def card_deadline(m: Material, *, organization: str) -> datetime.date | None:
    return cards.deadline(m, int(organization))
