"""Fill a bureau's own workbook with the figures of an official table.

Two ways to say what goes where, both at once if need be:

- placeholders: `{{临溪县.达标率}}` (row and column of the table), `{{达标率}}` (of 合计),
  and words of the table as a whole: `{{标题}}`, `{{填报单位}}`, `{{截止时间}}`, `{{单位}}`,
  `{{年度}}`, `{{填表人}}`;
- headings: where a column of row names meets a line of column headings (or the other
  way round), the empty cells between them are filled.

Nothing that stands in the workbook is overwritten but placeholders: formulas, styles,
merged cells and the page set-up stay. What found no place is listed.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell.cell import Cell as Box
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sheets import safety
from sheets.forms import header_key
from sheets.layout import NOTHING, Column, Layout, plain, text
from sheets.normalise import fold
from sheets.safety import Refused

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,80}?)\s*\}\}")
_LOST = re.compile(r"xl/(charts|drawings|media)/")
# A form larger than this is no form to be filled in.
MAX_CELLS = 100_000
_ROWS, _COLUMNS = 400, 120
# Columns a form keeps for the office itself.
_OWN = {header_key(name) for name in ("序号", "备注", "说明", "签字", "签名", "排名")}


@dataclass
class Filled:
    """A workbook that was filled, and what was not."""

    content: bytes = b""
    # Cells filled in.
    count: int = 0
    # Sentences: what found no place, each with the sheet and the cell.
    unmatched: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """The values of a layout, found by the names of rows and columns."""

    rows: Mapping[str, Mapping[str, Any]]
    columns: Mapping[str, Column]
    words: Mapping[str, str]
    named: Callable[[str], str | None]

    @classmethod
    def of(
        cls,
        layout: Layout,
        *,
        words: Mapping[str, str],
        synonyms: Mapping[str, Sequence[str]],
        named: Callable[[str], str | None],
    ) -> Figures:
        """Read `layout`; `synonyms` names columns further, `named` finds a row's own name."""
        first, *columns = layout.columns
        rows = {fold(text(row.get(first.key))): row for row in layout.rows}
        if layout.total is not None:
            rows[fold(layout.total_label)] = layout.total
        names: dict[str, dict[str, Column]] = defaultdict(dict)
        for column in columns:
            labels = [column.label, *synonyms.get(column.key, ())]
            # A heading alone means the column that stands first under it.
            for label in [*labels, *(column.group + label for label in labels if column.group)]:
                for key in _keys(label):
                    names[key].setdefault(column.key, column)
        own = {key: next(iter(found.values())) for key, found in names.items() if key}
        return cls(rows, own, words, named)

    def row(self, name: Any) -> str | None:
        """Return the key of the row called `name`."""
        key = fold(name)
        if not key:
            return None
        if key in self.rows:
            return key
        own = fold(self.named(key) or "")
        return own if own in self.rows else None

    def column(self, name: Any) -> Column | None:
        """Return the column under the heading `name`."""
        return next((self.columns[key] for key in _keys(name) if key in self.columns), None)


def _keys(name: Any) -> list[str]:
    """Return the forms in which a heading is compared: with and without its unit."""
    bare = re.sub(r"[(\[].*?[)\]]", "", fold(name))
    return [key for key in dict.fromkeys((header_key(name), header_key(bare))) if key]


def fill(content: bytes, figures: Figures) -> Filled:
    """Return the workbook filled with `figures`; raises `Refused` where it is not read."""
    facts = safety.inspect(content)
    if facts.type != "xlsx":
        raise Refused("只能填 .xlsx 模板，请用 WPS 或 Excel 另存为 .xlsx 后再上传。")
    if safety.count_cells(content) > MAX_CELLS:
        raise Refused("这个文件太大，不像一张要填的表，请只留要填的工作表。")
    try:
        book = openpyxl.load_workbook(BytesIO(content))
    except Exception:  # whatever openpyxl makes of the file of some other program
        raise Refused("这个模板打不开，请用 WPS 或 Excel 另存为 .xlsx 后再上传。") from None
    filled = Filled()
    placed: set[str] = set()
    for sheet in book.worksheets:
        _fill_placeholders(sheet, figures, filled)
        placed |= _fill_headings(sheet, figures, filled)
    if placed:
        filled.unmatched += [
            f"报表里的“{name}”在模板里没有位置" for name in figures.rows if name not in placed
        ]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if any(_LOST.match(name) for name in archive.namelist()):
            filled.notices.append("模板里的图片和图表没有保留，请填好后再贴上。")
    # Formulas lose their last values on the way; whoever opens the file works them out.
    book.calculation.fullCalcOnLoad = True
    stream = BytesIO()
    book.save(stream)
    filled.content = stream.getvalue()
    return filled


def _cells(sheet: Worksheet) -> Iterable[Box]:
    last = min(sheet.max_row, _ROWS), min(sheet.max_column, _COLUMNS)
    for row in sheet.iter_rows(max_row=last[0], max_col=last[1]):
        yield from (cell for cell in row if isinstance(cell, Box))


# --- Placeholders ---


def _fill_placeholders(sheet: Worksheet, figures: Figures, filled: Filled) -> None:
    for cell in _cells(sheet):
        if not isinstance(cell.value, str) or cell.data_type == "f" or "{{" not in cell.value:
            continue
        whole = _PLACEHOLDER.fullmatch(cell.value.strip())
        if whole and (figure := _figure(whole[1], figures)):
            _put(cell, *figure, heading="")
            filled.count += 1
            continue

        def told(match: re.Match, cell: Box = cell) -> str:
            name = match[1]
            if name in figures.words:
                filled.count += 1
                return figures.words[name]
            if figure := _figure(name, figures):
                filled.count += 1
                column, value = figure
                return text(value, column.format)
            filled.unmatched.append(
                f"工作表“{sheet.title}”{cell.coordinate}：报表里没有“{name}”，占位符原样保留"
            )
            return match[0]

        _write(cell, _PLACEHOLDER.sub(told, cell.value))


def _figure(name: str, figures: Figures) -> tuple[Column, Any] | None:
    """Return the column and the value a placeholder names: row and column, or of 合计."""
    row_name, _, column_name = re.sub(r"[．·]", ".", name).rpartition(".")
    row = figures.row(row_name) if row_name else figures.row("合计")
    column = figures.column(column_name)
    if row is None or column is None:
        return None
    return column, plain(figures.rows[row].get(column.key))


# --- Headings ---


def _fill_headings(sheet: Worksheet, figures: Figures, filled: Filled) -> set[str]:
    """Fill the empty cells between row names and headings; return the rows that were found."""
    texts = _texts(sheet)
    rows = {place: key for place, value in texts.items() if (key := figures.row(value))}
    if not rows:
        return set()
    (column, deep), (row, wide) = (
        Counter(place[axis] for place in rows).most_common(1)[0] for axis in (1, 0)
    )
    # Names stand below one another in one column, or side by side in one row; written for
    # the first, the second is the same with rows and columns exchanged.
    down = deep >= wide
    turn = (lambda place: place) if down else (lambda place: place[::-1])
    line = column if down else row
    texts = {turn(place): value for place, value in texts.items()}
    names = {turn(place)[0]: key for place, key in rows.items() if turn(place)[1] == line}
    heads = _heads(texts, figures, first=min(names), line=line, down=down)
    if not heads:
        return set()
    for along, key in names.items():
        for across, (head, heading) in heads.items():
            cell = sheet.cell(*turn((along, across)))
            if isinstance(cell, Box) and cell.value is None:
                _put(cell, head, plain(figures.rows[key].get(head.key)), heading=heading)
                filled.count += 1
    for place, value in sorted(texts.items()):
        along, across = place
        is_name = across == line and min(names) < along < max(names) and along not in names
        is_head = along == min(names) - 1 and across > line and across not in heads
        if is_head:
            is_head = any(sheet.cell(*turn((n, across))).value is None for n in names)
        if (is_name or is_head) and header_key(value) not in _OWN:
            where = f"{get_column_letter(turn(place)[1])}{turn(place)[0]}"
            filled.unmatched.append(f"工作表“{sheet.title}”{where}：报表里没有“{fold(value)[:30]}”")
    return set(names.values())


def _texts(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Return the texts of a sheet by row and column, merged ones over their whole range."""
    texts = {
        (cell.row, cell.column): cell.value
        for cell in _cells(sheet)
        if isinstance(cell.value, str) and cell.data_type != "f" and fold(cell.value)
    }
    for merged in sheet.merged_cells.ranges:
        value = texts.get((merged.min_row, merged.min_col))
        if value and merged.max_row <= _ROWS and merged.max_col <= _COLUMNS:
            for row in range(merged.min_row, merged.max_row + 1):
                for column in range(merged.min_col, merged.max_col + 1):
                    texts[row, column] = value
    return texts


def _heads(
    texts: Mapping[tuple[int, int], str], figures: Figures, *, first: int, line: int, down: bool
) -> dict[int, tuple[Column, str]]:
    """Return the headings over the first name, by their place across, with their text.

    Of two levels both together are looked for first, then the lower one.
    """
    levels: dict[int, list[str]] = defaultdict(list)
    for (along, across), value in sorted(texts.items()):
        beside = across != line if down else across > line
        if along < first and beside and value not in levels[across]:
            levels[across].append(value)
    heads = {}
    for across, values in levels.items():
        for heading in ("".join(values[-2:]), *values[-1:]):
            if column := figures.column(heading):
                heads[across] = (column, values[-1])
                break
    return heads


# --- Writing ---


def _put(cell: Box, column: Column, value: Any, *, heading: str) -> None:
    """Write a figure as a number in the format of the cell, or of the table where it has none."""
    if value is None:
        _write(cell, NOTHING)
        return
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        _write(cell, text(value, column.format))
        return
    number = float(value)
    general = cell.number_format == "General"
    if column.format == "percent":
        if "%" in fold(heading) and "%" not in cell.number_format:
            # The unit stands in the heading: 33, not 33%.
            number = round(number * 100, 1)
            number = int(number) if number.is_integer() else number
        elif general:
            cell.number_format = "0%"
    elif general and column.format in ("score", "points"):
        cell.number_format = "0.00" if column.format == "score" else "0.0"
    cell.value = int(number) if column.format == "int" else number


def _write(cell: Box, value: str) -> None:
    """Write a text that stays text whatever it begins with."""
    cell.value = value
    cell.data_type = "s"
