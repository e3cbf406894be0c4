"""Make the messy workbooks beside this file: `python tests/data/make_messy.py`.

Each shows ways in which offices really fill in their tables. All persons are invented.
The old .xls is converted from its .xlsx by LibreOffice.
"""

import datetime
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import xlsxwriter
from stdnum.cn import ric

HERE = Path(__file__).parent / "messy"


def book(name, **options):
    return xlsxwriter.Workbook(HERE / name, options)


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


def organizations_merged():
    """Schools merged over branches, joint branches, formulas without a cached value."""
    wb = book("organizations_merged.xlsx")
    ws = wb.add_worksheet("党组织")
    ws.write_row("A1", ["附件2"])
    ws.merge_range("A2:K2", "东区学校党组织情况表")
    head = ["编号", "支部名称", "组织类别", "覆盖学校", "隶属党组织", "批准成立时间"]
    head += ["书记", "一肩挑", "党员总数", "上次换届时间", "任期", "届满日期"]
    ws.write_row("A3", head)
    day = wb.add_format({"num_format": 'yyyy"年"m"月"'})
    ws.write_row("A4", [1, "中共东区第一小学总支部委员会", "总支", "", "东区教育局党委"])
    ws.write_row("F4", ["2001-09", "赵某", "√", 55])
    ws.write_datetime("J4", datetime.datetime(2024, 3, 18), day)
    ws.write("K4", "三年")
    ws.write_formula("L4", "=EDATE(J4,36)", None, "")
    ws.write_row("A5", [2, "东区第一小学第1党支部", "支部", "", "中共东区第一小学总支部委员会"])
    ws.merge_range("D4:D5", "东区第一小学")
    ws.write_row("F5", ["20010901", "空缺", "", 20, "2024.03.20", 3, "2028.03.20"])
    ws.write_row(
        "A6", [3, "东区南片联合党支部", "联合支部", "东区第二小学、\n东区第三小学", "白杨镇党委"]
    )
    ws.write_row("F6", ["—", "孙　某", "√", "8人", 45383, "", "无"])
    ws.write_row(
        "A7", [4, "东区新城小学党支部", "党支部", "东区第四小学", "中共东区新城街道工作委员会"]
    )
    ws.write_row("F7", ["二〇一〇年九月一日", "李·某某", "", 12, "2025.1", "", ""])
    ws.write_row("A8", [5, "东区第一小学第一党支部", "支部", "东区第一小学", "白杨镇党委"])
    ws.write_row("A9", [6, "东区不存在小学党支部", "小组", "东区不存在小学", "东区第九小学党总支"])
    ws.write_row("A10", ["", "小 计", "", "", "", "", "", "", 95])
    wb.close()


def members_1904():
    """A workbook of a Mac: serials count from 1904; hidden rows; every kind of ID number."""
    wb = book("members_1904.xlsx", date_1904=True)
    ws = wb.add_worksheet("花名册")
    head = ["序号", "姓  名", "性别", "族别", "出生年月", "身份证号", "所在支部", "党籍状态"]
    head += ["加入党组织时间", "转正日期", "职务", "手机号码", "党龄", "籍贯"]
    ws.merge_range("A1:N1", "东区第一小学党员名册")
    ws.merge_range("A2:F2", "基本信息")
    ws.merge_range("G2:N2", "党籍信息")
    ws.write_row("A3", head)
    day = wb.add_format({"num_format": "yyyy.mm.dd"})
    rows = [
        ["王 小 明", "男", "汉", "1990.03", "99010219900314069x", None, "中共党员"],
        ["赵·某", "女", "回族", 1988.1, "９９０１０２１９８８１００５００２０ ", None, "正式"],
        ["钱某", "男", "汉族", "1991-5-6", "'990102-19910506-0033", None, "中共预备党员"],
        ["孙某", "男", "汉族", "1992.07", 990102199207080000, "东区第一小学", "正式党员"],
        ["李某", "男", "汉族", "", "990102920708001", "第一小学党支部", "群众"],
        ["周某", "女", "汉族", "98.6", "同上", "东区第一小学党支部", "预备"],
    ]
    for line, row in enumerate(rows, start=3):
        ws.write_row(line, 0, [line - 2, *row])
    ws.merge_range("G4:G6", "东区第一小学党支部")
    for line, row in enumerate(rows[:3], start=3):
        ws.write(line, 7, row[-1])
    ws.write_datetime("I4", datetime.datetime(2012, 7, 1), day)
    ws.write("J4", 39994)  # 2013-07-01 counted from 1904
    ws.write_row("K4", ["副校长", "19900001111", 12, "云岭"])
    ws.write_row("I5", ["2010年6月", "2011年6月", "退休教师", "19900002222", 14, ""])
    ws.write_row("I6", ["２０２５.０６.３０", "", "班主任", "", "", ""])
    ws.write_row("I7", ["1998.1", "一九九九年一月", "", ""])
    ws.write_row("I8", ["2099.1.1", "", "", ""])
    ws.write_row("I9", ["2020.5.1", "2019.5.1", "", ""])
    ws.set_row(4, None, None, {"hidden": True})
    ws.set_row(5, None, None, {"hidden": True})
    wb.close()


def meetings_per_type():
    """A sheet for each kind of meeting, days without a year, times after the day."""
    wb = book("meetings_per_type.xlsx")
    head = ["支部", "上课时间", "议题", "主持", "记录", "应到会人数", "参会人数", "请假人员"]
    sheets = {
        "党员大会": [
            [
                "东区第一小学党支部",
                "3月5日下午3:00",
                "学习文件",
                "赵某",
                "钱某",
                "15人",
                14,
                "李某",
            ],
            [
                "东区第一小学",
                "2025年6月20日14:30—16:00",
                "换届选举大会",
                "赵某",
                "钱某",
                15,
                15,
                "",
            ],
        ],
        "支委会": [
            [
                "东区第一小学党支部",
                "2025.04.08(星期二)",
                "专题研究党建工作",
                "赵某",
                "钱某",
                3,
                3,
                "—",
            ],
            ["东区第一小学党支部", "2025.04.08", "专题研究党建工作", "赵某", "钱某", 3, 3, ""],
            ["东区第一小学党支部", "2024.12.30", "年终总结", "赵某", "钱某", 3, 3, ""],
            ["东区第一小学党支部", "2025年5月", "五月例会", "赵某", "钱某", 3, 3, ""],
        ],
        "组织生活会": [
            ["东区第一小学党支部", 46066, "批评与自我批评", "赵某", "钱某", 15, 15, ""],
            ["东区第一小学党支部", "2026.4.2", "批评与自我批评", "赵某", "钱某", 15, 15, ""],
        ],
    }
    for name, rows in sheets.items():
        ws = wb.add_worksheet(name)
        ws.write("A1", "2025年度东区第一小学台账")
        ws.write("A2", "填报时间：2026年1月5日")
        ws.write_row("A3", head)
        for line, row in enumerate(rows, start=3):
            ws.write_row(line, 0, row)
    wb.add_worksheet("下拉选项").write_row("A1", ["支部", "时间", "议题"])
    wb.add_worksheet("Sheet3")
    wb.close()


def meetings_statistics():
    """The quarterly statistics, which are another form than the ledger."""
    wb = book("meetings_statistics.xlsx")
    ws = wb.add_worksheet("统计")
    ws.merge_range("A1:K1", "2025年三会一课开展情况统计表")
    ws.merge_range("A2:A3", "序号")
    ws.merge_range("B2:B3", "党支部名称")
    ws.merge_range("C2:F2", "支部党员大会")
    ws.merge_range("G2:J2", "党课")
    quarters = ["一季度", "二季度", "三季度", "四季度"]
    ws.write_row("C3", quarters * 2)
    ws.merge_range("K2:K3", "合计")
    ws.write_row("A4", [1, "东区第一小学党支部", 1, 1, 1, 1, 1, 1, 1, 1, 8])
    wb.close()


def results_percents():
    """Rates in every writing, under a heading in per cent."""
    wb = book("results_percents.xlsx")
    ws = wb.add_worksheet("汇总")
    ws.write("A1", "云岭市2025年达标情况")
    ws.write_row("A2", ["统计单元", "应评数", "达标数", "达标率(%)", "去年达标率", "排名"])
    percent = wb.add_format({"num_format": "0%"})
    ws.write_row("A3", ["直属学校", 20, 10, "５０％", "—", 1])
    ws.write_row("A4", ["东区", 18, 8])
    ws.write("D4", 8 / 18, percent)
    ws.write("E4", 0.28, percent)
    ws.write_row("A5", ["西县", 16, 6, 37.5, "27.5%"])
    ws.write_row("A6", ["北县", 10, 5, "50%", ""])
    ws.write_row("A7", ["合 计", 54, 24, "44%"])
    bad = wb.add_worksheet("汇总2")
    bad.write_row("A1", ["县区", "应评数", "达标数", "达标率", "上年达标率"])
    bad.write_row("A2", ["东区", 10, 5, "60%", ""])
    bad.write_row("A3", ["西县", 10, 12, "", "130%"])
    details = wb.add_worksheet("明细")
    details.write_row("A1", ["党组织名称", "自评", "验收得分", "是否达标"])
    details.write_row("A2", ["东区第一小学党支部", 90, "92.5分", "√"])
    details.write_row("A3", ["东区第二小学党支部", 70, "六十", ""])
    details.write_row("A4", ["东区第三小学党支部", 70, 66.666, ""])
    wb.close()


def rates_over_years():
    """Units down and years across, the other way round, two levels, and the bureau's own line."""
    wb = book("rates_over_years.xlsx")
    percent = wb.add_format({"num_format": "0%"})
    down = wb.add_worksheet("历年")
    down.merge_range("A1:E1", "云岭市2019—2021年学校党组织达标率")
    down.write("E2", "单位：%")
    down.write_row("A3", ["序号", "县（市、区）", "2019年", "2020年度", "2021年达标率"])
    down.write_row("A4", [1, "市直属", 30, "35%", "—"])
    down.write_row("A5", [2, "东区", "28", 31.5])
    down.write("E5", 0.4, percent)
    down.write_row("A6", [3, "西县", "", "约30%", 1])
    down.write_row("A7", [4, "北县", 10, 20, 30])
    down.write_row("A8", ["", "合  计", 27, 30, 33])
    down.write("A9", "注：2019年西县没有开展。")
    across = wb.add_worksheet("横排")
    across.write_row("A1", ["年度", "直属学校", "东区", "西县", "合计"])
    across.write_row("A2", ["2017年", "20%", "15%", "10%", "14%"])
    across.write_row("A3", [2018, "25%", "130%", "12%", "15%"])
    deep = wb.add_worksheet("数量")
    deep.merge_range("A1:A2", "统计单元")
    deep.merge_range("B1:D1", "2022年")
    deep.merge_range("E1:F1", "2023年")
    deep.write_row("B2", ["应评数", "达标数", "达标率", "应评党组织数", "达标党组织数"])
    deep.write_row("A3", ["直属学校", 20, 9, "45%", 20, 10])
    deep.write_row("A4", ["东区", 18, 7, "40%", 18, 20])
    deep.write_row("A5", ["西县", 16, "", "", 16, ""])
    wb.add_worksheet("Sheet4")
    wb.close()


def rates_of_one_year_across():
    """The bureau's own table: counties across, one line of rates, the year in the title."""
    wb = book("rates_across.xlsx")
    ws = wb.add_worksheet("Sheet1")
    ws.merge_range("A1:E1", "2024年云岭市标准化建设达标率")
    ws.write_row("A2", ["县(市区)", "直属学校", "东区", "西县", "合计"])
    ws.write_row("A3", ["达标率", "50%", "41%", "28%", "33%"])
    wb.close()


def rates_with_a_year_in_each_line():
    """County, year and counts, one line for each."""
    wb = book("rates_lines.xlsx")
    ws = wb.add_worksheet("历年台账")
    ws.write_row("A1", ["年份", "县区", "应评数", "达标数", "达标率(%)"])
    ws.write_row("A2", [2022, "东区", 18, 7, 38.9])
    ws.write_row("A3", ["2023年", "东区", 18, 8, 44.4])
    ws.write_row("A4", ["2023", "东区", 18, 8, 44.4])
    ws.write_row("A5", ["二〇二三", "西县", 16, 4, 25])
    ws.write_row("A6", [2099, "西县", 16, 4, 25])
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


def members_side_by_side():
    """Two halves of a roster beside one another, for the sake of paper; one half is shorter."""
    wb = book("members_side_by_side.xlsx")
    ws = wb.add_worksheet("花名册")
    ws.merge_range("A1:N1", "东区第一小学党支部党员花名册")
    head = ["序号", "姓名", "身份证号", "人员类别", "所在党支部", "入党时间"]
    ws.write_row("A2", head)
    ws.write_row("H2", head)
    branch = "东区第一小学党支部"
    ws.write_row("A3", [1, "赵甲", valid(1), "正式", branch, "2015.07"])
    ws.write_row("A4", [2, "钱乙", valid(2), "正式", branch, "2015.08"])
    ws.write_row("A5", [3, "孙丙", valid(3), "群众", branch, "2015.09"])
    ws.write_row("H3", [4, "李丁", valid(4), "预备", branch, "2026.01"])
    ws.write_row("H4", [5, "周戊", valid(1), "正式", branch, "2015.10"])
    ws.write_row("A7", ["填表人：张某", "", "", "审核人：李某"])
    wb.close()


def members_every_date_and_number():
    """Every way to write a day, a month and an ID number, in one roster."""
    wb = book("members_every_date.xlsx")
    ws = wb.add_worksheet("党员")
    ws.write_row("A1", ["姓名", "公民身份号码", "党员类别", "所属党支部", "入党日期", "转正日期"])
    day = wb.add_format({"num_format": 'yyyy"年"m"月"'})
    text = wb.add_format({"num_format": "@"})
    branch = "东区第一小学党支部"
    dates = [
        "2015.07.01", "2015-7-1", "2015/7/1", "2015年7月1日", "2015. 7. 1", "2015.07.01.",
        "20150701", 20150701, 42186, "2015-7-1 0:00:00", "2015年7月1日下午3:00",
        "２０１５．０７．０１", "二〇一五年七月一日", "'2015.7.1", "2015.07", "2015年7月", 201507,
        "2015.02.30", "2015年13月", "不详", "98.6", 2015.1, "2099-01-01",
    ]  # fmt: skip
    for line, value in enumerate(dates, start=1):
        ws.write_row(line, 0, [f"党员{line}", "", "正式", branch])
        ws.write_string(line, 1, valid(line), text)
        ws.write(line, 4, value)
    last = len(dates) + 1
    ws.write_row(last, 0, [f"党员{last}", valid(last), "正式党员", branch])
    ws.write_datetime(last, 4, datetime.datetime(2015, 7, 1, 9, 30), day)
    good = valid(30)
    numbers = [
        f" {good[:6]} {good[6:14]} {good[14:]}", f"{valid(31)}\n", f"'{valid(32)}",
        valid(33).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"}),
        with_x().replace("X", "×"), with_x().lower(), good[:17], good + "0", good[2:],
        good[:-1] + ("0" if good[-1] != "0" else "1"), "同上", "999999199001010001",
    ]  # fmt: skip
    for line, value in enumerate(numbers, start=last + 1):
        ws.write_row(line, 0, [f"号码{line}", "", "正式", branch, "2015.07"])
        ws.write_string(line, 1, value)
    ws.write_number(last + len(numbers) + 1, 1, 990102199001020010)
    ws.write_row(last + len(numbers) + 1, 2, ["正式", branch, "2015.07"])
    ws.write_string(last + len(numbers) + 1, 0, "数值")
    wb.close()


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


def meetings_per_month():
    """A sheet for each month, the branch merged over its meetings, decisions of many lines."""
    wb = book("meetings_per_month.xlsx")
    head = ["所属支部", "会议类型", "时间", "主题", "应到", "实到", "缺席人员", "会议内容"]
    for month in (1, 2, 3):
        ws = wb.add_worksheet(f"{month}月")
        ws.merge_range("A1:H1", "东区第一小学党支部2025年三会一课台账")
        ws.write_row("A2", head)
        ws.merge_range("A3:A5", "东区第一小学党支部")
        ws.write_row("B3", ["支委会", f"{month}月5日", "月度例会", 3, 3, "", "1.学习\n2.研究"])
        ws.write_row(
            "B4", ["主题党日", f"2025.{month:02d}.15", "志愿服务", "15人", "14 人", "王某"]
        )
        ws.write_row("B5", ["党 课", f"2025/{month}/20 14:30", f"第{month}讲", 15, 15])
    empty = wb.add_worksheet("4月")
    empty.write_row("A1", ["东区第一小学党支部2025年三会一课台账"])
    empty.write_row("A2", head)
    wb.close()


def organizations_ticks():
    """Ticks and crosses, vacancies, several schools by line breaks, a formula without value."""
    wb = book("organizations_ticks.xlsx")
    ws = wb.add_worksheet("组织")
    ws.write_row(
        "A1", ["党支部名称", "类型", "所在单位", "上级党组织", "书记", "一肩挑", "支委人数"]
    )
    ws.write_row(
        "A2", ["东区第二小学党支部", "支部", "东区第二小学", "东区教育局党委", "赵某", "√", "5人"]
    )
    ws.write_row(
        "A3", ["东区第三小学党支部", "支部", "东区第三小学", "东区教育局党委", "暂缺", "×", "无"]
    )
    ws.write_row(
        "A4",
        [
            "东区北片联合支部",
            "联合支部",
            "东区第三小学\n东区第四小学",
            "白杨镇党委",
            "钱•某",
            "✓",
            "是",
        ],
    )
    ws.write_row(
        "A5", ["东区第四小学党支部", "支部", "东区第四小学", "东区教育局党委", "孙某", "也许", ""]
    )
    wb.close()


def results_ticks():
    """The result as a tick or nothing, scores as text, a subtotal for each county."""
    wb = book("results_ticks.xlsx")
    ws = wb.add_worksheet("明细")
    ws.write("A1", "2025年标准化建设验收结果")
    ws.write_row("A2", ["县区", "党支部名称", "自评", "验收得分", "达标", "是否达标", "存在问题"])
    ws.merge_range("A3:A5", "东区")
    ws.write_row("B3", ["东区第一小学党支部", "95", "９２．５", "", "√"])
    ws.write_row("B4", ["东区第二小学党支部", 88, "80分", "", ""])
    ws.write_row("B5", ["东区第三小学党支部", 101, 70, "", ""])
    ws.write_row("A6", ["小计", 3, "", "", "", 1])
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


def valid(index, last=None):
    """Return a valid invented ID number."""
    base = f"990102198{index % 10}0{index % 9 + 1}{index % 28 + 1:02d}{index:03d}"
    return base + ric.calc_check_digit(base + "0")


def with_x():
    """Return a valid invented ID number that ends in X."""
    return next(n for n in (valid(i) for i in range(40, 200)) if n.endswith("X"))


def rewrite(name, part, change):
    """Change one part of a workbook."""
    source = HERE / name
    changed = source.with_suffix(".tmp")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry.filename == part else data)
    changed.replace(source)


def old_xls():
    """The same two-row list, and the roster in two halves, as an old .xls."""
    office = shutil.which("soffice")
    if office:
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    office,
                    f"-env:UserInstallation=file://{profile}",
                    "--headless",
                    "--convert-to",
                    "xls",
                    "--outdir",
                    str(HERE),
                    str(HERE / "schools_two_rows.xlsx"),
                    str(HERE / "members_side_by_side.xlsx"),
                ],
                check=True,
                capture_output=True,
                timeout=120,
            )


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for make in (
        schools_two_rows,
        organizations_merged,
        members_1904,
        meetings_per_type,
        meetings_statistics,
        results_percents,
        rates_over_years,
        rates_of_one_year_across,
        rates_with_a_year_in_each_line,
        wps_wrong_dimension,
        members_side_by_side,
        members_every_date_and_number,
        schools_formulas,
        schools_hostile_text,
        schools_with_furniture,
        schools_hidden_sheet,
        meetings_per_month,
        organizations_ticks,
        results_ticks,
        rows_without_places,
        old_xls,
    ):
        make()
