"""The one way to write the operation log."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.middleware import current_request
from accounts.models import AuditEntry, User


def plain(value: Any) -> Any:
    """Return `value` as something JSON can hold and a person can read."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def record(
    action: str,
    *,
    actor: User | None,
    obj: models.Model | None = None,
    label: str = "",
    changes: dict[str, Any] | None = None,
    success: bool = True,
) -> AuditEntry:
    """Add one entry to the operation log and return it.

    `action` is "app.verb" (see accounts/actions.py for its Chinese name); `changes`
    maps a field to `[old, new]` or holds other facts of the act. Personal numbers
    must be masked by the caller. Request id and address come from the request at hand.
    """
    request = current_request()
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=actor.name if actor else "",
        address=request.address if request else None,
        request_id=request.id if request else "",
        action=action,
        success=success,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        object_label=(label or (str(obj) if obj else ""))[:200],
        changes={
            key: [plain(v) for v in value] if isinstance(value, list | tuple) else plain(value)
            for key, value in (changes or {}).items()
        },
    )
