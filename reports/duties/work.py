"""我的工作: everything that waits for one person, and what lies open below him."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from accounts.models import User
from reports.duties.declared import DUTIES
from reports.duties.duty import Duty
from reports.duties.owing import Open, People, Sum, kindred, open_on
from reports.waiting import REVIEW
from schools.models import Jurisdiction
from schools.roles import EDIT_ROLES, REVIEW_ROLES
from schools.scoping import granted_paths, holds_all

# So many bodies of one duty are named.
NAMED = 12


@dataclass(slots=True, kw_only=True)
class Part(Sum):
    """What is open of a duty at one body."""

    label: str = ""
    url: str = ""


@dataclass(slots=True, kw_only=True)
class Item(Sum):
    """One kind of duty: how many are open, how many late, the first last day, where."""

    duty: Duty
    day: datetime.date
    url: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """How the first last day stands; "" where there is none."""
        if self.first is None:
            return ""
        left = (self.first - self.day).days
        if left < 0:
            return f"逾期 {-left} 天"
        if left == 0:
            return "今天到期"
        return f"剩 {left} 天" if left < 30 else ""

    @property
    def named(self) -> list[Part]:
        """The bodies with most that is late, then most that is open, else as in the tree."""
        parts = [self.parts[path] for path in sorted(self.parts)]
        return sorted(parts, key=lambda part: (-part.late, -part.count))[:NAMED]

    @property
    def unnamed(self) -> int:
        """How many bodies are not named."""
        return max(0, len(self.parts) - NAMED)


def _in_order(items: Iterable[Item]) -> list[Item]:
    """Late ones first, the longest before the others; then by their last day."""
    return sorted(
        items, key=lambda item: (not item.late, item.first is None, item.first or item.day)
    )


class Work:
    """What waits for `user` on `day`: his own, and that of bodies below with people there."""

    def __init__(self, user: User, day: datetime.date):
        self.user, self.day = user, day
        self._mine: dict[str, Item] = {}
        self._below: dict[str, Item] = {}
        self._people = People()
        # Asked of the user once, who may be one of a request, found anew at each question.
        self._key = user.pk
        self._bodies = {body.pk: body for body in Jurisdiction.objects.all()}
        self._read()
        self._name_bodies()

    def _read(self) -> None:
        known = {key: body.path for key, body in self._bodies.items()}
        for duties in kindred(DUTIES):
            duty = duties[0]
            roles = REVIEW_ROLES if duty.audience == REVIEW else EDIT_ROLES
            # The subtrees in which the user may do it.
            paths, everywhere = granted_paths(self.user, roles), holds_all(self.user, roles)
            if duty.is_central and not everywhere:
                paths = []
            if paths or duty.is_personal:
                within = None if everywhere else paths
                sums: dict[tuple[str, str], tuple[Open, Sum]] = {}
                for one in open_on(duties, self.day, known, paths=within, person=self._key):
                    _, whole = sums.setdefault((one.duty.slug, one.path), (one, Sum()))
                    whole.add(one, self.day)
                for one, whole in sums.values():
                    self._put(one, whole, paths)

    def _put(self, one: Open, whole: Sum, paths: list[str]) -> None:
        """Count what is open of a duty at a body, as a whole and where it is a part of it."""
        _, owners = self._people.owners(one)
        items = self._mine if self._key in owners or not owners else self._below
        duty = one.duty
        if duty.slug not in items:
            items[duty.slug] = Item(duty=duty, day=self.day, url=duty.url())
        item = items[duty.slug]
        item.take(whole)
        if not duty.is_personal:
            # The body next below the user's own, or his own.
            top = next((path for path in paths if one.path.startswith(path)), "")
            where = one.path[: len(top) + Jurisdiction.steplen]
            item.parts.setdefault(where, Part()).take(whole)

    def _name_bodies(self) -> None:
        bodies = {body.path: body for body in self._bodies.values()}
        for item in [*self._mine.values(), *self._below.values()]:
            for path, part in item.parts.items():
                part.label = bodies[path].label
                part.url = item.duty.url(bodies[path].pk)

    @cached_property
    def mine(self) -> list[Item]:
        """What the user has to do himself, late first."""
        return _in_order(self._mine.values())

    @cached_property
    def below(self) -> list[Item]:
        """What others have to do in bodies below, late first."""
        return _in_order(self._below.values())

    @property
    def count(self) -> int:
        """How many things the user has to do."""
        return sum(item.count for item in self.mine)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(item.late for item in self.mine)
