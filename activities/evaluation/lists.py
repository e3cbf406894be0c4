"""Columns and conditions of the list of organizations by their evaluation: counts only."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities.evaluation.sums import reference_day
from activities.models import MemberEvaluation
from orgs.models import Organization
from orgs.naming import organization_key
from orgs.tables import state
from schools.columns import ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.models import School, SchoolStage


class EvaluationTable(ListTable):
    name = ListColumn(
        "党组织", accessor="short_name", url="organization_evaluation", sort="name", width=36
    )
    body = ListColumn(
        "管理主体", accessor="body__label", sort="jurisdiction__path", wide=True, width=20
    )
    should = NumberColumn("应参加")
    took_part = NumberColumn("参加", accessor="sums__took_part")
    excellent = NumberColumn("优秀", accessor="sums__excellent")
    qualified = NumberColumn("合格", accessor="sums__qualified")
    basic = NumberColumn("基本合格", accessor="sums__basic")
    unqualified = NumberColumn("不合格", accessor="sums__unqualified")
    state = ListColumn("情况", accessor="sums", empty_values=(), always=True, width=16)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        sums = record.sums
        if not sums.rows:
            return state("st-out", "dash-circle-dotted", "没有记录")
        if sums.too_many:
            return state("st-missed", "x-circle", "优秀超过三分之一")
        if sums.graded < (record.should or 0):
            return state("st-near", "hourglass-split", f"{record.should - sums.graded} 名没有等次")
        return state("st-pass", "check-circle-fill", "已完成")

    def value_state(self, record):
        sums = record.sums
        if not sums.rows:
            return "没有记录"
        if sums.too_many:
            return "优秀超过三分之一"
        left = (record.should or 0) - sums.graded
        return f"{left} 名没有等次" if left > 0 else "已完成"


class EvaluationFilter(ListFilterSet):
    q = Search("党组织名称")
    year = Choice("年度", by="by_year")
    state = Choice("情况", [("none", "没有记录"), ("some", "有记录")], by="by_state")
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    school = Chosen("学校", School)
    main = ("year", "state", "stage")

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        # Until March the evaluation at hand is that of the year before.
        this = today.year if today.month > 3 else today.year - 1
        year = self.filters["year"]
        year.extra["choices"] = [(str(n), f"{n} 年") for n in range(today.year, today.year - 5, -1)]
        year.default, year.any_label = str(this), f"{this} 年"
        year.rename("年度")

    @property
    def chosen_year(self) -> int:
        """The year the list is about."""
        return int(self.values.get("year") or self.filters["year"].default)

    def search(self, rows, text):
        """Rows whose name holds `text`."""
        return rows.filter(name_key__contains=organization_key(text))

    def by_year(self, rows, value):
        """Organizations that existed at the end of the year, or exist today."""
        return rows.active_on(reference_day(int(value), timezone.localdate()))

    def by_state(self, rows, value):
        """Organizations with or without results."""
        results = MemberEvaluation.objects.filter(
            organization=OuterRef("pk"), year=self.chosen_year
        )
        return rows.filter(Exists(results) if value == "some" else ~Exists(results))
