"""The sheet 填表说明, made from the declarations of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from sheets.forms import Context, Form, Table, Type
from sheets.template.words import EXAMPLE, examples, options, what
from sheets.writing.styles import Styles, height, set_page

_WIDTHS = (20, 10, 46, 46, 24)
_HEADINGS = ("栏目", "必填", "填什么", "可填的选项", "示例")
# A list longer than this is told by its length.
_SHOWN = 12


def write_notes(
    sheet: Any,
    styles: Styles,
    form: Form,
    tables: Sequence[Table],
    context: Context,
    suggestions: Mapping[str, Sequence[str]],
    *,
    filled: bool,
) -> None:
    """Write how the template is filled in and what each column takes."""
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    last = len(_WIDTHS) - 1
    row = 0
    sheet.set_row(row, 36)
    sheet.merge.append([row, 0, row, last])
    sheet.write_string(row, 0, f"《{form.title}》填表说明", styles.title)
    for text in _rules(form, context, filled=filled):
        row += 1
        sheet.set_row(row, height(text, sum(_WIDTHS), least=20))
        sheet.merge.append([row, 0, row, last])
        sheet.write_string(row, 0, text, styles.line(wrap=True))
    for table in tables:
        row += 2
        if len(tables) > 1:
            sheet.merge.append([row, 0, row, last])
            sheet.write_string(row, 0, f"工作表“{table.title}”", styles.heading)
            row += 1
        for index, heading in enumerate(_HEADINGS):
            sheet.write_string(row, index, heading, styles.heading)
        for column in table.columns:
            if column.type == Type.SKIPPED:
                continue
            row += 1
            cells = (
                column.label,
                "必填" if column.required else "",
                what(column),
                _choices(options(column), suggestions.get(column.key, ())),
                "；".join(dict.fromkeys(filter(None, examples(column, suggestions)))),
            )
            tallest = max(height(t, w) for t, w in zip(cells, _WIDTHS, strict=True))
            sheet.set_row(row, tallest)
            for index, text in enumerate(cells):
                style = styles.body("", "center" if index < 2 else "left", bold=index == 0)
                sheet.write_string(row, index, text, style)
    set_page(sheet)
    sheet.print_area(0, 0, row, last)


def _rules(form: Form, context: Context, *, filled: bool) -> list[str]:
    identifying = [c.label for table in form.tables for c in table.columns if c.identifies]
    rules = [
        f"灰色的两行是示例（第一列写着“{EXAMPLE}”），导入时自动跳过，不用删。",
        "表头不要改；可以留空的列不填就是不改系统里已有的内容。",
        "日期、号码、代码各列已设为文本，照原样填写即可，前面不用加撇号。",
        "填好后在“组织与党员—导入记录—导入工作簿”上传，先看改动，确认后才保存。",
    ]
    if form.needs_year:
        rules.insert(0, f"表题里的 {context.year} 年是这张表的年度，填别的年度时请改表题。")
    if filled:
        names = "、".join(dict.fromkeys(identifying))
        rules += [
            f"灰底的“{names}”用来对应系统里的记录，已锁定；要改它们，请在系统里改。",
            "不用改的行保持原样，导入时显示“没有变化”；新增的记录接着往下填。",
            "打了星号的号码是遮挡过的，不动它就不会改变；要更正，请填完整的号码。",
            f"下载人：{context.user.name}，{timezone.localtime():%Y-%m-%d %H:%M}。"
            "内有个人信息，请勿外传。",
        ]
    return [f"{number}. {rule}" for number, rule in enumerate(rules, 1)]


def _choices(closed: Sequence[str], names: Sequence[str]) -> str:
    if closed:
        return "、".join(closed)
    if len(names) > _SHOWN:
        return f"下拉里有您范围内的 {len(names)} 个名称"
    return "、".join(names)
