"""Columns and conditions of the list of problems."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from activities.models import PLANNED, LifeProblem, MeetingType, ProblemKind
from orgs.models import Organization
from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable
from schools.conditions import Choice, Chosen, ListFilterSet, Search


def state_of(problem: LifeProblem, today):
    """Return how the rectification of a problem stands, as a mark with its word."""
    if problem.closed_on:
        return state("st-pass", "check-circle-fill", "已完成")
    if not problem.is_planned:
        return state("st-out", "dash-circle-dotted", "未列整改")
    if problem.deadline < today:
        return state("st-missed", "x-circle", f"逾期 {(today - problem.deadline).days} 天")
    return state("st-near", "hourglass-split", "整改中")


def words_of(problem: LifeProblem, today) -> str:
    """Return the same in words."""
    if problem.closed_on:
        return "已完成"
    if not problem.is_planned:
        return "未列整改"
    return "逾期" if problem.deadline < today else "整改中"


class ProblemTable(ListTable):
    text = ListColumn("问题", url="meeting", key="meeting_id", width=36)
    kind = ListColumn("查摆对象", whole=True, width=12)
    organization = organization_column("meeting__organization", sort=None)
    meeting = ListColumn("会议", whole=True, width=12)
    held_on = DateColumn("会议时间", accessor="meeting__held_on", sort="meeting__held_on")
    measure = ListColumn("整改措施", wide=True, width=36)
    responsible = ListColumn("责任人", width=10)
    deadline = DateColumn("整改时限", sort="deadline")
    closed_on = DateColumn("完成时间", sort="closed_on", sheet_only=True)
    result = ListColumn("整改结果", sheet_only=True, width=30)
    state = ListColumn("状态", accessor="pk", whole=True, always=True, width=10)

    class Meta(ListTable.Meta):
        pass

    def render_kind(self, value, record):
        return record.person or value

    def value_kind(self, value, record):
        return record.person or value

    def render_meeting(self, value):
        return value.get_type_display()

    def value_meeting(self, value):
        return value.get_type_display()

    def render_state(self, record):
        return state_of(record, timezone.localdate())

    def value_state(self, record):
        return words_of(record, timezone.localdate())


class ProblemFilter(ListFilterSet):
    q = Search("问题、责任人")
    year = Choice("年度", field_name="meeting__counts_for_year")
    state = Choice(
        "状态",
        [("open", "整改中"), ("overdue", "逾期"), ("bare", "未列整改"), ("closed", "已完成")],
        by="by_state",
    )
    type = Choice(
        "会议",
        [(one.value, one.label) for one in (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE)],
        field_name="meeting__type",
    )
    kind = Choice("查摆对象", ProblemKind.choices)
    organization = Chosen("党组织", Organization, field_name="meeting__organization")
    main = ("year", "state", "type")

    class Meta:
        model = LifeProblem
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate().year
        years = range(today, today - 6, -1)
        self.filters["year"].extra["choices"] = [(str(n), f"{n} 年") for n in years]

    def search(self, rows, text):
        """Rows whose problem or persons hold `text`."""
        text = text.strip()
        return rows.filter(
            Q(text__contains=text) | Q(responsible__contains=text) | Q(person__contains=text)
        )

    def by_state(self, rows, value):
        """Rows by how their rectification stands today."""
        today = timezone.localdate()
        if value == "closed":
            return rows.exclude(closed_on=None)
        rows = rows.filter(closed_on=None)
        if value == "overdue":
            return rows.planned().filter(deadline__lt=today)
        return (
            rows.planned().filter(deadline__gte=today) if value == "open" else rows.exclude(PLANNED)
        )
