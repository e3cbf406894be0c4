"""What came of a workbook: one frozen record for the command, the page and the batch."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from sheets.forms import Change, Context, Form, Judgement, Problem, Row, SheetFacts
from sheets.models import ImportBatch
from sheets.normalise import plain
from sheets.reading import Passed, Reading, UnknownColumn

Action = Literal["new", "changed", "unchanged", "refused"]
ACTIONS: dict[Action, str] = {
    "new": "新增",
    "changed": "修改",
    "unchanged": "没有变化",
    "refused": "退回",
}
# What a batch keeps of a long file for showing.
KEPT_CHANGES, KEPT_REFUSED = 300, 1000


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one data row."""

    sheet: str
    number: int
    action: Action
    label: str
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Everything found in a workbook, and whether it was saved."""

    kind: str
    title: str
    file_name: str
    year: int | None
    rows: tuple[RowOutcome, ...]
    passed: tuple[Passed, ...] = ()
    questions: tuple[UnknownColumn, ...] = ()
    notices: tuple[str, ...] = ()
    created_bodies: tuple[str, ...] = ()
    sheets: tuple[SheetFacts, ...] = ()
    # Why the form was taken for what it is, where it was to be recognised.
    recognised: str = ""
    hidden_rows: int = 0
    saved: bool = False
    batch: ImportBatch | None = None
    # The batch that brought in the very same file before.
    earlier: ImportBatch | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what became of them: new, changed, unchanged, refused; and ignored."""
        counter = Counter(row.action for row in self.rows)
        return {action: counter[action] for action in ACTIONS} | {"ignored": len(self.passed)}

    @property
    def valid(self) -> int:
        return sum(row.action != "refused" for row in self.rows)

    @property
    def written(self) -> int:
        """Rows that were, or would be, written: new and changed ones."""
        return sum(row.action in ("new", "changed") for row in self.rows)

    def refused_rows(self) -> list[RowOutcome]:
        return [row for row in self.rows if row.action == "refused"]

    def as_json(self) -> dict[str, Any]:
        """Return the machine-readable report of the command."""
        return {
            "kind": self.kind,
            "saved": self.written if self.saved else 0,
            "valid": self.valid,
            "rejected": [
                _as_json(row.sheet, row.number, problem)
                for row in self.rows
                for problem in row.problems
            ],
            "warnings": [
                {
                    "sheet": question.sheet,
                    "row": None,
                    "column": question.column,
                    "value": "、".join(question.samples),
                    "code": "COLUMN_UNKNOWN",
                    "reason": f"没有认出“{question.column}”这一列，没有导入",
                }
                for question in self.questions
            ]
            + [
                _as_json(row.sheet, row.number, warning)
                for row in self.rows
                if row.action != "refused"
                for warning in row.warnings
            ],
            "ignored_rows": [passed.number for passed in self.passed],
        }

    def report(self) -> dict[str, Any]:
        """Return what an ImportBatch keeps: counts, and rows without personal numbers."""
        refused = self.refused_rows()
        changes = [row for row in self.rows if row.action in ("new", "changed")]
        warned = [row for row in self.rows if row.warnings and row.action != "refused"]
        return {
            "title": self.title,
            "counts": self.counts,
            "sheets": [_sheet(facts) for facts in self.sheets],
            "recognised": self.recognised,
            "hidden_rows": self.hidden_rows,
            "notices": list(self.notices),
            "created_bodies": list(self.created_bodies),
            "questions": [
                {
                    "sheet": question.sheet,
                    "column": question.column,
                    "samples": list(question.samples),
                    "options": [list(option) for option in question.options],
                }
                for question in self.questions
            ],
            "rows": [
                {
                    "sheet": row.sheet,
                    "number": row.number,
                    "action": row.action,
                    "label": row.label,
                    "changes": [[c.label, c.old, c.new] for c in row.changes],
                }
                for row in changes[:KEPT_CHANGES]
            ],
            "refused": [_problems(row, row.problems) for row in refused[:KEPT_REFUSED]],
            "warned": [_problems(row, row.warnings) for row in warned[:KEPT_CHANGES]],
            "passed": [[p.sheet, p.number, p.why] for p in self.passed[:KEPT_REFUSED]],
        }


def build(
    form: Form,
    context: Context,
    found: Reading,
    judgement: Judgement,
    *,
    saved: bool,
    batch: ImportBatch | None,
    earlier: ImportBatch | None,
    recognised: str = "",
) -> Outcome:
    """Put together what reading and judging found."""
    return Outcome(
        kind=form.kind,
        title=form.title,
        file_name=context.file_name,
        year=context.year,
        rows=tuple(
            RowOutcome(
                row.sheet.name,
                row.number,
                _action(row),
                row.label,
                tuple(row.changes),
                tuple(row.problems),
                tuple(row.warnings),
            )
            for row in found.rows
        ),
        passed=tuple(found.passed),
        questions=tuple(found.unknown),
        notices=(*found.notices, *judgement.notices),
        created_bodies=tuple(judgement.created_bodies),
        sheets=tuple(found.sheets),
        recognised=recognised,
        hidden_rows=sum(row.hidden for row in found.rows),
        saved=saved,
        batch=batch,
        earlier=earlier,
    )


def _sheet(facts: SheetFacts) -> dict[str, Any]:
    """Return what a batch keeps of a sheet: where its header stood, and its columns."""
    return {
        "name": facts.name,
        "table": facts.table.title,
        "header": [facts.header_row, facts.header_end],
        "columns": [[c.text, c.label, c.state.value] for c in facts.columns],
    }


def _action(row: Row) -> Action:
    if row.refused:
        return "refused"
    if row.is_new:
        return "new"
    return "changed" if row.differs else "unchanged"


def json_value(value: Any) -> Any:
    """Return a raw cell as the text or number that was typed."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)
    return value if isinstance(value, str | int | float | bool) else plain(value)


def mask(value: str) -> str:
    """Hide the middle of personal numbers in what is kept of a file."""
    return re.sub(
        r"\d{7,}[\dXx×*]{1,4}", lambda m: m[0][:6] + "*" * max(len(m[0]) - 10, 3) + m[0][-4:], value
    )


def _as_json(sheet: str, number: int, problem: Problem) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "row": number,
        "column": problem.column,
        "value": json_value(problem.value),
        "code": problem.code,
        "reason": problem.reason,
    }


def _problems(row: RowOutcome, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "number": row.number,
        "label": row.label,
        "problems": [
            {
                "column": p.column,
                "value": mask(plain(p.value))[:80],
                "code": p.code,
                "reason": p.reason,
                "fix": p.fix,
            }
            for p in problems
        ],
    }
