"""Read the rows of a workbook as its author meant them.

Values come from python-calamine. Furniture (subtotals, notes, the line of signatures)
is passed over and listed; merged cells are filled down inside their range; rows keep
the numbers they have in Excel.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheets.crossing import Crossing
from sheets.dates import parse_date
from sheets.forms import REASON, SERIAL, Column, Form, Heading, Row, SheetFacts, Type, Understood
from sheets.headers import Grid, Header, Merge, unnamed
from sheets.normalise import CellError, fold, is_empty, plain
from sheets.opening import Sheet, Workbook, load
from sheets.recognition import best_header, why_not
from sheets.safety import Refused

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


def read(
    content: bytes | Workbook,
    form: Form,
    file_name: str,
    *,
    mapping: Mapping[str, str] | None = None,
) -> Reading:
    """Return the rows of the sheets that hold a table of `form`.

    Raises `safety.Refused` where the file is unsafe, unreadable, or another form.
    """
    workbook = content if isinstance(content, Workbook) else load(content)
    reading = Reading(notices=[*workbook.notices])
    unread = []
    for sheet in workbook.tables:
        header = best_header(sheet, form, mapping)
        if header is None or header.missing:
            unread.append((sheet, header))
        elif isinstance(header, Crossing):
            _read_crossing(reading, sheet, header, file_name)
        else:
            for part, own, offset in _side_by_side(sheet, header, form, mapping):
                _read_table(reading, part, own, file_name, workbook.date_1904, offset)
    if not reading.sheets:
        raise Refused(why_not(form, unread))
    for sheet, _ in unread:
        reading.notices.append(f"工作表“{sheet.name}”里没有找到《{form.title}》的表头，没有读取。")
    reading.notices += [
        f"工作表“{sheet.name}”是隐藏的，没有读取。要导入请先取消隐藏。"
        for sheet in workbook.sheets
        if sheet.is_hidden and sheet.is_table and sheet not in workbook.tables
    ]
    return reading


def _side_by_side(
    sheet: Sheet, header: Header, form: Form, mapping: Mapping[str, str] | None, offset: int = 0
) -> Iterator[tuple[Sheet, Header, int]]:
    """Return the tables that stand beside one another, each with its first column.

    Where headings come a second time and are complete both times, there are two.
    """
    if header.repeated:
        left, right = sheet.cut(0, header.repeated), sheet.cut(header.repeated)
        first, second = best_header(left, form, mapping), best_header(right, form, mapping)
        if first and second and not first.missing and not second.missing:
            yield left, first, offset
            yield from _side_by_side(right, second, form, mapping, offset + header.repeated)
            return
    yield sheet, header, offset


def _read_table(
    reading: Reading,
    sheet: Sheet,
    header: Header,
    file_name: str,
    date_1904: bool,
    offset: int = 0,
) -> None:
    grid = sheet.grid
    titles = [plain(c).strip() for row in grid[: header.top] for c in row if plain(c).strip()]
    facts = SheetFacts(
        name=sheet.name,
        table=header.table,
        headings={column.key: header.texts[i] for i, column in header.columns.items()},
        heading="\n".join(titles),
        header_row=header.top + 1,
        header_end=header.bottom,
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
    _describe_columns(reading, facts, sheet, header, data, offset)


def _read_crossing(reading: Reading, sheet: Sheet, found: Crossing, file_name: str) -> None:
    """Read a table of things by years: a row for each of them that has a value."""
    cross = found.table
    grid = sheet.grid
    titles = [plain(c).strip() for row in grid[: found.top] for c in row if plain(c).strip()]
    facts = SheetFacts(
        name=sheet.name,
        table=cross,
        heading="\n".join(titles),
        header_row=found.top + 1,
        header_end=found.bottom,
        file_name=file_name,
    )
    reading.sheets.append(facts)
    for index, text in sorted(found.texts.items()):
        told = found.labels.get(index) if found.down else None
        if told:
            label, state = f"{told.year}年{told.measure.label}", Understood.READ
        elif index in found.columns or (not found.down and index in found.things):
            label, state = text, Understood.READ
        else:
            label, state = "", Understood.SKIPPED
        facts.columns.append(Heading(index, text, state, label))
    corner = next(found.texts[i] for i, c in found.columns.items() if c is cross.thing)
    taken = set()
    for line, thing, year, cells in found.records(grid):
        taken.add(line)
        raw: dict[str, Any] = {column.key: value for column, (_, value) in cells.items()}
        headings = {column.key: text for column, (text, _) in cells.items()}
        raw[cross.thing.key], headings[cross.thing.key] = thing, corner
        if year:
            raw[cross.year.key], headings[cross.year.key] = year, cross.year.label
        reading.rows.append(
            Row(
                sheet=replace(facts, headings=headings),
                number=line + 1,
                values={},
                raw=raw,
                hidden=line + 1 in sheet.hidden,
            )
        )
    for line in range(found.bottom, len(grid)):
        if line not in taken:
            why = "空行" if not any(fold(cell) for cell in grid[line]) else "合计、说明或没有数据"
            reading.passed.append(Passed(sheet.name, line + 1, why))


def tells_years(reading: Reading) -> bool:
    """Tell whether every row has a year of its own."""
    return bool(reading.rows) and all(
        any(
            column.type == Type.YEAR and not is_empty(row.raw.get(column.key))
            for column in row.sheet.table.columns
        )
        for row in reading.rows
    )


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
    texts = list(map(fold, cells))
    present = [i for i, text in enumerate(texts) if text]
    if not present:
        return "空行"
    if any(_TOTAL.fullmatch(texts[i]) for i in {*present[:3], *range(min(5, len(cells)))}):
        return "小计或合计"
    first = texts[present[0]]
    if _EXAMPLE.fullmatch(first):
        return "示例"
    if len(present) <= max(4, len(header.columns) // 3) and _NOTE.fullmatch(first):
        return "说明或签名"
    if all(_is_serial(header.columns.get(i)) for i in present):
        return "只有序号"
    if len(present) == 1 and (_SEAL.fullmatch(first) or _is_date(cells[present[0]])):
        return "日期或盖章"
    if len(present) >= 3 and _is_ordinal(texts[present[1]]):
        filled = [texts[i] for i in present]
        numbers = [int(text) for text in filled if text.isdecimal()]
        if all(map(_is_ordinal, filled)) and all(
            b - a == 1 for a, b in itertools.pairwise(numbers)
        ):
            return "列号"
    last_heading = header.texts.get(present[-1], "").rsplit("/", 1)[-1]
    if len(present) >= 3 and texts[present[-1]] == fold(last_heading):
        heads = (header.texts.get(i, "").rsplit("/", 1)[-1] for i in present)
        if all(texts[i] == fold(head) for i, head in zip(present, heads, strict=True)):
            return "重复的表头"
    return ""


def _is_ordinal(text: str) -> bool:
    return text in _ORDINALS or text.isdecimal()


def _is_serial(column: Column | None) -> bool:
    """Tell whether a column numbers the rows, or holds our own reason for refusing one."""
    return column is not None and column.key in (SERIAL.key, REASON.key)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return not isinstance(value, int | float)
    try:
        return parse_date(value, today=datetime.date.max, past=False) is not None
    except CellError:
        return False


def _describe_columns(
    reading: Reading,
    facts: SheetFacts,
    sheet: Sheet,
    header: Header,
    data: list[int],
    offset: int,
) -> None:
    """Say what became of each column; ask about filled ones the form does not know."""
    found = {column.key for column in header.columns.values()}
    options = tuple(
        (c.key, c.label)
        for c in header.table.columns
        if c.key not in found and c.type != Type.SKIPPED
    )
    for index in range(max((len(row) for row in sheet.grid), default=0)):
        text = header.texts.get(index, "")
        if column := header.columns.get(index):
            state = Understood.SKIPPED if column.type == Type.SKIPPED else Understood.READ
            facts.columns.append(Heading(index + offset, text, state, column.label))
            continue
        if text and index not in header.unknown:
            facts.columns.append(Heading(index + offset, text, Understood.DROPPED))
            continue
        values = [sheet.grid[i][index] for i in data if fold(sheet.grid[i][index])]
        if values:
            text = text or unnamed(index + offset)
            facts.columns.append(Heading(index + offset, text, Understood.ASKED))
            samples = dict.fromkeys(_masked(plain(value).strip()) for value in values[:50])
            reading.unknown.append(UnknownColumn(sheet.name, text, tuple(samples)[:3], options))
        elif text:
            facts.columns.append(Heading(index + offset, text, Understood.EMPTY))


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
