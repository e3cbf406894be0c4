"""Differences between two versions, and what a trial found, as workbooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.models import Cycle, Verdict
from assessments.standards.content import Difference
from sheets.layout import Cell, Column, Layout

_TURNED = (
    Column("unit", "统计单元", width=14),
    Column("name", "党组织", width=36),
    Column("before", "原得分", "score", width=9),
    Column("after", "新得分", "score", width=9),
    Column("was", "原判定", width=10),
    Column("now", "新判定", width=10),
    Column("moved", "变化最大的指标", width=30),
    Column("note", "说明", width=50),
)


def differences_layout(old: str, new: str, changed: Iterable[Difference]) -> Layout:
    """Return what differs between two versions, old beside new."""
    rows = [{"place": one.label, "old": one.old_text, "new": one.new_text} for one in changed]
    return Layout(
        title=f"{new}与{old}的差别",
        columns=(
            Column("place", "栏目", width=40),
            Column("old", old, width=50),
            Column("new", new, width=50),
        ),
        rows=rows,
        sheet_name="差别",
        signed=False,
        notes=[f"共 {len(rows)} 处差别；没有列出的内容两个版本相同。"],
    )


def _turned(title: str, rows: Iterable[dict[str, Any]], names: dict[Any, str]) -> Layout:
    return Layout(
        title=title,
        sheet_name=title,
        columns=_TURNED,
        rows=[
            {
                "unit": names.get(row["unit"], ""),
                "name": row["name"],
                "before": Cell(row["before"] and float(row["before"]), reason="没有得分"),
                "after": Cell(row["after"] and float(row["after"]), reason="没有得分"),
                "was": Verdict(row["was"]).label if row["was"] else "没有结果",
                "now": Verdict(row["now"]).label if row["now"] else "没有结果",
                "moved": "、".join(
                    f"{code} {'+' if more else '-'}{by}" for code, by, more in row["moved"]
                ),
                "note": row["note"],
            }
            for row in rows
        ],
        signed=False,
    )


def trial_layout(title: str, cycle: Cycle, result: dict[str, Any]) -> Layout:
    """Return a trial: rates by unit, indicators, and the organizations whose result turns."""
    names = {row["unit"]: row["name"] for row in result["units"]}
    units = [
        {
            "name": row["name"],
            "due": row["due"][0],
            "passed": row["passed"][0],
            "new_due": row["due"][1],
            "new_passed": row["passed"][1],
        }
        for row in result["units"]
    ]
    return Layout(
        title=f"按{title}试算的{cycle.year}年度达标率",
        sheet_name="达标率",
        columns=(
            Column("name", "统计单元", width=16),
            Column("due", "应评", "int", total="sum", group="原标准"),
            Column("passed", "达标", "int", total="sum", group="原标准"),
            Column(
                "rate",
                "达标率",
                "percent",
                total=("passed", "due"),
                ratio=("passed", "due"),
                group="原标准",
            ),
            Column("new_due", "应评", "int", total="sum", group="试算"),
            Column("new_passed", "达标", "int", total="sum", group="试算"),
            Column(
                "new_rate",
                "达标率",
                "percent",
                total=("new_passed", "new_due"),
                ratio=("new_passed", "new_due"),
                group="试算",
            ),
        ),
        rows=units,
        total={
            "due": result["due"][0],
            "passed": result["passed"][0],
            "new_due": result["due"][1],
            "new_passed": result["passed"][1],
        },
        unit_text="个",
        notes=[
            f"用 {cycle.year} 年度已有的记录按 {title} 重新计分，只作比较，不改变这个年度的结果。",
            f"原标准：{cycle.standard}。两边都是系统测算；有认定结果的，以认定结果为准，不随试算改变。",
            "审核项按原来的审核得分计，最多到新的分值。",
        ],
        signed=False,
        details=[
            _turned("新达标", result["gained"], names),
            _turned("不再达标", result["lost"], names),
            Layout(
                title="各项指标平均得分",
                sheet_name="指标",
                columns=(
                    Column("code", "编号", width=6),
                    Column("name", "指标", width=24),
                    Column("before", "原平均得分", "score", width=11),
                    Column("after", "新平均得分", "score", width=11),
                    Column("up", "得分率升（个）", "int", width=13),
                    Column("down", "得分率降（个）", "int", width=13),
                ),
                rows=[
                    {
                        "code": row["code"],
                        "name": row["name"],
                        "before": Cell(
                            row["mean"][0] and float(row["mean"][0]), reason="没有适用的组织"
                        ),
                        "after": Cell(
                            row["mean"][1] and float(row["mean"][1]), reason="没有适用的组织"
                        ),
                        "up": row["up"],
                        "down": row["down"],
                    }
                    for row in result["indicators"]
                ],
                signed=False,
            ),
        ],
    )
