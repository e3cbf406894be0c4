"""Satisfaction surveys of the year (indicator G4, veto V9)."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from django.db.models import F, QuerySet

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar
from supervision.models import Survey


class Answers(NamedTuple):
    """The counts of one survey of one group of people."""

    group: str
    asked: int
    valid: int
    # Satisfied or very satisfied.
    content: int


class Surveys(NamedTuple):
    """The surveys that hold for an organization: its own before those of its school, and the
    newest first.
    """

    answers: tuple[Answers, ...] = ()


@prepared
def _surveys(calendar: Calendar, whose: str, ids: Keys) -> QuerySet:
    """Ask for the surveys of organizations, or of the schools they stand in (`whose`)."""
    surveys = (
        Survey.objects.filter(year=calendar.year, surveyed_on__lte=calendar.records_until)
        .annotate(content_sum=F("very_satisfied") + F("satisfied"))
        .order_by("-surveyed_on", "-pk")
    )
    rows = limited(surveys, ids, whose).exclude(**{whose: None})
    return rows.values_list(whose, "group", "asked", "valid", "content_sum")


def read(calendar: Calendar, ids: Keys) -> dict[int, Surveys]:
    """Return the surveys of the year by organization; two queries."""
    found: dict[int, list[Answers]] = defaultdict(list)
    for whose in ("organization", "school__organization"):
        for organization, *counts in _surveys(calendar, whose, ids):
            found[organization].append(Answers(*counts))
    return {organization: Surveys(tuple(answers)) for organization, answers in found.items()}
