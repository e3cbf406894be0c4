"""The families of records the rules look at beside the register, each read for all at once.

A family is a NamedTuple: what one organization did in the year, in counts and masks,
never rows. Its reader returns it by organization in one or two grouped queries; who has
no records is left out, and the rules then see the empty tuple. A new family is a module
with both, an entry in `READERS`, and a field of that name in `Facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accounts.prepared import Keys
from assessments.facts import (
    backing,
    contacts,
    development,
    dues,
    evaluations,
    findings,
    groups,
    rectification,
    roles,
    surveys,
    talks,
    training,
    transfers,
)
from assessments.facts.calendar import Calendar

Reader = Callable[[Calendar, Keys], Mapping[int, Any]]
READERS: dict[str, Reader] = {
    "dues": dues.read,
    "transfers": transfers.read,
    "contacts": contacts.read,
    "development": development.read,
    "surveys": surveys.read,
    "rectification": rectification.read,
    "findings": findings.read,
    "backing": backing.read,
    "groups": groups.read,
    "talks": talks.read,
    "evaluations": evaluations.read,
    "training": training.read,
    "secretary_review": roles.read_secretaries,
    "double": roles.read_double,
    "pioneers": roles.read_pioneers,
    "volunteering": roles.read_volunteering,
}


def read_families(calendar: Calendar, ids: Keys) -> dict[int, dict[str, Any]]:
    """Return by organization what it has of each family (`ids` None: all of them)."""
    found: dict[int, dict[str, Any]] = {}
    for name, read in READERS.items():
        for organization, family in read(calendar, ids).items():
            found.setdefault(organization, {})[name] = family
    return found
