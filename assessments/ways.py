"""The page on which the records behind an indicator are kept: where a fix begins.

Keyed by the codes of the default standard, like the advice in remedies.py; what is not
named here begins on the page of the organization. Everybody who sees the scorecard may
open these pages; who may change nothing only reads there.
"""

from __future__ import annotations

from django.urls import reverse

# Codes -> name of the address; "#" begins a part of the organization's page.
WAYS = {
    "A2 V1": "#terms",
    "A3 B1 B2 V2": "#posts",
    "A4 C3": "organization_groups",
    "B3 D1 D2": "organization_training",
    "C1 C2 C4 C5 C6 C8 B4 V3 V4": "meetings",
    "C7": "organization_evaluation",
    "D3": "organization_dues",
}
_WAY = {code: way for codes, way in WAYS.items() for code in codes.split()}


def way_to(code: str, organization: int, year: int) -> str:
    """Return the address where the records behind `code` are kept for an organization."""
    way = _WAY.get(code, "")
    if way == "meetings":
        return f"{reverse(way)}?organization={organization}&year={year}"
    if way and not way.startswith("#"):
        return f"{reverse(way, args=[organization])}?year={year}"
    return reverse("organization", args=[organization]) + way
