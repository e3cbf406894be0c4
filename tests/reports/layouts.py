"""Reading a report in a test: its address, its layout, its figures as the page shows them."""

from django.urls import reverse

from assessments.models import Cycle
from reports.base import REPORTS
from sheets.layout import text


def url(slug, **query):
    return reverse("report", args=[slug], query=query or None)


def layout_of(slug, user, scope, *, year=2025, by="affiliation", **options):
    report = REPORTS[slug]
    cycle = Cycle.objects.filter(year=year).select_related("standard").first()
    return report.layout(user, scope=scope, year=year, cycle=cycle, by=by, **options)


def figures(layout, *keys):
    """Return the rows and the total with the given columns, as the page shows them."""
    formats = {column.key: column.format for column in layout.columns}
    rows = [*layout.rows, {"name": "合计", **layout.total}]
    return [tuple(text(row[key], formats[key]) for key in keys) for row in rows]
