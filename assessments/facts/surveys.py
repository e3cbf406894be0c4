"""Satisfaction surveys of the year (indicator G4, veto V9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import F

from assessments.facts.calendar import Calendar
from assessments.facts.scope import limited
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


def read(calendar: Calendar, ids: Collection[int] | None) -> dict[int, Surveys]:
    """Return the surveys of the year by organization; two queries."""
    found: dict[int, list[Answers]] = defaultdict(list)
    surveys = (
        Survey.objects.filter(year=calendar.year, surveyed_on__lte=calendar.records_until)
        .annotate(content_sum=F("very_satisfied") + F("satisfied"))
        .order_by("-surveyed_on", "-pk")
    )
    for whose in ("organization", "school__organization"):
        rows = limited(surveys, ids, whose).exclude(**{whose: None})
        for organization, *counts in rows.values_list(
            whose, "group", "asked", "valid", "content_sum"
        ):
            found[organization].append(Answers(*counts))
    return {organization: Surveys(tuple(answers)) for organization, answers in found.items()}
