"""What is measured, in order: to measure something else, write a function and name it here.

A section is a function of the options of the command line that returns `Figure`s; one
line of `SECTIONS` says where it stands. A page is a line of `benchmarks/pages.py`.
"""

from __future__ import annotations

from importlib import import_module

from benchmarks.measuring import Figure

# Name on the command line → module and function. Those that write come last.
SECTIONS = {
    "generation": "benchmarks.city:generation",
    "pages": "benchmarks.pages:pages",
    "reports": "benchmarks.reports:reports",
    "export": "benchmarks.books:export",
    "documents": "benchmarks.documents:documents",
    "checks": "benchmarks.checks:checks",
    "reminders": "benchmarks.checks:reminders",
    "trial": "benchmarks.scoring:trial",
    "correction": "benchmarks.scoring:correction",
    "scoring": "benchmarks.scoring:scoring",
    "curve": "benchmarks.scoring:curve",
    "imports": "benchmarks.rosters:imports",
    "imports-sqlite": "benchmarks.rosters:imports_sqlite",
    "demo": "benchmarks.city:demo",
}


def measure(name: str, options) -> list[Figure]:
    """Return the figures of one section; Django is set up."""
    module, function = SECTIONS[name].split(":")
    return getattr(import_module(module), function)(options)
