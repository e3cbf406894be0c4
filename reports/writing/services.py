"""Documents that leave the system: counted, and logged with what traces the file."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

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
