"""What talks share: whom a change concerns, and the speakers of the register."""

from __future__ import annotations

from collections.abc import Collection

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
