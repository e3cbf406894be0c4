"""Columns and conditions of the list of surveys."""

from __future__ import annotations

from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from orgs.models import Organization
from orgs.tables import state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.models import School
from schools.naming import fold
from supervision.models import AskedGroup, Survey


def rate_text(part: int, whole: int) -> str:
    """Return a share as "91.5%", "—" of nothing."""
    if not whole:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


# 满意率, for sorting.
RATE = Case(
    When(valid=0, then=Value(None)),
    default=Cast(F("very_satisfied") + F("satisfied"), FloatField()) / F("valid"),
    output_field=FloatField(),
)


class SurveyTable(ListTable):
    subject = ListColumn("党组织、学校", accessor="pk", always=True, width=34)
    year = ListColumn("年度", sort="year", whole=True, width=8)
    group = ListColumn("调查对象", sort="group", whole=True, width=10)
    surveyed_on = DateColumn("调查时间", sort="surveyed_on")
    asked = NumberColumn("发放", sort="asked")
    valid = NumberColumn("有效", sort="valid")
    rate = ListColumn("满意率", accessor="pk", whole=True, width=10)
    counts = ListColumn("是否有效", accessor="pk", always=True, width=12)
    very_satisfied = NumberColumn("非常满意", sheet_only=True)
    satisfied = NumberColumn("满意", sheet_only=True)
    fair = NumberColumn("一般", sheet_only=True)
    dissatisfied = NumberColumn("不满意", sheet_only=True)
    very_dissatisfied = NumberColumn("非常不满意", sheet_only=True)
    comments = ListColumn("意见建议", sheet_only=True, width=40)

    expressions = frozenset({"subject", "rate"})

    class Meta(ListTable.Meta):
        pass

    def render_subject(self, record):
        text = record.organization.short_name if record.organization else record.school.name
        return format_html('<a href="{}">{}</a>', reverse("survey", args=[record.pk]), text)

    def value_subject(self, record):
        return record.organization.short_name if record.organization else record.school.name

    def value_year(self, value):
        return str(value)

    def render_rate(self, record):
        return rate_text(record.content, record.valid)

    def value_rate(self, record):
        return rate_text(record.content, record.valid)

    def render_counts(self, record):
        if record.is_valid:
            return state("st-pass", "check-circle-fill", "有效")
        return state("st-out", "dash-circle-dotted", "无效")

    def value_counts(self, record):
        return "有效" if record.is_valid else "无效"


class SurveyFilter(ListFilterSet):
    q = Search("党组织、学校")
    year = Choice("年度")
    group = Choice("调查对象", AskedGroup.choices)
    valid = Choice("是否有效", [("yes", "有效"), ("no", "无效")], by="by_validity")
    rate = Choice(
        "满意率",
        [("90", "90% 以上"), ("80", "80%—90%"), ("60", "60%—80%"), ("low", "60% 以下")],
        by="by_rate",
    )
    organization = Chosen("党组织", Organization)
    school = Chosen("学校", School)
    main = ("year", "group", "valid", "rate")

    class Meta:
        model = Survey
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.filters["year"].extra["choices"] = [
            (str(n), f"{n} 年") for n in range(this, this - 8, -1)
        ]

    def search(self, rows, text):
        """Rows of an organization or school whose name holds `text`."""
        folded = fold(text)
        return rows.filter(
            Q(organization__name_key__contains=folded) | Q(school__name_key__contains=folded)
        )

    def by_validity(self, rows, value):
        """Rows with answers enough, or without."""
        valid = Survey.objects.valid_ones().values("pk")
        return rows.filter(pk__in=valid) if value == "yes" else rows.exclude(pk__in=valid)

    def by_rate(self, rows, value):
        """Rows whose rate lies in a band."""
        rows = rows.alias(rate=Coalesce(RATE, Value(-1.0)))
        bands = {"90": (0.9, 2), "80": (0.8, 0.9), "60": (0.6, 0.8), "low": (0, 0.6)}
        low, high = bands[value]
        return rows.filter(rate__gte=low, rate__lt=high)
