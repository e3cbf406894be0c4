"""Which document an address asks for, and the facts of each figure as JSON tells them."""

from __future__ import annotations

from typing import Any

from reports.writing.blocks import Document
from reports.writing.figures import Figure


def told(document: Document) -> list[dict[str, Any]]:
    """Return every figure of a document in reading order, as the file of figures has it."""
    titles = {section.slug: section.title for section in document.sections}
    return [
        {
            "number": number,
            "bookmark": f"figure_{number}",
            "section": titles.get(slug, ""),
            **fact_of(figure),
        }
        for number, (slug, figure) in enumerate(document.figures, 1)
    ]


def fact_of(figure: Figure) -> dict[str, Any]:
    """Return one figure: how it is written, its value with unit, its query, day and page.

    `now` is how a draft's outdated figure would be written; its value is the present one.
    """
    return {
        "text": figure.text,
        "value": figure.plain,
        "unit": figure.unit,
        "name": figure.name,
        "words": figure.words,
        "query": figure.machine,
        "day": figure.day.isoformat(),
        "page": figure.page,
        **({"now": figure.now} if figure.is_stale else {}),
    }
