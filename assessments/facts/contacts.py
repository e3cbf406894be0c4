"""Floating and lost members, and who kept contact with them (indicator D5)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q, QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from assessments.facts.people import register
from orgs.models import Contact, SituationKind, add_months, covers

# Lost for so long, membership is stopped (党员教育管理工作条例 Art. 24).
LOST_MONTHS = 6


class Contacts(NamedTuple):
    """Members on the day who are floating or lost, and for how many enough was done."""

    floating: int = 0
    floating_kept: int = 0
    lost: int = 0
    lost_kept: int = 0
    # Floating for so short a time that no quarter is due yet.
    waiting: int = 0


@prepared
def _situations(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the situations of the members of `day`, by whose members they were then."""
    situation = "member__situations__"
    rows = register(ids).filter(
        covers(day),
        Q(member__left_on=None) | Q(member__left_on__gt=day),
        covers(day, situation),
        **{f"{situation}withdrawn_at": None, f"{situation}isnull": False},
    )
    told = (f"{situation}{name}" for name in ("kind", "start", "note"))
    return rows.order_by(f"{situation}pk").values_list("organization", "member", *told)


@prepared
def _contacts(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for contacts until `day`; only floating and lost members have them."""
    contacts = limited(Contact.objects.order_by(), ids, "member__memberships__organization")
    return contacts.filter(held_on__lte=day).values_list("member", "held_on")


def read(calendar: Calendar, ids: Keys) -> dict[int, Contacts]:
    """Return floating and lost members by organization; two queries, a row for each of them.

    A floating member needs a contact in each due quarter; one lost for less than six
    months a search, one lost for longer the stopping of membership.
    """
    day = calendar.day
    people: dict[tuple[int, int], dict[str, tuple[datetime.date | None, str]]] = defaultdict(dict)
    for organization, member, kind, start, note in _situations(day, ids):
        people[organization, member][kind] = (start, note)
    held: dict[int, list[datetime.date]] = defaultdict(list)
    for member, held_on in _contacts(day, ids):
        held[member].append(held_on)
    found: dict[int, Contacts] = {}
    for (organization, member), person in people.items():
        counted = found.get(organization, Contacts())
        found[organization] = _count(calendar, counted, person, held.get(member, ()))
    return {pk: one for pk, one in found.items() if any(one)}


def _count(calendar: Calendar, counted: Contacts, person: dict, held) -> Contacts:
    """Return `counted` with one more person."""
    if SituationKind.LOST in person:
        start, note = person[SituationKind.LOST]
        if SituationKind.SUSPENDED in person:
            kept = True
        elif start and add_months(start, LOST_MONTHS) <= calendar.day:
            kept = False
        else:
            kept = bool(note) or any(start is None or day >= start for day in held)
        return counted._replace(lost=counted.lost + 1, lost_kept=counted.lost_kept + kept)
    if SituationKind.FLOATING not in person:
        return counted
    start = person[SituationKind.FLOATING][0]
    due = calendar.slots(start, None).quarters
    if not due:
        return counted._replace(waiting=counted.waiting + 1)
    kept_in = 0
    for day in held:
        if day.year == calendar.year:
            kept_in |= 1 << (day.month + 2) // 3
    return counted._replace(
        floating=counted.floating + 1,
        floating_kept=counted.floating_kept + (due & kept_in == due),
    )
