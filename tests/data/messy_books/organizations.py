"""Organizations, as offices write them in their tables."""

import datetime

from messy_books.base import book


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
