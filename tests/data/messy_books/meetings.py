"""Meetings, as offices write them in their tables."""

from messy_books.base import book


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
