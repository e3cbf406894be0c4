"""The one way to write records: versions, revisions, and what changed in between.

    act = Act(user, reason="批复文号录错", source="修改党员")
    create(member, act=act)
    save(member, act=act, expected=3)        # raises Conflict if the record is at 4
    withdraw(member, act=act)

The caller opens the transaction and adds the entry of the operation log.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from accounts import bulk
from accounts.bulk import json_text
from accounts.documents import MARK, DocumentField
from accounts.models import Record, Revision, User

AnyRecord = TypeVar("AnyRecord", bound=Record)
# Pairs of packed values, old and new, by the attribute name of the field.
Changes = dict[str, list[Any]]
_CHUNK = 2000


# Where a row of an import batch stood: name of the sheet, row as Excel counts.
Place = tuple[str, int | None]
NOWHERE: Place = ("", None)


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes, why, and from where: the page in words, or a row of an import batch."""

    actor: User | None
    reason: str = ""
    source: str = ""
    batch: int | None = None
    place: Place = NOWHERE


# A record on its way into the database with where it stood in the file.
Placed = tuple[Any, Place]


class Conflict(Exception):
    """The record has been written since it was read; `since` holds what happened."""

    def __init__(self, stored: Record, since: list[Revision]):
        super().__init__("这条记录在您打开之后又有人改过，请核对后再保存。")
        self.stored, self.since = stored, since


@cache
def tracked(model: type[models.Model]) -> tuple[models.Field, ...]:
    """Return the fields whose changes are kept: all but the key, counters and derived ones."""
    own = {field.name for field in Record._meta.fields}
    return tuple(
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in own
        and not hasattr(field, "derive")
        and not field.generated
    )


def pack(field: models.Field, value: Any) -> Any:
    """Return `value` as JSON keeps it; personal numbers stay encrypted."""
    if value is None or value == "":
        return value
    if hasattr(field, "mask"):
        return field.get_prep_value(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) or not _is_json(value) else value


def unpack(field: Any, value: Any) -> Any:
    """Return the value of a field from what `pack` made of it."""
    if value is None or value == "":
        return value
    if hasattr(field, "mask"):
        return field.from_db_value(value, None, connection)
    target = field.target_field if field.is_relation else field
    return target.to_python(value)


def _is_json(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list | dict)


def label_of(record: models.Model | type[models.Model]) -> str:
    """Return the name under which the revisions of a model are kept."""
    return record._meta.label_lower


def differences(old: models.Model, new: models.Model, names: Collection[str] = ()) -> Changes:
    """Return what differs between two states of a record, among `names` or everywhere."""
    changes: Changes = {}
    for field in tracked(type(new)):
        if names and field.name not in names and field.attname not in names:
            continue
        if field.attname not in new.__dict__:
            continue  # deferred: not read, so not changed
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if isinstance(field, DocumentField):
            changes |= field.path_changes(before or {}, after or {})
        elif before != after:
            changes[field.attname] = [pack(field, before), pack(field, after)]
    return changes


def create(record: Record, *, act: Act, also: Mapping[str, Any] | None = None) -> Revision:
    """Store a new record. `also` names facts outside its own columns, as text."""
    record.save(force_insert=True)
    changes = {name: [None, value] for name, value in (also or {}).items()}
    return _revise(record, Revision.Action.CREATE, act, changes)


def lock(record: AnyRecord) -> AnyRecord:
    """Return the record as it is stored now, locked until the transaction ends."""
    manager = type(record)._base_manager
    return manager.select_for_update(of=("self",)).get(pk=record.pk)


@transaction.atomic
def save(
    record: Record,
    *,
    act: Act,
    expected: int | None = None,
    also: Mapping[str, Sequence[Any]] | None = None,
) -> Revision | None:
    """Store what differs from the stored state; None where nothing does.

    `expected` is the version the change was made on; Conflict if it is not the stored
    one. `also` maps a name to [old, new] text for what is kept outside the columns.
    """
    stored = lock(record)
    if expected is not None and stored.version != expected:
        raise Conflict(stored, since(stored, expected))
    changes = differences(stored, record)
    changes |= {name: list(pair) for name, pair in (also or {}).items() if pair[0] != pair[1]}
    if not changes:
        record.version = stored.version
        return None
    record.version = stored.version + 1
    record.save(update_fields=_written(type(record), changes))
    return _revise(record, Revision.Action.CHANGE, act, changes)


@transaction.atomic
def withdraw(record: Record, *, act: Act, expected: int | None = None) -> Revision | None:
    """Take a record out of every list and figure; it stays readable in its history."""
    return _set_withdrawn(record, timezone.now(), Revision.Action.WITHDRAW, act, expected)


@transaction.atomic
def bring_back(record: Record, *, act: Act, expected: int | None = None) -> Revision | None:
    """Undo a withdrawal."""
    return _set_withdrawn(record, None, Revision.Action.RETURN, act, expected)


def _set_withdrawn(record, at, action, act: Act, expected: int | None) -> Revision | None:
    stored = lock(record)
    if expected is not None and stored.version != expected:
        raise Conflict(stored, since(stored, expected))
    if (stored.withdrawn_at is None) == (at is None):
        return None
    record.withdrawn_at, record.version = at, stored.version + 1
    record.save(update_fields=["withdrawn_at", "version"])
    return _revise(record, action, act, {})


def create_many(rows: Iterable[Placed], *, act: Act) -> None:
    """Store new records of one model in bulk, each with its revision."""
    rows = list(rows)
    if not rows:
        return
    records = [record for record, _ in rows]
    bulk.insert_records(records)
    _revise_many([(record, Revision.Action.CREATE, {}, place) for record, place in rows], act)


def save_many(
    rows: Iterable[Placed],
    *,
    act: Act,
    fields: Collection[str],
    also: Mapping[int, Changes] | None = None,
) -> int:
    """Store the `fields` of records of one model that differ; return how many did.

    `also` holds, by key of the record, changes of what is kept outside its columns.
    """
    rows = list(rows)
    if not rows:
        return 0
    model = type(rows[0][0])
    stored: dict[int, Record] = {}
    keys = [record.pk for record, _ in rows]
    for start in range(0, len(keys), _CHUNK):
        chunk = (
            model._base_manager.only("version", *fields)
            .select_for_update(of=("self",))
            .filter(pk__in=keys[start : start + _CHUNK])
        )
        stored |= {record.pk: record for record in chunk}
    changed, revisions, names = [], [], set()
    for record, place in rows:
        changes = differences(stored[record.pk], record, fields)
        changes |= (also or {}).get(record.pk, {})
        record.version = stored[record.pk].version + bool(changes)
        if changes:
            names |= set(changes)
            changed.append(record)
            revisions.append((record, Revision.Action.CHANGE, changes, place))
    if changed:
        bulk.update_records(changed, _written(model, names))
        _revise_many(revisions, act)
    return len(changed)


def withdraw_many(records: Sequence[Record], *, act: Act) -> None:
    """Withdraw records of one model in bulk."""
    if not records:
        return
    at = timezone.now()
    for record in records:
        record.withdrawn_at, record.version = at, record.version + 1
    bulk.update_records(records, ["withdrawn_at", "version"])
    _revise_many([(record, Revision.Action.WITHDRAW, {}, NOWHERE) for record in records], act)


def _written(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return the columns to write for changes in `names`: with version and derived ones."""
    by_attname = {field.attname: field.name for field in model._meta.concrete_fields}
    columns = {name.partition(MARK)[0] for name in names}
    written = {by_attname[name] for name in columns if name in by_attname} | {"version"}
    for field in model._meta.concrete_fields:
        if written.intersection(getattr(field, "sources", ())):
            written.add(field.name)
    return sorted(written)


def _revise(record: Record, action: str, act: Act, changes: Changes) -> Revision:
    done = dict(zip(_DONE, _done(record, action, act.place), strict=True))
    return Revision.objects.create(**done, **_told(act), changes=changes)


def _revise_many(rows: Iterable[tuple[Record, str, Changes, Place]], act: Act) -> None:
    told = _told(act) | {
        "at": connection.ops.adapt_datetimefield_value(timezone.now()),
        "actor": act.actor.pk if act.actor else None,
    }
    alike = tuple(told.values())
    lines = (
        (*_done(record, action, place), json_text(changes), *alike)
        for record, action, changes, place in rows
    )
    bulk.insert_rows(Revision, (*_DONE, "changes", *told), lines)


def _told(act: Act) -> dict:
    """Return what all revisions of one act say alike."""
    return {
        "actor": act.actor,
        "actor_name": act.actor.name if act.actor else "",
        "reason": act.reason[:200],
        "source": act.source[:120],
        "batch": act.batch,
    }


# What a revision says of the record it is of.
_DONE = ("model", "object_id", "version", "action", "sheet", "row")


def _done(record: Record, action: str, place: Place) -> tuple:
    """Return the values of `_DONE`."""
    return label_of(record), record.pk, record.version, action, place[0][:60], place[1]


# -- reading ------------------------------------------------------------------------------


def revisions(record: Record) -> models.QuerySet:
    """Return the revisions of a record, newest first."""
    return Revision.objects.filter(model=label_of(record), object_id=record.pk).order_by("-version")


def since(record: Record, version: int) -> list[Revision]:
    """Return the revisions of a record after `version`, newest first."""
    return list(revisions(record).filter(version__gt=version))


def undone(record: Record, later: Iterable[Revision]) -> dict[str, Any]:
    """Return the values (by attribute name) `record` had before the revisions `later`.

    `later` comes newest first and has no gaps.
    """
    fields = {field.attname: field for field in tracked(type(record))}
    values: dict[str, Any] = {}
    for revision in later:
        for name, (old, _) in revision.changes.items():
            column, is_part, path = name.partition(MARK)
            if is_part and column in fields:
                document = values.get(column) or getattr(record, column)
                values[column] = document | {path: old}
            elif name in fields:
                values[name] = unpack(fields[name], old)
    return values


def at_version(record: AnyRecord, version: int) -> AnyRecord:
    """Return an unsaved copy of the record as it was at `version`."""
    copy = type(record)(
        **{field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    )
    for name, value in undone(record, since(record, version)).items():
        setattr(copy, name, value)
    copy.version = version
    return copy
