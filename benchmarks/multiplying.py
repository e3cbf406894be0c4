"""The organizations of the city several times over, with all their records, by plain SQL.

For the curve only: the copies are made in a transaction that is rolled back.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models

from orgs.models import Organization

# Apps whose records hang on an organization; what is judged from them is not copied.
APPS = ("orgs", "activities", "supervision")
# Room between the keys of a record and of its copies.
ROOM = 10_000_000


def multiply(times: int) -> None:
    """Insert `times` copies of every organization and of what refers to it, however far.

    Schools and bodies stay the same; names and numbers that must be alone get a suffix.
    """
    copied = _copied()
    with connection.cursor() as cursor:
        for model in copied:
            table = f'"{model._meta.db_table}"'
            fields = [field for field in model._meta.local_concrete_fields if not field.generated]
            names = ", ".join(f'"{field.column}"' for field in fields)
            # A record may lead to a body or a school instead; those are not copied.
            leads = [f'"{f.column}" IS NOT NULL' for f in fields if f.related_model in copied]
            which = " OR ".join(leads) if model is not Organization else "TRUE"
            for turn in range(1, times + 1):
                values = ", ".join(_value(field, copied, turn) for field in fields)
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} "
                    f'WHERE "{model._meta.pk.column}" < {ROOM} AND ({which})'
                )
            cursor.execute(f"ANALYZE {table}")


def _copied() -> list[type[models.Model]]:
    """Return the organization and every model of `APPS` that leads to it."""
    found: list[type[models.Model]] = [Organization]
    waiting = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    grown = True
    while grown:
        more = [m for m in waiting if m not in found and any(_refers(m, to) for to in found)]
        found += more
        grown = bool(more)
    return found


def _refers(model: type[models.Model], to: type[models.Model]) -> bool:
    return any(field.related_model is to for field in model._meta.local_concrete_fields)


def _value(field: models.Field, copied: list[type[models.Model]], turn: int) -> str:
    """Return the SQL of a column of a copy."""
    column = f'"{field.column}"'
    if field.primary_key or field.related_model in copied:
        return f"{column} + {turn * ROOM}"
    if field.name in ("name", "name_key") and field.model is Organization:
        return f"{column} || '{turn}'"
    if field.name == "id_hash":
        return f"CASE WHEN {column} = '' THEN '' ELSE md5({column} || '{turn}') END"
    return column
