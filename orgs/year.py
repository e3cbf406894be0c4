"""A year of organizational life of one organization, in months."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Min


@dataclass(frozen=True, slots=True)
class Month:
    """Meetings of one type in one month: those that count, and the rest."""

    counted: int
    others: int


@dataclass(frozen=True, slots=True)
class Year:
    """The year shown, the years there are, and a row of twelve months for each type held."""

    year: int
    years: list[int]
    rows: list[tuple[str, list[Month], int]]


def year_of(organization, wanted: str | None, today) -> Year:
    """Return the meetings of `organization` in the year `wanted` (else the newest one).

    Months are those of the day a meeting was held; the year is the one it counts for.
    Meetings stand on the floor above and are reached through the organization.
    """
    meetings = organization.meetings
    span = meetings.aggregate(first=Min("counts_for_year"), last=Max("counts_for_year"))
    if span["first"] is None:
        return Year(today.year, [], [])
    years = list(range(span["last"], span["first"] - 1, -1))
    year = int(wanted) if wanted and wanted in map(str, years) else min(years[0], today.year)
    asked = meetings.filter(counts_for_year=year)
    counted = set(asked.valid().values_list("pk", flat=True))
    types = dict(meetings.model._meta.get_field("type").choices)
    cells = {type_: [[0, 0] for _ in range(12)] for type_ in types}
    for pk, type_, held_on in asked.order_by("held_on").values_list("pk", "type", "held_on"):
        cells[type_][held_on.month - 1][pk not in counted] += 1
    rows = [
        (label, [Month(*cell) for cell in cells[type_]], sum(cell[0] for cell in cells[type_]))
        for type_, label in types.items()
        if any(map(any, cells[type_]))
    ]
    return Year(year, years, rows)
