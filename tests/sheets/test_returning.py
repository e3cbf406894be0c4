"""Refused rows come back in the sender's own table, and can be sent in again as they are."""

import datetime
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from schools.models import School
from sheets import importing, opening
from sheets.models import BatchStatus, ImportBatch
from sheets.returning import original, write_errors
from tests.conftest import make_organization, make_school
from tests.remembered import remembered
from tests.sheets.city import make_city, make_manager

DATA = Path(__file__).parent.parent / "data"


def returned(batch):
    """Return the workbook of refused rows as bytes."""
    stream = io.BytesIO()
    write_errors(batch, stream)
    return stream.getvalue()


def upload(kind, content, user, name="表.xlsx", **kwargs):
    return importing.upload(kind, io.BytesIO(content), name, user=user, **kwargs)


def codes(batch):
    """Return what was refused: sheet, and the codes of the row."""
    return sorted(
        (row["sheet"], sorted(problem["code"] for problem in row["problems"]))
        for row in batch.report["refused"]
    )


@pytest.fixture
def county(db):
    """The manager of a city into which schools and organizations were brought in."""
    return bring_in()


@remembered
def bring_in():
    manager = make_manager(make_city())
    for kind, name in (("schools", "01_学校名单"), ("organizations", "02_党组织名单")):
        with (DATA / f"county/{name}.xlsx").open("rb") as stream:
            importing.save(kind, stream, f"{name}.xlsx", user=manager)
    return manager


@pytest.fixture
def east(tree, users):
    """东区 with schools 1 to 4 and a branch at the first."""
    schools = [
        make_school(f"东区第{number}小学", tree.east_edu, tree.places["990102"])
        for number in "一二三四"
    ]
    make_organization("中共东区第一小学支部委员会", tree.east_edu, school=schools[0])
    return users.manager


COUNTY = [
    ("members", "county/03_党员花名册(临溪县).xlsx"),
    ("meetings", "county/04_三会一课台账(2025年).xlsx"),
    ("results", "county/05_标准化建设达标结果(2025年).xlsx"),
]
EAST = [
    ("schools", "messy/schools_two_rows.xlsx"),
    ("schools", "messy/schools_two_rows.xls"),
    ("schools", "messy/schools_wps.xlsx"),
    ("organizations", "messy/organizations_merged.xlsx"),
    ("members", "messy/members_1904.xlsx"),
    ("meetings", "messy/meetings_per_type.xlsx"),
    ("results", "messy/results_percents.xlsx"),
]
# Refused only because of a row that was accepted.
TWICE = {"SCHOOL_DUPLICATE", "ORG_DUPLICATE", "ID_DUPLICATE", "MEETING_DUPLICATE"}


def check_round(kind, name, user):
    """Send the refused rows in again untouched: all are refused again for the same reasons."""
    content = (DATA / name).read_bytes()
    batch = upload(kind, content, user, Path(name).name)
    assert batch.report["counts"]["refused"]
    again = upload(kind, returned(batch), user, f"{Path(name).stem}（错误原因）.xlsx")
    before = [(sheet, [c for c in row if c not in TWICE]) for sheet, row in codes(batch)]
    assert [row for row in codes(again) if row[1]] == sorted(r for r in before if r[1])
    assert again.year == batch.year
    # What was good stays out; of a pair of equal rows the second stands alone now.
    assert again.report["counts"]["new"] + again.report["counts"]["changed"] == sum(
        not reasons for _, reasons in before
    )
    assert not [q for q in again.report["questions"] if q["column"] == "错误原因"]


@pytest.mark.parametrize(("kind", "name"), COUNTY)
def test_the_workbooks_of_the_county_come_back(county, kind, name):
    check_round(kind, name, county)


@pytest.mark.parametrize(("kind", "name"), EAST)
def test_messy_workbooks_come_back(east, kind, name):
    check_round(kind, name, east)


def test_title_header_widths_and_merged_cells_are_the_senders(county):
    content = (DATA / COUNTY[0][1]).read_bytes()
    source = openpyxl.load_workbook(io.BytesIO(content))
    batch = upload("members", content, county, "03_党员花名册(临溪县).xlsx")
    book = openpyxl.load_workbook(io.BytesIO(returned(batch)))
    sheet = book["党员花名册"]
    was = source["党员花名册"]
    end = batch.report["sheets"][0]["header"][1]
    for row in range(1, end + 1):
        for cell in was[row]:
            now = sheet.cell(row, cell.column)
            assert now.value == cell.value
            assert (now.font.b, now.font.sz) == (cell.font.b, cell.font.sz)
    merged = {m.coord for m in was.merged_cells.ranges if m.max_row <= end}
    assert merged <= {m.coord for m in sheet.merged_cells.ranges}
    for letter, dimension in was.column_dimensions.items():
        assert sheet.column_dimensions[letter].width == dimension.width
    numbers = [row["number"] for row in batch.report["refused"]]
    assert sheet.max_row == end + len(numbers)
    for place, number in enumerate(numbers, start=end + 1):
        values = [c.value for c in sheet[place]]
        assert values[:-1] == [c.value for c in was[number]][: len(values) - 1]
        assert values[-1].startswith(f"第 {number} 行：")
    assert sheet.cell(end, sheet.max_column).value == "错误原因"


def text_of(content):
    """Return all text of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(n).decode(errors="ignore") for n in archive.namelist())


def test_nothing_of_the_accepted_rows_is_left_in_the_file(county):
    content = (DATA / COUNTY[0][1]).read_bytes()
    batch = upload("members", content, county)
    refused = {row["label"] for row in batch.report["refused"]}
    numbers = set(re.findall(r"9901\d{13}[\dXx]", text_of(content)))
    left = set(re.findall(r"9901\d{13}[\dXx]", text_of(returned(batch))))
    assert len(numbers) > 300
    assert len(left) <= len(refused) < 10


def messy(refused=True, **options):
    """One school per row: merged county, unknown and hidden columns, formulas, a filter."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("学校")
    sheet.write("A1", "附件1")
    sheet.merge_range("A2:G2", "东区学校情况表")
    sheet.merge_range("A3:A4", "县区")
    sheet.merge_range("B3:B4", "学校名称")
    sheet.merge_range("C3:D3", "基本情况")
    sheet.write_row("C4", ["学校类别", "办学性质"])
    for column, text in zip("EFG", ["在校学生数", "校训", "办公电话"], strict=True):
        sheet.merge_range(f"{column}3:{column}4", text)
    sheet.merge_range("A5:A7", "东区")
    sheet.write_row("B5", ["东区第一小学", "小学", "公办", 300, "=勤学", "0990-1"])
    sheet.write_row("B6", ["东区第二小学", "大学" if refused else "小学", "公办", "", "", "0990-2"])
    sheet.write_formula("E6", "=E5/10*3", None, 90)
    sheet.write_string("F6", "=HYPERLINK(1)")
    sheet.write_row("B7", ["东区第三小学", "小学", "公办", "约80" if refused else 80, "", "0990-3"])
    sheet.write_row("A8", ["合计", "", "", "", 470])
    sheet.set_row(6, 40, None, {"hidden": True})
    sheet.set_column("E:E", 11, None, {"hidden": True})
    sheet.set_column("F:F", 27)
    sheet.autofilter("A4:G7")
    sheet.freeze_panes(4, 2)
    sheet.conditional_format("E5:E7", {"type": "cell", "criteria": ">", "value": 1})
    sheet.protect("secret")
    other = book.add_worksheet("往年")
    other.write_row("A1", ["东区旧小学", "秘密"])
    book.add_worksheet("填表说明").write("A1", "请逐项填写")
    book.close()
    return stream.getvalue()


def test_a_two_row_header_merged_counties_and_columns_nobody_knows(east):
    batch = upload("schools", messy(), east)
    importing.answer(batch, user=east, mapping={"校训": ""})
    content = returned(batch)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["学校", "填表说明"]
    sheet = book["学校"]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    # The county stood in the merged cell above; the formula became its value.
    assert rows[0][:7] == ("东区", "东区第二小学", "大学", "公办", 90, "=HYPERLINK(1)", "0990-2")
    assert rows[1][:7] == ("东区", "东区第三小学", "小学", "公办", "约80", None, "0990-3")
    assert sheet["F5"].data_type == "s"
    assert "不在可填的选项里" in rows[0][7]
    assert len(rows) == 2
    assert {"A2:G2", "A3:A4", "C3:D3", "H3:H4"} <= {m.coord for m in sheet.merged_cells.ranges}
    assert not [m for m in sheet.merged_cells.ranges if m.min_row > 4]
    # Visible where something is to be corrected, and free to be corrected.
    assert not sheet.row_dimensions[6].hidden
    assert not sheet.column_dimensions["E"].hidden
    assert sheet.column_dimensions["F"].width == pytest.approx(27, abs=1)
    assert sheet.row_dimensions[6].height == pytest.approx(40, abs=1)
    assert not sheet.protection.sheet
    assert sheet.auto_filter.ref is None
    assert sheet.freeze_panes == "C5"
    assert sheet["C5"].font.color.rgb == "FFAE1218"
    assert sheet["D5"].font.color is None or sheet["D5"].font.color.rgb != "FFAE1218"
    # Corrected, it is accepted alone.
    sheet["C5"], sheet["E6"] = "小学", 80
    mended = io.BytesIO()
    book.save(mended)
    again = upload("schools", mended.getvalue(), east, mapping={"校训": ""})
    assert again.report["counts"] == {
        "new": 0, "changed": 2, "unchanged": 0, "refused": 0, "ignored": 0,
    }  # fmt: skip


def test_what_openpyxl_cannot_copy_is_written_anew(east, monkeypatch):
    batch = upload("schools", messy(), east)
    monkeypatch.setattr(original.openpyxl, "load_workbook", lambda *a, **k: 1 / 0)
    content = returned(batch)
    monkeypatch.undo()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["学校"]
    assert sheet["A2"].value == "东区学校情况表"
    assert sheet["B6"].value == "东区第三小学"
    assert sheet["F5"].data_type == "s"
    assert sheet["H3"].value == "错误原因"
    again = upload("schools", content, east)
    assert codes(again) == codes(batch)


def test_rows_without_numbers_are_counted():
    """Some programs write rows and cells without their places."""
    stripped = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(messy())) as old,
        zipfile.ZipFile(stripped, "w") as new,
    ):
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                assert b'<row r="6"' in data
                data = re.sub(rb'(<row) r="\d+"', rb"\1", data)
            new.writestr(entry, data)
    from sheets.returning.pruning import keep_rows

    pruned = keep_rows(stripped.getvalue(), {"xl/worksheets/sheet1.xml": {3, 6}})
    sheet = openpyxl.load_workbook(io.BytesIO(pruned))["学校"]
    assert [row[0].row for row in sheet.iter_rows() if any(c.value for c in row)] == [3, 6]
    assert opening.load(pruned).sheets[0].grid[5][1] == "东区第二小学"


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return users.editor


def send(client, content):
    file = SimpleUploadedFile("学校名单.xlsx", content)
    return client.post(reverse("import_new"), {"kind": "schools", "file": file}).url


def download(client, url):
    response = client.get(url + "errors/")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def save(client, url):
    client.post(url, {"action": "answer", "column-0": "-"})
    client.post(url, {"action": "save"})


def test_the_refused_rows_can_be_had_before_and_after_saving(client, editor):
    url = send(client, messy())
    before = download(client, url)
    save(client, url)
    batch = ImportBatch.objects.get()
    assert (batch.status, School.objects.count()) == (BatchStatus.SAVED, 1)
    page = client.get(url).content.decode()
    last = timezone.localdate() + datetime.timedelta(days=30)
    assert f"{last:%Y-%m-%d} 以前可以下载" in page
    after = download(client, url)
    rows = [
        [list(r) for r in openpyxl.load_workbook(io.BytesIO(c))["学校"].iter_rows(values_only=True)]
        for c in (before, after)
    ]
    assert rows[0] == rows[1]
    assert AuditEntry.objects.filter(action="sheets.errors").count() == 2


def test_the_file_is_sealed_while_it_is_kept_and_gone_in_time(client, editor):
    url = send(client, messy())
    save(client, url)
    waiting = send(client, messy())
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, refusals FROM sheets_importbatch")
        sealed = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
    assert b"PK" not in sealed[:2]
    assert "东区".encode() not in sealed
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        call_command("forget_uploads", stdout=io.StringIO())
        assert ImportBatch.objects.get(content=None).status == BatchStatus.DISCARDED
        client.force_login(editor)
        assert client.get(waiting + "errors/").status_code == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        client.force_login(editor)
        send(client, messy(refused=False))
        assert "按期删除" in client.get(url).content.decode()
        response = client.get(url + "errors/", follow=True)
        assert "请重新导入一次" in response.content.decode()


def test_a_workbook_without_refused_rows_is_not_kept(client, editor):
    url = send(client, messy(refused=False))
    save(client, url)
    batch = ImportBatch.objects.get()
    assert (batch.content, batch.refusals, batch.kept_until) == (None, None, None)


def test_a_discarded_batch_gives_nothing_back(client, editor):
    url = send(client, messy())
    client.post(url, {"action": "discard"})
    assert client.get(url + "errors/").status_code == 404
    batch = ImportBatch.objects.get()
    assert (batch.content, batch.refusals) == (None, None)
