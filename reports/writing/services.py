"""Documents that leave the system: counted, and logged with what traces the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import RawIOBase
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse

from accounts import audit
from accounts.limits import EXPORTS
from accounts.models import User
from reports.writing.blocks import Document
from reports.writing.word import MIME, to_docx
from schools.exporting import EXPORT
from schools.models import Jurisdiction

ACTION = "writing.export"


def download(document: Document, *, user: User, scope: Jurisdiction, year: int) -> HttpResponse:
    """Return a document as a file for `user`, and log it.

    Raises PermissionDenied without the right to export, TooMany after 60 in an hour.
    """
    if not user.has_perm(EXPORT):
        raise PermissionDenied("您可以查看，不能导出。")
    EXPORTS.spend(user)
    content = to_docx(document)
    sent(document, content, user=user, scope=scope, year=year)
    response = HttpResponse(content, content_type=MIME)
    name = quote(document.file_name)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def download_many(
    documents: Iterator[Document],
    *,
    title: str,
    count: int,
    user: User,
    scope: Jurisdiction,
    year: int,
) -> StreamingHttpResponse:
    """Return documents as one archive, each written while the one before is on its way.

    Raises PermissionDenied without the right to export, TooMany after 60 in an hour.
    """
    if not user.has_perm(EXPORT):
        raise PermissionDenied("您可以查看，不能导出。")
    EXPORTS.spend(user)
    audit.record(
        ACTION,
        actor=user,
        label=title,
        changes={"scope": str(scope), "year": year, "documents": count},
    )
    response = StreamingHttpResponse(_zipped(documents), content_type="application/zip")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.zip"
    return response


class _Outlet(RawIOBase):
    """A stream whose content is taken away as it comes."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        found = b"".join(self._held)
        self._held.clear()
        return found


def _zipped(documents: Iterator[Document]) -> Iterator[bytes]:
    outlet = _Outlet()
    # A .docx is packed already.
    with ZipFile(outlet, "w", ZIP_STORED) as archive:
        for document in documents:
            archive.writestr(document.file_name, to_docx(document))
            yield outlet.take()
    yield outlet.take()


def sent(document: Document, content: bytes, *, user: User, scope: Jurisdiction, year: int) -> None:
    """Log a document written to a file."""
    facts = {
        "scope": str(scope),
        "year": year,
        "figures": len(document.figures),
        "stale": document.stale,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    audit.record(ACTION, actor=user, label=document.title.replace("\n", ""), changes=facts)
