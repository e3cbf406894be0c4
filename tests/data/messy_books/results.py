"""Results and rates, as offices write them in their tables."""

from messy_books.base import book


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
