"""Open a workbook: its sheets as grids of values, with merged ranges and hidden rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from sheets import old_format, safety
from sheets.headers import Grid, Merge, Upper
from sheets.safety import Refused

# Sheets that explain, or feed the drop-down lists.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_NOTE_SHEET = re.compile(r"说明|须知|下拉|选项|字典|代码表|示例|样表|填报要求")


@dataclass(frozen=True)
class Sheet:
    """One sheet: values as typed, merged ranges (from 0), numbers of hidden rows (from 1)."""

    name: str
    grid: Grid
    merges: Sequence[Merge]
    hidden: frozenset[int]
    # Whether the sheet itself is hidden.
    is_hidden: bool = False

    @property
    def is_table(self) -> bool:
        """Whether it may hold data: not empty, and not a sheet of explanations or lists."""
        return bool(self.grid) and not _NOTE_SHEET.search(self.name)

    @cached_property
    def upper(self) -> Upper:
        """The rows its header is looked for in."""
        return Upper(self.grid, self.merges)

    def cut(self, start: int, end: int | None = None) -> Sheet:
        """Return the columns from `start` to before `end` as a sheet of their own."""
        last = end if end is not None else max(map(len, self.grid), default=0)
        merges = [
            ((top, left - start), (bottom, right - start))
            for (top, left), (bottom, right) in self.merges
            if start <= left and right < last
        ]
        return replace(self, grid=[row[start:end] for row in self.grid], merges=merges)


@dataclass(frozen=True)
class Workbook:
    """The sheets of an upload that has passed `safety.inspect`."""

    sheets: Sequence[Sheet]
    date_1904: bool
    # Sentences about the workbook as a whole.
    notices: tuple[str, ...] = ()

    @property
    def tables(self) -> list[Sheet]:
        """The sheets that may hold data: hidden ones only where nothing else does."""
        tables = [sheet for sheet in self.sheets if sheet.is_table]
        return [sheet for sheet in tables if not sheet.is_hidden] or tables


def load(content: bytes) -> Workbook:
    """Return the workbook in `content`; raise `Refused` where it is unsafe or unreadable."""
    facts = safety.inspect(content)
    if facts.type == "xls":
        return Workbook(_load_old(content), date_1904=False)
    notices = []
    if facts.unworked:
        notices.append(
            f"有 {facts.unworked} 格公式没有保存计算结果，按空格处理。"
            "请用 WPS 或 Excel 打开、保存一次后再导入。"
        )
    if facts.errors:
        notices.append(f"有 {facts.errors} 格显示错误（如 #DIV/0!），按空格处理，请核对。")
    return Workbook(_load(content, facts), _is_1904(content), tuple(notices))


def _load_old(content: bytes) -> list[Sheet]:
    try:
        return [
            Sheet(
                _seen(sheet["name"]),
                [list(map(_seen, row)) for row in sheet["grid"]],
                sheet["merges"],
                frozenset(),
            )
            for sheet in old_format.load(content)
        ]
    except old_format.TooLarge:
        raise Refused("这个 .xls 文件太大或不正常，请另存为 .xlsx 后再导入。") from None
    except ValueError as error:
        raise _unreadable(error) from None


def _load(content: bytes, facts: safety.Facts) -> list[Sheet]:
    try:
        parts = sheet_parts(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheets = []
            for index, name in enumerate(book.sheet_names):
                sheet = book.get_sheet_by_index(index)
                grid = sheet.to_python(skip_empty_area=False)
                sheets.append(
                    Sheet(
                        _seen(name),
                        [list(map(_seen, row)) for row in grid] if facts.unseen else grid,
                        sheet.merged_cell_ranges or (),
                        facts.hidden.get(parts.get(name, ""), frozenset()),
                        book.sheets_metadata[index].visible != SheetVisibleEnum.Visible,
                    )
                )
            return sheets
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise _unreadable(error) from None


def _seen(cell: Any) -> Any:
    """Return a cell without control characters and marks that turn the writing round.

    NUL is no text to PostgreSQL; the others make a name look like another.
    """
    return _UNSEEN.sub("", cell) if isinstance(cell, str) else cell


def _unreadable(error: BaseException) -> Refused:
    if "assword" in str(error):
        return Refused("工作簿设了密码，请取消密码后再导入。")
    return Refused("文件不完整或已损坏，请重新传送，或用 WPS、Excel 打开后另存。")


def sheet_parts(content: bytes) -> dict[str, str]:
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
