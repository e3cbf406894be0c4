"""Writing what users keep of their lists: the columns they want, and filters by name."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from schools.models import ColumnChoice, Jurisdiction, SavedFilter
from schools.roles import DATA_ROLES, grants_of

# As many filters as still fit on a page.
MOST_FILTERS = 50


@transaction.atomic
def choose_columns(*, user: User, list_name: str, columns: Collection[str] | None) -> None:
    """Remember the columns `user` wants in a list; None brings back the usual ones."""
    if columns is None:
        ColumnChoice.objects.visible_to(user).filter(list=list_name).delete()
    else:
        ColumnChoice.objects.update_or_create(
            user=user, list=list_name, defaults={"columns": list(columns)}
        )
    chosen = "默认" if columns is None else list(columns)
    record("schools.choose_columns", actor=user, label=list_name, changes={"columns": chosen})


def body_to_share_with(user: User) -> Jurisdiction | None:
    """Return the body whose users see what `user` shares: that of his widest data grant."""
    grants = (grant for grant in grants_of(user) if grant.role in DATA_ROLES)
    return next((grant.jurisdiction for grant in grants), None)


@transaction.atomic
def save_filter(
    *, user: User, name: str, shared: bool, path: str, query: str, title: str, words: str
) -> SavedFilter:
    """Keep the conditions `query` of the list at `path` under a name.

    Raises ValidationError for a name used already, an empty one, or too many filters.
    """
    if SavedFilter.objects.filter(user=user).count() >= MOST_FILTERS:
        raise ValidationError(
            f"没有保存：每人最多保存 {MOST_FILTERS} 个筛选。请先删除不用的，再保存。"
        )
    saved = SavedFilter(
        user=user, name=name, path=path, query=query, list=title[:40], words=words[:300]
    )
    return _store(saved, shared, "schools.save_filter")


@transaction.atomic
def change_filter(*, saved: SavedFilter, name: str, shared: bool) -> SavedFilter:
    """Give a filter another name, share it, or end the sharing."""
    saved.name = name
    return _store(saved, shared, "schools.change_filter")


@transaction.atomic
def delete_filter(*, saved: SavedFilter) -> None:
    """Delete a filter; the list and its records are not touched."""
    record("schools.delete_filter", actor=saved.user, obj=saved)
    saved.delete()


def _store(saved: SavedFilter, shared: bool, action: str) -> SavedFilter:
    saved.body = body_to_share_with(saved.user) if shared else None
    saved.full_clean()
    saved.save()
    facts = {"query": saved.words, "body": str(saved.body) if saved.body else "只给自己"}
    record(action, actor=saved.user, obj=saved, changes=facts)
    return saved
