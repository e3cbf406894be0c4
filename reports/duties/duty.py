"""What a kind of duty is: whose, until when, in which words, and when it is spoken of."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from orgs.models import add_months
from reports.waiting import EDIT, MATTERS


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of duty.

    `rows` gives what is not done on a day, of everybody; `owner` leads from a row to the
    body that owes it (or to the person, where `is_personal`). `fields` of a row go into
    `due`, which returns its last day, or None where there is none. Of rows it shares with
    other duties those are its own whose last day lies in its `window` (the first day or
    None, and the last). `ahead`: from how many
    days before that day it is told (None: always); `marks`: told once at each so many
    months before it instead. `text` holds `{}` for the count.
    """

    slug: str
    title: str
    text: str
    icon: str
    address: str
    query: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    when: str = ""
    audience: str = EDIT
    rows: Callable[[datetime.date], QuerySet] | None = None
    owner: str = "organization__jurisdiction"
    fields: tuple[str, ...] = ()
    due: Callable[..., datetime.date | None] | None = None
    window: Callable[[datetime.date], tuple[datetime.date | None, datetime.date]] | None = None
    ahead: int | None = None
    marks: tuple[int, ...] = ()
    # Owed by those at the top of the tree, whoever the row belongs to.
    is_central: bool = False
    is_personal: bool = False
    is_hot: bool = False

    @property
    def is_reminded(self) -> bool:
        """Whether it has rows of its own; the others are told on the home page only."""
        return self.rows is not None

    def holds(self, due: datetime.date | None, day: datetime.date) -> bool:
        """Tell whether a row due on `due` is one of this duty on `day`."""
        if self.window is None:
            return True
        first, last = self.window(day)
        return due is not None and (first is None or first <= due) and due <= last

    def words(self, count: int) -> str:
        """Return the line about `count` of them."""
        return self.text.format(f"{count:,}")

    def url(self, scope: int | None = None) -> str:
        """Return the address of the list, narrowed to a body."""
        if self.address in MATTERS:
            path = reverse("waiting", args=[self.address])
        else:
            path = reverse(self.address)
        query: dict[str, Any] = dict(self.query)
        if scope is not None and not self.is_personal:
            query["scope"] = scope
        return f"{path}?{urlencode(query)}" if query else path

    def is_told(
        self, due: datetime.date | None, day: datetime.date, before: datetime.date | None
    ) -> bool:
        """Tell whether something due on `due` is spoken of on `day`.

        `before` is the day of the last reminders (None: there were none). What fell into
        the days between is told now: nothing is lost with a missed day.
        """
        if due is None:
            return True
        if self.marks:
            passed = [mark for months in self.marks if (mark := add_months(due, -months)) <= day]
            return any(before is None or mark > before for mark in passed)
        return self.ahead is None or due <= day + datetime.timedelta(days=self.ahead)
