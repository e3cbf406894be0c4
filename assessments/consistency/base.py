"""What a check is, and the view it is taken from."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices

from accounts.models import User
from assessments.models import Cycle
from schools.models import Jurisdiction
from schools.scoping import granted_paths, holds_all, within


class Severity(TextChoices):
    """How bad a finding is, worst first."""

    MUST = "must", "必须改"
    CHECK = "check", "请核对"
    HINT = "hint", "提示"

    @property
    def meaning(self) -> str:
        """What is asked for, in words."""
        return {
            Severity.MUST: "互相矛盾，或者已经到了一票否决、应建未建的程度，只能改好",
            Severity.CHECK: "多半有误，也可能确有原因：改好，或者写明原因",
            Severity.HINT: "供安排工作时参考",
        }[self]


@dataclass(frozen=True)
class Look:
    """Who looks, at which subtree, on which day.

    The records a check looks at are `rows`; what it lays beside them begins with `about`.
    """

    user: User
    day: datetime.date
    scope: Jurisdiction | None = None

    def rows(self, model: Any) -> Any:
        """Return the records of `model` in view, in no order."""
        rows = model.objects.order_by().visible_to(self.user)
        return rows.inside(self.scope) if self.scope else rows

    def about(self, model: Any, *lookups: str, rows: Any = None) -> Any:
        """Return the records of `model` (or `rows`) that belong to records in view.

        `lookups` lead from them to the path of the body of such a record.
        """
        rows = model.objects.order_by() if rows is None else rows
        if self.sees_all:
            return rows
        condition = Q(pk__in=[])
        for lookup in lookups:
            condition |= within(self.paths, lookup)
        return rows.filter(condition)

    @property
    def sees_all(self) -> bool:
        """Tell whether the whole tree is in view."""
        return self.scope is None and holds_all(self.user)

    @cached_property
    def paths(self) -> list[str]:
        """The subtrees in view, by path."""
        return [self.scope.path] if self.scope else granted_paths(self.user)

    @cached_property
    def cycles(self) -> list[Cycle]:
        """The years that have been scored, newest first."""
        return list(Cycle.objects.exclude(scored_at=None).order_by("-year"))

    @property
    def closed(self) -> Cycle | None:
        """The newest confirmed year."""
        return next((cycle for cycle in self.cycles if cycle.is_confirmed), None)

    def cycle_of(self, year: int | None) -> Cycle | None:
        """Return a year that has been scored."""
        return next((cycle for cycle in self.cycles if cycle.year == year), None)

    @property
    def newest(self) -> int | None:
        """The newest year that has been scored: it is compared with the one before."""
        return self.cycles[0].year if self.cycles else None

    def days_ago(self, days: int) -> datetime.date:
        """Return the day so many days before."""
        return self.day - datetime.timedelta(days=days)


@dataclass(frozen=True, eq=False)
class Subject:
    """A kind of record: what it is called, and how its page and its body are reached."""

    model: type[Model]
    noun: str
    counter: str
    # URL name of its page.
    url: str
    # Returns the name, and the record that holds `jurisdiction`.
    name: Callable[[Any], str]
    holder: Callable[[Any], Any]
    # Lookups: the path of its body, and what it is ordered by.
    path: str
    order: str
    # Lookups of the search box, each with the form in which a text is compared.
    search: Mapping[str, Callable[[str], str]]
    related: tuple[str, ...] = ()
    # What else it is known by, for example the organization of a member.
    note: Callable[[Any], str] | None = None


@dataclass(frozen=True, eq=False)
class Ground:
    """Records of one kind with the facts several checks stand on: one query for all.

    `is_large`: the records are many and the findings few. `spans`: a finding rests on a
    second record as well, and is told only to who may see both.
    """

    subject: Subject
    rows: Callable[[Look], QuerySet]
    is_large: bool = False
    spans: bool = False


@dataclass(frozen=True, kw_only=True)
class Check:
    """One contradiction to look for.

    `where` is the condition on the rows of `ground`; `words` says of a found record what
    is wrong with it, from its facts. `source` is the rule, `remedy` what to do, `mends`
    the URL name of the page of the record where that is done, by default the one that
    changes it. A check of the severity 请核对 can be answered by a written reason.
    """

    code: str
    title: str
    severity: Severity
    source: str
    remedy: str
    ground: Ground
    where: Callable[[Look], Q]
    words: Callable[[Any, Look], str]
    mends: str = ""

    @property
    def takes_reason(self) -> bool:
        """Tell whether a finding may stand with a written reason."""
        return self.severity == Severity.CHECK

    @property
    def subject(self) -> Subject:
        """The kind of record it finds."""
        return self.ground.subject

    def found(self, look: Look) -> QuerySet[Any]:
        """Return the records it finds, each with its facts."""
        return self.ground.rows(look).filter(self.where(look))


EVERY = Q(pk__isnull=False)


def every(look: Look) -> Q:
    """Return the condition of a check whose ground holds nothing but findings."""
    return EVERY
