"""Whom a row is about: its organization, school or managing body, and the members it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.db import models

from accounts.models import User
from orgs.matching import Organizations
from orgs.models import Organization
from orgs.sheets.records.cells import BODY, SCHOOL, Subject
from schools.matching import Schools, Tree, Unit, Unknown
from schools.sheets import county_of
from sheets.forms import Row
from sheets.normalise import fold

_CHUNK = 2000


class Finder:
    """Finds whom a row is about, among those the user may fill in for."""

    def __init__(self, subjects: tuple[Subject, ...], user: User):
        self.subjects, self.user, self.tree = subjects, user, Tree(user)

    @cached_property
    def organizations(self) -> Organizations:
        """The organizations of the user, read where a row names one."""
        return Organizations(self.user, self.tree)

    @cached_property
    def schools(self) -> Schools:
        """The schools of the user, read where a row names one."""
        return Schools(self.user, self.tree)

    def organization(self, row: Row, key: str) -> Organization | None:
        """Return the organization a cell names; refuses the row where there is none."""
        try:
            return self.organizations.find(row.get(key), county_of(row, self.tree))
        except Unknown as unknown:
            row.refuse(key, "ORG_UNKNOWN", unknown.reason, unknown.fix)
            return None

    def owner(self, row: Row) -> tuple[str, Any] | None:
        """Return relation and record of the owner; refuses the row where nobody is found."""
        unit: Unit | None = county_of(row, self.tree)
        named = [s for s in self.subjects if row.get(s.column.key)]
        if len(named) > 1:
            labels = "、".join(s.column.label for s in named)
            row.refuse(
                named[1].column.key, "BOTH_FILLED", f"{labels}都填了", "只填一个，清空另一个"
            )
            return None
        if not named:
            if len(self.subjects) > 1:
                labels = "、".join(s.column.label for s in self.subjects)
                first = self.subjects[0].column.key
                row.refuse(first, "REQUIRED_MISSING", f"{labels}都没有填", "请填其中一个")
            return None
        (subject,) = named
        name = row.get(subject.column.key)
        try:
            return subject.relation, self._find(subject, name, unit)
        except Unknown as unknown:
            row.refuse(subject.column.key, subject.code, unknown.reason, unknown.fix)
            return None

    def _find(self, subject: Subject, name: str, unit: Unit | None) -> Any:
        if subject is BODY:
            return self.tree.own_body(name, unit)
        if subject is SCHOOL:
            return self.schools.find(name, unit)
        return self.organizations.find(name, unit)


def by_relation(owners: Iterable[tuple[str, Any]]) -> dict[str, set[int]]:
    """Return the keys of the owners by relation."""
    found: dict[str, set[int]] = {}
    for relation, owner in owners:
        found.setdefault(relation, set()).add(owner.pk)
    return found


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    """Yield the keys in lists a query can take."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def plain(value: Any) -> Any:
    """Return a value as it is compared: text without spaces and marks of width."""
    if isinstance(value, models.Model):
        return value.pk
    return fold(value) if isinstance(value, str) else value or ""
