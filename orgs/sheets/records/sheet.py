"""The form of a ledger: templates, judging and storing, from its declaration."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, prefetch_related_objects

from accounts import history
from accounts.models import User
from orgs.acting import covers, years_since
from orgs.matching import Organizations
from orgs.models import Member, Organization
from orgs.sheets.people import BORN, MembersByName
from orgs.sheets.records.cells import (
    BODY,
    ORGANIZATION,
    Cell,
    Parent,
    Subject,
    is_member,
    told_apart,
    value_at,
)
from orgs.sheets.records.finding import Finder, by_relation, chunks, plain
from orgs.sheets.records.parents import SECRETS, Parents
from schools.matching import Tree, Unknown
from schools.sheets import COUNTY, county_names
from sheets.compare import lay
from sheets.constraints import Uniques, broken, names_in
from sheets.dates import PartialDate
from sheets.forms import SERIAL, Context, Form, Judgement, Row, Stored, Table, Type


@dataclass
class Plan:
    """The record of a row, and which of its fields change."""

    record: Any
    changed: list[str] = field(default_factory=list)


class RecordSheet(Form):
    """One record in a row. `key` names the fields that, with its owner, tell which."""

    model: ClassVar[Any]
    cells: ClassVar[Sequence[Cell]]
    key: ClassVar[tuple[str, ...]]
    subjects: ClassVar[tuple[Subject, ...]] = (ORGANIZATION,)
    parent: ClassVar[Parent | None] = None
    # The field of the day or the year a record counts for; none: whatever years are open.
    dated: ClassVar[str] = ""
    # Whether it lasts from that day on.
    lasts: ClassVar[bool] = False
    # Whether a filled template holds the records of one year only.
    of_year: ClassVar[bool] = False
    # Whether only those above an organization keep these records.
    from_above: ClassVar[bool] = False
    # What is told to those who score; the kind of the form where empty.
    stored_kind: ClassVar[str] = ""
    prefills = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "kind"):
            return
        one = len(cls.subjects) == 1
        columns = [SERIAL, COUNTY]
        columns += [s.column if one else replace(s.column, required=False) for s in cls.subjects]
        if parent := cls.parent:
            columns += [
                cell.column(parent.model, key=parent.key(cell), identifies=True)
                for cell in parent.cells
            ]
            columns += [BORN] if parent.names_member else []
        for cell in cls.cells:
            columns.append(cell.column(cls.model, identifies=cell.name in cls.key))
            if is_member(cls.model, cell.name):
                columns.append(BORN)
        cls.tables = (Table(cls.kind, cls.title, tuple(told_apart(columns))),)

    # -- what a subclass may tell -------------------------------------------------------

    def check(self, row: Row) -> None:
        """Hold the cells of a row against each other."""

    def admit(self, row: Row, record: Any, values: dict[str, Any], user: User) -> None:
        """Refuse what `user` may not do, or add to `values`; `record` is the stored one or new."""

    def also_known(self, key: tuple) -> tuple:
        """Return the key a stored record has while something of its key is not told yet."""
        return key

    def years(self, record: Any) -> frozenset[int]:
        """Return the years a record is judged in."""
        value = getattr(record, self.dated) if self.dated else None
        if isinstance(value, datetime.date):
            return years_since(value) if self.lasts else frozenset({value.year})
        return frozenset({value}) if value else years_since(None)

    # -- templates ----------------------------------------------------------------------

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        found: dict[str, Sequence[str]] = {"county": county_names(tree)}
        for subject in self.subjects:
            if subject is ORGANIZATION:
                found["branch"] = [o.name for o in Organizations(context.user, tree).all]
            elif subject is BODY:
                found["body"] = [node.name for node in tree.bodies]
        return found

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree, parent = Tree(context.user), self.parent
        over = f"{parent.relation}__" if parent else ""
        via = over + (parent.via if parent else "")
        related = [
            f"{via}{s.relation}" + ("" if s is BODY else "__jurisdiction") for s in self.subjects
        ]
        people = [cell.name for cell in self.cells if is_member(self.model, cell.name)]
        cells = {cell.name: cell.name for cell in self.cells}
        if parent:
            people += [over + name for name in parent.people]
            cells = {over + cell.name: parent.key(cell) for cell in parent.cells} | cells
            people += [parent.relation] if parent.model is Member else []
        hidden = [f"{name}__{secret}" for name in people for secret in SECRETS]
        related += [name.rpartition("__")[0] for name in cells if "__" in name]
        rows = self.model.objects.editable_by(context.user).select_related(*related, *people)
        rows = rows.defer(*hidden)
        if self.of_year:
            rows = rows.filter(self.in_year(context.year or context.today.year))
        records = list(rows.order_by("pk"))
        namesakes = self._namesakes(records, people)
        for record in records:
            whose = value_at(record, via.removesuffix("__")) if via else record
            subject, owner = next(
                (s, found) for s in self.subjects if (found := getattr(whose, s.relation))
            )
            if subject is ORGANIZATION and owner.dissolved_on:
                continue
            unit = tree.unit_of(owner if subject is BODY else owner.jurisdiction)
            values = {"county": unit.name if unit else "", subject.column.key: owner.name}
            for name, key in cells.items():
                value = value_at(record, name)
                values[key] = value.name if isinstance(value, Member | Organization) else value
            for name in people:
                member = value_at(record, name)
                if member and namesakes and namesakes.has_namesakes(member):
                    values[BORN.key] = member.birth_date
            yield values

    def in_year(self, year: int) -> Q:
        """Return the condition that a record counts for a year."""
        is_day = isinstance(self.model._meta.get_field(self.dated), models.DateField)
        return Q(**{f"{self.dated}__year" if is_day else self.dated: year})

    def _namesakes(self, records, people) -> MembersByName | None:
        found = [m for r in records for name in people if (m := value_at(r, name))]
        return MembersByName(m.organization_id for m in found) if found else None

    # -- judging ------------------------------------------------------------------------

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        for row in rows:
            _whole_days(row)
            self.check(row)
        finder = Finder(self.subjects, context.user)
        owners = {id(row): found for row in rows if (found := finder.owner(row))}
        if self.parent:
            parents = Parents(self.parent, owners.values(), finder)
            owners = {
                id(row): (self.parent.relation, one)
                for row in rows
                if not row.refused and id(row) in owners
                if (one := parents.find(row, owners[id(row)]))
            }
        people = self._people(owners.values())
        values = {id(row): self._values(row, owners.get(id(row)), people, finder) for row in rows}
        stored = self._stored(owners.values(), values.values())
        known = {(self._owner_of(one), *self._told(partial(getattr, one))): one for one in stored}
        uniques = Uniques(self.model, stored)
        first: dict[tuple, int] = {}
        for row in rows:
            row.label = self._label(row)
            owner, told = owners.get(id(row)), values[id(row)]
            if row.refused or owner is None or told is None:
                continue
            relation, found = owner
            key = ((relation, found.pk), *self._told(told.get))
            if first.setdefault(key, row.number) != row.number:
                row.refuse(
                    self.key[0] if self.key else self.subjects[0].column.key,
                    "DUPLICATE",
                    f"与第 {first[key]} 行重复",
                    "同一条记录只留一行",
                )
                continue
            record = known.get(key) or known.get(self.also_known(key))
            row.is_new = record is None
            # A row that is refused in the end leaves the stored record as it is.
            record = self.model(**{relation: found}) if record is None else copy(record)
            if self.from_above and not covers(context.user, found.jurisdiction):
                row.refuse("branch", "ABOVE_ONLY", "由管理主体或它的上级登记", "请交管理主体导入")
                continue
            self.admit(row, record, told, context.user)
            if row.refused:
                continue
            row.plan = Plan(record)
            row.plan.changed = lay(row, record, told)
            self._validate(row, record, uniques)
        return Judgement()

    def _label(self, row: Row) -> str:
        names = [row.get(subject.column.key) for subject in self.subjects]
        told = [row.get(name) for name in self.key]
        return " ".join(str(text) for text in (*names, *told) if text)[:100]

    def _told(self, get) -> tuple:
        return tuple(plain(get(name)) for name in self.key)

    def _owner_of(self, record: Any) -> tuple[str, int]:
        relations = [self.parent.relation] if self.parent else [s.relation for s in self.subjects]
        return next((r, pk) for r in relations if (pk := getattr(record, f"{r}_id")))

    def _organization(self, owner: Any) -> Any:
        """Return the organization a row is of, through its parent if it has one."""
        return owner.organization if self.parent else owner

    def _people(self, owners) -> MembersByName | None:
        if not any(is_member(self.model, cell.name) for cell in self.cells):
            return None
        return MembersByName(self._organization(owner).pk for _, owner in owners)

    def _values(
        self, row: Row, owner, people: MembersByName | None, finder: Finder
    ) -> dict[str, Any] | None:
        """Return the values of a row by field; refuses members and values that cannot be."""
        values: dict[str, Any] = {}
        for cell in self.cells:
            value, facts = row.get(cell.name), self.model._meta.get_field(cell.name)
            if value is not None and is_member(self.model, cell.name):
                if owner is None:
                    return None
                try:
                    organization = self._organization(owner[1])
                    value = people and people.find(organization, value, row.get(BORN.key))
                except Unknown as unknown:
                    row.refuse(cell.name, "MEMBER_UNKNOWN", unknown.reason, unknown.fix)
            elif value is not None and facts.related_model is Organization:
                value = finder.organization(row, cell.name)
            elif value not in (None, ""):
                if isinstance(value, Decimal):
                    # 4.00 hours are 4.0 hours; 4.25 are refused.
                    rounded = round(value, facts.decimal_places)
                    value = rounded if rounded == value else value
                try:
                    facts.run_validators(value)
                except ValidationError as error:
                    row.refuse(cell.name, "VALUE_INVALID", "".join(error.messages), "请核对")
            values[cell.name] = value
        return values

    def _stored(self, owners, values) -> list[Any]:
        """Return the records of the owners, and those of the members named wherever they are."""
        found: dict[int, Any] = {}
        wanted = by_relation(owners)
        people = [cell.name for cell in self.cells if is_member(self.model, cell.name)]
        for name in people:
            told = (one[name] for one in values if one)
            wanted[name] = {member.pk for member in told if isinstance(member, Member)}
        related = [self.parent.relation] if self.parent else [s.relation for s in self.subjects]
        for relation, keys in wanted.items():
            for chunk in chunks(keys):
                rows = self.model.objects.filter(**{f"{relation}__in": chunk})
                rows = rows.select_related(*related, *people).defer(
                    *(f"{name}__{secret}" for name in people for secret in SECRETS)
                )
                found |= {one.pk: one for one in rows if one.pk not in found}
        return list(found.values())

    def _validate(self, row: Row, record: Any, uniques: Uniques) -> None:
        """Refuse what the constraints of the model would."""
        columns = {column.key for column in self.tables[0].columns}
        for rule in broken(record):
            name = next((n for n in names_in(rule.condition) if n in columns), "")
            reason = str(rule.violation_error_message).rstrip("。")
            row.refuse(name, "NOT_CONSISTENT", reason, "请核对这一行")
        if not row.refused and (one := uniques.add(record)):
            name = next((n for n in one.fields if n in columns), "")
            reason = str(one.violation_error_message).rstrip("。")
            row.refuse(name, "ALREADY_THERE", reason, "请核对，或在页面上先改原来的记录")

    # -- storing ------------------------------------------------------------------------

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        new = [(row.plan.record, row.place) for row in rows if row.is_new]
        changed = [(row.plan.record, row.place) for row in rows if not row.is_new]
        fields = {name for row in rows if not row.is_new for name in row.plan.changed}
        # What ends makes room for what is new.
        history.save_many(changed, act=context.act, fields=fields)
        history.create_many(new, act=context.act)
        return self.touched(rows, context)

    def touched(self, rows: list[Row], context: Context) -> Stored | None:
        judged = [r.plan for r in rows if r.is_new or set(r.plan.changed) - self.model.afterwards]
        return self.told_of([plan.record for plan in judged]) if judged else None

    def told_of(self, records: Sequence[Any]) -> Stored | None:
        if not isinstance(records[0], self.model):
            return None
        if self.parent:
            prefetch_related_objects(records, self.parent.relation)
        whose = [getattr(r, self.parent.relation) if self.parent else r for r in records]
        return Stored(
            self.stored_kind or self.kind,
            frozenset(pk for one in whose if (pk := getattr(one, "organization_id", None))),
            frozenset(year for record in records for year in self.years(record)),
            frozenset(pk for one in whose if (pk := getattr(one, "school_id", None))),
        )


def _whole_days(row: Row) -> None:
    """Ask for whole days and take them as such."""
    for column in row.sheet.table.columns:
        told = row.get(column.key)
        if column.type != Type.DATE or not isinstance(told, PartialDate):
            continue
        if told.month_only:
            row.refuse(column.key, "DATE_INVALID", f"{told} 没有写到日", "请写成 2026-09-01")
            row.values[column.key] = None
        else:
            row.values[column.key] = told.day
