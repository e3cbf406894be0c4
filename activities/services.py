"""Writing organizational life: in bulk, for the ledgers brought in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts import history
from accounts.history import Act, Placed


@transaction.atomic
def save_meetings(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write the meetings of one workbook; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)
