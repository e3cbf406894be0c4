"""Hostile workbooks sent to the page: refused in a sentence, nothing stored, nothing left."""

import io
import json
import multiprocessing
import re
import resource
import time
import zipfile
from contextlib import suppress
from functools import cache

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from schools.models import School
from sheets import reading
from sheets.forms import get_form
from sheets.models import ImportBatch
from sheets.safety import Refused
from tests.sheets.test_safety import HOSTILE, SHEET, rebuilt, workbook


def million_rows():
    rows = b"".join(b"<row><c><v>1</v></c></row>" for _ in range(1_000_000))
    return rebuilt({SHEET: lambda d: d.replace(b"</sheetData>", rows + b"</sheetData>")})


def external_entity(data):
    return data.replace(
        b"?>", b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1
    ).replace(b"</sheetData>", b"<row><c><v>&e;</v></c></row></sheetData>")


def long_cell():
    text = b"<si><t>" + b"x" * 30 * 1024 * 1024 + b"</t></si>"
    return rebuilt({"xl/sharedStrings.xml": lambda d: d.replace(b"</sst>", text * 4 + b"</sst>")})


# What makes the file, and words of the sentence it is refused with.
MORE = {
    "million rows": (million_rows, "太大"),
    "external entity": (lambda: rebuilt({SHEET: external_entity}), "DTD"),
    "long cells": (long_cell, "100 MB|太大"),
    "sixty thousand entries": (
        lambda: rebuilt(add={f"xl/media/{i}": b"" for i in range(60_000)}),
        "2000 个",
    ),
    "program before the archive": (lambda: b"MZ\x90\x00" + workbook(), "不是 Excel"),
    "page behind a name": (lambda: b"<!DOCTYPE html><table>", "网页"),
    "a shared folder": (lambda: rebuilt(add={"xl/../../../x": b"1"}), "内部结构"),
    "two parts of one name": (lambda: rebuilt(add={"XL/WORKBOOK.XML": b"<a/>"}), "重名"),
    "links to other files": (
        lambda: rebuilt(
            add={
                "xl/worksheets/_rels/x.rels": b'<Relationships><Relationship Type="http://schemas.'
                b'openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
                b"</Relationships>"
            }
        ),
        "别的文件",
    ),
    "nul bytes": (lambda: b"PK\x03\x04" + b"\x00" * 5000, "不完整|不是"),
}


@pytest.fixture
def sent(client, users, settings, tmp_path):
    """Return a function that sends a file to the page, through a temporary file."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    client.force_login(users.editor)

    def send(content, name="学校.xlsx"):
        file = SimpleUploadedFile(name, content)
        response = client.post(reverse("import_new"), {"kind": "schools", "file": file})
        file.close()
        return response

    return send


@cache
def made(name):
    return HOSTILE[name][0] if name in HOSTILE else MORE[name][0]()


@pytest.mark.parametrize("name", [*HOSTILE, *MORE])
def test_it_is_refused_in_a_sentence_quickly_and_leaves_nothing(sent, tmp_path, name):
    content = made(name)
    start = time.process_time()
    response = sent(content)
    assert time.process_time() - start < 5
    assert response.status_code == 400
    page = response.content.decode()
    words = (HOSTILE.get(name) or MORE[name])[1]
    told = re.findall(r"[^>。]*。[^<]*(?=<)", page)
    assert any(re.search(words, sentence) for sentence in told), told
    assert "Traceback" not in page
    del response
    assert not list(tmp_path.iterdir())
    assert not ImportBatch.objects.exists()
    assert not School.objects.exists()


def _grow(content, pipe):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(Refused):
        reading.read(content, get_form("schools"), "x.xlsx")
    pipe.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)


@pytest.mark.parametrize("name", ["million rows", "long cells", "sixty thousand entries"])
def test_memory_of_the_worker_stays_bounded(name):
    """Measured in a process of its own, with what C code takes."""
    content = made(name)
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_grow, args=(content, send))
    process.start()
    assert receive.poll(30)
    assert receive.recv() < 300
    process.join()


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.xlsx", "<img src=x onerror=alert(1)>.xlsx", "\u202excod.xlsx", "a" * 300],
)
def test_the_name_of_a_file_is_only_text(sent, client, name):
    response = sent(workbook(), name if name.endswith(".xlsx") else f"{name}.xlsx")
    batch = ImportBatch.objects.get()
    assert len(batch.file_name) <= 200
    assert "/" not in batch.file_name
    page = client.get(response.url).content.decode()
    assert "<img src=x" not in page


def test_something_behind_the_archive_does_not_change_what_is_read():
    content = workbook() + b"<script>alert(1)</script>"
    rows = reading.read(content, get_form("schools"), "x.xlsx").rows
    assert [row.raw["name"] for row in rows] == ["东区小学"]


def test_the_archive_of_the_tests_is_sound():
    with zipfile.ZipFile(io.BytesIO(rebuilt())) as archive:
        assert archive.testzip() is None


def test_control_and_turning_marks_reach_neither_record_nor_report(sent, client):
    """NUL is no text to PostgreSQL, and marks that turn the writing round deceive the reader."""

    def fill(sheet):
        sheet.write_row("E1", ["备\x00注", "自\x00编\u202e"])
        sheet.write_row(
            "A2", ["东区", "东区\x00第一\u202e小学", "小学", "公办", "甲\x00乙", "值\x00"]
        )
        sheet.write_row("A3", ["东区", "东区第二小学", "大\x00学", "公办", "", "\x01\x02"])

    address = sent(workbook(fill)).url
    batch = ImportBatch.objects.get()
    kept = json.dumps(batch.report, ensure_ascii=False)
    assert "小学" in kept
    assert not re.search("[\x00-\x08\u202a-\u202e]|\\\\u000", kept)
    answers = {"action": "answer"} | {
        f"column-{n}": "-" for n in range(len(batch.report["questions"]))
    }
    client.post(address, answers)
    client.post(address, {"action": "save"})
    for page in (client.get(address), client.get(f"{address}errors/")):
        assert page.status_code == 200


def test_a_false_dimension_and_nested_quotes_are_of_no_use():
    """The size a sheet claims to have is not believed, in either direction."""
    wide = rebuilt(
        {SHEET: lambda d: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', d)}
    )
    rows = reading.read(wide, get_form("schools"), "x.xlsx").rows
    assert [row.raw["name"] for row in rows] == ["东区小学"]


def test_names_of_sheets_are_only_text(sent, client):
    """A sheet called like a formula or like markup is shown, and comes back, as a name."""
    names = ["=cmd", "<img src=x onerror=1>"[:31], "+1", "@SUM(1)"]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name in names:
        sheet = book.add_worksheet(name)
        sheet.write_row("A1", ["县区", "学校名称", "学校类别", "办学性质"])
        sheet.write_row("A2", ["东区", f"东区{name}小学", "大学", "公办"])
    book.close()
    address = sent(stream.getvalue()).url
    page = client.get(address).content.decode()
    assert "<img src=x" not in page
    content = b"".join(client.get(f"{address}errors/"))
    returned = openpyxl.load_workbook(io.BytesIO(content))
    assert set(names) <= set(returned.sheetnames)
    cells = [c for sheet in returned for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"]
    assert not list(returned.defined_names)
