"""The list of surveys, with the rate of each year above it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from schools.lists import ListPage, Shortcut
from supervision.models import Survey
from supervision.surveys.tables import RATE, SurveyFilter, SurveyTable, rate_text


@dataclass(frozen=True, slots=True)
class YearRate:
    """The valid surveys of a year taken together; `change` against the year before in words."""

    year: int
    surveys: int
    content: int
    valid: int
    rate: str
    change: str


class SurveyList(ListPage):
    title = "满意度调查"
    lead = "满意率 =（非常满意＋满意）÷ 有效问卷；无效的调查列出，不计分"
    counter, noun = "次", "调查"
    sheet_title = "满意度调查汇总表"
    table_class = SurveyTable
    filterset_class = SurveyFilter
    default_order = ("-year", "-surveyed_on")
    shortcuts = (
        Shortcut("满意率不到 60%", "rate=low&valid=yes"),
        Shortcut("无效的", "valid=no"),
        Shortcut("对教师的", "group=teachers"),
    )
    import_kind = "surveys"
    new_page, new_label = "survey_new", "登记调查"
    above = "supervision/_survey_years.html"
    empty_title = "还没有满意度调查"
    empty_text = "登记对教师、学生、家长、党员的调查汇总数后，系统算出满意率并计分。"

    def rows(self):
        return Survey.objects.select_related("organization", "school")

    def expressions(self):
        return {
            "rate": RATE,
            "subject": Coalesce("organization__short_name", "school__name"),
        }

    def context(self):
        return super().context() | {"years": self.years()}

    def years(self) -> list[YearRate]:
        """Return the valid surveys of each year under the other conditions; one query."""
        data = self.request.GET.copy()
        data.pop("year", None)
        data["valid"] = "yes"
        rows = self.make_filterset(data, self.filterset.queryset).qs.order_by()
        sums = rows.values("year").annotate(
            content=Sum(F("very_satisfied") + F("satisfied")),
            answers=Sum("valid"),
        )
        found: list[YearRate] = []
        before = None
        for row in sums.annotate(n=Sum(1)).order_by("year"):
            tenths = round(1000 * row["content"] / row["answers"])
            change = ""
            if before is not None:
                moved = tenths - before
                word = "提高" if moved > 0 else "下降"
                change = f"比上年{word} {abs(moved) / 10:.1f} 个百分点" if moved else "与上年持平"
            found.append(
                YearRate(
                    row["year"],
                    row["n"],
                    row["content"],
                    row["answers"],
                    rate_text(row["content"], row["answers"]),
                    change,
                )
            )
            before = tenths
        return found[::-1][:5]
