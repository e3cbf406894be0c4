"""Take a saved import batch back, except for what has been changed since.

    plan = undo_plan(batch, user=user)      # what would be withdrawn, put back, and kept
    undo(batch, user=user, reason="传错了文件")

Everything follows from the revisions the batch has left (accounts/history.py): a record
it made is withdrawn, a field it changed gets its old value back. A record or a field that
somebody has written since, or that other records now stand on, is a conflict and is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, history
from accounts.history import NOWHERE, Act
from accounts.models import Record, Revision, User
from sheets.forms import Stored, get_form, tell
from sheets.models import BatchStatus, ImportBatch
from sheets.safety import Refused

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Kept:
    """Something the undo leaves as it is: of which record, what, and why."""

    record: str
    what: str
    why: str


@dataclass(frozen=True)
class Beside:
    """What a model keeps in rows of its own and a revision under `name` as {key: value}.

    `columns` follow from it: they are put back with it, or kept with it. `put_back` writes
    the old rows of a record and returns what its revision tells of that.
    """

    name: str
    label: str
    columns: frozenset[str]
    put_back: Callable[[Any, Mapping[str, Any]], history.Changes]


# Declared by the apps, by the label of the model.
beside: dict[str, Beside] = {}


@dataclass
class _OfModel:
    """What undoing a batch does to the records of one model."""

    model: type[Record]
    withdrawn: list[Any] = field(default_factory=list)
    # Records the batch made that are kept.
    stays: list[Any] = field(default_factory=list)
    # Records with an old value put back, and by key the columns and many-to-many fields.
    changed: dict[int, Any] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    many: dict[int, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    # By key the old rows kept beside a record.
    rows: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    values: int = 0


@dataclass
class UndoPlan:
    """What undoing a batch would do; nothing is written by making it."""

    parts: list[_OfModel] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def withdrawn(self) -> int:
        """How many records would be withdrawn."""
        return sum(len(part.withdrawn) for part in self.parts)

    @property
    def values(self) -> int:
        """How many changed values would be put back."""
        return sum(part.values for part in self.parts)

    @property
    def lines(self) -> list[tuple[str, int, int]]:
        """For each type of record: its name, records withdrawn, values put back."""
        return [
            (str(part.model._meta.verbose_name), len(part.withdrawn), part.values)
            for part in self.parts
            if part.withdrawn or part.values
        ]

    @cached_property
    def records(self) -> list[Any]:
        """All records the undo would write."""
        return [r for p in self.parts for r in (*p.withdrawn, *p.changed.values())]


def undo_plan(batch: ImportBatch, *, user: User) -> UndoPlan:
    """Return what undoing `batch` would do.

    Raises Refused for a batch that is not saved, or that touches records the user may
    not change any more.
    """
    if batch.status != BatchStatus.SAVED:
        raise Refused("这一批没有保存过，或者已经撤销，没有可以撤销的内容。")
    plan = UndoPlan()
    revisions = Revision.objects.filter(batch=batch.pk).order_by("-pk")
    by_model: dict[str, dict[int, list[Revision]]] = defaultdict(lambda: defaultdict(list))
    for revision in revisions:
        by_model[revision.model][revision.object_id].append(revision)
    made = {
        label: {
            key for key, of in found.items() if any(r.action == Revision.Action.CREATE for r in of)
        }
        for label, found in by_model.items()
    }
    for label, found in by_model.items():
        model: Any = apps.get_model(label)
        part = _OfModel(model)
        records = _read(model, found, user)
        later = _later(label, found)
        used = _used(model, made[label], made)
        for key, of in found.items():
            record = records[key]
            if key in made[label]:
                _withdraw(plan, part, record, later.get(key, []), used.get(key, []))
            else:
                _put_back(plan, part, record, of, later.get(key, []))
        plan.parts.append(part)
    _keep_what_hangs_on(plan)
    return plan


def _read(model, keys: Iterable[int], user: User) -> dict[int, Any]:
    """Return the records; all of them must be the user's to change."""
    records: dict[int, Any] = {}
    for chunk in _chunks(keys):
        records |= model.everything.editable_by(user).in_bulk(chunk)
    if len(records) < len(list(keys)):
        raise Refused(
            "这一批里有的记录已经不在您可以填报的范围，不能整批撤销。请联系现在的管理主体。"
        )
    return records


def _later(label: str, found: dict[int, list[Revision]]) -> dict[int, list[Revision]]:
    """Return by record the revisions written after the batch, newest first."""
    later: dict[int, list[Revision]] = defaultdict(list)
    for chunk in _chunks(found):
        rows = Revision.objects.filter(model=label, object_id__in=chunk).order_by("-version")
        for revision in rows:
            if revision.version > max(r.version for r in found[revision.object_id]):
                later[revision.object_id].append(revision)
    return later


def _used(model, keys: set[int], made: dict[str, set[int]]) -> dict[int, list[str]]:
    """Return by record the kinds of other records that stand on it and stay."""
    used: dict[int, list[str]] = defaultdict(list)
    for relation in model._meta.related_objects:
        other = relation.related_model
        if not issubclass(other, Record) or not relation.one_to_many:
            continue
        name = relation.field.attname
        own = made.get(history.label_of(other), set())
        for chunk in _chunks(keys):
            rows = other._default_manager.filter(**{f"{name}__in": chunk})
            for key, pk in rows.order_by().values_list(name, "pk"):
                label = str(other._meta.verbose_name)
                if pk not in own and label not in used[key]:
                    used[key].append(label)
    return used


def _withdraw(
    plan: UndoPlan, part: _OfModel, record, later: list[Revision], used: list[str]
) -> None:
    if record.withdrawn_at:
        return
    name = str(record)
    # What was changed and changed back is as the batch left it.
    then = history.undone(record, later)
    later = later if any(getattr(record, n) != value for n, value in then.items()) else []
    if not later and not used:
        part.withdrawn.append(record)
        return
    part.stays.append(record)
    why = f"{_who(later[0])}后来改过" if later else f"已经有{'、'.join(used)}登记在它下面"
    plan.kept.append(Kept(name, "新增的记录", why))


def _keep_what_hangs_on(plan: UndoPlan) -> None:
    """Keep the records of the batch that belong to one that is kept, such as its terms."""
    stays = {(part.model, record.pk) for part in plan.parts for record in part.stays}
    for part in plan.parts if stays else ():
        links = [f for f in part.model._meta.concrete_fields if f.is_relation]
        going = []
        for record in part.withdrawn:
            if any((f.related_model, getattr(record, f.attname)) in stays for f in links):
                label = str(part.model._meta.verbose_name)
                plan.kept.append(Kept(str(record), label, "它所属的记录保留了"))
            else:
                going.append(record)
        part.withdrawn = going


def _put_back(
    plan: UndoPlan, part: _OfModel, record, revisions: list[Revision], later: list[Revision]
) -> None:
    if record.withdrawn_at:
        plan.kept.append(Kept(str(record), "改动", "记录后来撤回了"))
        return
    columns = {column.attname: column for column in history.tracked(part.model)}
    since = {name: r for r in reversed(later) for name in r.changes}
    # Newest first: the first new value is the one the batch left, the last old one it found.
    old: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for revision in revisions:
        old |= {name: pair[0] for name, pair in revision.changes.items()}
        last = revision.changes | last
    if (aside := beside.get(history.label_of(record))) and aside.name in old:
        if _moved(later, aside.name):
            why = f"{_who(since[aside.name])}后来改过"
            plan.kept.append(Kept(str(record), aside.label, why))
            old = {name: value for name, value in old.items() if name not in aside.columns}
        else:
            part.rows[record.pk] = old[aside.name]
            part.changed[record.pk] = record
            part.values += 1
    many = {column.name for column in part.model._meta.many_to_many}
    for name, packed in old.items():
        if name not in columns and name not in many:
            continue  # told in words only
        column: Any = columns.get(name) or part.model._meta.get_field(name)
        new = history.unpack(column, last[name][1]) if name in columns else None
        if name in since and (new is None or getattr(record, name) != new):
            label = str(column.verbose_name)
            if not label.isascii():
                plan.kept.append(Kept(str(record), label, f"{_who(since[name])}后来改过"))
            continue
        part.changed[record.pk] = record
        if name in columns:
            setattr(record, name, history.unpack(column, packed))
            part.fields.add(column.name)
        else:
            part.many[record.pk][name] = packed
        part.values += not str(column.verbose_name).isascii()


def _moved(later: Iterable[Revision], name: str) -> bool:
    """Tell whether the rows under `name` came to differ by revisions, newest first."""
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for revision in later:
        old, new = revision.changes.get(name, ({}, {}))
        first |= old
        last = new | last
    return first != last


def _who(revision: Revision) -> str:
    when = timezone.localtime(revision.at)
    return f"{revision.actor_name or '系统'}在 {when:%Y-%m-%d %H:%M} "


@transaction.atomic
def undo(batch: ImportBatch, *, user: User, reason: str) -> UndoPlan:
    """Take a batch back in one transaction; return what was done.

    Raises PermissionDenied, and Refused where it cannot be done as a whole.
    """
    if not user.has_perm("sheets.import_workbook"):
        raise PermissionDenied
    batch = ImportBatch.objects.select_for_update().defer("content").get(pk=batch.pk)
    plan = undo_plan(batch, user=user)
    act = Act(user, reason=reason, source=f"撤销第 {batch.pk} 批导入")
    try:
        with transaction.atomic():
            # What the batch made goes first: it may stand where the old state belongs.
            for part in plan.parts:
                history.withdraw_many(part.withdrawn, act=act)
            for part in plan.parts:
                _store(part, act)
    except IntegrityError:
        raise Refused(
            "没有撤销：改回去以后会与后来登记的记录重名或重复。请先处理重名的记录，再撤销这一批。"
        ) from None
    batch.status = BatchStatus.UNDONE
    batch.undone_at, batch.undone_by = timezone.now(), user
    batch.save(update_fields=["status", "undone_at", "undone_by"])
    audit.record(
        "sheets.undo",
        actor=user,
        obj=batch,
        label=batch.file_name,
        changes={
            "withdrawn": plan.withdrawn,
            "values": plan.values,
            "kept": len(plan.kept),
            "reason": reason,
        },
    )
    for stored in _told(batch.kind, plan.parts):
        tell(stored, user)
    return plan


def _store(part: _OfModel, act: Act) -> None:
    also: dict[int, history.Changes] = defaultdict(dict)
    for key, fields in part.many.items():
        for name, was in fields.items():
            manager = getattr(part.changed[key], name)
            also[key][name] = [list(manager.values_list("pk", flat=True)), was]
            manager.set(was)
    if part.rows:
        aside = beside[history.label_of(part.model)]
        for key, old in part.rows.items():
            also[key] |= aside.put_back(part.changed[key], old)
    rows = [(record, NOWHERE) for record in part.changed.values()]
    history.save_many(rows, act=act, fields=part.fields, also=also)


def _told(kind: str, parts: Iterable[_OfModel]) -> Iterator[Stored]:
    """Yield what is concerned: as the form tells it, else organizations and schools by what
    the records carry.
    """
    form, rest = get_form(kind), []
    for part in parts:
        records = [*part.withdrawn, *part.changed.values()]
        if records and (stored := form.told_of(records)):
            yield stored
        else:
            rest.append(part)
    if rest:
        yield _stored(kind, rest)


def _stored(kind: str, parts: Iterable[_OfModel]) -> Stored:
    organizations, schools = set(), set()
    for part in parts:
        keys = {record.pk for record in (*part.withdrawn, *part.changed.values())}
        label = part.model._meta.label_lower
        if label == "orgs.organization":
            organizations |= keys
        elif label == "schools.school":
            schools |= keys
        elif path := _way_to_organization(part.model):
            for chunk in _chunks(keys):
                rows: Any = part.model._base_manager.filter(pk__in=chunk)
                organizations |= set(rows.values_list(path, flat=True))
    return Stored(kind, frozenset(organizations - {None}), school_ids=frozenset(schools))


def _way_to_organization(model: Any) -> str:
    """Return the lookup from a record to its organization, as its scope tells it; "" for none."""
    if any(field.name == "organization" for field in model._meta.concrete_fields):
        return "organization"
    scope = getattr(model.objects.none(), "scope_lookup", "") or ""
    before, found, _ = scope.partition("organization__jurisdiction__path")
    return before + "organization" if found else ""


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    keys = list(keys)
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]


__all__ = ["Beside", "Kept", "UndoPlan", "beside", "undo", "undo_plan"]
