"""Derived values of a document that are not a count: days, names, ranks, directions.

Each is one function of the material, with its words and the address of the page that
shows it. Their names stand in figures as `fact.NAME?argument=…`.
"""

from reports.writing.facts import basis, filed, losses, plans, rates, reaching
from reports.writing.facts.declared import FACTS, Fact, in_words
from reports.writing.facts.losses import losing

__all__ = [
    "FACTS",
    "Fact",
    "basis",
    "filed",
    "in_words",
    "losing",
    "losses",
    "plans",
    "rates",
    "reaching",
]
