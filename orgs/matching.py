"""Find organizations by the names written in workbooks."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

from accounts.models import User
from orgs.models import FormerName, Organization
from orgs.naming import organization_key
from schools.matching import Schools, Tree, Unit, Unknown, closest, remembered
from schools.models import School
from schools.naming import fold, school_key

_SUGGESTIONS = 30


class Organizations:
    """The living organizations a user may change, by full, short and customary names, and
    by those they bore earlier if nobody bears them today.

    Those outside his scope are unknown like any other.
    """

    def __init__(self, user: User, tree: Tree):
        self.tree = tree
        self.all = list(
            Organization.objects.editable_by(user)
            .filter(dissolved_on=None)
            .select_related("school")
            # Few bodies and superiors serve many: made once each, not once for each.
            .prefetch_related("jurisdiction", "parent")
        )
        self._names: dict[str, list[Organization]] = defaultdict(list)
        self._of_school: dict[str, list[Organization]] = defaultdict(list)
        for organization in self.all:
            self._names[organization.name_key].append(organization)
            school = organization.school
            if school is None:
                continue
            self._of_school[school.name_key].append(organization)
            short = school_key(school.short_name)
            if short and school.name_key in organization.name_key:
                alias = organization.name_key.replace(school.name_key, short)
                if alias != organization.name_key:
                    self._names[alias].append(organization)
                    self._of_school[short].append(organization)
        self._former: dict[str, list[Organization]] = defaultdict(list)
        by_key = {organization.pk: organization for organization in self.all}
        for pk, key in FormerName.objects.editable_by(user).values_list("organization", "name_key"):
            if pk in by_key and by_key[pk] not in self._former[key]:
                self._former[key].append(by_key[pk])
        self._suggested: dict[str, str] = {}
        self._found: dict[tuple, Organization | Unknown] = {}

    def find(
        self, name: str | None, unit: Unit | None = None, school: School | None = None
    ) -> Organization:
        """Return the organization called `name`, or raise `schools.matching.Unknown`.

        Without a name, or with the mere name of a school, the only organization of
        that school is meant.
        """
        key = (name, unit.name if unit else None, school.pk if school else None)
        return remembered(self._found, key, lambda: self._find(name, unit, school))

    def named(self, name: str, unit: Unit | None) -> Organization | None:
        """Return the organization that bears this very name, with or without its county."""
        found = self._candidates(organization_key(name), unit)
        return found[0] if len(found) == 1 else None

    def was_called(self, organization: Organization, name: str) -> bool:
        """Tell whether `name` is one the organization bore earlier, and not today."""
        key = organization_key(name)
        return key != organization.name_key and organization in self._former.get(key, [])

    def _candidates(self, key: str, unit: Unit | None) -> list[Organization]:
        city = fold(self.tree.city.name) if self.tree.city else ""
        place = fold(unit.place.name) if unit and unit.place else ""
        texts = (key, key.removeprefix(city), place + key, city + key)
        for names, text in product((self._names, self._former), texts):
            found = names.get(text, [])
            if len(found) > 1 and unit:
                found = [o for o in found if o.jurisdiction.path.startswith(unit.node.path)]
            if found:
                return found
        return []

    def _find(self, name, unit, school) -> Organization:
        if name:
            key = organization_key(name)
            found = self._candidates(key, unit)
            if not found and school:
                found = self._names.get(school.name_key + key.removeprefix(school.name_key), [])
            if not found:
                found = self._of_school.get(school_key(name), [])
        elif school:
            found = self._of_school.get(school.name_key, [])
        else:
            found = []
        if len(found) > 1 and school:
            found = [o for o in found if o.school_id == school.pk] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = " 或 ".join(o.short_name for o in found[:3])
            raise Unknown(f"“{name or school}”对应 {len(found)} 个党组织", f"请写明：{names}")
        raise Unknown(f"“{name or school}”不在党组织名单中", self._suggest(name or str(school)))

    def _suggest(self, name: str) -> str:
        key = organization_key(name)
        if key not in self._suggested and len(self._suggested) < _SUGGESTIONS:
            self._suggested[key] = closest(key, (o.short_name for o in self.all))
        return self._suggested.get(key) or "请核对名称，或先导入党组织名单"


__all__ = ["Organizations", "Schools", "Unknown"]
