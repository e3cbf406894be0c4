"""Writing schools and managing bodies."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from schools.models import Jurisdiction, School


@transaction.atomic
def save_schools(*, new: Iterable[School], changed: Iterable[School], fields: list[str]) -> None:
    """Write schools of one workbook in bulk; the import that calls it keeps the log."""
    School.objects.bulk_create(new, batch_size=500)
    if fields:
        School.objects.bulk_update(changed, fields, batch_size=200)


def add_body(*, parent: Jurisdiction, name: str, kind: str) -> Jurisdiction:
    """Add a managing body under `parent`; it belongs to the same county."""
    # Read anew: the tree needs the present number of children.
    parent = Jurisdiction.objects.get(pk=parent.pk)
    body = Jurisdiction(name=name, kind=kind, place_id=parent.place_id)
    return Jurisdiction.objects.add_child(parent, instance=body)
