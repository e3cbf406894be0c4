"""Every kind of duty (应办事项): who owes it, until when, its rows, its words, its list.

The home page, 我的工作, the daily reminder and its proof all read this one list. A new
kind of duty is one more `Duty` here.
"""

from __future__ import annotations

import datetime

from activities.models import LifeProblem
from orgs.development.checks import SOON_DAYS
from orgs.models import OPEN_DAYS, DevelopmentCheck, Transfer, add_months
from orgs.standing import end_of
from reports.duties.duty import Duty
from reports.duties.rows import (
    dues_behind,
    dues_over,
    filings,
    later,
    month_due,
    months_later,
    of_matter,
    terms,
    that_day,
    without_term,
)
from reports.waiting import (
    GRACE_DAYS,
    MATTERS,
    REVIEW,
    TERM_DAYS,
    URGENT_DAYS,
    VETO_DAYS,
)
from sheets.models import BatchStatus, ImportBatch
from supervision.models import ItemState, PlanMeasure, RectificationItem, WorkTask

# A term is spoken of this many months before its end, once each (任期意见 2018: half a year
# ahead); within the last `TERM_DAYS` days it is told daily.
TERM_MARKS = (6, 3)
WEEK = 7
TERM = ("elected_on", "years", "extended_to")
ENDING = terms(None, months_later(TERM_MARKS[0]))


def _on_home(slug: str, text: str, icon: str, note: str, *, when: str = "") -> Duty:
    """Return a matter that is told on the home page only."""
    matter = MATTERS[slug]
    return Duty(
        slug,
        matter.title,
        text,
        icon,
        slug,
        note=note,
        audience=matter.audience,
        when=when,
        is_hot=bool(when),
    )


DUTIES: tuple[Duty, ...] = (
    Duty(
        "month",
        "上月主题党日待录入",
        "{} 个组织上月没有主题党日",
        "bi-calendar-x",
        "month",
        note=f"{GRACE_DAYS} 日后录入算补录，要管理主体认可",
        rows=of_matter("month"),
        owner="jurisdiction",
        due=lambda *, day: month_due(day),
    ),
    _on_home(
        "veto-soon",
        f"{{}} 个组织换届超期将满 {VETO_DAYS} 天",
        "bi-octagon",
        f"满 {VETO_DAYS} 天触发一票否决（V1）",
        when=f"{URGENT_DAYS} 天内",
    ),
    Duty(
        "term-over",
        "任期已满没有换届",
        "{} 个组织任期已满没有换届",
        "bi-hourglass-bottom",
        "term-over",
        note="换届后录入新一届，或录入延期批复",
        rows=ENDING,
        window=lambda day: (None, later(-1)(day)),
        fields=TERM,
        due=lambda *term, day: end_of(*term),
    ),
    Duty(
        "term-soon",
        f"{TERM_DAYS} 天内任期届满",
        f"{{}} 个组织 {TERM_DAYS} 天内任期届满",
        "bi-hourglass-split",
        "term-soon",
        note="到期前换届，或报上级批准延期",
        rows=ENDING,
        window=lambda day: (day, later(TERM_DAYS)(day)),
        fields=TERM,
        due=lambda *term, day: end_of(*term),
    ),
    Duty(
        "term-ahead",
        "半年内任期届满",
        "{} 个组织半年内任期届满",
        "bi-hourglass-top",
        "terms",
        {"state": "6"},
        note="提前 6 个月、3 个月各提醒一次，请填换届计划时间",
        rows=ENDING,
        window=lambda day: (later(TERM_DAYS + 1)(day), add_months(day, TERM_MARKS[0])),
        fields=TERM,
        due=lambda *term, day: end_of(*term),
        marks=TERM_MARKS,
    ),
    Duty(
        "term-unknown",
        "未填任期",
        "{} 个组织未填任期",
        "bi-question-square",
        "terms",
        {"state": "unknown"},
        note="没有任期就无法提醒换届",
        rows=without_term,
        owner="jurisdiction",
    ),
    Duty(
        "secretary",
        "书记空缺",
        "{} 个组织书记空缺",
        "bi-person-x",
        "secretary",
        note="空缺超过 90 天的，一票否决（V2）",
        rows=of_matter("secretary"),
        owner="jurisdiction",
    ),
    _on_home("no-result", "{} 个组织没有测算结果", "bi-question-circle", "重新测算后才计入"),
    _on_home("review", "{} 个组织有指标待评", "bi-clipboard-check", "审核得分录入前按 0 分计"),
    Duty(
        "filing-urged",
        "被催办的申报",
        "{} 个组织的申报被催办",
        "bi-bell",
        "filings",
        {"late": "yes"},
        note="上级催办，请尽快办理",
        is_hot=True,
    ),
    Duty(
        "filing-returned",
        "申报被退回补正",
        "{} 个组织的申报被退回补正",
        "bi-arrow-return-left",
        "filings",
        {"state": "returned"},
        note="按退回原因补正，在期限内重新申报",
        rows=filings("returned"),
        fields=("due_on",),
        due=that_day,
        is_hot=True,
    ),
    Duty(
        "filing-draft",
        "自评申报",
        "{} 个组织还没有自评申报",
        "bi-pencil-square",
        "filings",
        {"state": "draft"},
        note="逐项自评，附上抽到的佐证材料后申报",
        rows=filings("drafts"),
        fields=("cycle__schedule__self_until",),
        due=that_day,
    ),
    Duty(
        "filing-first",
        "初审",
        "{} 个组织等待初审",
        "bi-clipboard-check",
        "filings",
        {"state": "submitted"},
        note="逐项评分，自评和申报的人不能审核",
        audience=REVIEW,
        rows=filings("to_review"),
        fields=("cycle__schedule__first_until",),
        due=that_day,
    ),
    Duty(
        "filing-second",
        "复核",
        "{} 个组织抽中复核",
        "bi-shuffle",
        "filings",
        {"stage": "second", "drawn": "any"},
        note="初审的人不能复核",
        audience=REVIEW,
        rows=filings("to_re_review"),
        fields=("cycle__schedule__second_until",),
        due=that_day,
        is_central=True,
    ),
    Duty(
        "rectification",
        "问题整改",
        "{} 个问题没有整改到位",
        "bi-tools",
        "rectifications",
        {"state": "unclosed"},
        note="整改到位后申请销号",
        rows=lambda day: RectificationItem.objects.filter(
            state__in=(ItemState.OPEN, ItemState.WORKING)
        ),
        fields=("deadline",),
        due=that_day,
        ahead=2 * WEEK,
    ),
    Duty(
        "recheck",
        "整改复核",
        "{} 个问题等待复核销号",
        "bi-check2-square",
        "rectifications",
        {"state": "review"},
        note="申请销号的人不能复核",
        audience=REVIEW,
        rows=lambda day: RectificationItem.objects.filter(state=ItemState.REVIEW),
    ),
    Duty(
        "problem",
        "查摆问题整改",
        "{} 个查摆的问题没有整改完",
        "bi-list-check",
        "problems",
        {"state": "open"},
        note="组织生活会、民主生活会查摆的问题，按时限整改",
        rows=lambda day: LifeProblem.objects.planned().filter(closed_on=None),
        owner="meeting__organization__jurisdiction",
        fields=("deadline",),
        due=that_day,
        ahead=2 * WEEK,
    ),
    Duty(
        "dues",
        "党费欠交",
        "{} 名党员欠交党费",
        "bi-cash-coin",
        "dues_owing",
        note="到期没有交足的，请收缴后录入",
        rows=dues_behind,
        owner="ledger__organization__jurisdiction",
        fields=("ledger__pays_quarterly", "ledger__year"),
        due=dues_over,
    ),
    Duty(
        "development",
        "发展党员时限",
        "{} 项发展党员时限将到或已过",
        "bi-person-plus",
        "development_cases",
        note="谈话、考察、转正等按期办理",
        rows=lambda day: DevelopmentCheck.objects.filter(
            met=None,
            due_on__lte=day + datetime.timedelta(days=SOON_DAYS),
            case__withdrawn_at=None,
            case__ended_on=None,
        ),
        owner="case__organization__jurisdiction",
        fields=("due_on",),
        due=that_day,
        ahead=SOON_DAYS,
    ),
    Duty(
        "transfer",
        "接收组织关系",
        "待我接收的组织关系 {} 人次",
        "bi-box-arrow-in-right",
        "transfers",
        {"mine": "waiting"},
        note="接收以前党员计在转出方",
        rows=lambda day: Transfer.objects.pending(),
        owner="receiver__jurisdiction",
        fields=("sent_on",),
        due=lambda sent, *, day: sent + datetime.timedelta(days=OPEN_DAYS),
    ),
    Duty(
        "work-task",
        "例会任务",
        "{} 项例会任务没有完成",
        "bi-journal-check",
        "work_meetings",
        rows=lambda day: WorkTask.objects.filter(done_on=None),
        owner="meeting__jurisdiction",
        fields=("deadline",),
        due=that_day,
        ahead=WEEK,
    ),
    Duty(
        "plan-measure",
        "行动计划措施",
        "{} 条行动计划措施没有完成",
        "bi-signpost-split",
        "action_plans",
        rows=lambda day: PlanMeasure.objects.filter(progress__lt=100),
        owner="plan__jurisdiction",
        fields=("deadline",),
        due=that_day,
        ahead=30,
    ),
    Duty(
        "batch",
        "导入的表格待确认",
        "{} 份导入的表格还没有确认保存",
        "bi-file-earmark-spreadsheet",
        "imports",
        note="预览过的表格确认后才保存",
        rows=lambda day: ImportBatch.objects.filter(status=BatchStatus.PREVIEWED),
        owner="user",
        is_personal=True,
    ),
    Duty(
        "refusals",
        "退回的行",
        "{} 份导入的表格有退回的行",
        "bi-file-earmark-excel",
        "imports",
        note="下载错误原因表，改好再传；过期后文件清除",
        rows=lambda day: ImportBatch.objects.filter(
            status=BatchStatus.SAVED, refusals__isnull=False, kept_until__gte=day
        ),
        owner="user",
        fields=("kept_until",),
        due=that_day,
        is_personal=True,
    ),
)
KNOWN = {duty.slug: duty for duty in DUTIES}
