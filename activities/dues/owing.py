"""Who owes dues, and who paid late: a list of members with the months it is about."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cached_property

from django.utils import timezone
from django.utils.html import format_html

from activities.dues.filters import OwingFilter
from activities.dues.months import Mark, arrears, facts_of, marks
from activities.dues.pages import address
from activities.dues.sums import arrears as arrears_of_row
from activities.dues.tables import MoneyColumn
from activities.models import MemberDues
from schools.bodies import set_bodies
from schools.columns import ListColumn, ListTable, with_note
from schools.lists import ListPage, Shortcut


def runs(months: Iterable[int]) -> str:
    """Return months in words, those in a row together: 1—3、6 月."""
    found: list[list[int]] = []
    for month in months:
        if found and month == found[-1][-1] + 1:
            found[-1].append(month)
        else:
            found.append([month])
    parts = (f"{run[0]}—{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in found)
    return f"{'、'.join(parts)} 月" if found else ""


def late_payments(row: MemberDues, day: datetime.date) -> str:
    """Return each payment made late with the months it covers: 2025-08-10 补交 3—5 月."""
    by_day: dict[datetime.date, list[int]] = {}
    for month, mark in enumerate(marks(facts_of(row), day), start=1):
        if mark == Mark.LATE:
            by_day.setdefault(row.paid_on[month - 1], []).append(month)
    return "；".join(f"{on} 补交 {runs(months)}" for on, months in sorted(by_day.items()))


class OwingTable(ListTable):
    member = ListColumn(
        "党员",
        accessor="member__name",
        url="member",
        key="member_id",
        sort="member__name",
        width=12,
    )
    organization = ListColumn(
        "党组织",
        accessor="ledger__organization__short_name",
        sort="ledger__organization__name",
        width=36,
    )
    body = ListColumn("管理主体", accessor="ledger__organization__body__label", wide=True, width=20)
    monthly = MoneyColumn("月应交（元）", sort="monthly")
    months = ListColumn("欠交月份", accessor="pk", width=20)
    arrears = MoneyColumn("欠交（元）", accessor="row_arrears")
    late = ListColumn("补交", accessor="pk", wide=True, width=36)
    remark = ListColumn("备注", sheet_only=True, width=24)

    expressions = frozenset({"arrears"})

    class Meta(ListTable.Meta):
        pass

    def render_organization(self, record, value):
        return format_html('<a href="{}#m{}">{}</a>', address(record.ledger), record.pk, value)

    def value_organization(self, value):
        return value

    def render_months(self, record):
        return with_note(record.owed, f"{len(record.unpaid)} 个月") if record.unpaid else "—"

    def value_months(self, record):
        return record.owed

    def render_late(self, record):
        return record.late_words or "—"

    def value_late(self, record):
        return record.late_words


class OwingList(ListPage):
    """The members who owe dues of a year by today, and those who have paid late."""

    title = "党费欠交和补交"
    lead = "欠交算到今天已经到期的月份；补交写明交纳日期和所属月份，超过半年的不再补交"
    counter, noun = "名", "党员"
    table_class = OwingTable
    filterset_class = OwingFilter
    default_order = ("ledger__organization__jurisdiction__path", "ledger__organization__name")
    shortcuts = (Shortcut("补交过的", "state=late"),)
    import_kind = "dues"
    empty_title = "没有欠交党费的党员"
    empty_text = "到期的月份都已经交足。"

    @property
    def sheet_title(self):
        return f"{self.filterset.chosen_year}年党费欠交补交名单"

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def rows(self):
        rows = MemberDues.objects.filter(ledger__withdrawn_at=None)
        return rows.select_related("member", "ledger__organization__jurisdiction").defer(
            "member__id_number", "member__phone"
        )

    def enrich(self, records):
        set_bodies([record.ledger.organization for record in records])
        for record in records:
            facts = facts_of(record)
            found = marks(facts, self.today)
            owed = (Mark.UNPAID, Mark.PART)
            record.unpaid = [n for n, one in enumerate(found, start=1) if one in owed]
            record.owed = runs(record.unpaid)
            record.row_arrears = arrears(facts, self.today)
            record.late_words = late_payments(record, self.today)
        return records

    def expressions(self):
        year = self.filterset.chosen_year
        return {"arrears": arrears_of_row(year, self.today)}
