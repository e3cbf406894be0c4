"""Conditions of the list of meetings."""

from __future__ import annotations

from django.db.models import Exists, Max, Min, OuterRef
from django.utils import timezone

from activities.models import Meeting, MeetingStatus, MeetingType
from orgs.models import Organization
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.naming import fold


class MeetingFilter(ListFilterSet):
    q = Search("主题、主持人")
    year = Choice("年度", by="by_year")
    type = Choice("类别", MeetingType.choices)
    month = Choice("月份", [(str(n), f"{n} 月") for n in range(1, 13)], by="by_month")
    valid = Choice("是否计入", [("yes", "计入"), ("no", "不计入")], by="by_validity")
    late = Choice(
        "补录",
        [("waiting", "待认可"), ("accepted", "已认可"), ("refused", "未认可"), ("any", "全部补录")],
        by="by_late",
        any_label="不限",
    )
    status = Choice("状态", MeetingStatus.choices)
    organization = Chosen("党组织", Organization)
    main = ("year", "type", "month", "valid")

    class Meta:
        model = Meeting
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The ends of the index, not of the scope: two look-ups however many meetings.
        span = Meeting.objects.aggregate(first=Min("counts_for_year"), last=Max("counts_for_year"))
        today = timezone.localdate().year
        first, last = span["first"] or today, span["last"] or today
        year = self.filters["year"]
        year.extra["choices"] = [
            ("all", "所有年度"),
            *((str(n), f"{n} 年") for n in range(last, first - 1, -1)),
        ]
        year.default = str(min(last, today))
        year.any_label = f"{year.default} 年"
        year.rename("年度")

    def search(self, rows, text):
        """Rows whose topic or chair holds `text`."""
        text = text.strip()
        return rows.filter(topic__contains=text) | rows.filter(chair__contains=fold(text))

    def by_year(self, rows, value):
        """Rows that count for a year."""
        return rows if value == "all" else rows.filter(counts_for_year=value)

    def by_month(self, rows, value):
        """Rows held in a month."""
        return rows.filter(held_on__month=value)

    def by_validity(self, rows, value):
        """Rows that count, or do not."""
        if value == "yes":
            return rows.valid()
        return rows.filter(~Exists(Meeting.objects.valid().filter(pk=OuterRef("pk"))))

    def by_late(self, rows, value):
        """Rows entered late, by what the managing body said."""
        rows = rows.filter(is_late=True)
        if value == "any":
            return rows
        accepted = {"waiting": None, "accepted": True, "refused": False}[value]
        return rows.filter(late_accepted=accepted)
