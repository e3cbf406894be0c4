"""Uploads are hostile until proven otherwise.

`inspect` looks at the bytes of a workbook before any reader does: its size, the type
by content, and for .xlsx every part of the archive, counted while it is unpacked. What
a workbook of an office never has is refused: macros, links to other files, document
type declarations, tables large enough to exhaust memory. Each refusal is one sentence.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
# Rows × columns a reader spreads out in memory, and the text it copies into cells.
MAX_AREA = 3_000_000
MAX_ROWS = 300_000
MAX_COLUMNS = 702
MAX_TEXT = 200 * 1024 * 1024
MAX_MERGES = 20_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>/])([^>]*)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,9})""")
# Every place a sheet refers to, whatever element it stands on: letters and row number.
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d{1,9})""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
# A formula with no value beside it; an empty text that was worked out says so (t="str").
_UNWORKED = re.compile(
    rb"<(?:\w+:)?c(?![^<>]*\bt=\"str\")[^<>]*>\s*<(?:\w+:)?f(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt=["']e["']""")
# What may stand for control characters and for marks that turn the writing round.
_UNSEEN = re.compile(rb"_x00|&#|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
_STRING_USE = re.compile(rb"<(?:\w+:)?v>(\d+)</")


class Refused(Exception):
    """A file that is not read at all; the message is shown to the user."""


@dataclass
class Facts:
    """What is known of an accepted upload: its type, and the hidden rows of each part."""

    type: Literal["xlsx", "xls"]
    # Row numbers hidden by hand or by a filter, by part name of the sheet.
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    # Formulas whose value the program that wrote them did not keep, and those in error.
    unworked: int = 0
    errors: int = 0
    # Whether texts may hold characters nobody sees.
    unseen: bool = False


def inspect(content: bytes) -> Facts:
    """Return the facts of a workbook, or raise `Refused` with the reason."""
    limit = settings.UPLOAD_MAX_BYTES
    if not content:
        raise Refused("文件是空的（0 字节），请重新选择文件。")
    if len(content) > limit:
        raise Refused(
            f"文件有 {len(content) / 1024 / 1024:.1f} MB，超过 {limit // 1024 // 1024} MB，"
            "请删去图片或分成几个文件后再导入。"
        )
    if content.startswith(_ZIP):
        return _inspect_archive(content)
    if content.startswith(_OLE):
        return _inspect_ole(content)
    start = content[:512].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if start.startswith((b"<", b"<!doctype")):
        raise Refused("这是网页文件，只是改了扩展名；请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。")
    if b"\x00" not in content[:4096] and (b"," in content[:4096] or b"\t" in content[:4096]):
        raise Refused("这是文本表格（CSV），请用 WPS 或 Excel 打开后另存为 .xlsx 再导入。")
    raise Refused("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。")


def count_cells(content: bytes) -> int:
    """Return how many cells the sheets of an accepted .xlsx hold."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(
            len(_CELL.findall(archive.read(name)))
            for name in archive.namelist()
            if "/worksheets/" in name.lower() and name.lower().endswith(".xml")
        )


def _inspect_ole(content: bytes) -> Facts:
    """Tell an old .xls from an encrypted .xlsx and from other documents."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise Refused("工作簿设了打开密码，请取消密码后再导入。")
    if has("_VBA_PROJECT") or has("VBA"):
        raise Refused("工作簿带有宏，请另存为不带宏的 .xlsx 后再导入。")
    if not (has("Workbook") or has("Book")):
        raise Refused("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。")
    return Facts("xls")


def _inspect_archive(content: bytes) -> Facts:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = [entry.filename for entry in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeError, NotImplementedError):
        raise Refused("文件不完整或已损坏，请重新传送，或用 WPS、Excel 打开后另存。") from None
    _check_names(names, archive)
    facts = Facts("xlsx")
    unpacked = 0
    longest, strings = 0, b""
    with archive:
        # Shared strings first: how long a text the cells can repeat.
        for entry in sorted(
            archive.infolist(), key=lambda e: "sharedstrings" not in e.filename.lower()
        ):
            data = _read_part(archive, entry, MAX_UNPACKED - unpacked)
            unpacked += len(data)
            name = entry.filename.lower()
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            _check_xml(data, name)
            facts.unseen = facts.unseen or bool(_UNSEEN.search(data))
            if name.endswith("sharedstrings.xml"):
                strings = data
                longest = max(map(len, _STRING_ITEM.split(data)), default=0)
            elif "/worksheets/" in name and name.endswith(".xml"):
                facts.hidden[entry.filename.removeprefix("/")] = _inspect_sheet(
                    data, strings, longest
                )
                if _FORMULA.search(data):
                    facts.unworked += len(_UNWORKED.findall(data))
                    facts.errors += len(_ERROR.findall(data))
    return facts


def _check_names(names: list[str], archive: zipfile.ZipFile) -> None:
    """Refuse by what is in the archive."""
    if len(names) > MAX_ENTRIES:
        raise Refused(
            f"工作簿里有 {len(names)} 个部分，超过 {MAX_ENTRIES} 个，不像正常的表格，没有读取。"
        )
    lower = [name.lower().replace("\\", "/") for name in names]
    if any(
        name.startswith("/") or ".." in name.split("/") or ":" in name or "\x00" in name
        for name in lower
    ):
        raise Refused("工作簿的内部结构不正常，没有读取，请用 WPS 或 Excel 另存后再导入。")
    if len(set(lower)) != len(lower):
        raise Refused("工作簿的内部结构不正常（有重名部分），没有读取，请另存后再导入。")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower):
        raise Refused("工作簿带有宏，请另存为不带宏的 .xlsx 后再导入。")
    if any("externallinks/" in name for name in lower):
        raise Refused("工作簿引用了别的文件，请先“断开链接”（数据—编辑链接），另存后再导入。")
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise Refused("工作簿设了密码，请取消密码后再导入。")
    if "xl/workbook.bin" in lower:
        raise Refused("这是 .xlsb 工作簿，请另存为 .xlsx 后再导入。")
    if "[content_types].xml" not in lower or "xl/workbook.xml" not in lower:
        raise Refused("这不是 Excel 工作簿（.xlsx），请另存为 .xlsx 后再导入。")


def _read_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Unpack one part, counting what really comes out, whatever the entry claims."""
    too_large = Refused(
        f"工作簿展开后超过 {MAX_UNPACKED // 1024 // 1024} MB，不像正常的表格，没有读取。"
    )
    if entry.file_size > room:
        raise too_large
    try:
        with archive.open(entry) as part:
            data = part.read(room + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Refused("文件不完整或已损坏，请重新传送，或用 WPS、Excel 打开后另存。") from None
    if len(data) > room:
        raise too_large
    return data


def _check_xml(data: bytes, name: str) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        raise Refused("工作簿的编码不正常，没有读取，请用 WPS 或 Excel 另存后再导入。")
    if _DTD.search(data):
        raise Refused("工作簿里有文档类型声明（DTD），不是正常的表格，没有读取。")
    if name == "[content_types].xml" and b"macroenabled" in data.lower():
        raise Refused("工作簿带有宏，请另存为不带宏的 .xlsx 后再导入。")
    if name.endswith(".rels") and b"/externallinkpath" in data.lower():
        raise Refused("工作簿引用了别的文件，请先“断开链接”（数据—编辑链接），另存后再导入。")


def _column_index(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _inspect_sheet(data: bytes, strings: bytes, longest: int) -> frozenset[int]:
    """Refuse a sheet that would not fit in memory; return its hidden rows.

    Readers spread a sheet out as a rectangle up to its last row and column, so one far
    cell is as heavy as a full sheet.
    """
    too_large = Refused(
        "工作表太大（有很远的单元格或太多行），请删去表格以外的内容，或分成几个文件。"
    )
    last, hidden = 0, set()
    for match in _ROW.finditer(data):
        number = _ROW_NUMBER.search(match[1])
        last = int(number[1]) if number else last + 1
        if last > MAX_ROWS:
            raise too_large
        if _HIDDEN.search(match[1]):
            hidden.add(last)
    places = _PLACE.findall(data)
    last = max(last, max((int(number) for _, number in places), default=0))
    columns = {letters for letters, _ in places if letters}
    if any(len(letters) > 3 for letters in columns):
        raise too_large
    width = max(map(_column_index, columns), default=0)
    cells = len(_CELL.findall(data))
    if cells > sum(1 for letters, _ in places if letters):
        # Cells without a place follow one another: the longest row counts.
        width = max(width, *(len(_CELL.findall(row)) for row in _ROW.split(data)[2::2]), 0)
    if width > MAX_COLUMNS or last * width > MAX_AREA or cells > MAX_AREA:
        raise too_large
    if data.count(b"mergeCell ") > MAX_MERGES:
        raise Refused("工作表里合并单元格太多，请取消合并后再导入。")
    if longest * cells > MAX_TEXT:
        lengths = [len(item) for item in _STRING_ITEM.split(strings)[1:]]
        uses = Counter(_STRING_USE.findall(data))
        text = sum(
            lengths[int(index)] * times
            for index, times in uses.items()
            if len(index) < 9 and int(index) < len(lengths)
        )
        if text > MAX_TEXT:
            raise too_large
    return frozenset(hidden)
