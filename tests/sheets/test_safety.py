"""Hostile uploads: each is refused with one sentence, quickly and in little memory."""

import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.protection import WorkbookProtection

from sheets import reading, safety
from sheets.forms import get_form
from sheets.safety import Refused


def workbook(fill=None, **options):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    sheet = book.add_worksheet("学校")
    sheet.write_row("A1", ["县区", "学校名称", "学校类别", "办学性质"])
    sheet.write_row("A2", ["东区", "东区小学", "小学", "公办"])
    if fill:
        fill(sheet)
    book.close()
    return stream.getvalue()


def rebuilt(change=None, add=None, content=None):
    """Return a workbook with parts changed (name → function of the bytes) or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or workbook())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            for name, edit in (change or {}).items():
                if entry.filename == name:
                    data = edit(data)
            new.writestr(entry.filename, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def far_cell(row, column="A"):
    extra = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'.encode()
    return rebuilt({SHEET: lambda d: d.replace(b"</sheetData>", extra)})


def many_strings():
    """One long text, referred to by a hundred thousand cells."""
    cells = b"".join(b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>" for _ in range(1000))
    return rebuilt(
        {
            SHEET: lambda d: d.replace(b"</sheetData>", cells + b"</sheetData>"),
            "xl/sharedStrings.xml": lambda d: d.replace(b"<si><t>", b"<si><t>" + b"x" * 30_000, 1),
        }
    )


def dtd(data):
    return data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', 1)


HOSTILE = {
    "empty": (b"", "空的"),
    "too large": (b"PK\x03\x04" + b"0" * 11_000_000, "超过 10 MB"),
    "html": (b"\xef\xbb\xbf<html><body><table>", "网页"),
    "csv": ("县区,学校名称\n东区,小学".encode(), "CSV"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "不是 Excel"),
    "truncated": (workbook()[:2500], "不完整"),
    "cut inside a part": (workbook().replace(b"\x78", b"\x00"), "不完整|不正常|不是"),
    "word": (rebuilt()[:0] or None, ""),
    "macro": (rebuilt(add={"xl/vbaProject.bin": b"\x00"}), "宏"),
    "macro type": (
        rebuilt(
            {"[Content_Types].xml": lambda d: d.replace(b"sheet.main", b"sheet.macroEnabled.main")}
        ),
        "宏",
    ),
    "external link": (rebuilt(add={"xl/externalLinks/externalLink1.xml": b"<a/>"}), "别的文件"),
    "dtd": (rebuilt({SHEET: dtd}), "DTD"),
    "dtd in the workbook": (rebuilt({"xl/workbook.xml": dtd}), "DTD"),
    "utf-16": (rebuilt({SHEET: lambda d: d.decode().encode("utf-16")}), "编码"),
    "many entries": (rebuilt(add={f"xl/media/{i}.txt": b"" for i in range(2100)}), "2000 个"),
    "zip slip": (rebuilt(add={"../../etc/passwd": b"x"}), "内部结构"),
    "bomb": (rebuilt(add={"xl/media/a.xml": b"\x20" * 101 * 1024 * 1024}), "100 MB"),
    "far row": (far_cell(1048576), "太大"),
    "far cell": (far_cell(60000, "XFD"), "太大"),
    "far cell in odd quotes": (
        rebuilt({SHEET: lambda d: d.replace(b'r="B2"', b"x='>' r='XFD1048576'")}),
        "太大",
    ),
    "repeated long text": (many_strings(), "太大"),
    "encrypted": (
        safety._OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "打开密码",
    ),
    "old macro": (safety._OLE + "Workbook _VBA_PROJECT".encode("utf-16-le"), "宏"),
    "ole": (safety._OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), "不是 Excel"),
    "broken xls": (safety._OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), "不完整"),
}
del HOSTILE["word"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(name):
    content, sentence = HOSTILE[name]
    start = time.process_time()
    tracemalloc.start()
    with pytest.raises(Refused, match=sentence) as caught:
        reading.read(content, get_form("schools"), "x.xlsx")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - start < 5
    assert peak < 250 * 1024 * 1024
    assert str(caught.value).endswith("。")


def test_a_lying_size_in_the_directory_does_not_help():
    """The unpacked size is counted, not believed."""
    content = bytearray(rebuilt(add={"xl/media/a.xml": b"\x20" * 101 * 1024 * 1024}))
    real = (101 * 1024 * 1024).to_bytes(4, "little")
    while (place := content.find(real)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refused):
        safety.inspect(bytes(content))


def test_an_ordinary_workbook_passes_and_tells_hidden_rows():
    def hide(sheet):
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(40, None, None, {"hidden": True})

    facts = safety.inspect(workbook(hide))
    assert facts.hidden == {SHEET: frozenset({2, 41})}
    found = reading.read(workbook(hide), get_form("schools"), "x.xlsx")
    assert [(row.number, row.hidden) for row in found.rows] == [(2, True)]


def test_protection_of_the_structure_is_no_obstacle():
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.security = WorkbookProtection(workbookPassword="0000", lockStructure=True)
    stream = io.BytesIO()
    book.save(stream)
    assert len(reading.read(stream.getvalue(), get_form("schools"), "x.xlsx").rows) == 1


def test_formulas_and_markup_in_cells_are_plain_text():
    def fill(sheet):
        sheet.write_string("B3", "=cmd|'/c calc'!A0")
        sheet.write_string("A3", "<script>alert(1)</script>")

    rows = reading.read(workbook(fill), get_form("schools"), "x.xlsx").rows
    assert rows[1].raw["name"] == "=cmd|'/c calc'!A0"
