"""The official table of what is missing in the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from activities.models import MeetingType
from assessments.life.marks import words
from assessments.life.reading import Line
from assessments.life.slots import OPEN, WORDS
from schools.bodies import set_bodies
from sheets.layout import Column, Layout

LABELS = dict(MeetingType.choices)


def missing_layout(lines: Sequence[Line], *, scope: str, title: str, day: datetime.date) -> Layout:
    """Return the slots that are missing or still to be entered, a line each."""
    open_lines = [line for line in lines if line.is_open]
    organizations = [line.organization for line in open_lines]
    prefetch_related_objects(organizations, "jurisdiction")
    set_bodies(organizations)
    rows: list[dict[str, Any]] = []
    for line in open_lines:
        for cell in line.cells:
            if cell is None or cell.state not in OPEN:
                continue
            organization: Any = line.organization
            rows.append(
                {
                    "no": len(rows) + 1,
                    "body": organization.body.label,
                    "organization": line.organization.short_name,
                    "type": LABELS[cell.type],
                    "slot": cell.slot.label,
                    "state": WORDS[cell.state],
                    # The state has a column of its own.
                    "note": words(cell).partition("，")[2],
                }
            )
    return Layout(
        title=f"{scope}{title.replace(' ', '')}缺项一览表",
        columns=[
            Column("no", "序号", "int", width=6),
            Column("body", "管理主体", width=20),
            Column("organization", "党组织", width=32),
            Column("type", "类别", width=14),
            Column("slot", "应开展时间", width=12),
            Column("state", "状态", width=12),
            Column("note", "说明", width=30),
        ],
        rows=rows,
        filler=scope,
        as_of=f"{day:%Y年%-m月%-d日}",
        unit_text="次",
        sheet_name="缺项",
        notes=(
            "缺项：应开展的时间过后 15 天仍没有有效记录。待补录：还在 15 天之内。",
            f"共 {len(rows)} 项，涉及党组织 {len(open_lines)} 个。",
        ),
    )
