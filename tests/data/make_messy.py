"""Make the messy workbooks beside this file: `python tests/data/make_messy.py`.

Each shows ways in which offices really fill in their tables. All persons are invented.
The old .xls is converted from its .xlsx by LibreOffice.
"""

import datetime
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import xlsxwriter

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
    source = HERE / name
    changed = source.with_suffix(".tmp")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(b'<dimension ref="A1:G4"/>', b'<dimension ref="A1"/>')
                assert b'ref="A1"/>' in data
            new.writestr(entry, data)
    changed.replace(source)


def old_xls():
    """The same two-row list as an old .xls."""
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
        old_xls,
    ):
        make()
