"""One document of an edition: as it was sealed, what of it has changed since, and the file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from reports.editions.documents import TITLES, as_sealed, beside_today, moved
from reports.editions.reading import Opened
from reports.editions.views import opened
from reports.writing.material import Material
from reports.writing.services import download
from schools.exporting import EXPORT


@opened
def document(request, its: Opened, key: str) -> HttpResponse:
    """Show a document as it was sealed with what differs today, or send the file."""
    sealed = its.edition
    text = its.document(key)
    if request.GET.get("format") == "docx":
        return download(
            as_sealed(text, sealed.code), user=request.user, scope=sealed.scope, year=sealed.year
        )
    found = beside_today(text, sealed.code, Material(request.user, sealed.scope, sealed.year))
    context = {
        "edition": sealed,
        "document": found,
        "title": TITLES[key],
        "moved": moved(found),
        "can_export": request.user.has_perm(EXPORT),
    }
    return render(request, "reports/editions/document.html", context)
