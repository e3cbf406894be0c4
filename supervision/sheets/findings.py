"""Vetoes confirmed by a document as a workbook (一票否决认定台账)."""

from __future__ import annotations

from orgs.sheets.records import Cell, RecordSheet
from sheets.forms import register
from supervision.models import VetoFinding


@register
class FindingForm(RecordSheet):
    """Organization, veto, year and document tell a finding; those above enter it."""

    kind, stored_kind = "veto_findings", "findings"
    title = "一票否决认定台账"
    also_called = ("一票否决认定", "一票否决情况", "通报认定台账")
    model = VetoFinding
    key, dated = ("kind", "year", "document"), "year"
    from_above = True
    cells = (
        Cell(
            "kind",
            ("否决事项", "一票否决情形", "否决类别"),
            ("弄虚作假", "严重违纪违法"),
            spellings={
                "V5": "V5、台账造假、造假",
                "V6": "V6、违规发展",
                "V7": "V7、违纪违法",
                "V8": "V8、重大事故",
            },
        ),
        Cell("year", ("年度", "否决年度")),
        Cell("description", ("事实", "主要事实", "通报内容"), ("补造会议记录", "书记受处分")),
        Cell("document", ("通报文号", "文号"), ("东教党〔2025〕12 号", "东纪〔2025〕5 号")),
        Cell("document_on", ("认定日期", "通报时间"), ("2025-06-10", "2025-09-01")),
        Cell("decided_by", ("认定单位", "通报单位"), ("东区教育局党委", "东区纪委")),
    )
