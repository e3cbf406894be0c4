"""A year of one type of meeting for many organizations on one page, typed cell by cell.

A cell reads "12 15/14": held on the 12th, 15 due, 14 present; further meetings of the
month follow after a semicolon. What a meeting needs besides (topic, place) is told once
above the grid; chair and recorder are those of the organization.
"""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import Act
from accounts.models import User
from activities.entry import Acceptance, enter
from activities.models import Meeting, MeetingType
from activities.validity import why_not
from orgs.models import Organization, Post, PostKind
from schools import writing
from sheets.forms import Stored
from sheets.normalise import fold

# Types entered by month; the yearly ones have more to tell than a cell holds.
TYPES = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.BRANCH_COMMITTEE,
    MeetingType.GROUP,
    MeetingType.LECTURE,
    MeetingType.THEME_DAY,
)
MONTHS = range(1, 13)
HOW = "写成“日 应到/实到”，如 12 15/14"
_ENTRY = re.compile(r"(\d{1,2})(?:\s*[日号,、]\s*|\s+)(\d{1,4})(?:\s*[/,、]\s*|\s+)(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell says of one meeting."""

    day: int
    due: int
    present: int


@dataclass(slots=True)
class Cell:
    """One month of one organization: what is stored, what was typed, and how it went.

    `state` is "" (nothing to say), "saved" or "invalid"; `why` says why not.
    """

    organization: int
    month: int
    meetings: list[Meeting] = field(default_factory=list)
    closed: str = ""
    typed: str = ""
    state: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """The name of its field in the form."""
        return f"c-{self.organization}-{self.month}"

    @property
    def missing(self) -> int:
        """How many of its meetings do not count."""
        return sum(bool(why_not(meeting)) for meeting in self.meetings)


@dataclass(slots=True)
class Line:
    """One organization with its twelve cells."""

    organization: Organization
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all meetings of one entry have in common."""

    type: str
    year: int
    topic: str
    place: str = ""


def parse(text: str) -> list[Entry]:
    """Return the meetings a cell tells; ValidationError with what is wrong."""
    entries = []
    for part in re.split(r"[;\n]+", unicodedata.normalize("NFKC", text)):
        if not part.strip():
            continue
        found = _ENTRY.fullmatch(part.strip())
        if not found:
            raise ValidationError(f"“{part.strip()[:20]}”看不懂。{HOW}。")
        day, due, present = map(int, found.groups())
        if due == 0 or present == 0:
            raise ValidationError("应到、实到人数要大于 0。")
        if present > due:
            raise ValidationError(f"应到 {due} 人，实到 {present} 人。实到不能多于应到。")
        entries.append(Entry(day, due, present))
    return entries


def lines(
    organizations: Iterable[Organization], *, type: str, year: int, today: datetime.date
) -> list[Line]:
    """Return the grid of `organizations` as it is stored, in one query."""
    organizations = list(organizations)
    stored: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
    rows = Meeting.objects.filter(
        organization__in=organizations, type=type, counts_for_year=year, held_on__year=year
    )
    for meeting in rows.order_by("held_on", "pk"):
        stored[meeting.organization_id, meeting.held_on.month].append(meeting)
    return [
        Line(
            organization,
            [
                Cell(
                    organization.pk,
                    month,
                    stored[organization.pk, month],
                    _closed(organization, year, month, today),
                )
                for month in MONTHS
            ],
        )
        for organization in organizations
    ]


def _closed(organization: Organization, year: int, month: int, today: datetime.date) -> str:
    """Return why nothing can be entered for a month; "" where it can."""
    first = datetime.date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    if first > today:
        return "还没到"
    if organization.founded_on and last < organization.founded_on:
        return "还没有成立"
    if organization.dissolved_on and first >= organization.dissolved_on:
        return "已经撤销"
    return ""


def officers(organizations: Sequence[Organization], day: datetime.date) -> dict[int, tuple]:
    """Return (chair, recorder) by organization: the secretary, and who recorded last.

    Without an earlier record the organization commissioner writes. Two queries.
    """
    posts: dict[int, dict[str, str]] = defaultdict(dict)
    held = Post.objects.filter(
        organization__in=organizations, kind__in=(PostKind.SECRETARY, PostKind.ORGANIZATION)
    )
    for post in held.order_by("start"):
        if (post.start is None or post.start <= day) and (post.end is None or post.end > day):
            posts[post.organization_id][post.kind] = post.holder
    since = day - datetime.timedelta(days=400)
    recorders = dict(
        Meeting.objects.filter(organization__in=organizations, held_on__gte=since)
        .exclude(recorder="")
        .order_by("held_on", "pk")
        .values_list("organization", "recorder")
    )
    return {
        one.pk: (
            posts[one.pk].get(PostKind.SECRETARY, ""),
            recorders.get(one.pk) or posts[one.pk].get(PostKind.ORGANIZATION, ""),
        )
        for one in organizations
    }


@transaction.atomic
def enter_cells(
    grid: list[Line], typed: dict[str, str], shared: Shared, *, user: User, today: datetime.date
) -> tuple[int, int]:
    """Store what was typed, each cell by itself; return how many meetings and refusals.

    A refused cell keeps what was typed and says why; the others are stored all the same,
    and what they touch is scored anew once.
    """
    waiting = [
        (line.organization, cell)
        for line in grid
        for cell in line.cells
        if typed.get(cell.name, "").strip()
    ]
    people = officers([organization for organization, _ in waiting], today) if waiting else {}
    accepts, stored, refused = Acceptance(user), 0, 0
    for organization, cell in waiting:
        cell.typed = typed[cell.name].strip()
        try:
            if cell.closed:
                raise ValidationError(f"{cell.month} 月不能录入：{cell.closed}。")
            new = _meetings(organization, cell, shared, people[organization.pk], today)
            with transaction.atomic():
                _store(organization, new, shared, accepts, user, today)
        except ValidationError as error:
            cell.state, cell.why = "invalid", "".join(error.messages)
            refused += 1
        else:
            cell.meetings = sorted([*cell.meetings, *new], key=lambda m: m.held_on)
            cell.state, cell.typed = "saved", ""
            stored += len(new)
    return stored, refused


def _meetings(organization, cell: Cell, shared: Shared, people: tuple, today) -> list[Meeting]:
    """Return the meetings of a cell, judged but not stored."""
    if not shared.topic:
        raise ValidationError("请先在上面填写主题。")
    chair, recorder = people
    if not chair or not recorder:
        missing = "书记" if not chair else "记录人"
        raise ValidationError(f"不知道{missing}是谁。请用“新建”录入这一次，写明主持人和记录人。")
    found = []
    known = {(m.held_on, fold(m.topic)) for m in cell.meetings}
    for entry in parse(cell.typed):
        try:
            held = datetime.date(shared.year, cell.month, entry.day)
        except ValueError:
            raise ValidationError(f"{cell.month} 月没有 {entry.day} 日。") from None
        if held > today:
            raise ValidationError(f"{held} 还没到，开过以后再录入。")
        if organization.founded_on and held < organization.founded_on:
            raise ValidationError(f"{held} 早于党组织成立的日子 {organization.founded_on}。")
        if organization.dissolved_on and held >= organization.dissolved_on:
            raise ValidationError(f"{held} 时党组织已经撤销。")
        if (held, fold(shared.topic)) in known:
            raise ValidationError(f"{held} 同一主题已经有记录，没有重复保存。")
        known.add((held, fold(shared.topic)))
        lecturer = chair if shared.type == MeetingType.LECTURE else ""
        meeting = Meeting(
            organization=organization,
            type=shared.type,
            held_on=held,
            counts_for_year=shared.year,
            topic=shared.topic,
            place=shared.place,
            chair=chair,
            recorder=recorder,
            lecturer=lecturer,
            due=entry.due,
            present=entry.present,
        )
        found.append(meeting)
    if not found:
        raise ValidationError(f"{HOW}。")
    return found


def _store(organization, meetings, shared: Shared, accepts, user: User, today) -> None:
    touched = Stored("meetings", frozenset({organization.pk}), frozenset({shared.year}))
    for meeting in meetings:
        enter(meeting, today=today, accepts=accepts)
        writing.write(
            meeting,
            act=Act(user, source="按月录入"),
            action="meeting.create",
            touched=lambda record: touched,
        )
