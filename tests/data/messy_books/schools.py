"""Schools, as offices write them in their tables."""

import re

from messy_books.base import book, rewrite


def schools_two_rows():
    """Two header rows, a row of column numbers, the county in the title, a total on top."""
    wb = book("schools_two_rows.xlsx")
    ws = wb.add_worksheet("Sheet1")
    ws.merge_range("A1:H1", "临溪县２０２５年中小学校基本情况统计表")
    ws.write_row(
        "A2", ["填报单位：临溪县教育局", "", "", "", "", "填报时间：2026年1月6日", "", "单位：人"]
    )
    for column, text in zip(
        "ABCDH", ["序号", "*校 名（必填）", "学\n段", "公办/民办", "党员人数"], strict=True
    ):
        ws.merge_range(f"{column}3:{column}4", text)
    ws.merge_range("E3:G3", "人员")
    ws.write_row("E4", ["学生数(人)", "教职工总数", "其中：专任教师"])
    ws.write_row("A5", ["甲", "乙", "丙", "丁", 1, 2, 3, 4])
    ws.write_row("A6", ["", "合    计", "", "", 700, 60, 50, 20])
    ws.write_row("A7", [1, "石桥小学", "小 学", "公 办", "３２０人", 20, 18, 9])
    ws.write_row(
        "A8", ["2", "临溪县青松幼儿园（民办）", "幼儿园", "社会力量办学", 120, "15.0", 10, 30]
    )
    ws.write_row("A9", [3, "临溪县东门中学", "初级中学", "公办", "约80", 25, 22, 8])
    ws.write_row("A10", [4, "临溪县西门中学", "专科学校", "公办", "一百", "", "", ""])
    ws.write_row("A12", ["注：1.学生数以学年初为准。"])
    ws.write_row("A13", ["制表人：张某", "", "", "审核人：李某", "", "负责人：王某"])
    ws.write_row("A14", ["", "", "", "", "", "2026年1月6日"])
    notes = wb.add_worksheet("填表说明")
    notes.write_row("A1", ["学校名称", "学校类别", "办学性质"])
    wb.close()


def wps_wrong_dimension():
    """WPS writes a wrong <dimension>; a helper column without a heading; an own column."""
    name = "schools_wps.xlsx"
    wb = book(name)
    ws = wb.add_worksheet("学校")
    ws.write_row("A1", ["县区", "学校全称", "办学类型", "办别", "校训", "", "剩余名额"])
    ws.write_row("A2", ["东", "东区第五小学", "小学", "1", "勤学", "核对过"])
    ws.write_row("A3", ["东区", "东区第六小学", "九年一贯制", "民办", "", ""])
    ws.write_row("A4", ["东区", "东区第六小学", "九年一贯制", "民办", "", ""])
    wb.close()
    rewrite(
        name,
        "xl/worksheets/sheet1.xml",
        lambda data: data.replace(b'<dimension ref="A1:G4"/>', b'<dimension ref="A1"/>'),
    )


def schools_formulas():
    """Cells that are formulas: with the value of Excel, and of a program that leaves none."""
    wb = book("schools_formulas.xlsx")
    ws = wb.add_worksheet("学校")
    ws.write_row("A1", ["县区", "学校名称", "学校类别", "办学性质", "教职工数", "党员数", "学生数"])
    ws.write_row("A2", ["东区", "", "小学", "公办", "", 5])
    ws.write_formula("B2", '=A2&"第八小学"', None, "东区第八小学")
    ws.write_formula("E2", "=F2*4", None, 20)
    ws.write_formula("G2", "=E2*10", None, 200.0)
    ws.write_row("A3", ["东区", "东区第九小学", "小学", "公办", "", 6])
    ws.write_formula("E3", "=F3*4", None, "")
    ws.write_row("A4", ["东区", "", "小学", "公办"])
    ws.write_formula("B4", '=A4&"第十小学"', None, "")
    ws.write_row("A5", ["东区", "东区第十一小学", "小学", "公办"])
    ws.write_formula("E5", "=1/0", None, "#DIV/0!")
    wb.close()
    rewrite(
        "schools_formulas.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda data: re.sub(rb' t="str"(><f>[^<]*</f>)<v></v>', rb"\1<v/>", data),
    )


def schools_hostile_text():
    """Text that is no formula, markup or command, whatever it begins with."""
    wb = book("schools_hostile_text.xlsx", strings_to_formulas=False, strings_to_urls=False)
    ws = wb.add_worksheet("=学校+1")
    ws.write_row("A1", ["县区", "学校名称", "学校类别", "办学性质", "校长", "备注"])
    texts = [
        ("=cmd小学", "=cmd|'/c calc'!A0"),
        ("+1小学", "+1+1"),
        ("-2小学", "-2+3"),
        ("@SUM小学", "@SUM(A1:A9)"),
        ("＝全角小学", "＝1+1"),
        ("脚本小学", "<script>alert(1)</script>"),
        ("链接小学", '=HYPERLINK("http://example.org","点")'),
        ("反\u202e向小学", "\u202e倒写"),
        ("花括号小学", "{{7*7}}${7*7}"),
        ("分号小学", "'; DROP TABLE schools; --"),
    ]
    for line, (name, remark) in enumerate(texts, start=1):
        for column, value in enumerate(["东区", name, "小学", "公办", "张某", remark]):
            ws.write_string(line, column, value)
    wb.close()


def schools_with_furniture():
    """Everything that is no data: an attachment number, units, letters, sums, notes, seals."""
    wb = book("schools_furniture.xlsx")
    border = wb.add_format({"border": 1})
    ws = wb.add_worksheet("上报表")
    ws.write("A1", "附件1")
    ws.merge_range("A2:G2", "东区中小学校基本情况统计表")
    ws.write_row(
        "A3", ["填报单位（盖章）：", "", "", "填报时间：2026年1月6日", "", "", "单位：人、所"]
    )
    ws.write_row("A4", ["*序号", "※学校名称：", "学 校 类 别", "办学性质(必填)", "学生数(人)"])
    ws.write_row("F4", ["教职工\n总数", "备  注"])
    ws.write_row("A5", ["甲", "乙", "丙", "丁", 1, 2, 3])
    ws.write_row("A6", ["", "总  计", "", "", 900, 70])
    ws.write_row("A7", ["一", "东关街道小计", "", "", 600, 40])
    ws.write_row("A8", [1, "东区东关小学", "小学", "公办", "600人", 40, "—"])
    ws.write_row("A9", ["*序号", "※学校名称：", "学 校 类 别", "办学性质(必填)", "学生数(人)"])
    ws.write_row("F9", ["教职工\n总数", "备  注"])
    ws.write_row("A10", [7, "东区西关小学", "小 学", " 公　办 ", "３００", 30, "无"])
    ws.write_row("A11", [8])
    ws.write_row("A12", ["小    计", "", "", "", 300, 30])
    ws.write("A13", "说明：1.学生数以学年初报表为准；2.民办学校一并填报。")
    ws.write_row("A14", ["负责人：王某", "", "", "填表人：张某", "", "联系电话：0990-1234567"])
    ws.write("F15", "2026年1月6日")
    ws.write("F16", "（公章）")
    for line in range(17, 400):
        for column in range(7):
            ws.write_blank(line, column, None, border)
    ws.write_comment("B8", "请核对")
    notes = wb.add_worksheet("填表说明")
    notes.write_row("A1", ["学校名称", "学校类别", "办学性质"])
    notes.write_row("A2", ["全称", "选填", "选填"])
    wb.add_worksheet("Sheet3")
    wb.close()


def schools_hidden_sheet():
    """A hidden sheet of last year, rows hidden by a filter, a hidden column."""
    wb = book("schools_hidden.xlsx")
    head = ["县区", "学校名称", "学校类别", "办学性质", "办公电话"]
    ws = wb.add_worksheet("今年")
    ws.write_row("A1", head)
    ws.write_row("A2", ["东区", "东区东关小学", "小学", "公办", "0990-1"])
    ws.write_row("A3", ["东区", "东区西关小学", "小学", "民办", "0990-2"])
    ws.autofilter("A1:E3")
    ws.filter_column("D", "x == 公办")
    ws.set_row(2, None, None, {"hidden": True})
    ws.set_column("E:E", None, None, {"hidden": True})
    old = wb.add_worksheet("去年")
    old.write_row("A1", head)
    old.write_row("A2", ["东区", "东区已撤小学", "小学", "公办", ""])
    old.hide()
    wb.close()


def rows_without_places():
    """A program that writes rows and cells without their places (no r attributes)."""
    wb = book("schools_no_places.xlsx")
    ws = wb.add_worksheet("学校")
    ws.write_row("A1", ["县区", "学校名称", "学校类别", "办学性质"])
    ws.write_row("A2", ["东区", "东区东关小学", "小学", "公办"])
    ws.write_row("A3", ["东区", "东区西关小学", "大学", "公办"])
    wb.close()
    rewrite(
        "schools_no_places.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda data: re.sub(rb' (r|spans)="[A-Z0-9:]+"', b"", data),
    )
