"""What a form is filled in for, told under its fields."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from reports.definitions.burden import link_of, use_of_page

register = template.Library()


@register.inclusion_tag("reports/_used_in.html")
def used_in(slug: str) -> dict[str, Any]:
    """Name the indicators and reports that use what the pages of `slug` keep."""
    used = use_of_page(slug)
    return {
        "indicators": [
            (code, reverse("indicator", args=[code])) for code in used.get("indicators", ())
        ],
        "reports": [link_of(one) for one in used.get("reports", ())],
    }
