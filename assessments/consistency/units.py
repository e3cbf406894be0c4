"""Checks of whole reporting units: what moved against last year, and figures told twice."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, F, FloatField, IntegerField, Max, Q, Sum, When
from django.db.models.functions import Abs, Cast, Coalesce, NullIf
from django_cte import CTE

from assessments.compliance import percent_text
from assessments.consistency.base import Check, Ground, Look, Severity
from assessments.consistency.grounds import BRANCHES, knowing
from assessments.consistency.subjects import UNIT
from assessments.models import Assessment, Cycle, UnitYear, Verdict
from schools.models import Jurisdiction

# A change against last year that must be explained: at least so many (organizations,
# members, percentage points) and so large a share.
MOVED, MOVED_PERCENT = 10, 20


def _share(passed: Any, due: Any) -> Case:
    """Return passed ÷ due, null where nothing is due."""
    return Case(When(Q(**{f"{due}__gt": 0}), then=Cast(F(passed), FloatField()) / F(due)))


def _years(look: Look) -> dict[str, tuple[int | None, Cycle | None]]:
    """Return the years compared: the newest scored and the one before it, for numbers,
    and the newest confirmed and the one before it, for rates.
    """

    def one(year: int | None) -> tuple[int | None, Cycle | None]:
        return year, look.cycle_of(year)

    closed = look.closed.year if look.closed else None
    return {
        "now": one(look.newest),
        "before": one(look.newest - 1 if look.newest else None),
        "closed": one(closed),
        "earlier": one(closed - 1 if closed else None),
    }


def _units(look: Look):
    """Reporting units with their figures by assessments, else by workbook (历年数据)."""
    years = _years(look)
    judged_counts: dict[str, Any] = {}
    told_counts: dict[str, Any] = {}
    for name, (year, cycle) in years.items():
        of_year = Q(cycle=cycle)
        judged_counts |= {
            f"due_{name}": Count("pk", filter=of_year),
            f"passed_{name}": Count("pk", filter=of_year & Q(verdict=Verdict.COMPLIANT)),
            f"members_{name}": Sum("members", filter=of_year & Q(kind__in=BRANCHES)),
        }
        told_counts |= {
            f"{field}_{name}": Max(field, filter=Q(year=year))
            for field in ("due", "passed", "rate")
        }
    cycles = [cycle for _, cycle in years.values() if cycle]
    assessments = look.about(Assessment, "unit__path").filter(cycle__in=cycles, exclusion="")
    judged = CTE(assessments.values(of=F("unit_id")).annotate(**judged_counts), name="judged")
    told = CTE(
        look.about(UnitYear, "unit__path")
        .filter(year__in=[year for year, _ in years.values() if year])
        .values(of=F("unit_id"))
        .annotate(**told_counts),
        name="told",
    )
    rows = knowing(look.rows(Jurisdiction).filter(is_reporting_unit=True), judged, told)
    for name in years:
        own = NullIf(getattr(judged.col, f"due_{name}"), 0)
        rows = rows.annotate(
            **{
                f"judged_{name}": own,
                f"passed_judged_{name}": getattr(judged.col, f"passed_{name}"),
                f"told_{name}": getattr(told.col, f"due_{name}"),
                f"passed_told_{name}": getattr(told.col, f"passed_{name}"),
                f"members_{name}": getattr(judged.col, f"members_{name}"),
                f"due_{name}": Coalesce(
                    own, getattr(told.col, f"due_{name}"), output_field=IntegerField()
                ),
            }
        ).annotate(
            **{
                f"rate_{name}": Coalesce(
                    _share(f"passed_judged_{name}", f"judged_{name}"),
                    _share(f"passed_told_{name}", f"told_{name}"),
                    Cast(getattr(told.col, f"rate_{name}"), FloatField()),
                )
            }
        )
    return rows.annotate(
        more_due=Abs(F("due_now") - F("due_before")),
        more_members=Abs(F("members_now") - F("members_before")),
        more_rate=Abs(F("rate_closed") - F("rate_earlier")),
    )


UNITS = Ground(UNIT, _units)


def _moved(change: str, before: str) -> Q:
    """Return the condition of a change that must be explained."""
    share = F(before) * MOVED_PERCENT / 100.0
    return Q(**{f"{before}__gt": 0, f"{change}__gte": MOVED}) & Q(**{f"{change}__gte": share})


def _change(look: Look, now: int, before: int, counter: str) -> str:
    years = _years(look)
    word = "增" if now > before else "减"
    return (
        f"{years['before'][0]} 年度 {before:,} {counter}，{years['now'][0]} 年度 {now:,} {counter}，"
        f"{word} {abs(now - before):,} {counter}（{round(100 * abs(now - before) / before)}%）"
    )


def _rate_change(one, look: Look) -> str:
    years = _years(look)
    word = "升" if one.rate_closed > one.rate_earlier else "降"
    return (
        f"{years['earlier'][0]} 年度 {one.rate_earlier:.0%}，{years['closed'][0]} 年度 "
        f"{one.rate_closed:.0%}，{word} {100 * one.more_rate:.1f} 个百分点"
    )


def _told_otherwise(one, look: Look) -> str:
    year = _years(look)["closed"][0]
    judged, told = (
        (one.passed_judged_closed, one.judged_closed),
        (
            one.passed_told_closed,
            one.told_closed,
        ),
    )
    return (
        f"{year} 年度考评达标 {judged[0]:,} / 应评 {judged[1]:,}（{percent_text(*judged)}），"
        f"历年数据达标 {told[0]:,} / 应评 {told[1]:,}（{percent_text(*told)}）"
    )


CHECKS = (
    Check(
        code="unit-year",
        title="历年数据与已确认的考评结果不符",
        severity=Severity.MUST,
        source="表间关系：同一年度的应评数、达标数只有一个",
        remedy="以确认的结果为准，改正历年数据后重新导入。",
        ground=UNITS,
        where=lambda look: (
            Q(
                told_closed__isnull=False,
                passed_told_closed__isnull=False,
                judged_closed__isnull=False,
            )
            & ~Q(told_closed=F("judged_closed"), passed_told_closed=F("passed_judged_closed"))
        ),
        words=_told_otherwise,
    ),
    Check(
        code="unit-organizations",
        title="应评组织数比上年变动异常",
        severity=Severity.CHECK,
        source=f"变动核对：比上年增减 {MOVED} 个以上且达到 {MOVED_PERCENT}% 的，要写明原因",
        remedy="核对有没有漏登、重登、挂错隶属的党组织；确有变动的，写明原因。",
        ground=UNITS,
        where=lambda look: _moved("more_due", "due_before"),
        words=lambda one, look: "应评组织" + _change(look, one.due_now, one.due_before, "个"),
    ),
    Check(
        code="unit-members",
        title="党员数比上年变动异常",
        severity=Severity.CHECK,
        source=f"变动核对：比上年增减 {MOVED} 人以上且达到 {MOVED_PERCENT}% 的，要写明原因",
        remedy="核对花名册有没有整份漏导、重导；确有变动的，写明原因。",
        ground=UNITS,
        where=lambda look: _moved("more_members", "members_before"),
        words=lambda one, look: "党员" + _change(look, one.members_now, one.members_before, "人"),
    ),
    Check(
        code="unit-rate",
        title="达标率比上年变动异常",
        severity=Severity.CHECK,
        source=f"变动核对：应评 {MOVED} 个以上，升降 {MOVED} 个百分点以上且达到 {MOVED_PERCENT}% 的，要写明原因",
        remedy="核对认定结果；确有变动的，写明原因。",
        ground=UNITS,
        where=lambda look: (
            Q(due_closed__gte=MOVED, rate_earlier__gt=0, more_rate__gte=MOVED / 100 - 1e-9)
            & Q(more_rate__gte=F("rate_earlier") * (MOVED_PERCENT / 100) - 1e-9)
        ),
        words=_rate_change,
    ),
)
