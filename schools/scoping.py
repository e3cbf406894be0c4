"""Row-level scope: which rows a user may see or change. No other module decides it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from schools.roles import DATA_ROLES, EDIT_ROLES, REVIEW_ROLES, grants_of, roles_with

# The last characters a path below `p` can have: paths are made of 0-9A-Z. A range is
# used rather than a prefix test because SQLite cannot use an index for LIKE.
_LAST = "Z" * 80


def granted_paths(user: User, roles: frozenset[str] = DATA_ROLES) -> list[str]:
    """Return the tree paths granted to `user` for any of `roles`, widest only.

    The grants are read once for each user object (`roles.grants_of`).
    """
    if not getattr(user, "is_active", False):
        return []
    paths: list[str] = []
    for path in sorted({g.jurisdiction.path for g in grants_of(user) if g.role in roles}):
        if not paths or not path.startswith(paths[-1]):
            paths.append(path)
    return paths


def holds_all(user: User, roles: frozenset[str] = DATA_ROLES) -> bool:
    """Tell whether a grant for one of `roles` gives `user` the whole tree."""
    return bool(granted_paths(user, roles)) and any(
        grant.holds_all for grant in grants_of(user) if grant.role in roles
    )


def within(paths: list[str], *lookups: str) -> Q:
    """Return the condition that the path under one of `lookups` lies in one of the subtrees."""
    condition = Q(pk__in=[])
    for lookup in lookups:
        for path in paths:
            condition |= Q(**{f"{lookup}__range": (path, path + _LAST)})
    return condition


def granted(user: User, roles: frozenset[str], *lookups: str) -> Q:
    """Return the condition that a row lies under a grant of `user` for one of `roles`.

    `lookups` lead to the paths of its bodies. Every row has one, so for a grant on the
    whole tree nothing is asked: finding the body of each of half a million rows is what
    makes such a page slow.
    """
    if holds_all(user, roles):
        return Q()
    return within(granted_paths(user, roles), *lookups)


class ScopedQuerySet(models.QuerySet):
    """A queryset that can be narrowed to what a user may see."""

    # Lookup from the model to the path of its jurisdiction; each subclass sets it.
    scope_lookup: str
    # Lookups to the other sides of a record that lies in several scopes at once.
    further_lookups: tuple[str, ...] = ()

    def visible_to(self, user: User) -> Self:
        """Return the rows inside the subtrees granted to `user`; no grant, no rows."""
        return self._granted(user, DATA_ROLES)

    def editable_by(self, user: User) -> Self:
        """Return the rows `user` may change: those under a filling or managing grant."""
        return self._granted(user, EDIT_ROLES)

    def reviewable_by(self, user: User) -> Self:
        """Return the rows under a reviewing or managing grant of `user`."""
        return self._granted(user, REVIEW_ROLES)

    def permitted(self, user: User, permission: str) -> Self:
        """Return the rows under a grant of `user` whose role carries `permission`.

        A person may hold different roles in different subtrees: that he has a permission
        does not say where.
        """
        return self._granted(user, roles_with(permission))

    def inside(self, jurisdiction) -> Self:
        """Return the rows in the subtree of `jurisdiction`."""
        # A body read with a grant knows when it is the only root, above every row.
        if jurisdiction.holds_all:
            return self.all()
        return self.filter(within([jurisdiction.path], *self._lookups))

    def _granted(self, user: User, roles: frozenset[str]) -> Self:
        """Return the rows under the grants of `user` for one of `roles`."""
        return self.filter(granted(user, roles, *self._lookups))

    @property
    def _lookups(self) -> tuple[str, ...]:
        return (self.scope_lookup, *self.further_lookups)


def scoped(lookup: str) -> type[ScopedQuerySet]:
    """Return a ScopedQuerySet class whose path is found under `lookup`."""
    return type("ScopedQuerySet", (ScopedQuerySet,), {"scope_lookup": lookup})


class KeptManager(models.Manager):
    """The records that are not withdrawn (accounts.models.Record)."""

    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_at=None)
