"""Workbooks to be filled in, blank or with the user's own records."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from accounts.limits import EXPORTS
from sheets import template as templates
from sheets.forms import all_forms
from sheets.views import may_import
from sheets.writing import XLSX


@require_safe
@may_import
def template(request, kind):
    """Download the template of a form; with `?filled=1` the records of the user in it."""
    form = next((form for form in all_forms() if form.kind == kind), None)
    filled = request.GET.get("filled") == "1"
    if form is None or (filled and not form.prefills):
        raise Http404
    if filled:
        EXPORTS.spend(request.user)
    stream = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    rows = templates.write_template(form, stream, user=request.user, filled=filled)
    name = templates.file_name(form, filled=filled)
    templates.record(form, user=request.user, filled=filled, rows=rows)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)
