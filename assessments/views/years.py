"""Which year a page shows, and the links that change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import Http404, QueryDict

from assessments.models import Cycle


class YearChoice(NamedTuple):
    """One entry of the year picker."""

    label: str
    url: str
    current: bool


def pick_cycle(
    wanted: str, cycles: Sequence[Cycle], preferred: Sequence[Cycle] = ()
) -> Cycle | None:
    """Return the cycle of the year asked for; a year without a cycle is 404.

    Without a wish: the newest confirmed one of `preferred` (those that have a result),
    else of all; else the newest. None only where there is no cycle at all.
    """
    if wanted:
        for cycle in cycles:
            if str(cycle.year) == wanted:
                return cycle
        raise Http404("no such year")
    for some in (preferred, cycles):
        if some:
            return next((cycle for cycle in some if cycle.is_confirmed), some[0])
    return None


def year_choices(
    cycles: Sequence[Cycle], current: Cycle | None, query: QueryDict
) -> list[YearChoice]:
    """Return the year picker; the other parameters of the address are kept."""
    choices = []
    for cycle in cycles:
        changed = query.copy()
        changed["year"] = str(cycle.year)
        changed.pop("format", None)
        choices.append(YearChoice(f"{cycle.year} 年", f"?{changed.urlencode()}", cycle == current))
    return choices
