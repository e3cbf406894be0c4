"""Official tables as workbooks: a `Layout` in, an .xlsx out.

The sheet of the table comes first, 口径说明 second, then the detail sheets. Rows are
written as they come and not kept, so a list of any length needs the same memory.
Totals, ratios and counts are formulas that carry the value worked out here, so that a
reader who recalculates sees the same figures and a previewer that cannot shows them too.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, islice
from math import ceil
from typing import IO, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from sheets.layout import NOTHING, Column, Layout, grouped, plain, text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

TITLE_FONT = "方正小标宋简体"
HEAD_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
FORMATS = {
    "int": "#,##0",
    "score": "#,##0.00",
    "percent": "0%",
    "points": '0.0;"−"0.0;0.0',
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
WIDTHS = {"int": 10, "score": 10, "percent": 10, "points": 10, "date": 13}
# A narrower official table is drawn out to this width, about that of the page.
FULL_WIDTH = 105
# Rows looked at to find how wide a column of text has to be.
SAMPLE = 100
# The longest text a cell can hold.
LONGEST = 32_767
# A text that begins so could be taken for a formula when it is typed over or pasted.
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_PLACEHOLDER = re.compile(r"\{(detail\.)?(\w+)\}")


def workbook_response(layout: Layout) -> HttpResponse:
    """Return the download of `layout` under its Chinese file name."""
    stream = BytesIO()
    write_workbook(layout, stream)
    return HttpResponse(
        stream.getvalue(),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, layout.file_name)},
    )


def write_workbook(layout: Layout, stream: IO[bytes]) -> None:
    """Write `layout` with its notes and details as one workbook into `stream`."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as book:
        book.set_properties({"title": layout.title, "author": ""})
        styles = Styles(book)
        names = _SheetNames()
        sheet = book.add_worksheet(names.take(layout.sheet_name or layout.title))
        if layout.notes:
            notes_sheet = book.add_worksheet(names.take("口径说明"))
            _write_notes(notes_sheet, styles, layout)
        details = {}
        for number, detail in enumerate(layout.details):
            name = names.take(detail.sheet_name or detail.title)
            table = _Table(book.add_worksheet(name), styles, detail, {})
            table.write()
            if number == 0:
                details = table.ranges(name)
        _Table(sheet, styles, layout, details).write()
        sheet.activate()


class _SheetNames:
    """Names of sheets as Excel allows them: short, without its signs, each once."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, wanted: str) -> str:
        base = re.sub(r"[\[\]:*?/\\]", "", wanted).strip("' ") or "表"
        name = base[:31]
        number = 2
        while name.lower() in self.taken:
            name = f"{base[:28]}{number}"
            number += 1
        self.taken.add(name.lower())
        return name


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple, Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    @property
    def title(self) -> Any:
        return self.get(
            font_name=TITLE_FONT, font_size=20, align="center", valign="vcenter", text_wrap=True
        )

    @property
    def heading(self) -> Any:
        return self.get(
            font_name=HEAD_FONT,
            font_size=11,
            align="center",
            valign="vcenter",
            text_wrap=True,
            border=1,
        )

    def line(self, align: str = "left", *, size: int = 11, wrap: bool = False) -> Any:
        """Return the format of the lines around the table."""
        return self.get(
            font_name=BODY_FONT, font_size=size, align=align, valign="vcenter", text_wrap=wrap
        )

    def body(
        self, number: str = "", align: str = "center", bold: bool = False, quoted: bool = False
    ) -> Any:
        """Return the format of a cell; `number` is a key of FORMATS."""
        key = (number, align, bold, quoted)
        if key in self.made:
            return self.made[key]
        properties: dict[str, Any] = {
            "font_name": BODY_FONT,
            "font_size": 11,
            "align": align,
            "valign": "vcenter",
            "border": 1,
            "bold": bold,
            "quote_prefix": quoted,
        }
        if number in FORMATS:
            properties["num_format"] = FORMATS[number]
        else:
            properties["text_wrap"] = True
        self.made[key] = self.book.add_format(properties)
        return self.made[key]


def _wide(value: str) -> int:
    """Return the width of a text in characters of the workbook's column."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in value)


def _height(value: str, width: float, line: float = 16, least: float = 22) -> float:
    """Return the height in points a wrapped text needs in a column of that width."""
    lines = sum(max(1, ceil(_wide(part) / max(width - 1, 1))) for part in value.split("\n"))
    return min(409, max(least, lines * line + 6))


@dataclass
class _Table:
    """One layout on one worksheet: where its cells stand, and how they are written."""

    sheet: Any
    styles: Styles
    layout: Layout
    details: Mapping[str, str]

    def __post_init__(self) -> None:
        layout = self.layout
        self.columns: Sequence[Column] = layout.columns
        self.index = {column.key: n for n, column in enumerate(layout.columns)}
        self.official = bool(layout.signed)
        self.head_rows = 1 if layout.transposed else 1 + layout.is_grouped
        # Row of the title, then the line of 填报单位, then the headings.
        self.head_top = 2 if self.has_line else 1
        self.body_top = self.head_top + self.head_rows
        # Number of body rows, known once they are written.
        self.count = 0

    @property
    def has_line(self) -> bool:
        return bool(self.layout.filler or self.layout.as_of or self.layout.unit_text)

    # Where things stand -----------------------------------------------------------

    @property
    def labels(self) -> int:
        """How many columns of labels a transposed table begins with."""
        return 2 if self.layout.is_grouped else 1

    def place(self, row: int, key: str) -> tuple[int, int]:
        """Return row and column, from 0, of the cell `key` of body row `row`."""
        if not self.layout.transposed:
            return self.body_top + row, self.index[key]
        # The values of the first column are the headings of a transposed table.
        return self.head_top + self.index[key], self.labels + row

    def address(self, row: int, key: str) -> str:
        return xl_rowcol_to_cell(*self.place(row, key))

    def span(self, key: str) -> str:
        """Return the range of a column of the layout over all body rows."""
        return xl_range(*self.place(0, key), *self.place(self.count - 1, key))

    def ranges(self, sheet_name: str) -> dict[str, str]:
        """Return each column's range with the sheet's name, for formulas elsewhere."""
        quoted = sheet_name.replace("'", "''")
        last = max(self.count - 1, 0)
        return {
            key: f"'{quoted}'!" + xl_range_abs(*self.place(0, key), *self.place(last, key))
            for key in self.index
        }

    def heading_address(self, column: Column) -> str:
        row, col = self.place(0, column.key)
        if self.layout.transposed:
            return xl_rowcol_to_cell(row, self.labels - 1, col_abs=True)
        return xl_rowcol_to_cell(self.body_top - 1, col, row_abs=True)

    # Formulas ---------------------------------------------------------------------

    def fill(self, formula: str, row: int, column: Column) -> str:
        """Return `formula` with addresses in the place of its names."""

        def found(match: re.Match) -> str:
            detail, key = match.groups()
            if detail:
                return self.details[key]
            if key == "label":
                return self.heading_address(column)
            return self.address(row, key)

        return _PLACEHOLDER.sub(found, formula)

    def body_formula(self, row: int, values: Mapping[str, Any], column: Column) -> str:
        """Return the formula of a body cell, or "" where a plain value is written."""
        if column.formula:
            return self.fill(column.formula, row, column)
        if column.ratio and all(plain(values.get(key)) is not None for key in column.ratio):
            part, whole = (self.address(row, key) for key in column.ratio)
            return f'=IF({whole}=0,"{NOTHING}",{part}/{whole})'
        return ""

    def total_formula(self, column: Column) -> str:
        """Return the formula of a cell of 合计, or "" where a plain value is written."""
        total = self.layout.total or {}
        if not self.count or not column.total:
            return ""
        if column.total == "sum":
            known = plain(total.get(column.key)) is not None
            return f"=SUM({self.span(column.key)})" if known else ""
        if isinstance(column.total, str):
            return self.fill(column.total, self.count, column)
        if any(plain(total.get(key, 0)) is None for key in column.total):
            return ""
        part, whole = (f"SUM({self.span(key)})" for key in column.total)
        return f'=IF({whole}=0,"{NOTHING}",{part}/{whole})'

    # Writing ----------------------------------------------------------------------

    def write(self) -> None:
        self.sheet.set_default_row(22)
        rows = iter(self.layout.rows)
        sample = list(islice(rows, SAMPLE))
        if self.layout.transposed:
            everything = sample + list(rows)
            widths = self.across_widths(everything)
        else:
            widths = self.down_widths(sample)
        if self.official and sum(widths) < FULL_WIDTH:
            factor = min(2.0, FULL_WIDTH / sum(widths))
            widths = [width * factor for width in widths]
        for col, width in enumerate(widths):
            self.sheet.set_column(col, col, width)
        self.above(widths)
        if self.layout.transposed:
            bottom = self.across(everything, widths)
        else:
            bottom = self.down(chain(sample, rows), widths)
        end = self.below(bottom, widths)
        self.page(end, len(widths))

    def down_widths(self, sample: list[Mapping[str, Any]]) -> list[float]:
        widths: list[float] = []
        for column in self.columns:
            if column.width:
                widths.append(column.width)
                continue
            longest = max(
                (_wide(text(row.get(column.key), column.format)) for row in sample), default=0
            )
            least = WIDTHS.get(column.format, 8)
            widths.append(min(40, max(least, longest + 2, min(_wide(column.label) + 2, 18))))
        return widths

    def across_widths(self, rows: list[Mapping[str, Any]]) -> list[float]:
        first, *columns = self.columns
        longest = max((_wide(column.label) for column in columns), default=8)
        labels: list[float] = [min(30, max(_wide(first.label), longest) + 2)]
        if self.layout.is_grouped:
            labels.insert(0, min(20, max(_wide(column.group) for column in columns) + 2))
        values = [max(10, min(20, _wide(text(row.get(first.key))) + 2)) for row in rows]
        return labels + values + [10.0] * (self.layout.total is not None)

    def above(self, widths: list[float]) -> None:
        """Write the title and the line of 填报单位, 截止时间 and 单位."""
        last = len(widths) - 1
        title = self.layout.title
        self.sheet.set_row(0, _height(title, sum(widths) / 1.9, line=28, least=38))
        self.merge(0, 0, 0, last, title, self.styles.title)
        if not self.has_line:
            return
        parts = [
            (label, value)
            for label, value in (
                ("填报单位", self.layout.filler),
                ("截止时间", self.layout.as_of),
                ("单位", self.layout.unit_text),
            )
            if value
        ]
        texts = [f"{label}：{value}" for label, value in parts]
        aligns = ["left", "center", "right"] if len(texts) == 3 else ["left", "right"]
        self.spread(1, texts, widths, aligns, height=22)

    def spread(
        self, row: int, texts: list[str], widths: list[float], aligns: list[str], height: float
    ) -> None:
        """Write texts side by side over the width of the table, each in its share of it."""
        last = len(widths) - 1
        share = sum(widths) / len(texts)
        starts, edge = [0], 0.0
        for col, width in enumerate(widths):
            if (
                col > starts[-1]
                and len(starts) < len(texts)
                and edge + width / 2 >= share * len(starts)
            ):
                starts.append(col)
            edge += width
        self.sheet.set_row(row, height)
        if len(starts) < len(texts):
            value = "　　　　".join(texts)
            self.sheet.set_row(row, _height(value, sum(widths), least=height))
            self.merge(row, 0, row, last, value, self.styles.line(wrap=True))
            return
        for start, end, value, align in zip(
            starts, [*starts[1:], last + 1], texts, aligns, strict=False
        ):
            self.merge(row, start, row, end - 1, value, self.styles.line(align, wrap=True))

    def down(self, rows: Iterable[Mapping[str, Any]], widths: list[float]) -> int:
        """Write headings, body and 合计 downwards; return the row after them."""
        self.headings(widths)
        for row, values in enumerate(rows):
            line = self.body_top + row
            tallest = 22.0
            for col, column in enumerate(self.columns):
                value = plain(values.get(column.key))
                self.cell(line, col, value, column, self.body_formula(row, values, column))
                if isinstance(value, str) and len(value) * 2 >= widths[col]:
                    tallest = max(tallest, _height(value, widths[col]))
            if tallest > 22:
                self.sheet.set_row(line, tallest)
            self.count += 1
        line = self.body_top + self.count
        if self.layout.total is None:
            return line
        self.sheet.set_row(line, 24)
        for col, column in enumerate(self.columns):
            value = self.layout.total.get(column.key, "")
            if col == 0:
                value = self.layout.total_label
            self.cell(line, col, value, column, self.total_formula(column), bold=True)
        return line + 1

    def headings(self, widths: list[float]) -> None:
        top, style = self.head_top, self.styles.heading
        deep = self.head_rows == 2
        pairs = zip(self.columns, widths, strict=True)
        tallest = max((_height(column.label, width, least=26) for column, width in pairs))
        lower: list[tuple[int, str]] = []
        self.sheet.set_row(top, 26 if deep else tallest)
        col = 0
        for group, columns in grouped(self.columns):
            if group:
                self.merge(top, col, top, col + len(columns) - 1, group, style)
                lower += [(col + n, column.label) for n, column in enumerate(columns)]
            else:
                self.sheet.write_string(top, col, columns[0].label, style)
                if deep:
                    self.sheet.merge.append([top, col, top + 1, col])
                    lower.append((col, ""))
            col += len(columns)
        if deep:
            self.sheet.set_row(top + 1, tallest)
            for col, label in lower:
                if label:
                    self.sheet.write_string(top + 1, col, label, style)
                else:
                    self.sheet.write_blank(top + 1, col, None, style)

    def across(self, rows: list[Mapping[str, Any]], widths: list[float]) -> int:
        """Write one column for each row, 合计 as the last; return the row after them."""
        self.count = len(rows)
        first, *columns = self.columns
        style = self.styles.heading
        top = self.head_top
        total_col = self.labels + self.count
        self.sheet.set_row(top, 26)
        self.merge(top, 0, top, self.labels - 1, first.label, style)
        for n, values in enumerate(rows):
            self.sheet.write_string(top, self.labels + n, text(values.get(first.key)), style)
        if self.layout.total is not None:
            self.sheet.write_string(top, total_col, self.layout.total_label, style)
        line = top
        for group, run in grouped(columns):
            if group and len(run) > 1:
                self.sheet.merge.append([line + 1, 0, line + len(run), 0])
            for place, column in enumerate(run):
                line += 1
                self.sheet.set_row(line, 26)
                if group:
                    self.sheet.write_string(line, 0, "" if place else group, style)
                    self.sheet.write_string(line, 1, column.label, style)
                else:
                    self.merge(line, 0, line, self.labels - 1, column.label, style)
                for n, values in enumerate(rows):
                    formula = self.body_formula(n, values, column)
                    self.cell(line, self.labels + n, values.get(column.key), column, formula)
                if self.layout.total is not None:
                    value = self.layout.total.get(column.key, "")
                    formula = self.total_formula(column)
                    self.cell(line, total_col, value, column, formula, bold=True)
        return line + 1

    def cell(
        self, row: int, col: int, value: Any, column: Column, formula: str, *, bold: bool = False
    ) -> None:
        """Write one value as what it is: number, date, text or live formula."""
        value = plain(value)
        sheet, fmt = self.sheet, column.format
        align = "center" if self.official or column.is_number else "left"
        if formula:
            cached = NOTHING if value is None else value
            if not isinstance(cached, str):
                cached = float(cached)
            style = self.styles.body(fmt, align, bold)
            sheet.write_formula(row, col, formula, style, cached)
        elif value is None or isinstance(value, str | bool):
            self.words(row, col, text(value), align, bold)
        elif isinstance(value, datetime.date) and value.year >= 1900:
            number = "date"
            if isinstance(value, datetime.datetime):
                number = "moment"
                value = timezone.make_naive(value) if timezone.is_aware(value) else value
            style = self.styles.body(number, align, bold)
            sheet.write_datetime(row, col, value, style)
        elif column.is_number and not isinstance(value, datetime.date):
            style = self.styles.body(fmt, align, bold)
            sheet.write_number(row, col, float(value), style)
        else:
            self.words(row, col, text(value), align, bold)

    def words(self, row: int, col: int, value: str, align: str, bold: bool) -> None:
        """Write a text that stays text whatever it begins with."""
        if self.official and len(value) > 12:
            align = "left"
        style = self.styles.body("", align, bold, value.startswith(RISKY))
        if value:
            self.sheet.write_string(row, col, value[:LONGEST], style)
        else:
            self.sheet.write_blank(row, col, None, style)

    def below(self, row: int, widths: list[float]) -> int:
        """Write 注 and the line of names; return the last row of the table's page."""
        last = len(widths) - 1
        notes = self.layout.note_lines if self.official else []
        for number, note in enumerate(notes):
            value = ("注：" if number == 0 else "　　") + note
            self.sheet.set_row(row, _height(value, sum(widths), line=15, least=20))
            self.merge(row, 0, row, last, value, self.styles.line(size=10, wrap=True))
            row += 1
        if not self.layout.signed:
            return row - 1
        names = (f"填表人：{self.layout.prepared_by}", "审核人：", "负责人：", "联系电话：")
        self.spread(row, list(names), widths, ["left"] * 4, height=34)
        return row

    def page(self, end: int, columns: int) -> None:
        """Set what Excel prints: A4 across, one page wide, headings on each page."""
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_margins(left=0.71, right=0.71, top=0.79, bottom=0.79)
        sheet.set_footer('&C&"宋体,常规"&12— &P —')
        sheet.repeat_rows(self.head_top, self.body_top - 1)
        sheet.print_area(0, 0, end, columns - 1)
        frozen = self.labels if self.layout.transposed else 1
        sheet.freeze_panes(self.body_top, frozen)
        if not self.official and self.count:
            sheet.autofilter(self.body_top - 1, 0, self.body_top + self.count - 1, columns - 1)

    def merge(self, top: int, left: int, bottom: int, right: int, value: str, style: Any) -> None:
        """Write `value` over cells of one line."""
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, value, style)
            return
        # Written here because merge_range would take the text for a formula or a number.
        self.sheet.merge.append([top, left, bottom, right])
        self.sheet.write_string(top, left, value, style)
        for col in range(left + 1, right + 1):
            self.sheet.write_blank(top, col, None, style)


def _lines(layout: Layout) -> Iterator[tuple[str, str]]:
    """Return heading and text of each line of 口径说明."""
    yield "表名", layout.title
    if layout.filler:
        yield "填报单位", layout.filler
    if layout.as_of:
        yield "截止时间", layout.as_of
    for number, note in enumerate(layout.notes, 1):
        yield f"口径 {number}", note
    labels = {c.key: f"{c.group}{c.label}" for c in layout.columns}
    for column in layout.columns:
        if column.ratio:
            part, whole = (labels[key] for key in column.ratio)
            yield labels[column.key], f"{part} ÷ {whole}；{whole}为 0 时写“{NOTHING}”"
        elif "{detail." in column.formula:
            yield (
                labels[column.key],
                f"由附表“{layout.details[0].sheet_name}”逐行计算，改动附表即重新计算",
            )
    if layout.total is not None:
        yield layout.total_label, "各行相加；比率为两个合计相除，只除一次，不是各行比率的平均"


def _write_notes(sheet: Any, styles: Styles, layout: Layout) -> None:
    """Write the sheet that says what is counted and how."""
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    sheet.set_row(0, 38)
    sheet.merge.append([0, 0, 0, 1])
    sheet.write_string(0, 0, "口径说明", styles.title)
    sheet.write_blank(0, 1, None, styles.title)
    row = 0
    for row, (label, value) in enumerate(_lines(layout), 1):
        sheet.set_row(row, _height(value, 100))
        sheet.write_string(row, 0, label, styles.heading)
        sheet.write_string(row, 1, value, styles.body("", "left"))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer('&C&"宋体,常规"&12— &P —')
    sheet.print_area(0, 0, row, 1)
