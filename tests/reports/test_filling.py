"""A bureau's own form, filled from a report: what is filled, what stays, what is listed."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl.styles import Font

from accounts.models import AuditEntry
from tests.reports.cities import hand_worked


@pytest.fixture
def city(tree, users):
    """The hand-worked city: 直属 1/2, 东区 2/4, 西县 1/6, 合计 4/12."""
    hand_worked(tree)
    return users.manager


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def form_down():
    """Units down: merged title, two heading rows, a formula, an own column, an own figure."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "汇总"
    sheet.merge_cells("A1:G1")
    sheet["A1"] = "{{年度}}年学校党组织达标情况（{{填报单位}}）"
    sheet["A1"].font = Font(name="方正小标宋简体", sz=20)
    for index, text in enumerate(
        ["序号", "县(市、区)", "应评数", "达标数", "达标率(%)", "增减", "整改数"], 1
    ):
        sheet.cell(2, index, text)
    for row, name in enumerate(["市直属", "东区", "北县", "西县"], 3):
        sheet.cell(row, 1, row - 2)
        sheet.cell(row, 2, name)
    sheet["D4"] = 99
    sheet["B7"] = "合计"
    sheet["C7"] = "=SUM(C3:C6)"
    sheet["B9"] = "全市 {{达标率}}，东区 {{东区.达标率}}，{{北县.达标率}}"
    sheet["C10"] = "{{西县.达标率}}"
    sheet["D10"] = "{{合计.达标数}}"
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:2"
    sheet.column_dimensions["B"].width = 33
    return saved(book)


def form_across():
    book = openpyxl.Workbook()
    sheet = book.active
    for index, text in enumerate(["县(市区)", "直属学校", "东区", "西县", "合计"], 1):
        sheet.cell(2, index, text)
    for row, text in enumerate(["应评党组织数", "达标党组织数", "达标率", "星级"], 3):
        sheet.cell(row, 1, text)
    for letter in "BCDE":
        sheet[f"{letter}5"].number_format = "0.0%"
    return saved(book)


def command(tmp_path, content, *args):
    source, target = tmp_path / "正式表.xlsx", tmp_path / "已填.xlsx"
    source.write_bytes(content)
    out = io.StringIO()
    call_command(
        "fill_template", "compliance", str(source), "--as", "manager", "--year", "2025",
        "-o", str(target), *args, stdout=out,
    )  # fmt: skip
    return openpyxl.load_workbook(target).worksheets[0], out.getvalue()


def test_empty_cells_are_filled_and_everything_else_stays(city, tmp_path):
    sheet, told = command(tmp_path, form_down())
    values = [[c.value for c in row] for row in sheet["B3:F7"]]
    assert values[0] == ["市直属", 2, 1, 50, 0]
    assert values[1][:4] == ["东区", 4, 99, 50]
    assert values[2] == ["北县", None, None, None, None]
    assert values[3][:4] == ["西县", 6, 1, 16.7]
    assert values[4][:4] == ["合计", "=SUM(C3:C6)", 4, 33.3]
    assert sheet["A1"].value == "2025年学校党组织达标情况（云岭市教育局党组）"
    assert (sheet["A1"].font.sz, sheet["A1"].font.name) == (20, "方正小标宋简体")
    assert "A1:G1" in {m.coord for m in sheet.merged_cells.ranges}
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.column_dimensions["B"].width == 33
    # Placeholders: numbers in cells of their own, words in sentences.
    assert sheet["B9"].value == "全市 33%，东区 50%，{{北县.达标率}}"
    assert sheet["C10"].value == pytest.approx(1 / 6)
    assert sheet["C10"].number_format == "0%"
    assert sheet["D10"].value == 4
    assert "B9：报表里没有“北县.达标率”" in told
    assert "B5：报表里没有“北县”" in told
    assert "G2：报表里没有“整改数”" in told
    assert "序号" not in told


def test_units_may_stand_side_by_side(city, tmp_path):
    sheet, told = command(tmp_path, form_across())
    rows = [[c.value for c in row] for row in sheet["B3:E6"]]
    assert rows[0] == [2, 4, 6, 12]
    assert rows[1] == [1, 2, 1, 4]
    assert rows[2] == [0.5, 0.5, pytest.approx(1 / 6), pytest.approx(1 / 3)]
    assert rows[3] == [None] * 4
    assert sheet["B5"].number_format == "0.0%"
    assert "报表里没有“星级”" in told


def test_a_row_without_a_place_is_named(city, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["县区", "达标率"])
    book.active.append(["东区", None])
    _, told = command(tmp_path, saved(book))
    assert "报表里的“西县”在模板里没有位置" in told


def test_names_are_text_whatever_they_begin_with(city, tmp_path, users):
    users.manager.name = "=1+1"
    users.manager.save()
    book = openpyxl.Workbook()
    book.active["A1"] = "{{填表人}}"
    book.active["A2"] = "{{达标率}}"
    sheet, _ = command(tmp_path, saved(book))
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "空的"), (b"<html>", "网页"), (saved(openpyxl.Workbook()), "没有填上任何一格")],
)
def test_what_cannot_be_filled_is_refused(city, tmp_path, content, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(tmp_path, content)


def post(client, content, action):
    address = reverse("report_fill", args=["compliance"]) + "?year=2025"
    file = SimpleUploadedFile("正式表.xlsx", content)
    return client.post(address, {"file": file, "action": action})


def test_the_page_shows_first_then_sends_and_logs(client, city):
    client.force_login(city)
    report = client.get(reverse("report", args=["compliance"]) + "?year=2025").content.decode()
    assert reverse("report_fill", args=["compliance"]) + "?year=2025" in report
    page = post(client, form_down(), "check").content.decode()
    assert "“正式表.xlsx”可以填" in page
    assert "报表里没有“整改数”" in page
    assert not AuditEntry.objects.filter(action="reports.fill").exists()
    response = post(client, form_down(), "fill")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert sheet["C4"].value == 4
    entry = AuditEntry.objects.get(action="reports.fill")
    assert entry.changes["report"] == "compliance"
    assert len(entry.changes["sha256"]) == 64
    assert post(client, b"<html>", "fill").status_code == 400
    assert "没有填上任何一格" in post(client, saved(openpyxl.Workbook()), "fill").content.decode()


def test_only_figures_of_the_own_scope_are_filled_in(client, city, users):
    client.force_login(users.editor)
    response = post(client, form_down(), "fill")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    assert sheet["C6"].value is None
