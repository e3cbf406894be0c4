"""One table on one worksheet: title, headings, body, 合计, notes and the line of names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name

from sheets.layout import NOTHING, Column, grouped, plain, reasons_in, reasons_text, text
from sheets.writing.places import Places
from sheets.writing.styles import height as height_of
from sheets.writing.styles import set_page, wide

WIDTHS = {"int": 10, "score": 10, "percent": 10, "points": 10, "date": 13}
# So much wider than declared a column may become.
STRETCH = 1.6
# A narrower official table is drawn out to this width, about that of the page.
FULL_WIDTH = 105
# Rows looked at to find how wide a column of text has to be.
SAMPLE = 100
# A text longer than this stands left in an official table, where others are centred.
WRAPPED = 12
# The longest text a cell can hold.
LONGEST = 32_767
# A text that begins so could be taken for a formula when it is typed over or pasted.
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Table(Places):
    """Writes the cells of a layout from top to bottom."""

    def write(self) -> None:
        self.sheet.set_default_row(22)
        self.reasons: list[str] = []
        rows = self.noting(self.layout.rows)
        sample = list(islice(rows, SAMPLE))
        if self.layout.transposed:
            everything = sample + list(rows)
            widths = self.across_widths(everything)
        else:
            widths = self.down_widths(self.spread_sample(sample))
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

    def noting(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Pass rows on and keep the reasons for the "—" in them."""
        for values in rows:
            self.reasons += reasons_in(self.layout, [values])
            yield values
        self.reasons += reasons_in(self.layout, [self.layout.total or {}])

    def spread_sample(self, first: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Return rows from all over the table: a sorted list begins with rows that are alike.

        Of a table that is read while it is written, only the `first` rows are known.
        """
        rows = self.layout.rows
        return rows[:: len(rows) // SAMPLE + 1] if isinstance(rows, list) else first

    def down_widths(self, sample: list[Mapping[str, Any]]) -> list[float]:
        """Return the widths: those declared, drawn in or out to what stands in the column.

        What is a little longer than its column would double the height of every row; what
        is much longer is broken. A list takes no more room than it needs.
        """
        widths: list[float] = []
        for column in self.columns:
            longest = 2 + max(
                (wide(text(row.get(column.key), column.format)) for row in sample), default=0
            )
            label = wide(column.label) + 2
            if not column.width:
                least = WIDTHS.get(column.format, 8)
                widths.append(min(40, max(least, longest, min(label, 18))))
            elif longest > column.width * STRETCH:
                widths.append(column.width)
            else:
                widths.append(max(longest, column.width if self.official else label))
        return widths

    def across_widths(self, rows: list[Mapping[str, Any]]) -> list[float]:
        first, *columns = self.columns
        longest = max((wide(column.label) for column in columns), default=8)
        labels: list[float] = [min(30, max(wide(first.label), longest) + 2)]
        if self.layout.is_grouped:
            labels.insert(0, min(20, max(wide(column.group) for column in columns) + 2))
        values = [max(10, min(20, wide(text(row.get(first.key))) + 2)) for row in rows]
        return labels + values + [10.0] * (self.layout.total is not None)

    def above(self, widths: list[float]) -> None:
        """Write the title and the line of 填报单位, 截止时间 and 单位."""
        last = len(widths) - 1
        title = self.layout.title
        self.sheet.set_row(0, height_of(title, sum(widths) / 1.9, line=28, least=38))
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
            self.sheet.set_row(row, height_of(value, sum(widths), least=height))
            self.merge(row, 0, row, last, value, self.styles.line(wrap=True))
            return
        for start, end, value, align in zip(
            starts, [*starts[1:], last + 1], texts, aligns, strict=False
        ):
            self.merge(row, start, row, end - 1, value, self.styles.line(align, wrap=True))

    def down(self, rows: Iterable[Mapping[str, Any]], widths: list[float]) -> int:
        """Write headings, body and 合计 downwards; return the row after them."""
        self.headings(widths)
        write = self.live_row
        if not any(column.formula or column.ratio for column in self.columns):
            write = self.plain_row
            self.makers = [self.maker(col, column) for col, column in enumerate(self.columns)]
        plans = [(column.key, width) for column, width in zip(self.columns, widths, strict=True)]
        for row, values in enumerate(rows):
            tallest = 22.0
            for key, width in plans:
                value = plain(values.get(key))
                if isinstance(value, str) and len(value) * 2 >= width:
                    tallest = max(tallest, height_of(value, width))
            write(row, values, tallest)
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
        tallest = max((height_of(column.label, width, least=26) for column, width in pairs))
        runs, starts = list(grouped(self.columns)), [0]
        for _, columns in runs:
            starts.append(starts[-1] + len(columns))
        spans = [sum(widths[a:b]) for a, b in zip(starts, starts[1:], strict=False)]
        upper = max(
            height_of(run[0], span, least=26) for run, span in zip(runs, spans, strict=True)
        )
        lower: list[tuple[int, str]] = []
        self.sheet.set_row(top, upper if deep else tallest)
        for col, (group, columns) in zip(starts, runs, strict=False):
            if group:
                self.merge(top, col, top, col + len(columns) - 1, group, style)
                lower += [(col + n, column.label) for n, column in enumerate(columns)]
            else:
                self.sheet.write_string(top, col, columns[0].label, style)
                if deep:
                    self.sheet.merge.append([top, col, top + 1, col])
                    lower.append((col, ""))
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

    def live_row(self, row: int, values: Mapping[str, Any], height: float) -> None:
        """Write a row of the body that holds formulas."""
        line = self.body_top + row
        if height > 22:
            self.sheet.set_row(line, height)
        for col, column in enumerate(self.columns):
            formula = self.body_formula(row, values, column)
            self.cell(line, col, values.get(column.key), column, formula)

    def plain_row(self, row: int, values: Mapping[str, Any], height: float) -> None:
        """Write a row of the body that holds values only."""
        line = self.body_top + row
        cells = [
            make(line + 1, plain(values.get(column.key)))
            for make, column in zip(self.makers, self.columns, strict=True)
        ]
        self.sheet.write_line(line, cells, height)

    def maker(self, col: int, column: Column) -> Callable[[int, Any], str]:
        """Return what makes the cells of one column from the number of the row and the value.

        Its formats are looked up once: most cells are plain text or numbers.
        """
        sheet, align, name = self.sheet, self.align(column), xl_col_to_name(col)
        short = self.styles.body("", align)
        long = self.styles.body("", "left") if self.official else short
        number = self.styles.body(column.format, align) if column.is_number else None

        def make(line: int, value: Any) -> str:
            kind = type(value)
            if kind is str and value and not value.startswith(RISKY):
                style = short if len(value) <= WRAPPED else long
                return sheet.text_cell(f"{name}{line}", value[:LONGEST], style)
            if number is not None and kind in (int, float, Decimal):
                return sheet.number_cell(f"{name}{line}", value, number)
            value, style = self.form(value, column)
            if isinstance(value, str):
                return sheet.text_cell(f"{name}{line}", value, style)
            if isinstance(value, datetime.date):
                value = sheet.day_number(value)
            return sheet.number_cell(f"{name}{line}", value, style)

        return make

    def align(self, column: Column) -> str:
        """Return how the cells of a column are aligned."""
        return "center" if self.official or column.is_number else "left"

    def cell(
        self, row: int, col: int, value: Any, column: Column, formula: str, *, bold: bool = False
    ) -> None:
        """Write one value as what it is: number, date, text or live formula."""
        value = plain(value)
        sheet = self.sheet
        if formula:
            cached = NOTHING if value is None else value
            if not isinstance(cached, str):
                cached = float(cached)
            style = self.styles.body(column.format, self.align(column), bold)
            sheet.write_formula(row, col, formula, style, cached)
            return
        value, style = self.form(value, column, bold=bold)
        if isinstance(value, datetime.date):
            sheet.write_datetime(row, col, value, style)
        elif not isinstance(value, str):
            sheet.write_number(row, col, value, style)
        elif value:
            sheet.write_string(row, col, value, style)
        else:
            sheet.write_blank(row, col, None, style)

    def form(self, value: Any, column: Column, *, bold: bool = False) -> tuple[Any, Any]:
        """Return what is written for a value, as text, day or number, and its format."""
        align = self.align(column)
        is_day = isinstance(value, datetime.date)
        if is_day and value.year >= 1900:
            number = "date"
            if isinstance(value, datetime.datetime):
                number = "moment"
                value = timezone.make_naive(value) if timezone.is_aware(value) else value
            return value, self.styles.body(number, align, bold)
        if column.is_number and not is_day and not isinstance(value, str | bool | None):
            return float(value), self.styles.body(column.format, align, bold)
        # A text stays text whatever it begins with.
        words = text(value)[:LONGEST]
        if self.official and len(words) > WRAPPED:
            align = "left"
        return words, self.styles.body("", align, bold, words.startswith(RISKY))

    def below(self, row: int, widths: list[float]) -> int:
        """Write 注, the line of names and who exported it; return the last row of the page."""
        last = len(widths) - 1
        notes = self.layout.note_lines if self.official else []
        if self.official and self.reasons:
            notes.append(reasons_text(self.reasons))
        for number, note in enumerate(notes):
            value = ("注：" if number == 0 else "　　") + note
            self.sheet.set_row(row, height_of(value, sum(widths) * 1.1, line=15, least=20))
            self.merge(row, 0, row, last, value, self.styles.line(size=10, wrap=True))
            row += 1
        if self.layout.signed:
            names = (f"填表人：{self.layout.prepared_by}", "审核人：", "负责人：", "联系电话：")
            self.spread(row, list(names), widths, ["left"] * 4, height=34)
            row += 1
        if self.layout.seal:
            value = f"定稿编号：{self.layout.seal}"
            self.sheet.set_row(row, 20)
            self.merge(row, 0, row, last, value, self.styles.line(size=10))
            row += 1
        if self.layout.exported:
            value = f"导出：{self.layout.exported}"
            self.sheet.set_row(row, height_of(value, sum(widths) * 1.1, line=15, least=20))
            self.merge(row, 0, row, last, value, self.styles.line(size=10, wrap=True))
            row += 1
        return row - 1

    def page(self, end: int, columns: int) -> None:
        """Set the page, its repeated headings, and what stays in view."""
        sheet = self.sheet
        set_page(sheet, self.layout.exported, self.layout.seal)
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
