"""What differs between two states of the same figures: cell by cell, organization by organization."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from assessments.models import Assessment, Exclusion, Verdict
from reports.models import Edition
from sheets.layout import Column, Layout, text

ABSENT = "没有这一行"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a table: its row and column, what it said and what it says."""

    row: str
    column: str
    old: str
    new: str


def table_changes(old: Layout, new: Layout) -> list[CellChange]:
    """Return the cells that differ, in the order of the older table.

    Rows are found by their headings, columns by theirs; equal headings by their order.
    """
    columns = {_label(column): column for column in old.columns[1:]}
    later = {_label(column): column for column in new.columns[1:]}
    before, now = _rows(old), _rows(new)
    changes = []
    for name in [*before, *(name for name in now if name not in before)]:
        if name not in before or name not in now:
            there = "有这一行"
            states = (ABSENT, there) if name not in before else (there, ABSENT)
            changes.append(CellChange(name[0], "", *states))
            continue
        for label in [label for label in columns if label in later]:
            was = text(before[name].get(columns[label].key, ""), columns[label].format)
            its = text(now[name].get(later[label].key, ""), later[label].format)
            if was != its:
                changes.append(CellChange(name[0], label, was, its))
    return changes


def _label(column: Column) -> str:
    return f"{column.group} {column.label}".strip()


def _rows(layout: Layout) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Return the rows of a table, 合计 the last, by heading and number among equal ones."""
    first = layout.columns[0].key
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    rows: Iterable[Mapping[str, Any]] = layout.rows
    for row in rows:
        name = text(row.get(first))
        found[name, seen[name]] = row
        seen[name] += 1
    if layout.total is not None:
        found[layout.total_label, 0] = layout.total
    return found


# Kinds of change of an organization, in the order they are shown.
PASSED, FAILED, CAME, WENT, MOVED, OTHER = (
    "新达标",
    "不再达标",
    "新列入",
    "不再列入",
    "变更统计单元",
    "结果或得分变化",
)
KINDS = (PASSED, FAILED, CAME, WENT, MOVED, OTHER)


@dataclass(frozen=True, slots=True)
class OrganizationChange:
    """One organization whose result, score or unit differs."""

    organization: int
    name: str
    unit: str
    kind: str
    words: list[str] = field(default_factory=list)


# What is compared of an organization; the same names as on an `EditionRow`.
State = Mapping[str, Any]


def states_today(user: User, edition: Edition) -> list[dict[str, Any]]:
    """Return the organizations of the scope and year of an edition as they stand now."""
    rows = Assessment.objects.visible_to(user).inside(edition.scope)
    names = {
        "organization_id": "organization_id",
        "organization__name": "organization_name",
        "unit_id": "unit_id",
        "unit__unit_name": "unit_name",
        "final": "final",
        "verdict": "verdict",
        "is_vetoed": "is_vetoed",
        "exclusion": "exclusion",
    }
    found = rows.filter(cycle__year=edition.year).order_by().values(*names)
    return [{name: row[source] for source, name in names.items()} for row in found]


def organization_changes(before: Iterable[State], now: Iterable[State]) -> list[OrganizationChange]:
    """Return the organizations that differ, the weightiest kinds first."""
    old = {row["organization_id"]: row for row in before}
    new = {row["organization_id"]: row for row in now}
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        change = _change(key, old.get(key), new.get(key))
        if change:
            changes.append(change)
    return sorted(changes, key=lambda one: (KINDS.index(one.kind), one.unit, one.name))


def _change(key: int, old: State | None, new: State | None) -> OrganizationChange | None:
    row = new or old
    if row is None:
        return None
    words = []
    if old is None or new is None:
        kind = CAME if old is None else WENT
        words.append(result_words(row))
    else:
        was, its = result_words(old), result_words(new)
        if was != its:
            words.append(f"{was} → {its}")
        if old["final"] != new["final"]:
            words.append(f"得分 {text(old['final'], 'score')} → {text(new['final'], 'score')}")
        if old["unit_id"] != new["unit_id"]:
            words.append(f"{old['unit_name'] or '未归入'} → {new['unit_name'] or '未归入'}")
        if not words:
            return None
        kind = _kind(old, new)
    return OrganizationChange(key, row["organization_name"], row["unit_name"] or "", kind, words)


def _kind(old: State, new: State) -> str:
    if _passed(old) != _passed(new):
        return PASSED if _passed(new) else FAILED
    return MOVED if old["unit_id"] != new["unit_id"] else OTHER


def _passed(row: State) -> bool:
    return not row["exclusion"] and row["verdict"] == Verdict.COMPLIANT


def result_words(row: State) -> str:
    """Return the result of an organization: 达标, 否决, 未达标, or why it is not counted."""
    if row["exclusion"]:
        return f"不计入（{Exclusion(row['exclusion']).label}）"
    if row["is_vetoed"] and row["verdict"] != Verdict.COMPLIANT:
        return "否决"
    return Verdict(row["verdict"]).label if row["verdict"] else "未评"


def standards_warning(one: Edition, other: Edition) -> str:
    """Return what to say where two editions were judged by different standards; else ""."""
    if one.standard_name == other.standard_name:
        return ""
    return (
        f"两份定稿依据的标准不同（{one.standard_name}；{other.standard_name}），"
        "达标率的变化包含标准变化的影响，不能直接比较。"
    )
