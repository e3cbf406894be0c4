"""The calendar of organizational life: the year of a type, or a month of all types."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from accounts.memory import many_objects
from activities.entry import GRACE_DAYS
from activities.models import MeetingType
from assessments.life.layouts import missing_layout
from assessments.life.marks import draw
from assessments.life.reading import Line, Reader
from assessments.life.slots import WORDS, YEARLY, Rules, State, columns_of
from assessments.models import Cycle, Standard
from orgs.models import ASSESSED_KINDS, Organization
from orgs.naming import organization_key
from schools.access import EDIT, READ, needs
from schools.exporting import EXPORT, export
from schools.lists import Scope

SIZE = 50
# What the calendar asks of an organization.
READ_OF_EACH = (
    "short_name",
    "kind",
    "founded_on",
    "dissolved_on",
    "declared_members",
    "declared_probationary",
    "has_committee",
    "fixed_day",
    "jurisdiction",
)
T = MeetingType
TYPES = (T.THEME_DAY, T.BRANCH_COMMITTEE, T.MEMBER_ASSEMBLY, T.LECTURE, T.GROUP)
# What the tab of the yearly types is called in the address.
ONCE = "yearly"
LABELS = {T.MEMBER_ASSEMBLY: "党员大会"}
HOW = {
    T.THEME_DAY: "每月一次，在固定日前后",
    T.BRANCH_COMMITTEE: "每月一次；设支部委员会的、正式党员 7 人以上的支部应开展",
    T.MEMBER_ASSEMBLY: "党支部每季度一次，党总支每半年一次，党委每年一次",
    T.LECTURE: "党支部每季度一次，党委、党总支每年两次",
    T.GROUP: "登记了党小组的支部，每个小组每月一次",
    ONCE: "每年一次，可以在次年 3 月底前开展",
}


def label_of(type_: str) -> str:
    """Return what a type is called on this page."""
    return LABELS.get(type_) or MeetingType(type_).label  # type: ignore[call-overload]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; Http404 for what there is not."""

    year: int
    type: str
    month: int
    text: str
    only_open: bool

    @classmethod
    def of(cls, request, today: datetime.date) -> Asked:
        """Read the address."""
        get = request.GET.get
        year, month = get("year", str(today.year)), get("month", "0")
        type_ = get("type", T.THEME_DAY)
        if not (year.isdecimal() and 2000 <= int(year) <= today.year):
            raise Http404
        if not (month.isdecimal() and 0 <= int(month) <= 12) or type_ not in (*TYPES, ONCE):
            raise Http404
        return cls(int(year), type_, int(month), get("q", "").strip()[:60], get("open") == "1")

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types that are read."""
        if self.month:
            return (*TYPES, *YEARLY)
        return YEARLY if self.type == ONCE else (self.type,)

    @property
    def headings(self) -> list[str]:
        """The headings of the columns."""
        if self.month or self.type == ONCE:
            return [str(label_of(type_)) for type_ in self.types]
        return columns_of(self.type)

    @property
    def title(self) -> str:
        """What the page is about."""
        if self.month:
            return f"{self.year} 年 {self.month} 月"
        name = "年度会议" if self.type == ONCE else label_of(self.type)
        return f"{self.year} 年{name}"


def rules_of(year: int) -> tuple[Rules, datetime.date]:
    """Return the rules of a year and its check date: of its cycle, else the newest standard."""
    cycle = Cycle.objects.select_related("standard").filter(year=year).first()
    standard = cycle.standard if cycle else Standard.objects.order_by("-pk").first()
    parameters = standard.parameters if standard else {}
    check = cycle.check_date if cycle else datetime.date(year, 12, 31)
    until = cycle.records_until if cycle else datetime.date(year + 1, 3, 31)
    vacation = frozenset(parameters.get("vacation_months", ()))
    return Rules(year, until, vacation, parameters.get("lecture_periods", 4)), check


@needs(READ)
@require_safe
def life_calendar(request):
    """Show organizations × slots with how each stands; the same missing ones as a workbook."""
    today = timezone.localdate()
    asked = Asked.of(request, today)
    scope = Scope(request.user, request.GET.get("scope"))
    rules, check_date = rules_of(asked.year)
    with many_objects():
        organizations = _organizations(request, scope, asked, rules)
        reader = Reader(organizations, rules, check_date, today, asked.types, asked.month)
        lines = _lines(reader, asked)
    if request.GET.get("format") == "xlsx":
        layout = missing_layout(lines, scope=scope.label, title=asked.title, day=today)
        return export(
            layout,
            user=request.user,
            action="life_calendar.export",
            changes={"rows": len(layout.rows), "query": asked.title},
        )
    counts = Counter(cell.state for line in lines for cell in line.cells if cell is not None)
    open_lines = [line for line in lines if line.is_open]
    paginator = Paginator(open_lines if asked.only_open else lines, SIZE)
    page = paginator.get_page(request.GET.get("page"))
    keys = [line.organization.pk for line in page.object_list]
    edits: set[int] = set()
    if request.user.has_perm(EDIT):
        rows = Organization.objects.editable_by(request.user).filter(pk__in=keys)
        edits = set(rows.values_list("pk", flat=True))
    query = request.GET.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    context = {
        "asked": asked,
        "list": {"scope": scope},
        "now": timezone.localtime(),
        "headings": asked.headings,
        "current": _current(asked, today),
        "lines": [
            (line, _drawn(line, asked, may_edit=line.organization.pk in edits))
            for line in page.object_list
        ],
        "page": page,
        "numbers": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "count": len(lines),
        "open_count": len(open_lines),
        "open_organizations": open_lines,
        "figures": [
            (WORDS[state], counts[state])
            for state in (State.HELD, State.LATE, State.WAITING, State.GRACE, State.MISSING)
        ],
        "claims": counts[State.CLAIM],
        "years": range(today.year, today.year - 4, -1),
        "types": [(type_, label_of(type_)) for type_ in TYPES] + [(ONCE, "年度会议")],
        "months": range(1, 13),
        "how": "" if asked.month else HOW[asked.type],
        "grace": GRACE_DAYS,
        "query": query.urlencode(),
        "page_query": f"{query.urlencode()}&" if query else "",
        "can_export": request.user.has_perm(EXPORT),
        "may_enter": bool(edits),
        "bulk": request.user.has_perm(EDIT) and not asked.month and asked.type != ONCE,
    }
    return render(request, "assessments/life_calendar.html", context)


def _drawn(line: Line, asked: Asked, *, may_edit: bool) -> SafeString:
    """Return the cells of a line, written in one go: a template takes much longer."""
    return mark_safe(
        "".join(
            draw(line.organization, cell, asked.year, heading=heading, may_edit=may_edit)
            for cell, heading in zip(line.cells, asked.headings, strict=True)
        )
    )


def _organizations(request, scope: Scope, asked: Asked, rules: Rules) -> list[Organization]:
    """Return the organizations of the scope that existed in the year, in order, with what
    the calendar asks of them.
    """
    first, last = datetime.date(asked.year, 1, 1), datetime.date(asked.year, 12, 31)
    rows = (
        Organization.objects.visible_to(request.user)
        .filter(kind__in=ASSESSED_KINDS)
        .filter(Q(dissolved_on=None) | Q(dissolved_on__gt=first))
        .filter(Q(founded_on=None) | Q(founded_on__lte=last))
        .order_by("jurisdiction__path", "name", "pk")
    )
    if asked.text:
        rows = rows.filter(name_key__contains=organization_key(asked.text))
    return list(scope.narrow(rows).only(*READ_OF_EACH))


def _lines(reader: Reader, asked: Asked) -> list[Line]:
    """Return the lines; organizations that owe nothing of the type are left out."""
    if asked.month or asked.type == ONCE:
        lines = reader.lines()
    else:
        lines = reader.year_lines(asked.type, len(asked.headings))
    return [line for line in lines if any(cell is not None for cell in line.cells)]


def _current(asked: Asked, today: datetime.date) -> int:
    """Return the place of the column of today, from 1; 0 where there is none."""
    if asked.month or asked.type == ONCE or asked.year != today.year:
        return 0
    return (today.month - 1) * len(asked.headings) // 12 + 1
