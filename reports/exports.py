"""What is kept of an exported report: which table, with which filter, how long it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.base import Report
from schools.models import Jurisdiction
from sheets.layout import Layout

ACTION = "reports.export"


def export_facts(
    report: Report, layout: Layout, *, scope: Jurisdiction, query: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the operation log keeps of an exported table."""
    return {
        "report": report.slug,
        "scope": str(scope),
        "filter": "&".join(f"{key}={value}" for key, value in query.items() if value),
        "rows": len(list(layout.rows)),
    }
