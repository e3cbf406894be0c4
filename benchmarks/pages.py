"""Server time and queries of the pages, as the bureau sees them: a page is a line here."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from benchmarks.city import bureau, sample
from benchmarks.measuring import Figure, content_of, count_queries, median_ms
from schools.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its URL name with what stands in the address, and what it may cost."""

    what: str
    url: str
    # Keys of `places`, for the address and for the query string.
    at: tuple[str, ...] = ()
    query: str = ""
    limit: int = 150
    queries: int = 25


PAGES = (
    # The main job.
    Page("home", "home"),
    Page("rates", "rates"),
    Page("district page", "unit", ("unit",)),
    Page("scorecard", "scorecard", ("organization",)),
    Page("tree of managing bodies", "jurisdictions"),
    Page("list of schools", "schools", limit=100),
    Page("list of organizations", "organizations", limit=100),
    Page("list of members", "members", limit=100),
    Page("list of meetings", "meetings", limit=100),
    Page("drill-down list", "rates_organizations", limit=100),
    # Keeping records.
    Page("search by name", "search", query="q=小学", limit=100),
    Page("search by a part of a name", "search", query="q=中心小学", limit=100),
    Page("search by pinyin", "search", query="q=wang", limit=100),
    Page("search by initials", "search", query="q=zxxx", limit=100),
    Page(
        "grid of 50 organizations, 12 months",
        "meetings_grid",
        query="type=committee&year={year}",
        limit=200,
    ),
    # The whole standard.
    Page(
        "calendar of a county, a year of one type",
        "life_calendar",
        query="scope={county}&year={year}",
        limit=300,
    ),
    Page(
        "calendar of a county, a month of all types",
        "life_calendar",
        query="scope={county}&year={year}&month=10",
        limit=300,
    ),
    Page("progress of the assessment", "progress", limit=300),
    Page("what a person has to do", "work", limit=300),
)


def places() -> dict[str, int]:
    """Return what addresses are made of, for an organization and a county of the city."""
    some = sample()
    county = Jurisdiction.objects.filter(kind="county").order_by("path")[0]
    return {
        "unit": some.unit_id or 0,
        "organization": some.organization_id,
        "county": county.pk,
        "year": some.cycle.year,
    }


def pages(options) -> list[Figure]:
    """Every page of `PAGES`."""
    client, found = bureau(), places()
    figures = []
    for page in PAGES:
        address = reverse(page.url, args=[found[key] for key in page.at])
        query = page.query.format_map(found)
        reading = read(client, f"{address}?{query}" if query else address)
        figures.append(Figure(page.what, reading, f"{page.limit} ms, {page.queries} queries"))
    return figures


def read(client: Client, address: str) -> str:
    """Return what a page costs: milliseconds and queries."""
    queries = count_queries(lambda: content_of(client.get(address)))
    return f"{median_ms(lambda: client.get(address)):.0f} ms, {queries} queries"
