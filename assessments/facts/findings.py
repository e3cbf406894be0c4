"""What was confirmed against an organization from above (vetoes V5-V8 and V10)."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from supervision.models import VetoFinding, WeakListing


class Findings(NamedTuple):
    """The documents of each finding by the code of its veto, and the listing in force."""

    # (code, day of the document, document, who decided)
    confirmed: tuple[tuple[str, datetime.date, str, str], ...] = ()
    weak_since: datetime.date | None = None
    weak_document: str = ""


@prepared
def _confirmed(year: int, ids: Keys) -> QuerySet:
    confirmed = limited(VetoFinding.objects.order_by("document_on", "pk"), ids).filter(year=year)
    return confirmed.values_list("organization", "kind", "document_on", "document", "decided_by")


@prepared
def _weak(day: datetime.date, ids: Keys) -> QuerySet:
    weak = limited(WeakListing.objects.order_by("-listed_on"), ids).listed_on_day(day)
    return weak.values_list("organization", "listed_on", "listing_document")


def read(calendar: Calendar, ids: Keys) -> dict[int, Findings]:
    """Return the findings of the year, and who is on the weak list on its day; two queries."""
    found: dict[int, Findings] = {}
    for organization, *finding in _confirmed(calendar.year, ids):
        was = found.get(organization) or Findings()
        code, day, document, body = finding
        told = (*was.confirmed, (code, day, document, body))
        found[organization] = was._replace(confirmed=told)
    for organization, since, document in _weak(calendar.day, ids):
        was = found.get(organization) or Findings()
        found[organization] = was._replace(weak_since=since, weak_document=document)
    return found
