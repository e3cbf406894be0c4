"""What was confirmed against an organization from above (vetoes V5-V8 and V10)."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import NamedTuple

from assessments.facts.calendar import Calendar
from assessments.facts.scope import limited
from supervision.models import VetoFinding, WeakListing


class Findings(NamedTuple):
    """The documents of each finding by the code of its veto, and the listing in force."""

    # (code, day of the document, document, who decided)
    confirmed: tuple[tuple[str, datetime.date, str, str], ...] = ()
    weak_since: datetime.date | None = None
    weak_document: str = ""


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Findings]:
    """Return the findings of the year, and who is on the weak list on its day; two queries."""
    found: dict[int, Findings] = {}
    confirmed = limited(VetoFinding.objects.order_by("document_on", "pk"), ids)
    for organization, *finding in confirmed.filter(year=calendar.year).values_list(
        "organization", "kind", "document_on", "document", "decided_by"
    ):
        was = found.get(organization) or Findings()
        code, day, document, body = finding
        told = (*was.confirmed, (code, day, document, body))
        found[organization] = was._replace(confirmed=told)
    weak = limited(WeakListing.objects.order_by("-listed_on"), ids).listed_on_day(calendar.day)
    for organization, since, document in weak.values_list(
        "organization", "listed_on", "listing_document"
    ):
        was = found.get(organization) or Findings()
        found[organization] = was._replace(weak_since=since, weak_document=document)
    return found
