"""The yearly quotas of admission as a workbook (发展党员指标)."""

from __future__ import annotations

from orgs.models import DevelopmentQuota
from orgs.sheets.records import BODY, Cell, RecordSheet
from sheets.forms import register


@register
class QuotaForm(RecordSheet):
    """Each row is the quota of a managing body for a year."""

    kind = "development_quotas"
    title = "发展党员指标一览表"
    also_called = ("发展党员指标", "发展党员计划")
    model = DevelopmentQuota
    subjects = (BODY,)
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("指标年度", "计划年度"), ("2025", "2025")),
        Cell("quota", ("发展党员指标", "指标", "下达指标", "计划数"), ("12", "8")),
        Cell("document", ("文号", "指标文号"), ("云组发〔2025〕6 号", "")),
        Cell("remark"),
    )
