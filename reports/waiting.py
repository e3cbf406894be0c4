"""What waits for a person (等我办理): each matter is one count with one list behind it.

A matter about organizations is a condition on `Organization`; the count on the home page
and the list behind its link both come from `Matter.organizations`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.models import Meeting, MeetingType
from assessments.models import Assessment, Cycle
from orgs.models import ASSESSED_KINDS, Organization, OrgKind
from orgs.standing import ended_by, in_post, present_terms
from reports.figures import FigureContext
from sheets.models import BatchStatus, ImportBatch

# Meetings entered later than this day of the next month are late (common rules of the standard).
GRACE_DAYS = 15
TERM_DAYS = 60
# A term over for more than this many days is vetoed (V1).
VETO_DAYS = 180
URGENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of 等我办理."""

    text: str
    url: str
    icon: str
    note: str = ""
    when: str = ""
    hot: bool = False


# Whose business a matter is: everyone who may read, those who fill in, those who review.
READ, EDIT, REVIEW = "read", "edit", "review"
Condition = Callable[[QuerySet, datetime.date, FigureContext], QuerySet]


@dataclass(frozen=True)
class Matter:
    """Organizations that have the same thing in common.

    `condition` narrows the organizations of a context on a day. A matter everyone may
    read is about the register of the context's year, the others about today.
    """

    slug: str
    title: str
    lead: str
    condition: Condition
    audience: str = EDIT

    def base(self, context: FigureContext) -> QuerySet[Organization]:
        """Return the organizations of the context that are the user's business."""
        rows = Organization.objects.all()
        if self.audience == READ:
            return in_register(rows.visible_to(context.user).inside(context.scope), context.year)
        if self.audience == REVIEW:
            rows = rows.reviewable_by(context.user)
        else:
            rows = rows.editable_by(context.user)
        rows = rows.inside(context.scope).active_on(timezone.localdate())
        return rows.filter(kind__in=ASSESSED_KINDS)

    def organizations(self, context: FigureContext) -> QuerySet[Organization]:
        """Return the organizations the matter is about."""
        return self.condition(self.base(context), timezone.localdate(), context)

    def url(self, context: FigureContext) -> str:
        """Return the address of the list."""
        return context.link("waiting", self.slug)


def in_register(rows: QuerySet[Organization], year: int) -> QuerySet[Organization]:
    """Return the organizations that were not dissolved before `year` began."""
    return rows.filter(Q(dissolved_on=None) | Q(dissolved_on__gte=datetime.date(year, 1, 1)))


def in_progress(context: FigureContext) -> Cycle | None:
    """Return the newest cycle that is not confirmed."""
    return next((cycle for cycle in context.cycles if not cycle.is_confirmed), None)


def last_month(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of the month before `day`."""
    last = day.replace(day=1) - datetime.timedelta(days=1)
    return last.replace(day=1), last


def _month(rows, day, context):
    """Branches that existed all last month and have no valid theme day in it."""
    first, last = last_month(day)
    held = Meeting.objects.valid().filter(
        type=MeetingType.THEME_DAY,
        counts_for_year=first.year,
        held_on__range=(first, last),
    )
    return (
        rows.filter(kind__in=(OrgKind.BRANCH, OrgKind.JOINT_BRANCH))
        .filter(Q(founded_on=None) | Q(founded_on__lte=first))
        .exclude(pk__in=held.values("organization_id"))
    )


# Days from today to the end of a term: from (None: ever) … to.
TERM_WINDOWS = {
    "veto-soon": (-VETO_DAYS, -VETO_DAYS + URGENT_DAYS),
    "term-over": (None, -1),
    "term-soon": (0, TERM_DAYS),
}


def _window(slug: str, day: datetime.date) -> Q:
    """Return the condition on a term for one of `TERM_WINDOWS`."""
    first, last = TERM_WINDOWS[slug]
    condition = ended_by(day + datetime.timedelta(days=last))
    if first is None:
        return condition
    return condition & ~ended_by(day + datetime.timedelta(days=first - 1))


def _term(slug: str):
    def condition(rows, day, context):
        terms = present_terms(day).filter(_window(slug, day))
        return rows.filter(pk__in=terms.order_by().values("organization_id"))

    return condition


def _secretary(rows, day, context):
    return rows.filter(~in_post(day))


def _no_result(rows, day, context):
    cycle = in_progress(context)
    if cycle is None or cycle.scored_at is None:
        return rows.none()
    found = Assessment.objects.filter(cycle=cycle, organization=OuterRef("pk"))
    return rows.filter(~Exists(found))


def _elsewhere(rows, day, context):
    """Organizations of today that another body had on the check date of the year."""
    inside = context.assessments().order_by().values("organization_id")
    return rows.filter(assessments__cycle=context.cycle).exclude(pk__in=inside)


def _missing(rows, day, context):
    found = Assessment.objects.filter(cycle=context.cycle, organization=OuterRef("pk"))
    return rows.filter(~Exists(found))


def _pending(rows, day, context):
    """Organizations counted in the cycle in progress with an indicator not reviewed yet."""
    cycle = in_progress(context)
    if cycle is None:
        return rows.none()
    return rows.filter(
        assessments__cycle=cycle, assessments__exclusion="", assessments__is_pending=True
    )


MATTERS = {
    matter.slug: matter
    for matter in (
        Matter(
            "month",
            "上月主题党日没有记录",
            "每月一次，下月 15 日前录入不算补录",
            _month,
        ),
        Matter(
            "veto-soon",
            f"换届超期将满 {VETO_DAYS} 天",
            f"超过 {VETO_DAYS} 天没有换届、也没有批准延期的，一票否决（V1）",
            _term("veto-soon"),
        ),
        Matter(
            "term-over",
            "任期已满没有换届",
            "任期届满或批准的延期已过，今天还没有新一届的记录",
            _term("term-over"),
        ),
        Matter(
            "term-soon",
            f"{TERM_DAYS} 天内任期届满",
            "到期前换届，或报上级批准延期",
            _term("term-soon"),
        ),
        Matter("secretary", "书记空缺", "今天没有在任书记，也没有临时负责人", _secretary),
        Matter(
            "no-result",
            "没有测算结果",
            "在册的党组织在最近一次测算里没有结果",
            _no_result,
        ),
        Matter(
            "review",
            "有指标待评",
            "没有记录、也没有审核得分的指标先按 0 分计",
            _pending,
            REVIEW,
        ),
        Matter(
            "elsewhere",
            "考核日隶属外单位",
            "现在在本单位名册，考核日由别的单位管理，计入那个单位",
            _elsewhere,
            READ,
        ),
        Matter("missing", "没有考评结果", "在册，但这个年度没有考评结果", _missing, READ),
    )
}


def lines(context: FigureContext) -> list[Line]:
    """Return what waits for the user of `context`, the most urgent first."""
    user, day = context.user, timezone.localdate()
    found: list[Line] = []
    if user.has_perm("schools.edit_records"):
        found += [
            line
            for line in (
                _month_line(context, day),
                *_term_lines(context, day),
                _counted(
                    context,
                    "secretary",
                    "bi-person-x",
                    "{} 个组织书记空缺",
                    "空缺超过 90 天的，一票否决（V2）",
                ),
                _counted(
                    context,
                    "no-result",
                    "bi-question-circle",
                    "{} 个组织没有测算结果",
                    "重新测算后才计入",
                ),
            )
            if line
        ]
    if user.has_perm("assessments.review"):
        line = _counted(
            context,
            "review",
            "bi-clipboard-check",
            "{} 个组织有指标待评",
            "审核得分录入前按 0 分计",
        )
        found += [line] if line else []
    if user.has_perm("sheets.import_workbook"):
        found += _batch_lines(user)
    if user.has_perm("assessments.manage_cycle"):
        found += _cycle_lines(context, day)
    return sorted(found, key=lambda line: not line.hot)


def _counted(context, slug, icon, text, note="", *, count=None, **kwargs) -> Line | None:
    """Return the line of a matter, or None where nobody waits."""
    matter = MATTERS[slug]
    if count is None:
        count = matter.organizations(context).order_by().count()
    if not count:
        return None
    return Line(text.format(f"{count:,}"), matter.url(context), icon, note, **kwargs)


def _month_line(context, day) -> Line | None:
    first, _ = last_month(day)
    left = GRACE_DAYS - day.day
    if left >= 0:
        return _counted(
            context,
            "month",
            "bi-exclamation-triangle",
            f"{first.month} 月主题党日待录入，涉及 {{}} 个组织",
            f"{day.month} 月 {GRACE_DAYS} 日后录入算补录，要管理主体认可",
            when=f"剩 {left} 天" if left else "今天截止",
            hot=True,
        )
    return _counted(
        context,
        "month",
        "bi-calendar-x",
        f"{{}} 个组织 {first.month} 月没有主题党日",
        "已经开展的请补录，由管理主体认可；没有开展的计为缺项",
    )


def _term_lines(context, day):
    """Return the lines about terms, counted together."""
    rows = MATTERS["term-over"].base(context).order_by().values("pk")
    counts = (
        present_terms(day)
        .filter(organization__in=rows)
        .aggregate(**{slug: Count("pk", filter=_window(slug, day)) for slug in TERM_WINDOWS})
    )
    return [
        _counted(
            context,
            "veto-soon",
            "bi-octagon",
            f"{{}} 个组织换届超期将满 {VETO_DAYS} 天",
            f"满 {VETO_DAYS} 天触发一票否决（V1）",
            count=counts["veto-soon"],
            when=f"{URGENT_DAYS} 天内",
            hot=True,
        ),
        _counted(
            context,
            "term-over",
            "bi-hourglass-bottom",
            "{} 个组织任期已满没有换届",
            "换届后录入新一届，或录入延期批复",
            count=counts["term-over"],
        ),
        _counted(
            context,
            "term-soon",
            "bi-hourglass-split",
            f"{{}} 个组织 {TERM_DAYS} 天内任期届满",
            "到期前换届，或报上级批准延期",
            count=counts["term-soon"],
        ),
    ]


def _batch_lines(user) -> list[Line]:
    """Workbooks that were previewed and wait for a decision, one line each up to three."""
    waiting = ImportBatch.objects.visible_to(user).filter(status=BatchStatus.PREVIEWED)
    batches = list(waiting.defer("content", "report")[:4])
    if len(batches) > 3:
        return [
            Line(
                "有几份导入的表格还没有确认保存",
                reverse("imports"),
                "bi-file-earmark-spreadsheet",
                "预览过的表格确认后才保存",
            )
        ]
    return [
        Line(
            f"{batch.file_name} 还没有确认保存",
            reverse("import_batch", args=[batch.pk]),
            "bi-file-earmark-spreadsheet",
            "预览过的表格确认后才保存",
            when=f"{timezone.localtime(batch.created_at):%m-%d}",
        )
        for batch in batches
    ]


def _cycle_lines(context, day) -> list[Line]:
    found = []
    years = {cycle.year for cycle in context.cycles}
    url = reverse("cycles")
    if day.year not in years:
        found.append(Line(f"还没有建立 {day.year} 年度考评", url, "bi-calendar-plus"))
    for cycle in context.cycles:
        if cycle.is_confirmed:
            continue
        if cycle.scored_at is None:
            found.append(Line(f"{cycle.year} 年度还没有测算", url, "bi-calculator"))
        elif cycle.records_until < day:
            found.append(
                Line(
                    f"{cycle.year} 年度等待认定、确认",
                    url,
                    "bi-patch-check",
                    f"年度类记录已在 {cycle.records_until:%Y-%m-%d} 截止",
                )
            )
    return found
