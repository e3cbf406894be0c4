"""The scorecards notices are written from: one organization that did not pass, its losses."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from assessments.models import Assessment
from assessments.scores import Score, in_points
from orgs.models.tenure import add_months
from reports.picks import DUE, PASSED
from supervision.models import RectificationItem, Source

if TYPE_CHECKING:
    from reports.writing.material import Material

# Where no dates are set for a year.
RECTIFY_MONTHS = 6


@dataclass
class Card:
    """One assessment with its losses, the largest first."""

    assessment: Assessment
    names: dict[str, str]

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The scores by indicator, read from the scorecard once."""
        return self.assessment.scores

    @cached_property
    def losses(self) -> list[tuple[str, Score]]:
        """The indicators that lost points."""
        order = list(self.names)
        lost = [
            (code, score)
            for code, score in self.scores.items()
            if score.points is not None and score.points < score.of
        ]
        return sorted(lost, key=lambda one: ((one[1].points or 0) - one[1].of, order.index(one[0])))

    def score(self, code: str) -> Score:
        return self.scores[code]

    def earned(self, code: str) -> Decimal:
        """Points earned for an indicator."""
        return in_points(self.score(code).points or 0).normalize()

    def full(self, code: str) -> Decimal:
        """Full points of an indicator."""
        return in_points(self.score(code).of).normalize()


def failed(m: Material) -> QuerySet[Assessment]:
    """Return the due of the scope that did not pass, in the order of bodies."""
    rows = m.context.assessments().filter(DUE).exclude(PASSED)
    return rows.select_related("organization", "jurisdiction", "scorecard").order_by(
        "jurisdiction__path", "organization__name", "pk"
    )


def card(m: Material, organization: int) -> Card:
    """Return the card of one organization; raises KeyError where it did not fail here."""
    if organization not in m.cards:
        found = failed(m).filter(organization=organization).first()
        if found is None:
            raise KeyError(organization)
        m.cards[organization] = Card(found, m.indicator_names)
    return m.cards[organization]


def read_cards(m: Material, organizations: Collection[int] | None = None) -> list[Card]:
    """Read the cards of the scope at once, for many notices in one file.

    Given `organizations`, those of them only, and what was read before is forgotten.
    """
    found = failed(m)
    if organizations is not None:
        m.forget()
        found = found.filter(organization__in=organizations)
    m.cards |= {one.organization_id: Card(one, m.indicator_names) for one in found}
    return list(m.cards.values())


def deadline(m: Material, organization: int) -> datetime.date | None:
    """Return by when an organization has to have put things right.

    The last deadline on its ledger for the assessment of the year; without one, the months
    the dates of the year give, from the confirmation. None before the confirmation.
    """
    if m.deadlines is None:
        items = RectificationItem.objects.visible_to(m.user).filter(
            source=Source.ASSESSMENT, year=m.year
        )
        m.deadlines = {}
        for key, day in items.order_by("deadline").values_list("organization", "deadline"):
            m.deadlines[key] = day
    if organization in m.deadlines:
        return m.deadlines[organization]
    if m.cycle is None or m.cycle.confirmed_on is None:
        return None
    schedule = m.schedules.get(m.year)
    return add_months(m.cycle.confirmed_on, schedule.rectify_months if schedule else RECTIFY_MONTHS)
