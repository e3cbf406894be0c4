"""The ground a city stands on: whether it is taken, clearing it, and the empty city."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models, transaction

from accounts import audit
from accounts.models import User
from activities.models import Meeting
from assessments.models import Cycle
from assessments.standards import DEFAULT, load_standard
from assessments.workflow.evidence import path_of, storage
from assessments.workflow.models import Evidence
from partybuild.demo import places
from partybuild.demo.accounts import create_accounts
from partybuild.demo.bodies import create_bodies
from schools.models import Jurisdiction, School

OWN_APPS = (
    "reports",
    "assessments",
    "supervision",
    "activities",
    "orgs",
    "schools",
    "sheets",
    "accounts",
)
# The operation log is never deleted; the standard is loaded again from its file.
KEPT = ("AuditEntry", "Standard", "Indicator", "Veto")
Say = Callable[[str], None]


def holds_data() -> bool:
    """Tell whether the database holds anything a demo city would stand beside."""
    return any(
        model._base_manager.exists() for model in (Jurisdiction, School, Meeting, Cycle, User)
    )


def is_demo() -> bool:
    """Tell whether the city in the database is the invented one."""
    root = Jurisdiction.objects.filter(depth=1).first()
    return root is not None and root.name == places.CITY_NAME


def delete_city() -> dict[str, int]:
    """Delete all records but the operation log and the standard; return counts by name."""
    counts: dict[str, int] = {}
    own = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]
    with transaction.atomic():
        for path in [path_of(one) for one in Evidence.everything.only("key")]:
            transaction.on_commit(partial(storage().delete, path))
        for model in own:
            if model.__name__ not in KEPT and (count := model._base_manager.count()):
                counts[str(model._meta.verbose_name)] = count
        # Users last and through the ORM: the log keeps its entries without them.
        for model in _children_first(own):
            if model.__name__ not in (*KEPT, "User"):
                rows = model._base_manager.all()
                rows._raw_delete(rows.db)
        User.objects.all().delete()
    return counts


def _children_first(own: list[type[models.Model]]) -> list[type[models.Model]]:
    """Return models and their link tables so that no row loses what it points to."""
    tables = [
        *(f.remote_field.through for model in own for f in model._meta.local_many_to_many),
        *own,
    ]
    done: list[type[models.Model]] = []

    def visit(model: Any) -> None:
        if model in done:
            return
        for field in model._meta.local_concrete_fields:
            target = field.related_model
            if isinstance(target, type) and target in tables and target is not model:
                visit(target)
        done.append(model)

    for model in tables:
        visit(model)
    return done[::-1]


def build_empty_city(say: Say) -> None:
    """Create places, managing bodies, the standard and the accounts."""
    with transaction.atomic():
        found = create_bodies()
        load_standard(DEFAULT)
        create_accounts(found)
        audit.record("demo.generate", actor=None, label="空城")
    say(f"管理主体 {len(found) - 1} 个，账号已建立。")
