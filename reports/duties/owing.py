"""What is not done on a day, by the body that owes it, and who has to do it there.

The nearest body upwards that has people of the fitting role owes a duty: a school with an
account its own meetings, a township those of its schools without one. What stays late climbs
the tree: the next body above that has people is told after `REMIND_ABOVE_AFTER` days, one
more with each further `REMIND_FURTHER_AFTER` (settings).
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from reports.duties.duty import Duty
from reports.waiting import REVIEW
from schools.models import Grant, Jurisdiction
from schools.roles import EDIT_ROLES, REVIEW_ROLES
from schools.scoping import within


def levels_told(days_late: int) -> int:
    """Return how many levels above hear of what has been late for so long."""
    over = days_late - settings.REMIND_ABOVE_AFTER
    return 1 + (over - 1) // settings.REMIND_FURTHER_AFTER if over > 0 else 0


@dataclass(frozen=True, slots=True)
class Open:
    """So many of a duty that are not done: owed by the body at `path` until `due`.

    A personal duty has no body; `person` is the key of the one it waits for.
    """

    duty: Duty
    path: str
    due: datetime.date | None
    count: int
    person: int | None = None

    def days_late(self, day: datetime.date) -> int:
        """Return how many days it is late on `day`; 0 while there is time."""
        return max(0, (day - self.due).days) if self.due else 0


@dataclass(slots=True)
class Sum:
    """How many are open, how many of them late, and the first last day."""

    count: int = 0
    late: int = 0
    first: datetime.date | None = None

    def add(self, one: Open, day: datetime.date) -> None:
        """Count what is open on `day`."""
        self.take(Sum(one.count, one.count if one.days_late(day) else 0, one.due))

    def take(self, other: Sum) -> None:
        """Count what another sum counts."""
        self.count += other.count
        self.late += other.late
        if other.first and (self.first is None or other.first < self.first):
            self.first = other.first


def kindred(duties: Iterable[Duty]) -> list[list[Duty]]:
    """Return the duties that have rows, those that share theirs together."""
    found: dict[tuple, list[Duty]] = {}
    for duty in duties:
        if duty.is_reminded:
            found.setdefault((duty.rows, duty.owner, duty.fields), []).append(duty)
    return list(found.values())


def open_on(
    duties: Sequence[Duty],
    day: datetime.date,
    bodies: Mapping[int, str],
    *,
    paths: list[str] | None = None,
    person: int | None = None,
) -> Iterator[Open]:
    """Yield what is open on `day` of duties that share their rows, in the subtrees `paths`.

    `bodies` holds the path of every body by key; `paths` None is everywhere. One query,
    grouped by the database; a personal duty is narrowed to `person`.
    """
    kind = duties[0]
    if kind.rows is None:
        return
    rows = kind.rows(day)
    if kind.is_personal:
        rows = rows.filter(**{kind.owner: person}) if person else rows
    elif paths is not None:
        rows = rows.filter(within(paths, f"{kind.owner}__path"))
    grouped = rows.order_by().values_list(kind.owner, *kind.fields).annotate(n=Count("pk"))
    found: Counter = Counter()
    for where, *told, n in grouped:
        if where is None:
            # A side outside the city: nobody here has to do it.
            continue
        due = kind.due(*told, day=day) if kind.due and None not in told[:1] else None
        for duty in duties:
            if duty.holds(due, day):
                found[duty.slug, where, due] += n
    known = {duty.slug: duty for duty in duties}
    for (slug, where, due), n in found.items():
        if kind.is_personal:
            yield Open(known[slug], "", due, n, person=where)
        else:
            yield Open(known[slug], bodies[where], due, n)


class People:
    """Who fills in and who reviews where, by the grants of active accounts; one query."""

    def __init__(self) -> None:
        self._at: dict[str, dict[str, set[int]]] = {
            "edit": defaultdict(set),
            "review": defaultdict(set),
        }
        grants = Grant.objects.filter(user__is_active=True)
        for path, role, user in grants.values_list("jurisdiction__path", "role", "user"):
            if role in EDIT_ROLES:
                self._at["edit"][path].add(user)
            if role in REVIEW_ROLES:
                self._at["review"][path].add(user)
        self._found: dict[tuple[tuple[str, ...], str], tuple[str, set[int]]] = {}

    def owners(self, one: Open) -> tuple[str, set[int]]:
        """Return the body that has to do it, and its people; ("", none) where nobody is."""
        if one.duty.is_personal:
            return "", {one.person} if one.person else set()
        top = one.path[: Jurisdiction.steplen]
        return self._nearest(one.duty, top if one.duty.is_central else one.path)

    def above(self, one: Open, path: str, levels: int) -> Iterator[tuple[str, set[int]]]:
        """Yield the next `levels` bodies above `path` that have people, with these."""
        for _ in range(levels):
            path, people = self._nearest(one.duty, path[: -Jurisdiction.steplen], anybody=True)
            if not path:
                return
            yield path, people

    def _nearest(self, duty: Duty, path: str, *, anybody: bool = False) -> tuple[str, set[int]]:
        kinds: tuple[str, ...] = ("review",) if duty.audience == REVIEW else ("edit",)
        if anybody:
            kinds = ("edit", "review")
        if (kinds, path) not in self._found:
            self._found[kinds, path] = self._look(kinds, path)
        return self._found[kinds, path]

    def _look(self, kinds: tuple[str, ...], path: str) -> tuple[str, set[int]]:
        while path:
            found = set().union(*(self._at[kind].get(path, set()) for kind in kinds))
            if found:
                return path, found
            path = path[: -Jurisdiction.steplen]
        return "", set()
