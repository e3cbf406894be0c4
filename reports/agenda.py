"""The calendar of the first page: what this month and the next bring in the scope.

Whether theme days are entered, which terms end, which dates of the assessment come: for
everybody who reads there. What he has to do himself stands in 等我办理 (reports/todo.py).
"""

from __future__ import annotations

import datetime
from collections import Counter
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from assessments.calendar import month_end
from assessments.workflow.models import Schedule, Stage
from orgs.models import ASSESSED_KINDS, Organization, add_months
from orgs.standing import end_of
from reports.duties.rows import terms
from reports.figures import FigureContext
from reports.todo import Line
from reports.waiting import has_theme_day, in_progress, owes_theme_day

# Dates of the assessment are told so many days ahead.
AHEAD = 90


def agenda(context: FigureContext, day: datetime.date) -> list[Line]:
    """Return the lines of the calendar on `day`; three queries, whatever the scope."""
    return [
        *_theme_days(context, day),
        *_terms(context, day),
        *_stages(context, day),
    ]


def _address(context: FigureContext, name: str, **asked: str | int) -> str:
    return f"{reverse(name)}?{urlencode({'scope': context.scope.pk, **asked})}"


def _organizations(context: FigureContext, day: datetime.date):
    rows = Organization.objects.visible_to(context.user).inside(context.scope)
    return rows.active_on(day).filter(kind__in=ASSESSED_KINDS).order_by()


def _theme_days(context: FigureContext, day: datetime.date) -> list[Line]:
    """Tell how many branches have this month's theme day already."""
    first = day.replace(day=1)
    owes = owes_theme_day(first)
    found = _organizations(context, day).aggregate(
        due=Count("pk", filter=owes),
        held=Count("pk", filter=owes & has_theme_day(first, day)),
    )
    if not found["due"]:
        return []
    return [
        Line(
            f"{day.month} 月主题党日已录入 {found['held']:,} / {found['due']:,} 个支部",
            "bi-calendar-check",
            url=_address(context, "life_calendar", year=day.year, month=day.month),
            when=f"{month_end(day.year, day.month):%m-%d}",
        )
    ]


def _terms(context: FigureContext, day: datetime.date) -> list[Line]:
    """Tell how many terms end in this month and in the next one."""
    months = [day.replace(day=1), add_months(day.replace(day=1), 1)]
    last = month_end(months[1].year, months[1].month)
    ending = terms((months[0] - day).days, lambda _: last)(day)
    own = ending.visible_to(context.user).inside(context.scope)
    ends: Counter[datetime.date] = Counter()
    for term in own.order_by().values_list("elected_on", "years", "extended_to"):
        ends[end_of(*term).replace(day=1)] += 1
    return [
        Line(
            f"{month.month} 月届满 {ends[month]:,} 个组织",
            "bi-hourglass-split",
            url=_address(context, "terms", ends=f"{month:%Y-%m}"),
            when="本月" if month == months[0] else "下月",
        )
        for month in months
        if ends[month]
    ]


def _stages(context: FigureContext, day: datetime.date) -> list[Line]:
    """Tell the dates of the assessment that come, where its stages have dates."""
    cycle = in_progress(context)
    schedule = Schedule.of(cycle) if cycle else None
    if cycle is None or schedule is None:
        return []
    until = day + datetime.timedelta(days=AHEAD)
    ends = [(stage, schedule.deadline(stage)) for stage in Stage]
    return [
        Line(
            f"{cycle.year} 年度{stage.label}截止",
            "bi-flag",
            url=_address(context, "progress"),
            when=f"{last:%m-%d}",
        )
        for stage, last in ends
        if last and day <= last <= until
    ]
