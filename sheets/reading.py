"""Read the rows of a workbook as its author meant them.

Values come from python-calamine. Furniture (subtotals, notes, the line of signatures)
is passed over and listed; merged cells are filled down inside their range; rows keep
the numbers they have in Excel.
"""

from __future__ import annotations

import datetime
import io
import itertools
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook

from sheets import old_format, safety
from sheets.dates import parse_date
from sheets.forms import Column, Form, Row, SheetFacts, Type, all_forms
from sheets.headers import Grid, Header, Merge, find_header, other_form, unnamed
from sheets.normalise import CellError, fold, plain
from sheets.safety import Refused

# Sheets that explain, or feed the drop-down lists.
_NOTE_SHEET = re.compile(r"说明|须知|下拉|选项|字典|代码表|示例|样表|填报要求")
_TOTAL = re.compile(r".{0,12}(小计|合计|总计|共计|累计)[:]?(\(.*\))?")
_NOTE = re.compile(
    r"(注|备注|说明|填表说明|填报说明|填表人|制表人|制表|填报人|审核人|审核|复核人|负责人|"
    r"单位负责人|主要负责人|分管领导|经办人|党组织书记|书记|联系人|联系电话|电话|填表日期|填报日期|"
    r"填报时间|填表时间|导出|报出日期|报出时间|填报单位|单位|盖章|\(盖章\))[:\d一1(].*",
    re.DOTALL,
)
_SEAL = re.compile(
    r"\(?(盖章|公章|签字|签章|签名)\)?|\d{0,4}年\d{0,2}月\d{0,2}日|.*\((盖章|公章|签字)\)"
)
_EXAMPLE = re.compile(r"(示例|样例|例|例如|示范)\d*")
_ORDINALS = set("甲乙丙丁戊己庚辛壬癸")
# How many filling cells merged ranges may make before a sheet counts as hostile.
_MAX_FILLED = 1_000_000


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that holds no data, and why it was passed over."""

    sheet: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A filled column the form does not know, with samples and where it could go."""

    sheet: str
    column: str
    samples: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


@dataclass
class Reading:
    """The rows of all sheets of a workbook, and what was not read as a row."""

    rows: list[Row] = field(default_factory=list)
    sheets: list[SheetFacts] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    unknown: list[UnknownColumn] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Sheet:
    name: str
    grid: Grid
    merges: Sequence[Merge]
    hidden: frozenset[int]


def read(
    content: bytes, form: Form, file_name: str, *, mapping: Mapping[str, str] | None = None
) -> Reading:
    """Return the rows of the sheets that hold a table of `form`.

    Raises `safety.Refused` where the file is unsafe, unreadable, or another form.
    """
    facts = safety.inspect(content)
    sheets = _load(content, facts)
    date_1904 = facts.type == "xlsx" and _is_1904(content)
    reading = Reading()
    unread = []
    for sheet in sheets:
        if _NOTE_SHEET.search(sheet.name) or not sheet.grid:
            continue
        header = _best_header(sheet, form, mapping)
        if header is None or header.missing:
            unread.append((sheet, header))
            continue
        _read_table(reading, sheet, header, file_name, date_1904)
    if not reading.sheets:
        raise Refused(_why_not(form, unread))
    for sheet, _ in unread:
        reading.notices.append(f"工作表“{sheet.name}”里没有找到《{form.title}》的表头，没有读取。")
    return reading


def _load(content: bytes, facts: safety.Facts) -> list[_Sheet]:
    if facts.type == "xls":
        try:
            return [
                _Sheet(sheet["name"], sheet["grid"], sheet["merges"], frozenset())
                for sheet in old_format.load(content)
            ]
        except old_format.TooLarge:
            raise Refused("这个 .xls 文件太大或不正常，请另存为 .xlsx 后再导入。") from None
        except ValueError as error:
            raise _unreadable(error) from None
    try:
        parts = _sheet_parts(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheets = []
            for index, name in enumerate(book.sheet_names):
                sheet = book.get_sheet_by_index(index)
                sheets.append(
                    _Sheet(
                        name,
                        sheet.to_python(skip_empty_area=False),
                        sheet.merged_cell_ranges or (),
                        facts.hidden.get(parts.get(name, ""), frozenset()),
                    )
                )
            return sheets
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise _unreadable(error) from None


def _unreadable(error: BaseException) -> Refused:
    if "assword" in str(error):
        return Refused("工作簿设了密码，请取消密码后再导入。")
    return Refused("文件不完整或已损坏，请重新传送，或用 WPS、Excel 打开后另存。")


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Return the part of the archive each sheet is kept in, by the name of the sheet."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            book = fromstring(archive.read("xl/workbook.xml"))
            links = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except KeyError:
            return {}
    targets = {rel.get("Id"): rel.get("Target", "") for rel in links}
    parts = {}
    for sheet in book.iter(f"{main}sheet"):
        target = targets.get(sheet.get(link), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        parts[sheet.get("name", "")] = str(PurePosixPath(part))
    return parts


def _is_1904(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml")
    return bool(re.search(rb"""date1904\s*=\s*["'](1|true)["']""", book))


def _best_header(sheet: _Sheet, form: Form, mapping) -> Header | None:
    headers = [
        header
        for table in form.tables
        if (header := find_header(sheet.grid, sheet.merges, table, mapping))
    ]
    return max(headers, key=lambda h: (not h.missing, h.matched), default=None)


def _why_not(form: Form, unread: list[tuple[_Sheet, Header | None]]) -> str:
    """Say why no sheet of the workbook is a table of the form, and what it looks like."""
    if not unread:
        return "工作簿里没有内容，请重新选择文件。"
    for sheet, _ in unread:
        looks_like = other_form(sheet.grid)
        if not looks_like:
            for other in all_forms():
                header = _best_header(sheet, other, None)
                if other.kind != form.kind and header and not header.missing:
                    looks_like = other.title
                    break
        if looks_like:
            return (
                f"这个文件看起来像《{looks_like}》，不是《{form.title}》，没有导入。"
                "请改选表格种类，或换一个文件。"
            )
    header = max((header for _, header in unread if header), key=lambda h: h.matched, default=None)
    if header is None:
        return f"没有找到《{form.title}》的表头，没有导入。请核对文件，或用模板填写。"
    names = "、".join(f"“{column.label}”" for column in header.missing)
    return f"表头里没有{names}这{len(header.missing)}列，不能作为《{form.title}》导入。请补上后再导入。"


def _read_table(
    reading: Reading, sheet: _Sheet, header: Header, file_name: str, date_1904: bool
) -> None:
    grid = sheet.grid
    titles = [plain(c).strip() for row in grid[: header.top] for c in row if plain(c).strip()]
    facts = SheetFacts(
        name=sheet.name,
        table=header.table,
        headings={column.key: header.texts[i] for i, column in header.columns.items()},
        heading="\n".join(titles),
        header_row=header.top + 1,
        file_name=file_name,
        date_1904=date_1904,
    )
    reading.sheets.append(facts)
    filled = _fill_down(grid, sheet.merges, header)
    last = max((i for i, row in enumerate(grid) if any(fold(c) for c in row)), default=-1)
    for index in range(header.bottom, last + 1):
        if why := _furniture(grid[index], header):
            reading.passed.append(Passed(sheet.name, index + 1, why))
            continue
        cells = filled.get(index, grid[index])
        reading.rows.append(
            Row(
                sheet=facts,
                number=index + 1,
                values={},
                raw={column.key: cells[i] for i, column in header.columns.items()},
                hidden=index + 1 in sheet.hidden,
            )
        )
    passed = {p.number for p in reading.passed if p.sheet == sheet.name}
    data = [i for i in range(header.bottom, last + 1) if i + 1 not in passed]
    _unknown_columns(reading, sheet, header, data)


def _fill_down(grid: Grid, merges: Sequence[Merge], header: Header) -> dict[int, list[Any]]:
    """Return copies of the rows in which merged ranges are filled from their first row."""
    filled: dict[int, list[Any]] = {}
    count = 0
    for (top, left), (bottom, _) in merges:
        if top < header.bottom or top == bottom or top >= len(grid) or left not in header.columns:
            continue
        for index in range(top + 1, min(bottom + 1, len(grid))):
            count += 1
            if count > _MAX_FILLED:
                raise Refused("工作表里合并单元格太多，请取消合并后再导入。")
            filled.setdefault(index, list(grid[index]))[left] = grid[top][left]
    return filled


def _furniture(cells: list[Any], header: Header) -> str:
    """Return why a row below the header is no data, or ""."""
    present = [i for i, cell in enumerate(cells) if cell != "" and fold(cell)]
    if not present:
        return "空行"
    if any(_TOTAL.fullmatch(fold(cells[i])) for i in {*present[:3], *range(min(5, len(cells)))}):
        return "小计或合计"
    first = fold(cells[present[0]])
    if _EXAMPLE.fullmatch(first):
        return "示例"
    if len(present) <= max(4, len(header.columns) // 3) and _NOTE.fullmatch(first):
        return "说明或签名"
    if all(_is_serial(header.columns.get(i)) for i in present):
        return "只有序号"
    if len(present) == 1 and (_SEAL.fullmatch(first) or _is_date(cells[present[0]])):
        return "日期或盖章"
    if len(present) >= 3 and _is_ordinal(fold(cells[present[1]])):
        texts = [fold(cells[i]) for i in present]
        numbers = [int(text) for text in texts if text.isdecimal()]
        if all(map(_is_ordinal, texts)) and all(b - a == 1 for a, b in itertools.pairwise(numbers)):
            return "列号"
    last_heading = header.texts.get(present[-1], "").rsplit("/", 1)[-1]
    if len(present) >= 3 and fold(cells[present[-1]]) == fold(last_heading):
        heads = (header.texts.get(i, "").rsplit("/", 1)[-1] for i in present)
        if all(fold(cells[i]) == fold(head) for i, head in zip(present, heads, strict=True)):
            return "重复的表头"
    return ""


def _is_ordinal(text: str) -> bool:
    return text in _ORDINALS or text.isdecimal()


def _is_serial(column: Column | None) -> bool:
    return column is not None and column.key == "serial"


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return not isinstance(value, int | float)
    try:
        return parse_date(value, today=datetime.date.max, past=False) is not None
    except CellError:
        return False


def _unknown_columns(reading: Reading, sheet: _Sheet, header: Header, data: list[int]) -> None:
    """Ask about filled columns the form does not know; empty ones are nobody's concern."""
    found = {column.key for column in header.columns.values()}
    options = tuple(
        (c.key, c.label)
        for c in header.table.columns
        if c.key not in found and c.type != Type.SKIPPED
    )
    width = max((len(row) for row in sheet.grid), default=0)
    for index in range(width):
        if index in header.columns or (index in header.texts and index not in header.unknown):
            continue
        values = [sheet.grid[i][index] for i in data if fold(sheet.grid[i][index])]
        if values:
            label = header.unknown.get(index) or unnamed(index)
            samples = dict.fromkeys(_masked(plain(value).strip()) for value in values[:50])
            reading.unknown.append(UnknownColumn(sheet.name, label, tuple(samples)[:3], options))


def _masked(text: str) -> str:
    """Hide long runs of digits: a sample may hold a personal number."""
    return re.sub(r"\d{7,}[\dXx]", lambda m: m[0][:3] + "*" * (len(m[0]) - 5) + m[0][-2:], text)[
        :40
    ]


def year_in(facts: SheetFacts) -> int | None:
    """Return the year a sheet is about: from its name, its title, or the file name.

    The day the form was filled in (填报时间) does not count.
    """
    titles = [t for t in facts.heading.split("\n") if not re.search(r"时间|日期|截至|打印", t)]
    for text in (facts.name, *titles, facts.file_name):
        if match := re.search(r"(?<!\d)(20\d{2})\s*[年学]|(?<!\d)(20\d{2})(?!\d)", text):
            return int(match[1] or match[2])
    return None
