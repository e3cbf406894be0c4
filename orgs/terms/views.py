"""The list of terms (任期与换届) with the calendar of the elections of a year above it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import cached_property

from orgs.models import Organization
from orgs.standing import day_number, present_term_end, standings
from orgs.terms.filters import TermFilter
from orgs.terms.states import TermState, bounds, state_of
from orgs.terms.tables import TermTable
from schools.bodies import set_bodies
from schools.conditions import without
from schools.lists import ListPage, Shortcut


@dataclass(frozen=True, slots=True)
class Tile:
    """The number of organizations in a state or a month, with the address that lists them."""

    label: str
    count: int
    url: str
    current: bool
    is_past: bool = False


class TermList(ListPage):
    title = "任期与换届"
    lead = "届满日由换届日加任期算出，批准延期的取延期日；到期前 6 个月、3 个月、1 个月提醒"
    counter, noun = "个", "党组织"
    sheet_title = "任期与换届情况一览表"
    table_class = TermTable
    filterset_class = TermFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("已超期", "state=over"),
        Shortcut("1 个月内到期", "state=1"),
        Shortcut("延期没有批复", "extension=without"),
    )
    import_kind = "terms"
    above = "orgs/terms/_calendar.html"
    empty_title = "没有这样的党组织"
    empty_text = "党组织登记后才能填任期。可以用“任期与换届登记表”导入。"

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @cached_property
    def calendar_year(self) -> int:
        """The year of the calendar, this one unless another is asked for."""
        asked = self.request.GET.get("calendar", "")
        near = range(self.today.year - 10, self.today.year + 11)
        return int(asked) if asked.isdecimal() and int(asked) in near else self.today.year

    def rows(self):
        rows = Organization.objects.active_on(self.today)
        return rows.prefetch_related("parent", "jurisdiction")

    def expressions(self):
        end = present_term_end(self.today)
        return {"end": end, "days": end}

    def enrich(self, records):
        set_bodies(records)
        found = standings(records, self.today)
        for record in records:
            record.standing = found[record.pk]
            record.term = record.standing.term
            record.term_state = state_of(record.standing.term_end, self.today)
        return records

    def context(self) -> dict[str, Any]:
        return super().context() | self.calendar()

    def calendar(self) -> dict[str, Any]:
        """Return the terms by state, and those ending in each month of a year; one query."""
        data = self.request.GET.copy()
        for name in ("state", "ends"):
            data.pop(name, None)
        rows = self.make_filterset(data, self.filterset.queryset).qs.order_by()
        rows = rows.annotate(term_over=present_term_end(self.today))
        ends = rows.values("term_over").annotate(n=Count("pk")).values_list("term_over", "n")
        states: Counter[TermState] = Counter()
        months: Counter[int] = Counter()
        lasts = {s: bounds(s, self.today)[1] for s in TermState if s != TermState.UNKNOWN}
        numbers = {s: day_number(last) for s, last in lasts.items() if last}
        for end, count in ends:
            if end is None:
                states[TermState.UNKNOWN] += count
                continue
            states[next((s for s, n in numbers.items() if end <= n), TermState.NORMAL)] += count
            months[end // 100] += count
        values, year = self.filterset.values, self.calendar_year
        this = self.today.year * 100 + self.today.month
        return {
            "tiles": [
                Tile(s.label, states[s], self._address("state", s), values.get("state") == s)
                for s in TermState
            ],
            "calendar_year": year,
            "months": [
                Tile(
                    f"{n} 月",
                    months[year * 100 + n],
                    self._address("ends", f"{year}-{n:02d}", calendar=str(year)),
                    values.get("ends") == f"{year}-{n:02d}",
                    is_past=year * 100 + n < this,
                )
                for n in range(1, 13)
            ],
            "ending": sum(months[year * 100 + n] for n in range(1, 13)),
            "years": [(y, self._address("calendar", str(y))) for y in (year - 1, year + 1)],
        }

    def _address(self, name: str, value: str, **more: str) -> str:
        """Return the address of the list with one condition of the calendar set."""
        less = {"page", "format", "state", "ends", *more} if name != "calendar" else {"page", name}
        kept = without(self.request.GET, *less, name)
        asked = "&".join(f"{key}={text}" for key, text in {name: value, **more}.items())
        return f"?{kept}&{asked}" if kept else f"?{asked}"
