"""An assessment as it is stored: its row, read and written for many organizations at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.bulk import delete_rows, insert_rows, json_text, new_keys
from assessments.facts.scope import MOST_IDS
from assessments.judging import Card
from assessments.models import Assessment, Cycle
from assessments.scores import in_points, spaced
from assessments.standing import Body


class Row(NamedTuple):
    """The fields of an assessment."""

    id: int
    cycle: int
    organization: int
    jurisdiction: int
    unit: int | None
    body_kind: str
    place: str | None
    stage: str
    ownership: str
    kind: str
    members: int
    earned: Decimal | None
    full: Decimal | None
    final: Decimal | None
    verdict: str
    computed_verdict: str
    vetoes: Any
    is_vetoed: bool
    exclusion: str
    note: str
    lost: str
    is_pending: bool

    @property
    def decided(self) -> tuple:
        """What makes a new decision of a confirmed year when it changes."""
        return self.verdict, self.final, self.exclusion, self.jurisdiction, self.unit


def read_rows(stored: QuerySet) -> dict[int, Row]:
    """Return the assessments `stored` by organization."""
    rows = map(Row._make, stored.values_list(*Row._fields))
    return {row.organization: row for row in rows}


def row_numbers(before: Mapping[int, Row], organizations: Iterable[int]) -> dict[int, int]:
    """Return the primary key of each organization's row: the one it has, or a new one."""
    new = [pk for pk in organizations if pk not in before]
    numbers = {organization: row.id for organization, row in before.items()}
    numbers.update(zip(new, new_keys(Assessment, len(new)), strict=True))
    return numbers


def row_of(number: int, cycle: Cycle, card: Card, body: Body) -> Row:
    """Return the row of one card, with the body where it stands on the check date."""
    facts = card.facts
    return Row(
        number,
        cycle.pk,
        facts.organization_id,
        facts.jurisdiction_id,
        body.unit,
        body.kind,
        facts.place_id,
        facts.stage,
        facts.ownership,
        facts.kind,
        facts.members,
        _points(card.earned),
        _points(card.full),
        _points(card.final),
        card.verdict,
        card.computed_verdict,
        [{"code": code, "reason": reason} for code, reason in card.vetoes],
        bool(card.vetoes),
        facts.exclusion,
        card.note[:200],
        spaced(card.lost),
        card.is_pending,
    )


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else in_points(hundredths)


def replace_rows(stored: QuerySet, before: Mapping[int, Row], after: Sequence[Row]) -> None:
    """Write the rows of `after` in place of those `stored`; equal ones are left alone."""
    kept = {row.organization for row in after if before.get(row.organization) == row}
    gone = [row.id for row in before.values() if row.organization not in kept]
    if len(gone) > MOST_IDS:
        kept = set()
    delete_rows(stored.filter(pk__in=gone) if kept else stored)
    fresh = (
        row._replace(vetoes=json_text(row.vetoes)) for row in after if row.organization not in kept
    )
    insert_rows(Assessment, Row._fields, fresh)
