"""The cells of a sealed table lead to the organizations of the edition, not to those of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import reverse

from reports.editions.filters import EditionRowFilter
from reports.models import Edition
from sheets.layout import Cell, Layout


def relinked(layout: Layout, edition: Edition) -> Layout:
    """Return the table with the links of its counts inside the edition, all others dropped."""
    return replace(
        layout,
        rows=[_row(row, edition) for row in layout.rows],
        total=None if layout.total is None else _row(layout.total, edition),
    )


def _row(row: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    return {
        key: replace(value, url=_link(value.url, edition))
        if isinstance(value, Cell) and value.url
        else value
        for key, value in row.items()
    }


def _link(url: str, edition: Edition) -> str:
    address = urlsplit(url)
    if address.path != reverse("rates_organizations"):
        return ""
    query = dict(parse_qsl(address.query))
    # A narrower scope of the list is a condition inside the edition.
    if query.pop("scope", "") not in ("", str(edition.scope_id)):
        query["body"] = dict(parse_qsl(address.query))["scope"]
    query = {key: value for key, value in query.items() if key not in ("year", "by")}
    if not query.keys() <= EditionRowFilter.base_filters.keys():
        return ""
    return f"{reverse('edition_organizations', args=[edition.code])}?{urlencode(query)}"
