"""Which tables a year consists of: every report, in the order of the index.

The pack writes them into one workbook, a sealed edition keeps them; a new report joins
both by being registered (reports/base.py, `variants`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from assessments.models import Cycle
from reports import definitions  # noqa: F401 - registers the reports
from reports.base import ACROSS, Report, listed
from reports.figures import AFFILIATION
from schools.models import Jurisdiction
from sheets.layout import Layout


@dataclass(frozen=True)
class Part:
    """One table of a year: a report with options."""

    report: Report
    options: dict[str, str]

    @property
    def key(self) -> str:
        """The name of the table among those of a year."""
        return "-".join([self.report.slug, *self.options.values()])

    @property
    def title(self) -> str:
        """The title of the report, with the words of its options."""
        fields = self.report.form_class().fields
        words = [
            dict(getattr(fields[name], "choices", [])).get(value, value)
            for name, value in self.options.items()
        ]
        return self.report.title + (f"（{'、'.join(words)}）" if words else "")

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str = AFFILIATION,
    ) -> Layout:
        """Return the table as `user` sees it now."""
        return self.report.table(
            user,
            scope=scope,
            year=year,
            cycle=cycle,
            by=by,
            transposed=self.report.orientation == ACROSS,
            **self.options,
        )


def parts(cycle: Cycle | None) -> list[Part]:
    """Return the tables of a year; without scores only those of the register."""
    scored = cycle is not None and cycle.scored_at is not None
    return [
        Part(report, options)
        for report in listed()
        if scored or not report.needs_scores
        for options in report.variants
    ]


def part(key: str) -> Part | None:
    """Return the table of that key; None where no report has it any more."""
    found = (Part(report, options) for report in listed() for options in report.variants)
    return next((one for one in found if one.key == key), None)


def tables(
    user: User, *, scope: Jurisdiction, year: int, cycle: Cycle | None, by: str = AFFILIATION
) -> Iterator[tuple[str, Layout]]:
    """Yield key and table of each part of a year, worked out when it is asked for."""
    for one in parts(cycle):
        yield one.key, one.layout(user, scope=scope, year=year, cycle=cycle, by=by)
