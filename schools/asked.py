"""What an address or a form asks for by number: a record, a version, a year.

What is no number asks for nothing.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

# Digits of the greatest key a database holds.
LONGEST = 18
FIRST_YEAR = 2000


def number(text: str) -> int | None:
    """Return the whole number `text` is, None for any other text."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def named(rows: Any, text: str) -> Any:
    """Return the record of `rows` whose key is `text`, None where there is none."""
    key = number(text)
    return None if key is None else rows.filter(pk=key).first()


def year_asked(request: HttpRequest, default: int, last: int) -> int:
    """Return the year the address asks for, `default` without one; Http404 after `last`."""
    text = request.GET.get("year", "")
    asked = number(text) if len(text) == 4 else None
    year = default if asked is None else asked
    if not FIRST_YEAR <= year <= last:
        raise Http404
    return year
