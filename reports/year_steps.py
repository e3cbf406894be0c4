"""The steps of the year in progress, and what the system computes of it so far."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from reports.board import Board


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a year: done, current or later."""

    label: str
    note: str
    state: str


def progress(board: Board) -> dict | None:
    """Return the side panel of the year in progress; None where no year is."""
    context = board.context
    cycle = context.cycle if context.is_preview else board.open
    if cycle is None:
        return None
    day = timezone.localdate()
    steps = [
        (
            "平时记录",
            f"已测算到 {cycle.scored_as_of:%Y-%m-%d}" if cycle.scored_as_of else "还没有测算",
            cycle.check_date < day,
        ),
        ("考核日", f"{cycle.check_date:%Y-%m-%d}", cycle.check_date < day),
        ("年度类记录截止", f"{cycle.records_until:%Y-%m-%d}", cycle.records_until < day),
        ("认定、公示、确认", "确认后计入正式达标率", False),
    ]
    current = next(index for index, step in enumerate(steps) if not step[2])
    rows = [
        (
            row.name if board.has_bodies else board.whole_name,
            row.now if context.is_preview else row.preview,
        )
        for row in board.rows
        if row.slot.key is not None
    ]
    return {
        "cycle": cycle,
        "steps": [
            Step(label, note, "done" if done else "current" if i == current else "")
            for i, (label, note, done) in enumerate(steps)
        ],
        "rows": [(name, counts) for name, counts in rows if counts.due][:12],
        "url": context.link("rates", year=cycle.year),
    }
