"""Members, as offices write them in their tables."""

import datetime

from messy_books.base import book, valid, with_x


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
