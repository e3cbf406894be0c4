"""Writing talks: the speaker is looked up in the register."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts import history
from accounts.history import Act, Placed
from activities.models import HeartTalk
from orgs.models import Member
from sheets.forms import Stored

KIND = "talks"


def touched(talk: HeartTalk) -> Stored:
    """Return what is to be scored anew when a talk changes."""
    return Stored(KIND, frozenset({talk.organization_id}), frozenset({talk.counts_for_year}))


def speakers(organizations: Collection[int]) -> dict[tuple[int, str], int | None]:
    """Return members by organization and name; None where several bear the name."""
    found: dict[tuple[int, str], int | None] = {}
    rows = Member.objects.filter(organization__in=organizations, left_on=None)
    for organization, name, key in rows.values_list("organization", "name", "pk"):
        found[organization, name] = None if (organization, name) in found else key
    return found


@transaction.atomic
def save_talks(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write the talks of one workbook; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)
