"""The one way a table leaves the system: stamped with who and when, counted, logged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone

from accounts import audit
from accounts.limits import EXPORTS
from accounts.memory import many_objects
from accounts.models import User
from schools.roles import grants_of
from sheets.layout import Layout
from sheets.writing import workbook_response, write_workbook
from sheets.writing.book import write_book

EXPORT = "reports.export"


def stamp(user: User, reason: str = "") -> str:
    """Return who exports for which body and when, with the reason where one was asked for."""
    grants = grants_of(user)
    body = f"（{grants[0].jurisdiction.label}）" if grants else ""
    told = f"{user.name}{body}，{timezone.localtime():%Y-%m-%d %H:%M}"
    return f"{told}；原因：{reason}" if reason else told


def export(
    layout: Layout,
    *,
    user: User,
    action: str,
    obj: Model | None = None,
    changes: Mapping[str, Any] | None = None,
    permission: str = EXPORT,
    reason: str = "",
) -> HttpResponse:
    """Return the download of `layout` for `user`, and log it under `action`.

    Raises PermissionDenied without `permission`, and TooMany after 60 exports in an hour.
    """
    if not user.has_perm(permission):
        raise PermissionDenied("您可以查看，不能导出。")
    EXPORTS.spend(user)
    layout = replace(layout, exported=stamp(user, reason))
    with many_objects():
        response = workbook_response(layout)
    facts = {**(changes or {}), **({"reason": reason} if reason else {})}
    _record(action, layout.title, response.content, actor=user, obj=obj, changes=facts)
    return response


def export_to(
    stream: IO[bytes], layout: Layout, *, user: User, action: str, changes: Mapping[str, Any]
) -> None:
    """Write `layout`, stamped, into `stream`, and log it under `action`."""
    layout = replace(layout, exported=stamp(user))
    book = BytesIO()
    with many_objects():
        write_workbook(layout, book)
    stream.write(book.getbuffer())
    _record(action, layout.title, book.getbuffer(), actor=user, changes=changes)


def export_book(
    stream: IO[bytes],
    title: str,
    layouts: Sequence[Layout],
    *,
    user: User,
    action: str,
    changes: Mapping[str, Any],
    say: Callable[[str], None],
) -> None:
    """Write many tables, stamped, as one workbook into `stream`, and log it under `action`.

    Raises PermissionDenied and TooMany like `export`.
    """
    if not user.has_perm(EXPORT):
        raise PermissionDenied("您可以查看，不能导出。")
    EXPORTS.spend(user)
    exported = stamp(user)
    book = BytesIO()
    write_book(title, [replace(one, exported=exported) for one in layouts], book, say=say)
    stream.write(book.getbuffer())
    _record(action, title, book.getbuffer(), actor=user, changes=changes)


def _record(
    action: str,
    title: str,
    content,
    *,
    actor: User,
    changes: Mapping[str, Any],
    obj: Model | None = None,
) -> None:
    # A workbook found somewhere is traced by its hash to the person who took it.
    facts = {**changes, "sha256": hashlib.sha256(content).hexdigest()}
    label = "" if obj else title
    audit.record(action, actor=actor, obj=obj, label=label, changes=facts)
