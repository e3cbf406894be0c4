"""Columns and conditions of the list of talks."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from activities.models import HeartTalk, TalkRelation
from orgs.models import Member, Organization
from orgs.tables import organization_column
from schools.columns import DateColumn, ListColumn, ListTable
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.naming import fold


class TalkTable(ListTable):
    pair = ListColumn("谈话", accessor="pk", url="talk", width=24)
    held_on = DateColumn("时间", sort="held_on")
    counts_for_year = ListColumn("归属年度", sheet_only=True, width=10)
    speaker_name = ListColumn("谈话人", sheet_only=True, width=12)
    member = ListColumn("谈话对象", accessor="member__name", sheet_only=True, width=12)
    relation = ListColumn("谈话关系", sort="relation", whole=True, width=18)
    organization = organization_column(sort=None)
    subject = ListColumn("谈话内容", wide=True, width=36)
    follow_up = ListColumn("反映的问题和后续", sheet_only=True, width=30)

    class Meta(ListTable.Meta):
        pass

    def render_pair(self, record):
        return f"{record.speaker_name} → {record.member.name}"

    def value_pair(self, record):
        return f"{record.speaker_name} → {record.member.name}"

    def value_counts_for_year(self, value):
        return str(value)


class TalkFilter(ListFilterSet):
    q = Search("姓名、谈话内容")
    year = Choice("年度", field_name="counts_for_year")
    relation = Choice("谈话关系", TalkRelation.choices)
    month = Choice("月份", [(str(n), f"{n} 月") for n in range(1, 13)], by="by_month")
    organization = Chosen("党组织", Organization)
    member = Chosen("党员", Member, by="by_member")
    main = ("year", "relation", "month")

    class Meta:
        model = HeartTalk
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate().year
        years = range(today, today - 6, -1)
        self.filters["year"].extra["choices"] = [(str(n), f"{n} 年") for n in years]

    def search(self, rows, text):
        """Rows whose persons or subject hold `text`."""
        folded = fold(text)
        return rows.filter(
            Q(speaker_name__contains=folded)
            | Q(member__name__contains=folded)
            | Q(subject__contains=text.strip())
        )

    def by_month(self, rows, value):
        """Rows held in a month."""
        return rows.filter(held_on__month=value)

    def by_member(self, rows, member):
        """Rows in which a member took either part."""
        return rows.filter(Q(member=member) | Q(speaker=member))
