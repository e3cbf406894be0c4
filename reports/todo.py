"""The lines of 等我办理 on the home page: organizations, workbooks and cycles that wait."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.consistency.summary import to_mend
from assessments.workflow.progress import waiting_for
from orgs.models import OPEN_DAYS, Transfer
from reports import waiting
from reports.figures import FigureContext
from reports.waiting import TERM_DAYS, URGENT_DAYS, VETO_DAYS
from sheets.models import BatchStatus, ImportBatch

# Meetings entered later than this day of the next month are late (common rules of the standard).
GRACE_DAYS = 15
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


# What to say of the matters about organizations, beside 上月主题党日.
_WORDS = {
    "veto-soon": Line(
        f"{{}} 个组织换届超期将满 {VETO_DAYS} 天",
        "bi-octagon",
        f"满 {VETO_DAYS} 天触发一票否决（V1）",
        when=f"{URGENT_DAYS} 天内",
        hot=True,
    ),
    "term-over": Line(
        "{} 个组织任期已满没有换届",
        "bi-hourglass-bottom",
        "换届后录入新一届，或录入延期批复",
    ),
    "term-soon": Line(
        f"{{}} 个组织 {TERM_DAYS} 天内任期届满",
        "bi-hourglass-split",
        "到期前换届，或报上级批准延期",
    ),
    "secretary": Line("{} 个组织书记空缺", "bi-person-x", "空缺超过 90 天的，一票否决（V2）"),
    "no-result": Line("{} 个组织没有测算结果", "bi-question-circle", "重新测算后才计入"),
    "review": Line("{} 个组织有指标待评", "bi-clipboard-check", "审核得分录入前按 0 分计"),
}


def lines(context: FigureContext) -> list[Line]:
    """Return what waits for the user of `context`, the most urgent first."""
    user, day = context.user, timezone.localdate()
    counts = waiting.counts(context)
    words = {"month": _month_words(day), **_WORDS}
    found = [
        replace(
            line, text=line.text.format(f"{counts[slug]:,}"), url=waiting.MATTERS[slug].url(context)
        )
        for slug, line in words.items()
        if counts.get(slug)
    ]
    found += _filing_lines(context, day)
    if user.has_perm("schools.edit_records"):
        found += _transfer_lines(user, day)
        found += _consistency_lines(context)
    if user.has_perm("sheets.import_workbook"):
        found += _batch_lines(user)
    if user.has_perm("assessments.manage_cycle"):
        found += _cycle_lines(context, day)
    return sorted(found, key=lambda line: not line.hot)


def _month_words(day: datetime.date) -> Line:
    first, _ = waiting.last_month(day)
    left = GRACE_DAYS - day.day
    if left >= 0:
        return Line(
            f"{first.month} 月主题党日待录入，涉及 {{}} 个组织",
            "bi-exclamation-triangle",
            f"{day.month} 月 {GRACE_DAYS} 日后录入算补录，要管理主体认可",
            when=f"剩 {left} 天" if left else "今天截止",
            hot=True,
        )
    return Line(
        f"{{}} 个组织 {first.month} 月没有主题党日",
        "bi-calendar-x",
        "已经开展的请补录，由管理主体认可；没有开展的计为缺项",
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


def _filing_lines(context: FigureContext, day: datetime.date) -> list[Line]:
    """What waits of the yearly assessment: to hand in, to review, to re-review."""
    found = waiting_for(context.user, context.scope, day)
    address = f"{reverse('filings')}?scope={context.scope.pk}"
    lines = []
    if found.returned:
        lines.append(
            Line(
                f"{found.returned:,} 个组织的申报被退回补正",
                "bi-arrow-return-left",
                "按退回原因补正，在期限内重新申报",
                f"{address}&state=returned",
                hot=True,
            )
        )
    if found.drafts:
        urged = f"，其中 {found.urged:,} 个被催办" if found.urged else ""
        lines.append(
            Line(
                f"{found.drafts:,} 个组织还没有自评申报",
                "bi-pencil-square",
                f"逐项自评，附上抽到的佐证材料后申报{urged}",
                f"{address}&state=draft",
                hot=bool(found.urged),
            )
        )
    if found.to_review:
        lines.append(
            Line(
                f"{found.to_review:,} 个组织等待初审",
                "bi-clipboard-check",
                "逐项评分，自评和申报的人不能审核",
                f"{address}&state=submitted",
            )
        )
    if found.to_re_review:
        lines.append(
            Line(
                f"{found.to_re_review:,} 个组织抽中复核",
                "bi-shuffle",
                "初审的人不能复核",
                f"{address}&stage=second&drawn=any",
            )
        )
    return lines


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
