"""Writing schools and managing bodies."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from accounts import history
from accounts.history import Act, Placed
from schools.models import Jurisdiction


@transaction.atomic
def save_schools(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write schools of one workbook in bulk; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)


def add_body(*, parent: Jurisdiction, name: str, kind: str) -> Jurisdiction:
    """Add a managing body under `parent`; it belongs to the same county."""
    # Read anew: the tree needs the present number of children.
    parent = Jurisdiction.objects.get(pk=parent.pk)
    body = Jurisdiction(name=name, kind=kind, place_id=parent.place_id)
    return Jurisdiction.objects.add_child(parent, instance=body)
