"""The page 汇总表册: what is in it, the button, and how far it is."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from reports.editions.reading import Damaged, Opened, find
from reports.figures import FigureContext
from reports.models import Edition
from reports.pack import making
from reports.pack.contents import parts
from schools.access import READ, needs
from schools.exporting import EXPORT
from sheets.progress import heard, say, watched
from sheets.writing import XLSX


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request) -> HttpResponse | FileResponse:
    """Show what the pack holds; make it and send it."""
    figures = FigureContext.from_request(request)
    error = ""
    if request.method == "POST":
        try:
            with watched(request.POST.get("job", ""), request.user):
                return _made(request, figures)
        except (ValidationError, Damaged) as refused:
            error = "".join(getattr(refused, "messages", [str(refused)]))
    editions = Edition.objects.visible_to(request.user).filter(
        scope=figures.scope, year=figures.year
    )
    context = {
        "figures": figures,
        "parts": parts(figures.cycle),
        "editions": editions.standing(),
        "job": uuid4(),
        "error": error,
        "can_export": request.user.has_perm(EXPORT),
    }
    return render(request, "reports/pack.html", context, status=400 if error else 200)


def _made(request, figures: FigureContext) -> FileResponse:
    """Return the download the form asks for."""
    stream = BytesIO()
    if code := request.POST.get("edition", ""):
        opened = Opened(find(request.user, code))
        title = making.write_edition(stream, user=request.user, opened=opened, say=say)
    else:
        title = making.write_pack(
            stream,
            user=request.user,
            scope=figures.scope,
            year=figures.year,
            cycle=figures.cycle,
            by=figures.by,
            say=say,
        )
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)


@needs(READ)
@require_safe
def progress(request, job) -> HttpResponse:
    """Tell the page that waits which table is being made."""
    return heard(job, request.user)
