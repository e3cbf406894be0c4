"""What waits for a person (等我办理): each matter is one count with one list behind it.

A matter about organizations is a condition on `Organization`; the count on the home page
and the list behind its link are of the same condition on the same organizations.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from activities.models import Meeting, MeetingType
from assessments.models import Assessment, Cycle
from orgs.models import ASSESSED_KINDS, Organization, OrgKind
from orgs.standing import end_of, ended_by, in_post, present_terms
from reports.figures import FigureContext
from schools.roles import EDIT_ROLES, REVIEW_ROLES
from schools.scoping import granted_paths

TERM_DAYS = 60
# A term over for more than this many days is vetoed (V1).
VETO_DAYS = 180
URGENT_DAYS = 30
# Meetings entered later than this day of the next month are late (common rules of the standard).
GRACE_DAYS = 15


# Whose business a matter is: everyone who may read, those who fill in, those who review.
READ, EDIT, REVIEW = "read", "edit", "review"
# Some ask for nothing but the day, and are asked without a context (reports/duties).
Condition = Callable[[datetime.date, FigureContext | None], Q]
NONE = Q(pk__in=[])


@dataclass(frozen=True)
class Matter:
    """Organizations that have the same thing in common.

    `condition` tells which of the organizations of a context on a day. A matter everyone
    may read is about the register of the context's year, the others about today.
    """

    slug: str
    title: str
    lead: str
    condition: Condition
    audience: str = EDIT

    @property
    def is_term(self) -> bool:
        """Whether it is about the end of terms, which are counted together."""
        return self.slug in TERM_WINDOWS

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
        return self.base(context).filter(self.condition(timezone.localdate(), context))

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


def _month(day, context):
    """Branches that existed all last month and have no valid theme day in it."""
    first, last = last_month(day)
    return owes_theme_day(first) & ~has_theme_day(first, last)


def owes_theme_day(first: datetime.date) -> Q:
    """Tell the branches that owe a theme day in the month that begins on `first`."""
    branches = Q(kind__in=(OrgKind.BRANCH, OrgKind.JOINT_BRANCH))
    return branches & (Q(founded_on=None) | Q(founded_on__lte=first))


def has_theme_day(first: datetime.date, last: datetime.date) -> Q:
    """Tell the organizations with a valid theme day between two days of a year."""
    held = Meeting.objects.valid().filter(
        type=MeetingType.THEME_DAY,
        counts_for_year=first.year,
        held_on__range=(first, last),
    )
    return Q(pk__in=held.order_by().values("organization"))


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
    def condition(day, context):
        terms = present_terms(day).filter(_window(slug, day))
        return Q(pk__in=terms.order_by().values("organization"))

    return condition


def _secretary(day, context):
    return ~in_post(day)


def _results(cycle: Cycle | None) -> QuerySet:
    """Return the organizations that have a result in `cycle`."""
    return Assessment.objects.filter(cycle=cycle).order_by().values("organization")


def _no_result(day, context):
    cycle = in_progress(context)
    if cycle is None or cycle.scored_at is None:
        return NONE
    return ~Q(pk__in=_results(cycle))


def _elsewhere(day, context):
    """Organizations of today that another body had on the check date of the year."""
    inside = context.assessments().order_by().values("organization")
    return Q(assessments__cycle=context.cycle) & ~Q(pk__in=inside)


def _missing(day, context):
    return ~Q(pk__in=_results(context.cycle))


def _pending(day, context):
    """Organizations counted in the cycle in progress with an indicator not reviewed yet."""
    cycle = in_progress(context)
    if cycle is None:
        return NONE
    pending = Assessment.objects.filter(cycle=cycle, exclusion="", is_pending=True)
    return Q(pk__in=pending.order_by().values("organization"))


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


# Where the business of each audience lies.
_ROLES = {EDIT: EDIT_ROLES, REVIEW: REVIEW_ROLES}
_PERMISSIONS = {EDIT: "schools.edit_records", REVIEW: "assessments.review"}


def counts(context: FigureContext) -> dict[str, int]:
    """Return how many organizations wait for the user of `context`, by matter.

    Each matter is one pass over the organizations of its audience; all of them together
    are one query, or two for a user who fills in and reviews in different places.
    """
    user, day = context.user, timezone.localdate()
    together: dict[tuple[str, ...], list[Matter]] = {}
    for matter in MATTERS.values():
        if matter.audience in _ROLES and user.has_perm(_PERMISSIONS[matter.audience]):
            place = tuple(granted_paths(user, _ROLES[matter.audience]))
            together.setdefault(place, []).append(matter)
    found: dict[str, int] = {}
    for matters in together.values():
        rows = matters[0].base(context).order_by()
        conditions = {m.slug: m.condition(day, context) for m in matters if not m.is_term}
        found |= rows.aggregate(**{slug: Count("pk", filter=q) for slug, q in conditions.items()})
        if any(matter.is_term for matter in matters):
            found |= _term_counts(rows, day)
    return found


def _term_counts(rows: QuerySet[Organization], day: datetime.date) -> dict[str, int]:
    """Return how many of the organizations `rows` are in each of `TERM_WINDOWS`.

    Terms that end alike are counted by the database, and their end is worked out here.
    """
    latest = day + datetime.timedelta(days=max(last for _, last in TERM_WINDOWS.values()))
    ends = (
        present_terms(day)
        .filter(ended_by(latest), organization__in=rows.values("pk"))
        .order_by()
        .values_list("elected_on", "years", "extended_to")
        .annotate(n=Count("*"))
    )
    found = dict.fromkeys(TERM_WINDOWS, 0)
    for *term, n in ends:
        left = (end_of(*term) - day).days
        for slug, (first, last) in TERM_WINDOWS.items():
            if (first is None or first <= left) and left <= last:
                found[slug] += n
    return found
