"""The proof of reminding (催办记录): what was due, who was told when, who opened it when."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html

from orgs.tables import state
from reports.duties.declared import DUTIES, KNOWN
from reports.duties.models import Reminder, ReminderLine
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.lists import ListPage, Shortcut


class ReminderTable(ListTable):
    day = DateColumn("日期", accessor="reminder__day", sort="reminder__day")
    duty = ListColumn("事项", sort="duty", width=24)
    body = ListColumn("单位", accessor="body__label", sort="body__path", width=26)
    count = NumberColumn("没有办完", sort="count")
    late = NumberColumn("其中逾期", sort="late")
    first_due = DateColumn("最早期限", sort="first_due")
    user = ListColumn("提醒谁", accessor="reminder__user__name", whole=True, width=10)
    level = ListColumn("提醒层级", accessor="is_escalated", whole=True, width=12)
    seen = ListColumn(
        "打开时间", accessor="reminder__pk", sort="reminder__seen_at", always=True, width=18
    )

    class Meta(ListTable.Meta):
        pass

    def render_duty(self, record):
        duty = KNOWN.get(record.duty)
        if duty is None:
            return record.duty
        return format_html('<a href="{}">{}</a>', duty.url(record.body_id), duty.title)

    def value_duty(self, record):
        duty = KNOWN.get(record.duty)
        return duty.title if duty else record.duty

    def render_level(self, record):
        return "逾期报上级" if record.is_escalated else "本级"

    def value_level(self, record):
        return self.render_level(record)

    def render_seen(self, record):
        if record.reminder.seen_at is None:
            return state("st-fail", "circle", "没有打开")
        return state("st-pass", "check-circle-fill", self.value_seen(record))

    def value_seen(self, record):
        seen = record.reminder.seen_at
        return f"{timezone.localtime(seen):%Y-%m-%d %H:%M}" if seen else "没有打开"


class ReminderFilter(ListFilterSet):
    q = Search("提醒谁、单位")
    duty = Choice("事项", [(duty.slug, duty.title) for duty in DUTIES if duty.is_reminded])
    seen = Choice("打开", [("no", "没有打开"), ("yes", "已打开")], by="by_seen")
    late = Choice("逾期", [("yes", "有逾期的"), ("up", "逾期报上级的")], by="by_late")
    days = Choice(
        "日期",
        [("today", "今天"), ("week", "7 天内"), ("month", "31 天内")],
        by="by_days",
    )
    main = ("days", "duty", "seen", "late")

    class Meta:
        model = ReminderLine
        fields: list[str] = []

    def search(self, rows, text):
        """Rows of a person or a body of that name."""
        text = text.strip()
        return rows.filter(reminder__user__name__contains=text) | rows.filter(
            body__name__contains=text
        )

    def by_seen(self, rows, value):
        """Rows of reminders somebody opened, or nobody."""
        return rows.filter(reminder__seen_at__isnull=value == "no")

    def by_late(self, rows, value):
        """Rows with something late, or told to the level above because of it."""
        return rows.filter(is_escalated=True) if value == "up" else rows.filter(late__gt=0)

    def by_days(self, rows, value):
        """Rows of the last days."""
        back = {"today": 0, "week": 6, "month": 30}[value]
        first = timezone.localdate() - datetime.timedelta(days=back)
        return rows.filter(reminder__day__gte=first)


class ReminderList(ListPage):
    """The lines of all reminders about bodies of the user's scope."""

    title = "提醒记录"
    lead = (
        "每人每天一份，只提醒没有办完的；逾期超过 "
        f"{settings.REMIND_ABOVE_AFTER} 天的同时提醒上级，以后每过 {settings.REMIND_FURTHER_AFTER} "
        "天再报上一级。打开“我的工作”即算已看"
    )
    counter, noun = "条", "提醒"
    sheet_title = "应办事项提醒记录"
    table_class = ReminderTable
    filterset_class = ReminderFilter
    default_order = (F("reminder__day").desc(), F("late").desc())
    shortcuts = (
        Shortcut("今天没有打开的", "days=today&seen=no"),
        Shortcut("逾期报上级的", "late=up"),
    )
    empty_title = "还没有提醒"
    empty_text = "每天早上给有事没有办完的人各生成一份提醒，这里按日期列出提醒了什么、谁看过。"

    def rows(self):
        # What waits for a person alone is nobody else's business.
        rows = ReminderLine.objects.filter(body__isnull=False)
        return rows.select_related("reminder__user", "body")


def recent(user, day: datetime.date) -> list[Reminder]:
    """Return the last reminders of `user`, newest first."""
    return list(Reminder.objects.visible_to(user).filter(day__lte=day)[:7])
