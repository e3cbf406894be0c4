"""Reading the calendar: a fixed number of queries, whatever the number of organizations."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, ExpressionWrapper, Q
from django.db.models.functions import Coalesce, ExtractMonth

from accounts.prepared import limited
from activities.models import VALID, Meeting, MeetingStatus, MeetingType
from assessments.calendar import month_end
from assessments.facts.calendar import ALL_MONTHS, Calendar
from assessments.facts.meetings import AS_IS
from assessments.facts.people import (
    declared,
    full_on,
    read_posts,
    register,
    tenures,
)
from assessments.facts.scope import MOST_IDS
from assessments.life.slots import (
    BRANCHES,
    MONTHLY,
    NOTHING,
    OPEN,
    YEARLY,
    Held,
    Rules,
    Slot,
    State,
    judge,
    slots_of,
)
from orgs.models import Organization, PartyGroup

# Full members from which a branch has a committee (docs/readings.md, 5).
COMMITTEE_MEMBERS = 7
HeldBy = Mapping[tuple[int, str], Mapping[int, Held]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot of one organization as the page draws it."""

    type: str
    slot: Slot
    state: State
    left: int = 0
    held: Held = NOTHING
    # Groups that met, of how many (党小组会).
    groups: int = 0


@dataclass(slots=True)
class Line:
    """One organization with its slots, by column; a column without one is None."""

    organization: Organization
    cells: list[Cell | None] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something is missing or waits to be entered."""
        return any(cell is not None and cell.state in OPEN for cell in self.cells)

    @property
    def held(self) -> int:
        """How many of the slots that are over, or held, were held."""
        return sum(c is not None and c.state in (State.HELD, State.LATE) for c in self.cells)

    @property
    def due(self) -> int:
        """How many slots are over, or held before their end."""
        waiting = (State.WAITING, State.NOT_DUE)
        return sum(c is not None and c.state not in waiting for c in self.cells)


def ids_of(organizations: Sequence[Organization]) -> list[int] | None:
    """Return the keys to read by, None where all are read and the rest left aside."""
    keys = [organization.pk for organization in organizations]
    return keys if len(keys) <= MOST_IDS else None


def held_in(
    ids: Collection[int] | None, types: Collection[str], year: int, month: int = 0
) -> HeldBy:
    """Return the records of `types` by organization and type, then by month; one query.

    Meetings of yearly types dated in the next year stand in month 12. With a `month`,
    the other months of what is due every month are left out.
    """
    rows = limited(Meeting.objects.order_by(), ids).filter(
        counts_for_year=year, type__in=types, status=MeetingStatus.ARCHIVED
    )
    if month:
        days = (datetime.date(year, month, 1), month_end(year, month))
        rows = rows.filter(~Q(type__in=MONTHLY) | Q(held_on__range=days))
    found: dict[tuple[int, str], dict[int, Held]] = defaultdict(dict)
    # Seldom two in a month: putting them together here is quicker than grouping them there.
    for organization, kind, day, is_valid, is_late, accepted, key in rows.annotate(
        is_valid=ExpressionWrapper(VALID, AS_IS)
    ).values_list("organization", "type", "held_on", "is_valid", "is_late", "late_accepted", "pk"):
        claims = int(is_late and accepted is None)
        held = (
            Held(1, day, int(not is_late), claims, key, 1)
            if is_valid
            else Held(0, None, 0, claims, key, 1)
        )
        place = 12 if kind in YEARLY and is_valid and day.year > year else day.month
        by_month = found[organization, kind]
        by_month[place] = _merge(by_month[place], held) if place in by_month else held
    return found


def _merge(one: Held, other: Held) -> Held:
    days = [day for day in (one.first, other.first) if day]
    keys = [key for key in (one.key, other.key) if key]
    return Held(
        one.count + other.count,
        min(days, default=None),
        one.in_time + other.in_time,
        one.claims + other.claims,
        min(keys, default=None),
        one.records + other.records,
    )


def groups_met(
    ids: Collection[int] | None, year: int, months: Collection[int]
) -> dict[tuple[int, int], int]:
    """Return how many different groups met, by organization and month; one query."""
    rows = (
        limited(Meeting.objects.valid(), ids)
        .order_by()
        .filter(counts_for_year=year, type=MeetingType.GROUP)
        .annotate(called=Coalesce("group__name", "group_name"), month=ExtractMonth("held_on"))
        .filter(month__in=months)
        .values("organization", "month")
        .annotate(n=Count("called", distinct=True))
    )
    return {
        (organization, month): number
        for organization, month, number in rows.values_list("organization", "month", "n")
    }


def groups_alive(
    ids: Collection[int] | None, year: int, months: Collection[int]
) -> dict[tuple[int, int], int]:
    """Return how many groups existed all of a month, by organization and month; one query."""
    found: Counter[tuple[int, int]] = Counter()
    spans = [(month, datetime.date(year, month, 1), month_end(year, month)) for month in months]
    rows = limited(PartyGroup.objects.order_by(), ids)
    for organization, start, end in rows.values_list("organization", "start", "end"):
        for month, begins, ends in spans:
            if (start is None or start <= begins) and (end is None or end > ends):
                found[organization, month] += 1
    return found


def committee_months(
    organizations: Iterable[Organization],
    year: int,
    check_date: datetime.date,
    today: datetime.date,
    months: Collection[int],
) -> dict[int, int]:
    """Return the `months` at whose end a branch owes committee meetings (C2); two queries.

    With a committee on record, or with seven full members in the register. Members are
    counted of those only whose form tells of no committee, posts read of those whose form
    does not say.
    """
    calendar = Calendar(year, check_date, check_date, today)
    branches = [one for one in organizations if one.kind in BRANCHES]
    found = {one.pk: ALL_MONTHS for one in branches if one.has_committee}
    without = [one for one in branches if not one.has_committee]
    ends = {
        f"full_{month}": Count("pk", filter=full_on(calendar.month_ends[month - 1]))
        for month in months
    }
    rows = register(ids_of(without)).values("organization").annotate(**ends)
    full = {
        organization: numbers for organization, *numbers in rows.values_list("organization", *ends)
    }
    for branch in without:
        numbers = full.get(branch.pk)
        if numbers is None:
            told = declared(branch.declared_members, branch.declared_probationary)
            numbers = [told.full_by_month[month - 1] for month in months]
        found[branch.pk] = sum(
            1 << month
            for month, count in zip(months, numbers, strict=True)
            if count >= COMMITTEE_MEMBERS
        )
    untold = [one for one in without if one.has_committee is None]
    held = tenures(calendar.day, ids_of(untold))
    for branch in untold:
        posts = read_posts(
            held.get(branch.pk, ()),
            calendar,
            founded=branch.founded_on,
            elected=None,
            committee_told=None,
        )
        found[branch.pk] |= posts.committee_months
    return found


@dataclass
class Reader:
    """Everything read for some organizations and a year, and how a cell follows from it.

    `month` 0: the whole year, else what that month has.
    """

    organizations: Sequence[Organization]
    rules: Rules
    check_date: datetime.date
    today: datetime.date
    types: Sequence[str]
    month: int = 0

    def __post_init__(self):
        self.ids = ids_of(self.organizations)
        year = self.rules.year
        months = [self.month] if self.month else range(1, 13)
        self.held = held_in(self.ids, self.types, year, self.month)
        self.committees: dict[int, int] = {}
        self.met: dict[tuple[int, int], int] = {}
        self.alive: Mapping[tuple[int, int], int] = {}
        if MeetingType.BRANCH_COMMITTEE in self.types:
            self.committees = committee_months(
                self.organizations, year, self.check_date, self.today, months
            )
        if MeetingType.GROUP in self.types:
            self.met = groups_met(self.ids, year, months)
            self.alive = groups_alive(self.ids, year, months)
        self.first = datetime.date(year, 1, 1)
        # Nothing is due after the check date.
        self.last = self.check_date + datetime.timedelta(days=1)
        self._slots: dict[tuple, list[Slot]] = {}

    def cells(self, organization: Organization, type_: str) -> list[Cell]:
        """Return the slots of one type; a type the kind does not owe has those held alone."""
        born, gone = organization.founded_on, organization.dissolved_on
        # Alike for all that existed the whole year: worked out once.
        born = born if born and born > self.first else None
        gone = gone if gone and gone < self.last else self.last
        key = type_, organization.kind, born, gone
        slots = self._slots.get(key)
        if slots is None:
            slots = self._slots[key] = [
                slot
                for slot in slots_of(type_, organization.kind, self.rules, born, gone)
                if not self.month or _covers(slot, self.month)
            ]
        by_month = self.held.get((organization.pk, type_), {})
        return [self._cell(organization, type_, slot, by_month) for slot in slots]

    def _cell(self, organization, type_: str, slot: Slot, by_month) -> Cell:
        first, last = slot.start.month, slot.until.month
        if type_ in YEARLY:
            last = 12
        held = NOTHING
        for month, one in by_month.items():
            if first <= month <= last:
                held = _merge(held, one) if held.records else one
        groups, need, due = 0, slot.need, slot.due
        if type_ == MeetingType.BRANCH_COMMITTEE and organization.kind in BRANCHES:
            due = due and bool(self.committees.get(organization.pk, 0) >> first & 1)
        if type_ == MeetingType.GROUP:
            met = self.met.get((organization.pk, first), 0)
            groups = self.alive.get((organization.pk, first), 0)
            due, need = due and groups > 0, max(groups, 1)
            late = met if held.in_time else 0
            held = held._replace(count=met, in_time=late)
        state, left = judge(slot.until, due=due, held=held, need=need, today=self.today)
        return Cell(type_, slot, state, left, held, groups)

    def year_lines(self, type_: str, columns: int) -> list[Line]:
        """Return the year of one type, an organization each."""
        found = []
        for organization in self.organizations:
            line: list[Cell | None] = [None] * columns
            for cell in self.cells(organization, type_):
                line[cell.slot.column] = cell
            found.append(Line(organization, line))
        return found

    def lines(self) -> list[Line]:
        """Return a column for each type: its only slot in the year or in the month."""
        found = []
        for organization in self.organizations:
            rows = [self.cells(organization, type_) for type_ in self.types]
            found.append(Line(organization, [row[0] if row else None for row in rows]))
        return found


def _covers(slot: Slot, month: int) -> bool:
    last = 12 if slot.until.year > slot.start.year else slot.until.month
    return slot.start.month <= month <= last
