"""Workbooks read back as a reader opens them, and recalculated by LibreOffice."""

import dataclasses
import datetime
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from sheets.layout import Cell, Column, Layout, text
from sheets.writing import workbook_response, write_workbook
from tests.libreoffice import convert, needs_libreoffice

COLUMNS = [
    Column("name", "县（市、区）"),
    Column(
        "due",
        "应评",
        "int",
        group="本年",
        total="sum",
        formula='=COUNTIFS({detail.unit},{name},{detail.counted},"是")',
    ),
    Column(
        "passed",
        "达标",
        "int",
        group="本年",
        total="sum",
        formula='=COUNTIFS({detail.unit},{name},{detail.result},"达标")',
    ),
    Column(
        "rate", "达标率", "percent", group="本年", ratio=("passed", "due"), total=("passed", "due")
    ),
    Column("last", "上年达标率", "percent"),
    Column("change", "比上年（百分点）", "points"),
]


def details(units):
    rows = [
        {
            "unit": unit,
            "name": f"{unit}第{n}支部",
            "counted": "是",
            "result": "达标" if n <= passed else "未达标",
        }
        for unit, passed, due in units
        for n in range(1, due + 1)
    ]
    columns = [
        Column("unit", "统计单元"),
        Column("name", "党组织"),
        Column("counted", "计入"),
        Column("result", "判定"),
    ]
    return Layout("党组织明细", columns, rows, sheet_name="明细", signed=False)


@pytest.fixture
def layout():
    """East passes 1 of 1, west 1 of 4, north has nothing due: 2 of 5 is 40%."""
    return Layout(
        "云岭市2025年度达标率",
        COLUMNS,
        [
            {"name": "东区", "due": 1, "passed": 1, "rate": 1.0, "last": 0.5, "change": 50.0},
            {"name": "西县", "due": 4, "passed": 1, "rate": 0.25, "last": 0.3, "change": -5.0},
            {
                "name": "北县",
                "due": 0,
                "passed": 0,
                "rate": Cell(None, reason="没有应评组织"),
                "last": Cell(None, reason="上年没有数据"),
                "change": None,
            },
        ],
        total={"due": 5, "passed": 2, "rate": 0.4, "last": 0.35, "change": 5.0},
        filler="云岭市教育局党组",
        as_of="2025年12月31日",
        unit_text="个、%",
        sheet_name="达标率",
        notes=("达标率 = 达标 ÷ 应评。", "另有 0 个不计入。"),
        prepared_by="陈立文",
        details=(details([("东区", 1, 1), ("西县", 1, 4)]),),
    )


def written(layout, **options):
    stream = BytesIO()
    write_workbook(layout, stream)
    stream.seek(0)
    return load_workbook(stream, **options)


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_official_table_downwards(layout):
    book = written(layout)
    assert book.sheetnames == ["达标率", "口径说明", "明细"]
    sheet = book["达标率"]
    rows = values(sheet)
    assert rows[0][0] == "云岭市2025年度达标率"
    assert "填报单位：云岭市教育局党组" in rows[1]
    assert "截止时间：2025年12月31日" in rows[1]
    assert "单位：个、%" in rows[1]
    assert rows[2] == ["县（市、区）", "本年", None, None, "上年达标率", "比上年（百分点）"]
    assert rows[3] == [None, "应评", "达标", "达标率", None, None]
    assert rows[4][:1] == ["东区"]
    assert rows[6][3:] == ['=IF(B7=0,"—",C7/B7)', "—", "—"]
    assert rows[7] == [
        "合计",
        "=SUM(B5:B7)",
        "=SUM(C5:C7)",
        '=IF(SUM(B5:B7)=0,"—",SUM(C5:C7)/SUM(B5:B7))',
        0.35,
        5,
    ]
    assert rows[4][1] == "=COUNTIFS('明细'!$A$3:$A$7,A5,'明细'!$C$3:$C$7,\"是\")"
    assert rows[8][0] == "注：1. 达标率 = 达标 ÷ 应评。"
    assert rows[10][0] == "　　“—”表示没有数据。北县：没有应评组织；北县：上年没有数据。"
    assert [c for c in rows[11] if c] == ["填表人：陈立文", "审核人：", "负责人：", "联系电话："]
    merged = {str(r) for r in sheet.merged_cells.ranges}
    assert {"A1:F1", "A3:A4", "B3:D3", "E3:E4"} <= merged
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert sheet["B5"].font.name == "仿宋_GB2312"
    assert sheet["D5"].number_format == "0%"
    assert sheet["B5"].number_format == "#,##0"
    assert {sheet["B5"].border.left.style, sheet["F8"].border.bottom.style} == {"thin"}


def test_formulas_carry_their_values_for_previewers(layout):
    rows = values(written(layout, data_only=True)["达标率"])
    assert rows[4][1:4] == [1, 1, 1]
    assert rows[5][1:4] == [4, 1, 0.25]
    assert rows[6][1:4] == [0, 0, "—"]
    assert rows[7][1:4] == [5, 2, 0.4]


def test_it_prints_on_one_a4_page_width_with_its_headings(layout):
    sheet = written(layout)["达标率"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # One page wide is the default and not written; 0 is any number of pages down.
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.print_options.horizontalCentered
    assert "— &P —" in sheet.oddFooter.center.text or "— &[Page] —" in sheet.oddFooter.center.text
    assert sheet.freeze_panes == "B5"
    assert sheet.print_area == "'达标率'!$A$1:$F$12"


def test_across_units_are_columns_and_the_total_is_the_last(layout):
    rows = values(written(dataclasses.replace(layout, transposed=True))["达标率"])
    assert rows[2] == ["县（市、区）", None, "东区", "西县", "北县", "合计"]
    assert rows[3][:2] == ["本年", "应评"]
    assert rows[3][5] == "=SUM(C4:E4)"
    assert rows[3][2] == "=COUNTIFS('明细'!$A$3:$A$7,C3,'明细'!$C$3:$C$7,\"是\")"
    assert rows[5][1:] == [
        "达标率",
        '=IF(C4=0,"—",C5/C4)',
        '=IF(D4=0,"—",D5/D4)',
        '=IF(E4=0,"—",E5/E4)',
        '=IF(SUM(C4:E4)=0,"—",SUM(C5:E5)/SUM(C4:E4))',
    ]
    assert rows[7] == ["比上年（百分点）", None, 50, -5, "—", 5]


def test_page_and_workbook_say_the_same(layout):
    grid = layout.grid
    assert [[box.text for box in line] for line in grid.head] == [
        ["县（市、区）", "本年", "上年达标率", "比上年（百分点）"],
        ["应评", "达标", "达标率"],
    ]
    assert [box.text for box in grid.body[1]] == ["西县", "4", "1", "25%", "30%", "−5.0"]
    assert [box.text for box in grid.total] == ["合计", "5", "2", "40%", "35%", "5.0"]
    assert grid.reasons == ["北县：没有应评组织", "北县：上年没有数据"]
    across = dataclasses.replace(layout, transposed=True).grid
    assert [box.text for box in across.head[0]] == ["县（市、区）", "东区", "西县", "北县", "合计"]
    assert [box.text for box in across.body[2]] == ["达标率", "100%", "25%", "—", "40%"]


@pytest.mark.parametrize(
    ("value", "fmt", "shown"),
    [
        (57 / 200, "percent", "29%"),  # 28.5 goes up
        (1 / 200, "percent", "1%"),
        (0, "percent", "0%"),
        (None, "percent", "—"),
        (12345, "int", "12,345"),
        (Decimal("84.995"), "score", "85.00"),
        (-2.04, "points", "−2.0"),
        (-0.04, "points", "0.0"),
        (2.05, "points", "2.1"),
        (datetime.date(2025, 3, 1), "date", "2025-03-01"),
        (True, "text", "是"),
    ],
)
def test_values_in_words(value, fmt, shown):
    assert text(value, fmt) == shown


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "{=1}", "http://x", "00123"]


def test_text_stays_text_whatever_it_begins_with():
    layout = Layout("=T()", [Column("a", "=A")], [{"a": value} for value in HOSTILE], signed=False)
    sheet = written(layout)["=T()"]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == [
        value.replace("\r", "_x000D_")
        for value in HOSTILE  # openpyxl leaves the escape
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert all(sheet.cell(row, 1).quotePrefix for row in range(3, 10))


def test_values_keep_their_kind():
    columns = [Column("n", "数", "int"), Column("d", "日期", "date"), Column("s", "分", "score")]
    day = datetime.date(2025, 3, 1)
    rows = [{"n": 3, "d": day, "s": Decimal("85.50")}, {"n": "—", "d": None, "s": None}]
    sheet = written(Layout("表", columns, rows))["表"]
    assert [cell.value for cell in sheet[3]] == [3, datetime.datetime(2025, 3, 1), 85.5]
    assert sheet["B3"].number_format == "yyyy-mm-dd"
    assert [cell.value for cell in sheet[4]] == ["—", "—", "—"]


def test_long_lists_are_written_row_by_row_and_whole():
    columns = [Column(f"c{n}", f"列{n}", "int" if n else "text") for n in range(5)]
    rows = ({"c0": f"第{n}行", "c1": n, "c2": n, "c3": n, "c4": n} for n in range(20_000))
    book = written(Layout("长表", columns, rows, signed=False), read_only=True)
    lines = list(book["长表"].iter_rows(min_row=3, values_only=True))
    assert len(lines) == 20_000
    assert lines[-1] == ("第19999行", 19999, 19999, 19999, 19999)


def test_the_file_tells_nothing_of_person_or_machine(layout):
    stream = BytesIO()
    write_workbook(layout, stream)
    parts = zipfile.ZipFile(stream)
    core = parts.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core or "<dc:creator/>" in core
    assert "陈立文" not in core


def test_the_download_has_a_chinese_file_name(layout):
    response = workbook_response(dataclasses.replace(layout, title='云岭市/2025:"达标率"'))
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E4%BA%91%E5%B2%AD%E5%B8%822025%E8%BE%BE%E6%A0%87%E7%8E%87.xlsx"
    )
    assert response.content[:2] == b"PK"


def test_sheet_names_are_short_clean_and_different():
    other = Layout("明[细]:" + "长" * 40, [Column("a", "甲")], [], signed=False)
    book = written(
        Layout("表/1", [Column("a", "甲")], [], details=(other, other), total={}, notes=("一",))
    )
    assert book.sheetnames[:2] == ["表1", "口径说明"]
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len(set(book.sheetnames)) == 4


@needs_libreoffice
def test_libreoffice_arrives_at_the_same_figures(layout, tmp_path):
    paths = [tmp_path / "down.xlsx", tmp_path / "across.xlsx", tmp_path / "changed.xlsx"]
    for path, transposed in zip(paths, [False, True, False], strict=True):
        with path.open("wb") as stream:
            write_workbook(dataclasses.replace(layout, transposed=transposed), stream)
    changed = load_workbook(paths[2])
    detail = changed["明细"]
    assert (detail["A5"].value, detail["D5"].value) == ("西县", "未达标")
    detail["D5"] = "达标"
    changed.save(paths[2])

    books = [load_workbook(p, data_only=True) for p in convert(paths, "xlsx", tmp_path / "home")]
    for path, theirs in zip(paths[:2], books, strict=False):
        for sheet in load_workbook(path, data_only=True):
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.value is not None:
                    assert theirs[sheet.title][cell.coordinate].value == cell.value
    # One more organization that passes moves the rate of its unit and of the whole.
    moved = books[2]["达标率"]
    assert [cell.value for cell in moved[6]][1:4] == [4, 2, 0.5]
    assert [cell.value for cell in moved[8]][1:4] == [5, 3, 0.6]


def test_a_column_is_as_wide_as_what_stands_in_it():
    columns = [Column("name", "管理主体", width=14), Column("note", "说明", width=30)]

    def widths(name):
        detail = Layout("名单", columns, [{"name": name}], sheet_name="名单", signed=False)
        table = Layout("总表", columns, [{"name": name}], sheet_name="总表", details=(detail,))
        sheet = written(table)["名单"]
        return [round(sheet.column_dimensions[letter].width) for letter in "AB"]

    # A little longer than declared: drawn out. Much longer: broken over lines. A list takes
    # no more than it needs.
    assert widths("临溪县教育局党委") == [19, 7]
    assert widths("临溪县教育局党委办公室各支部")[0] == 15


def test_columns_are_as_wide_as_what_stands_anywhere_in_a_sorted_list():
    states = ["已超期"] * 300 + ["3 个月内到期"] * 60
    rows = [{"state": state} for state in states]
    sheet = written(Layout("名单", [Column("state", "情况", width=16)], rows, signed=False))["名单"]
    assert sheet.column_dimensions["A"].width >= 14
    assert sheet.row_dimensions[340].height == sheet.row_dimensions[40].height
