"""What proves that an edition is as it was sealed: SHA-256 over its canonical content.

Each table and each detail sheet has a digest of its text, all organizations have one
together; the digest of the edition is that of its head with all of these. So a part is
proved by itself when it is opened, and that no part is missing by the head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reports.models import Edition
from sheets.freezing import canonical, digest, pack

# The values of an organization that are proved, in this order.
ROW_FIELDS = (
    "organization_id",
    "organization_name",
    "school_name",
    "jurisdiction_id",
    "jurisdiction_path",
    "jurisdiction_name",
    "unit_id",
    "unit_name",
    "place_id",
    "place_name",
    "kind",
    "body_kind",
    "stage",
    "ownership",
    "members",
    "final",
    "verdict",
    "is_vetoed",
    "exclusion",
    "lost",
    "words",
)
_HEAD = (
    "code",
    "title",
    "year",
    "scope_id",
    "scope_name",
    "standard_name",
    "is_confirmed",
    "as_of",
    "due",
    "passed",
    "made_by_name",
    "made_at",
    "rows_digest",
)


def rows_digest(rows: Iterable[Sequence[Any]]) -> str:
    """Return the digest of rows of `ROW_FIELDS`, in the order of their organizations."""
    found = [[pack(value) for value in row] for row in rows]
    return digest(canonical(sorted(found, key=lambda row: row[0])))


def edition_digest(edition: Edition, parts: Mapping[str, str]) -> str:
    """Return the digest of an edition; `parts` are those of tables and details by key."""
    head = {name: pack(getattr(edition, name)) for name in _HEAD}
    return digest(canonical(head | {"parts": dict(parts)}))
