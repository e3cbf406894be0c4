"""Columns and conditions of the rectification ledger."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from orgs.models import Organization
from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.naming import fold
from supervision.models import Category, ItemState, RectificationItem, Severity, Source

STATES = {
    ItemState.OPEN: ("st-fail", "circle"),
    ItemState.WORKING: ("st-near", "circle-half"),
    ItemState.REVIEW: ("st-near", "hourglass-split"),
    ItemState.CLOSED: ("st-pass", "check-circle-fill"),
}


def state_of(item: RectificationItem, day):
    """Return the state as pages show it; an open item past its deadline says by how much."""
    shown = state(*STATES[ItemState(item.state)], item.get_state_display())
    days = item.days_over(day)
    if not days:
        return shown
    if item.is_closed:
        return format_html('{} <span class="note">超期 {} 天销号</span>', shown, days)
    return format_html('{} <span class="look">逾期 {} 天</span>', shown, days)


def state_text(item: RectificationItem, day) -> str:
    """Return the state as the workbook holds it."""
    if item.is_closed or not item.days_over(day):
        return str(item.get_state_display())
    return f"{item.get_state_display()}（逾期 {item.days_over(day)} 天）"


class ItemTable(ListTable):
    description = ListColumn("问题描述", url="rectification", width=44)
    organization = organization_column()
    category = ListColumn("问题类型", sort="category", width=18)
    source = ListColumn("来源", sort="source", whole=True, width=10)
    severity = ListColumn("程度", sort="severity", whole=True, width=8)
    deadline = DateColumn("整改期限", sort="deadline")
    state = ListColumn("状态", sort="state", always=True, width=16)
    responsible = ListColumn("责任人", whole=True, width=10)
    found_on = DateColumn("发现时间", sort="found_on", sheet_only=True)
    rule_reference = ListColumn("依据", sheet_only=True, width=24)
    indicator = ListColumn("指标", sheet_only=True, width=6)
    measures = ListColumn("整改措施", sheet_only=True, width=40)
    evidence = ListColumn("佐证说明", sheet_only=True, width=24)
    asked_on = DateColumn("申请销号时间", sheet_only=True)
    closed_on = DateColumn("销号时间", sort="closed_on", sheet_only=True)
    reviewer = ListColumn("复核人", sheet_only=True, width=10)
    recheck = ListColumn("复核结果", sheet_only=True, width=24)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        return state_of(record, timezone.localdate())

    def value_state(self, record):
        return state_text(record, timezone.localdate())


class ItemFilter(ListFilterSet):
    q = Search("问题、党组织、责任人")
    state = Choice(
        "状态",
        [("overdue", "逾期"), ("unclosed", "没有销号"), *ItemState.choices],
        by="by_state",
    )
    category = Choice("问题类型", Category.choices)
    source = Choice("来源", Source.choices)
    severity = Choice("程度", Severity.choices)
    year = Choice("期限年度", by="by_year")
    organization = Chosen("党组织", Organization)
    main = ("state", "category", "source", "year")

    class Meta:
        model = RectificationItem
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.filters["year"].extra["choices"] = [
            (str(n), f"{n} 年") for n in range(this + 1, this - 6, -1)
        ]

    def search(self, rows, text):
        """Rows whose text, organization or responsible person holds `text`."""
        folded = fold(text)
        return rows.filter(
            Q(description__contains=text.strip())
            | Q(responsible__contains=folded)
            | Q(organization__name_key__contains=folded)
        )

    def by_state(self, rows, value):
        """Rows in a state; overdue is worked out for today."""
        if value == "overdue":
            return rows.overdue_on(timezone.localdate())
        return rows.unclosed() if value == "unclosed" else rows.filter(state=value)

    def by_year(self, rows, value):
        """Rows whose deadline lies in a year."""
        return rows.filter(deadline__year=value)
