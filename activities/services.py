"""Writing organizational life: in bulk, for the ledgers brought in."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from activities.models import Meeting


@transaction.atomic
def save_meetings(
    *, new: Collection[Meeting], changed: Collection[Meeting], fields: Collection[str]
) -> None:
    """Write the meetings of one workbook; the import that calls it keeps the log."""
    Meeting.objects.bulk_create(new, batch_size=1000)
    if fields:
        Meeting.objects.bulk_update(changed, sorted(fields), batch_size=200)
