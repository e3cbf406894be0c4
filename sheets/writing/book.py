"""Many official tables as one workbook: 目录 with links, 口径说明, the tables, their details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO, Any

from sheets.layout import Layout
from sheets.writing import DetailSheets, SheetNames, open_book, write_table
from sheets.writing.notes import write_notes
from sheets.writing.styles import Styles, height, set_page

CONTENTS, NOTES = "目录", "口径说明"
# Name of a sheet, and what stands on it.
Entry = tuple[str, str]


def write_book(
    title: str,
    layouts: Sequence[Layout],
    stream: IO[bytes],
    *,
    say: Callable[[str], None] = lambda words: None,
) -> None:
    """Write `layouts` as the sheets of one workbook into `stream`.

    All of them carry the same `exported` and `seal`. `say` is told each step.
    """
    with open_book(stream, title) as book:
        styles, names = Styles(book), SheetNames()
        contents = book.add_worksheet(names.take(CONTENTS))
        notes = book.add_worksheet(names.take(NOTES))
        entries = [(names.take(layout.sheet_name or layout.title), layout) for layout in layouts]
        sheets = [book.add_worksheet(name) for name, _ in entries]
        details = DetailSheets(book, styles, names)
        for number, (sheet, layout) in enumerate(zip(sheets, layouts, strict=True), 1):
            say(f"正在写第 {number} 张表，共 {len(layouts)} 张")
            write_table(sheet, styles, layout, details)
        write_notes(notes, styles, layouts)
        listed = [(NOTES, "每张表的统计口径"), *((name, one.title) for name, one in entries)]
        listed += [(name, f"{one.title}（明细）") for name, one in details.written]
        _write_contents(contents, styles, title, listed, layouts[0])
        contents.activate()


def _write_contents(
    sheet: Any, styles: Styles, title: str, entries: Sequence[Entry], like: Layout
) -> None:
    """Write the list of the sheets, each leading to its sheet."""
    for column, width in enumerate((6, 26, 84)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, height(title, 60, line=28, least=38))
    sheet.merge.append([0, 0, 0, 2])
    sheet.write_string(0, 0, title, styles.title)
    row = 1
    parts = [like.filler and f"填报单位：{like.filler}", like.seal and f"定稿编号：{like.seal}"]
    for words in (*parts, like.exported and f"导出：{like.exported}"):
        if words:
            sheet.merge.append([row, 0, row, 2])
            sheet.write_string(row, 0, words, styles.line())
            row += 1
    for column, label in enumerate(("序号", "工作表", "内容")):
        sheet.write_string(row, column, label, styles.heading)
    head, link = row, styles.link
    for number, (name, words) in enumerate(entries, 1):
        row += 1
        quoted = name.replace("'", "''")
        sheet.set_row(row, height(words, 84))
        sheet.write_number(row, 0, number, styles.body("int"))
        sheet.write_url(row, 1, f"internal:'{quoted}'!A1", link, name)
        sheet.write_string(row, 2, words, styles.body("", "left"))
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, 0)
    set_page(sheet, like.exported, like.seal)
    sheet.print_area(0, 0, row, 2)
