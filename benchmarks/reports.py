"""Every report there is, and the district table beside the same figures in plain SQL."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse

from benchmarks.city import bureau, last_cycle, user
from benchmarks.measuring import Figure, median_ms
from benchmarks.pages import read
from reports.base import listed
from reports.definitions.compliance import Compliance
from reports.figures import AFFILIATION
from schools.models import Jurisdiction

# Counts of this year and the last, and what cost the points of each district.
DISTRICTS = (
    """
    SELECT cycle.year, unit.name, one.exclusion, one.verdict, one.is_vetoed, count(*),
           count(*) FILTER (WHERE one.final BETWEEN 82 AND 84.99)
    FROM assessments_assessment one JOIN schools_jurisdiction unit ON unit.id = one.unit_id
    JOIN assessments_cycle cycle ON cycle.id = one.cycle_id
    WHERE cycle.year BETWEEN %s - 1 AND %s
    GROUP BY cycle.year, unit.id, one.exclusion, one.verdict, one.is_vetoed
    """,
    """
    SELECT unit_id, code, sum("full" - earned), sum(losing), sum(due)
    FROM assessments_indicatortally tally JOIN assessments_cycle cycle ON cycle.id = cycle_id
    WHERE cycle.year IN (%s, %s) GROUP BY unit_id, code
    """,
)

# Reports that read every scorecard of the city, or count every record of the year.
LIMITS = {"planner": "2 s, 25 queries", "burden-by-unit": "2 s, 25 queries"}


def reports(options) -> list[Figure]:
    """The page of each report, and the district table both ways."""
    client = bureau()
    figures = [
        Figure(
            f"report {report.title}",
            read(client, reverse("report", args=[report.slug])),
            LIMITS.get(report.slug, "300 ms, 25 queries"),
        )
        for report in listed()
    ]
    cycle = last_cycle()
    city = Jurisdiction.objects.get(depth=1)

    def ours() -> None:
        Compliance().layout(user(), scope=city, year=cycle.year, cycle=cycle, by=AFFILIATION)

    def plain() -> None:
        with connection.cursor() as cursor:
            for statement in DISTRICTS:
                cursor.execute(statement, [cycle.year, cycle.year])
                cursor.fetchall()

    report, sql = median_ms(ours), median_ms(plain)
    figures.append(
        Figure(
            "district table, beside the same by plain SQL",
            f"{report:.0f} ms and {sql:.0f} ms, {report / sql:.1f} times",
            "3 times",
        )
    )
    return figures
