"""The lines of 等我办理 on the home page: organizations, workbooks and cycles that wait."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.consistency.summary import to_mend
from assessments.workflow.progress import waiting_for
from orgs.models import OPEN_DAYS, Transfer
from reports import waiting
from reports.duties.declared import DUTIES, KNOWN
from reports.duties.duty import Duty
from reports.figures import FigureContext
from reports.waiting import GRACE_DAYS
from sheets.models import BatchStatus, ImportBatch

# Workbooks named one by one; more of them share a line.
NAMED_BATCHES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of 等我办理; `{}` in the text of a matter is its count."""

    text: str
    icon: str
    note: str = ""
    url: str = ""
    when: str = ""
    hot: bool = False


def lines(context: FigureContext) -> list[Line]:
    """Return what waits for the user of `context`, the most urgent first."""
    user, day = context.user, timezone.localdate()
    counts = waiting.counts(context) | _filing_counts(context, day)
    found = [
        _month_line(context, day, n) if duty.slug == "month" else _line(duty, context, n)
        for duty in DUTIES
        if (n := counts.get(duty.slug))
    ]
    if user.has_perm("schools.edit_records"):
        found += _transfer_lines(user, day)
        found += _consistency_lines(context)
    if user.has_perm("sheets.import_workbook"):
        found += _batch_lines(user)
    if user.has_perm("assessments.manage_cycle"):
        found += _cycle_lines(context, day)
    return sorted(found, key=lambda line: not line.hot)


def _line(duty: Duty, context: FigureContext, count: int) -> Line:
    """Return the line of a duty that waits `count` times."""
    url = duty.url(context.scope.pk)
    if duty.slug in waiting.MATTERS:
        url = waiting.MATTERS[duty.slug].url(context)
    return Line(duty.words(count), duty.icon, duty.note, url, duty.when, duty.is_hot)


def _month_line(context: FigureContext, day: datetime.date, count: int) -> Line:
    """Return the line of last month's theme days: urgent while they are still in time."""
    first, _ = waiting.last_month(day)
    left = GRACE_DAYS - day.day
    plain = _line(KNOWN["month"], context, count)
    if left >= 0:
        return replace(
            plain,
            text=f"{first.month} 月主题党日待录入，涉及 {count:,} 个组织",
            icon="bi-exclamation-triangle",
            note=f"{day.month} 月 {GRACE_DAYS} 日后录入算补录，要管理主体认可",
            when=f"剩 {left} 天" if left else "今天截止",
            hot=True,
        )
    return replace(
        plain,
        text=f"{count:,} 个组织 {first.month} 月没有主题党日",
        note="已经开展的请补录，由管理主体认可；没有开展的计为缺项",
    )


def _transfer_lines(user: User, day: datetime.date) -> list[Line]:
    """Members sent to the organizations of `user` whom nobody has received yet; one query."""
    latest = day - datetime.timedelta(days=OPEN_DAYS)
    counts = Transfer.objects.waiting_for(user).aggregate(
        all=Count("pk"), overdue=Count("pk", filter=Q(sent_on__lt=latest))
    )
    if not counts["all"]:
        return []
    overdue = counts["overdue"]
    over = f"其中 {overdue:,} 人次超过 {OPEN_DAYS} 天；" if overdue else ""
    return [
        Line(
            f"待我接收的组织关系 {counts['all']:,} 人次",
            "bi-box-arrow-in-right",
            f"{over}接收以前党员计在转出方",
            f"{reverse('transfers')}?mine=waiting",
            hot=bool(overdue),
        )
    ]


def _consistency_lines(context: FigureContext) -> list[Line]:
    """What must be mended by the last look through the records (表间校核)."""
    count, at = to_mend(context.user, context.scope)
    if not count or at is None:
        return []
    return [
        Line(
            f"{count:,} 处记录必须改",
            "bi-ui-checks",
            f"表间校核 {timezone.localtime(at):%m-%d %H:%M} 的结果，打开时重新核对",
            f"{reverse('consistency')}?scope={context.scope.pk}",
        )
    ]


def _filing_counts(context: FigureContext, day: datetime.date) -> dict[str, int]:
    """What waits of the yearly assessment, by the slug of its duty; one query."""
    found = waiting_for(context.user, context.scope, day)
    return {
        "filing-urged": found.urged,
        "filing-returned": found.returned,
        "filing-draft": found.drafts,
        "filing-first": found.to_review,
        "filing-second": found.to_re_review,
    }


def _batch_lines(user: User) -> list[Line]:
    """Workbooks that were previewed and wait for a decision: one line each, or one for many."""
    previewed = ImportBatch.objects.visible_to(user).filter(status=BatchStatus.PREVIEWED)
    batches = list(previewed.defer("content", "report")[: NAMED_BATCHES + 1])
    line = Line("", "bi-file-earmark-spreadsheet", "预览过的表格确认后才保存")
    if len(batches) > NAMED_BATCHES:
        text = f"{previewed.count():,} 份导入的表格还没有确认保存"
        return [replace(line, text=text, url=reverse("imports"))]
    return [
        replace(
            line,
            text=f"{batch.file_name} 还没有确认保存",
            url=reverse("import_batch", args=[batch.pk]),
            when=f"{timezone.localtime(batch.created_at):%m-%d}",
        )
        for batch in batches
    ]


def _cycle_lines(context: FigureContext, day: datetime.date) -> list[Line]:
    found = []
    years = {cycle.year for cycle in context.cycles}
    url = reverse("cycles")
    if day.year not in years:
        found.append(Line(f"还没有建立 {day.year} 年度考评", "bi-calendar-plus", url=url))
    for cycle in context.cycles:
        if cycle.is_confirmed:
            continue
        if cycle.scored_at is None:
            found.append(Line(f"{cycle.year} 年度还没有测算", "bi-calculator", url=url))
        elif cycle.records_until < day:
            found.append(
                Line(
                    f"{cycle.year} 年度等待认定、确认",
                    "bi-patch-check",
                    f"年度类记录已在 {cycle.records_until:%Y-%m-%d} 截止",
                    url,
                )
            )
    return found


def panel(context: FigureContext) -> dict[str, Any]:
    """Return 等我办理 for those who have something to do here."""
    user = context.user
    may_act = user.has_perm("schools.edit_records") or user.has_perm("assessments.review")
    matters = lines(context) if may_act else []
    return {
        "may_act": may_act,
        "matters": matters,
        "todo_count": len(matters) if may_act else None,
    }
