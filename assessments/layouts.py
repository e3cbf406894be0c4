"""The scorecard and the standard as official tables for the workbook."""

from __future__ import annotations

from assessments.card import ZERO, Card, short
from assessments.models import Standard
from assessments.standard_text import applies_text, categories, total_points
from sheets.layout import Cell, Column, Layout

LINES = (
    Column("code", "编号", width=6),
    Column("category", "类别", width=16),
    Column("name", "指标", width=22),
    Column("of", "分值", "score", width=8),
    Column("full", "适用满分", "score", total="sum", width=10),
    Column("points", "得分", "score", total="sum", width=8),
    Column("lost", "失分", "score", total="sum", width=8),
    Column("origin", "来源", width=8),
    Column("reason", "说明", width=60),
)


def scorecard_layout(card: Card) -> Layout:
    """Return the scorecard as a table; N/A indicators keep their row and give a reason."""
    assessment, cycle = card.assessment, card.cycle
    organization = assessment.organization
    rows = []
    for group in card.groups:
        for line in group.lines:
            off = "" if line.applicable else "不适用" if line.score else "没有得分"
            rows.append(
                {
                    "code": line.indicator.code,
                    "category": f"{group.code} {group.name}",
                    "name": line.indicator.name,
                    "of": line.indicator.points,
                    "full": Cell(None, reason=off) if off else line.of,
                    "points": Cell(None, reason=off) if off else line.points,
                    "lost": Cell(None, reason=off) if off else line.lost,
                    "origin": off or ("待评" if line.is_pending else line.origin),
                    "reason": line.reason,
                }
            )
    return Layout(
        title=f"{organization.short_name}{cycle.year}年度标准化建设得分卡",
        columns=LINES,
        rows=rows,
        total={
            "full": assessment.full,
            "points": assessment.earned,
            "lost": sum((line.lost for line in card.lines), ZERO),
        },
        filler=organization.name,
        as_of=f"{day.year}年{day.month}月{day.day}日" if (day := cycle.scored_as_of) else "",
        unit_text="分",
        sheet_name="得分卡",
        notes=scorecard_notes(card),
        details=[
            Layout(
                title="一票否决核对",
                columns=(
                    Column("code", "编号", width=6),
                    Column("name", "事项", width=20),
                    Column("result", "核对结果", width=10),
                    Column("reason", "情形", width=60),
                ),
                rows=[
                    {
                        "code": veto.code,
                        "name": veto.name,
                        "result": "未触发" if veto.reason is None else "触发",
                        "reason": veto.condition if veto.reason is None else veto.reason,
                    }
                    for veto in card.vetoes
                ],
                signed=False,
            )
        ],
    )


def scorecard_notes(card: Card) -> list[str]:
    """Return how the score came about, for the sheet 口径说明."""
    assessment, cycle, standard = card.assessment, card.cycle, card.standard
    state = f"已确认（{cycle.document}）" if cycle.is_confirmed else "系统测算，尚未确认"
    notes = [
        f"标准：{standard}；{short(standard.pass_line)} 分以上且没有一票否决为达标。",
        "最终得分 = 得分合计 ÷ 适用满分合计 × 100"
        f" = {assessment.earned} ÷ {assessment.full} × 100 = {assessment.final}。",
        f"判定：{assessment.get_verdict_display()}。结果：{state}。",
    ]
    if card.not_applicable:
        notes.append(
            f"{len(card.not_applicable)} 项不适用（{short(card.excluded_points)} 分），退出满分。"
        )
    if card.triggered:
        named = "、".join(f"{veto.code} {veto.name}" for veto in card.triggered)
        notes.append(f"一票否决：{named}。")
    if card.exclusion_reason:
        notes.append(card.exclusion_reason)
    if card.official:
        notes.append(
            f"认定结果：{'达标' if card.official.compliant else '未达标'}，以认定结果计入达标率。"
        )
    return notes


def standard_layout(standard: Standard) -> Layout:
    """Return a standard as a table, with vetoes and parameters on sheets of their own."""
    groups = categories(standard)
    return Layout(
        title=f"{standard.name}（{standard.version}）",
        columns=(
            Column("code", "编号", width=6),
            Column("category", "类别", width=16),
            Column("name", "指标", width=22),
            Column("points", "分值", "score", total="sum", width=8),
            Column("kind", "方式", width=10),
            Column("applies", "适用", width=24),
            Column("formula", "计分办法", width=60),
            Column("source", "依据", width=30),
        ),
        rows=[
            {
                "code": indicator.code,
                "category": f"{group.code} {group.name}",
                "name": indicator.name,
                "points": indicator.points,
                "kind": indicator.get_kind_display(),
                "applies": applies_text(indicator),
                "formula": indicator.formula,
                "source": indicator.source,
            }
            for group in groups
            for indicator in group.indicators
        ],
        total={"points": total_points(groups)},
        unit_text="分",
        sheet_name="评分标准",
        signed=False,
        notes=[
            f"达标线 {short(standard.pass_line)} 分且没有一票否决；"
            f"基本达标线 {short(standard.near_line)} 分，计为未达标；"
            f"示范线 {short(standard.model_line)} 分。",
            "不适用的指标退出满分，最终得分 = 得分 ÷ 适用满分 × 100，保留两位小数。",
        ],
        details=[
            Layout(
                title="一票否决事项",
                columns=(
                    Column("code", "编号", width=6),
                    Column("name", "事项", width=20),
                    Column("kind", "方式", width=10),
                    Column("condition", "情形", width=70),
                ),
                rows=[
                    {
                        "code": veto.code,
                        "name": veto.name,
                        "kind": veto.get_kind_display(),
                        "condition": veto.condition,
                    }
                    for veto in standard.vetoes.all()
                ],
                signed=False,
            )
        ],
    )
