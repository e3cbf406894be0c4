"""The sheet 口径说明: what the table says, what is counted and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from sheets.layout import NOTHING, Layout
from sheets.writing.styles import Styles, height, set_page


def _lines(layout: Layout) -> Iterator[tuple[str, str]]:
    """Return heading and text of each line of 口径说明."""
    yield "表名", layout.title
    if layout.filler:
        yield "填报单位", layout.filler
    if layout.as_of:
        yield "截止时间", layout.as_of
    if layout.seal:
        yield "定稿编号", layout.seal
    if layout.exported:
        yield "导出", layout.exported
    for said in layout.says:
        yield "结论", said
    for number, note in enumerate(layout.notes, 1):
        yield f"口径 {number}", note
    labels = {c.key: f"{c.group}{c.label}" for c in layout.columns}
    counted = []
    for column in layout.columns:
        if column.ratio:
            part, whole = (labels[key] for key in column.ratio)
            yield labels[column.key], f"{part} ÷ {whole}；{whole}为 0 时写“{NOTHING}”"
        elif "{detail" in column.formula:
            counted.append(labels[column.key])
    if counted:
        sheets = "、".join(f"“{detail.sheet_name}”" for detail in layout.details)
        yield "附表", f"{'、'.join(counted)}由{sheets}逐行计算，改动附表即重新计算"
    if layout.total is not None:
        yield layout.total_label, "数量各行相加；比率为两个合计相除，只除一次，不是各行比率的平均"


def write_notes(sheet: Any, styles: Styles, layouts: Sequence[Layout]) -> None:
    """Write the sheet that says what is counted and how, for one table or several."""
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    sheet.set_row(0, 38)
    sheet.merge.append([0, 0, 0, 1])
    sheet.write_string(0, 0, "口径说明", styles.title)
    sheet.write_blank(0, 1, None, styles.title)
    row = 0
    for row, (label, value) in enumerate(chain.from_iterable(map(_lines, layouts)), 1):
        sheet.set_row(row, height(value, 100))
        sheet.write_string(row, 0, label, styles.heading)
        sheet.write_string(row, 1, value, styles.body("", "left"))
    set_page(sheet, layouts[0].exported, layouts[0].seal)
    sheet.print_area(0, 0, row, 1)
