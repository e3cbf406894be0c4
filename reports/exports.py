"""What is kept of an export: who took which table, with which filter, and how long it was."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.audit import record
from accounts.models import User
from reports.base import Report
from schools.models import Jurisdiction
from sheets.layout import Layout

ACTION = "reports.export"


def record_export(
    report: Report, layout: Layout, *, user: User, scope: Jurisdiction, query: Mapping[str, str]
) -> None:
    """Write the log entry of an exported table."""
    record(
        ACTION,
        actor=user,
        label=layout.title,
        changes={
            "report": report.slug,
            "scope": str(scope),
            "filter": "&".join(f"{key}={value}" for key, value in query.items() if value),
            "rows": len(list(layout.rows)),
        },
    )
