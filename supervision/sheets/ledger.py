"""What ledgers share that hold one record of one organization (or school) in each row."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from accounts import history
from accounts.models import User
from orgs.matching import Organizations
from schools.matching import Schools, Tree, Unit, Unknown
from schools.sheets import COUNTY, county_names, county_of
from sheets.compare import lay
from sheets.dates import PartialDate
from sheets.forms import SERIAL, Column, Context, Form, Judgement, Row, Stored, Table, Type
from sheets.normalise import fold

ORGANIZATION = Column(
    "branch",
    "党组织名称",
    Type.NAME,
    ("党组织", "支部", "党支部名称", "所在党组织", "组织名称", "支部名称", "责任党组织"),
    required=True,
    max_length=120,
    identifies=True,
    hint="全称或简称",
)

# "organization" or "school", with its key.
Subject = tuple[str, int]


@dataclass
class Plan:
    """The record of a row, and which of its fields change."""

    record: Any
    changed: list[str] = field(default_factory=list)


class Ledger(Form):
    """One record in a row. A subclass declares the columns and what tells a record.

    `fields` maps a column to the attribute it fills; `key` names the columns that, with the
    organization, tell which record a row is.
    """

    model: ClassVar[Any]
    fields: ClassVar[Mapping[str, str]]
    key: ClassVar[tuple[str, ...]]
    prefills = True
    # Whether a row may be about a school instead (column "school").
    takes_schools: ClassVar[bool] = False

    # -- what a subclass may tell -------------------------------------------------------

    def check(self, row: Row) -> None:
        """Hold the cells of a row against each other."""

    def admit(self, row: Row, record: Any, values: dict[str, Any], user: User) -> None:
        """Refuse what `user` may not do, or add to `values`; `record` is the stored one or new."""

    def years(self, record: Any) -> Iterable[int]:
        """Return the years a record is judged in."""
        raise NotImplementedError

    # -- the form -----------------------------------------------------------------------

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "branch": names}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree = Tree(context.user)
        related = ["organization__jurisdiction"]
        related += ["school__jurisdiction"] if self.takes_schools else []
        records = self.model.objects.editable_by(context.user).select_related(*related)
        for record in records.order_by("pk").iterator(chunk_size=2000):
            whose = record.organization or record.school
            if record.organization and record.organization.dissolved_on:
                continue
            unit = tree.unit_of(whose.jurisdiction)
            yield {
                "county": unit.name if unit else "",
                "branch": record.organization.name if record.organization else "",
                "school": "" if record.organization else whose.name,
                **{key: getattr(record, name) for key, name in self.fields.items()},
            }

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree)
        schools = Schools(context.user, tree) if self.takes_schools else None
        for row in rows:
            self._days(row)
            self.check(row)
        whose = {id(row): self._whose(row, tree, organizations, schools) for row in rows}
        known = self._known(subject for subject, _ in filter(None, whose.values()))
        first: dict[tuple, int] = {}
        for row in rows:
            subject, found = whose[id(row)] or (None, None)
            row.label = " ".join(
                filter(None, (row.get("branch") or row.get("school"), *map(str, self._told(row))))
            )[:100]
            if row.refused or subject is None:
                continue
            key = (subject, *(_plain(value) for value in self._told(row)))
            if key in first:
                row.refuse(
                    self.key[0], "DUPLICATE", f"与第 {first[key]} 行重复", "同一条记录只留一行"
                )
                continue
            first[key] = row.number
            record = known.get(key)
            row.is_new = record is None
            if record is None:
                record = self.model(**{subject[0]: found})
            values = {name: row.get(column) for column, name in self.fields.items()}
            self.admit(row, record, values, context.user)
            if not row.refused:
                row.plan = Plan(record)
                row.plan.changed = lay(row, record, values)
        return Judgement()

    def _told(self, row: Row) -> list[Any]:
        return [row.get(column) for column in self.key]

    def _days(self, row: Row) -> None:
        """Ask for whole days and take them as such."""
        for column in self.tables[0].columns:
            told = row.get(column.key)
            if column.type != Type.DATE or not isinstance(told, PartialDate):
                continue
            if told.month_only:
                row.refuse(column.key, "DATE_INVALID", f"{told} 没有写到日", "请写成 2026-09-01")
                row.values[column.key] = None
            else:
                row.values[column.key] = told.day

    def _whose(self, row, tree, organizations, schools) -> tuple[Subject, Any] | None:
        """Return whose record a row is, as a key and the record; refuses it where nobody is found."""
        unit: Unit | None = county_of(row, tree)
        by_school = schools is not None and not row.get("branch")
        name = row.get("school" if by_school else "branch")
        if not name:
            if by_school:
                row.refuse("branch", "REQUIRED_MISSING", "党组织、学校都没有填", "请填其中一个")
            return None
        try:
            found = schools.find(name, unit) if by_school else organizations.find(name, unit)
        except Unknown as unknown:
            code = "SCHOOL_UNKNOWN" if by_school else "ORG_UNKNOWN"
            row.refuse("school" if by_school else "branch", code, unknown.reason, unknown.fix)
            return None
        return ("school" if by_school else "organization", found.pk), found

    def _known(self, subjects: Iterable[Subject]) -> dict[tuple, Any]:
        """Return the stored records of the organizations and schools by what tells them."""
        found: dict[tuple, Any] = {}
        wanted = set(subjects)
        for kind in ("organization", "school"):
            keys = sorted(pk for one, pk in wanted if one == kind)
            for start in range(0, len(keys), 2000):
                rows = self.model.objects.filter(**{f"{kind}__in": keys[start : start + 2000]})
                for record in rows.select_related(kind):
                    told = (_plain(getattr(record, self.fields[column])) for column in self.key)
                    found[((kind, getattr(record, f"{kind}_id")), *told)] = record
        return found

    def store(self, rows: list[Row], context: Context) -> Stored:
        new = [(row.plan.record, row.place) for row in rows if row.is_new]
        changed = [(row.plan.record, row.place) for row in rows if not row.is_new]
        history.create_many(new, act=context.act)
        fields = {name for row in rows if not row.is_new for name in row.plan.changed}
        history.save_many(changed, act=context.act, fields=fields)
        records = [row.plan.record for row in rows]
        schools = {getattr(record, "school_id", None) for record in records}
        return Stored(
            self.kind,
            frozenset(r.organization_id for r in records if r.organization_id),
            frozenset(year for record in records for year in self.years(record)),
            frozenset(filter(None, schools)),
        )


def _plain(value: Any) -> Any:
    """Return a value as it is compared: text without spaces and marks of width."""
    if isinstance(value, datetime.date):
        return value
    return fold(str(value)) if isinstance(value, str) else value


__all__ = ["COUNTY", "ORGANIZATION", "SERIAL", "Ledger", "Plan"]
