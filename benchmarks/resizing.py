"""The city with fewer organizations or several times as many, with their records; plain SQL.

For the curve only: both are done in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from assessments.models import ReviewedScore
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
            fields = _stored(model)
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


def leave(organizations: Collection[int]) -> None:
    """Empty the tables of everything but `organizations` and what hangs on them alone.

    The tables are written anew, so that what is gone is not read over any more.
    """
    kept = [*_copied(), ReviewedScore]
    tables = {model: f'"{model._meta.db_table}"' for model in kept}
    with connection.cursor() as cursor:
        for number, model in enumerate(kept):
            known = {one: f"left_{place}" for place, one in enumerate(kept[:number])}
            which = [
                f'("{field.column}" IS NULL OR "{field.column}" IN'
                f" (SELECT {known[field.related_model]}.id FROM {known[field.related_model]}))"
                for field in model._meta.local_concrete_fields
                if field.related_model in known
            ]
            if model is Organization:
                which = [f"id IN ({', '.join(map(str, organizations))})"]
            cursor.execute(
                f"CREATE TEMPORARY TABLE left_{number} AS SELECT * FROM {tables[model]} "
                f"WHERE {' AND '.join(which)}"
            )
        emptied = [model._meta.db_table for model in kept]
        for statement in connection.ops.sql_flush(no_style(), emptied, allow_cascade=True):
            cursor.execute(statement)
        for number, model in enumerate(kept):
            names = ", ".join(f'"{field.column}"' for field in _stored(model))
            cursor.execute(
                f"INSERT INTO {tables[model]} ({names}) SELECT {names} FROM left_{number}"
            )
            cursor.execute(f"ANALYZE {tables[model]}")


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


def _stored(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model whose values are written."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


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
