"""Columns and conditions of the list of transfers."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from orgs.models import OPEN_DAYS, Member, Transfer, TransferState
from orgs.tables import state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.naming import fold

# State → CSS class and icon.
STATES = {
    TransferState.PENDING: ("st-near", "hourglass-split"),
    TransferState.RECEIVED: ("st-pass", "check-circle-fill"),
    TransferState.RETURNED: ("st-fail", "arrow-return-left"),
    TransferState.RECALLED: ("st-out", "dash-circle-dotted"),
}


def state_of(transfer: Transfer, day):
    """Return the state as the page shows it; more than 30 days open stands out."""
    shown = state(*STATES[TransferState(transfer.state)], transfer.get_state_display())
    if not transfer.is_overdue(day):
        return shown
    over = transfer.days_open(day) - OPEN_DAYS
    return format_html('{} <span class="look">超 {} 天</span>', shown, over)


class TransferTable(ListTable):
    member = ListColumn("姓名", accessor="member__name", url="transfer", sort="member__name")
    sender = ListColumn("转出党组织", accessor="from_label", wide=True, width=30)
    receiver = ListColumn("转入党组织", accessor="to_label", wide=True, width=30)
    sent_on = DateColumn("转出时间", sort="sent_on")
    state = ListColumn("状态", sort="state", whole=True, width=10)
    closed_on = DateColumn("办结时间", sort="closed_on")
    days = NumberColumn("天数", accessor="pk")
    letter_number = ListColumn("介绍信编号", width=16)
    cause = ListColumn("转接原因", sheet_only=True, width=16)
    answer = ListColumn("退回理由", sheet_only=True, width=24)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        return state_of(record, timezone.localdate())

    def render_days(self, record):
        return record.days_open(timezone.localdate())

    def value_days(self, record):
        return record.days_open(timezone.localdate())


class TransferFilter(ListFilterSet):
    q = Search("姓名、党组织")
    mine = Choice(
        "等谁办理", [("waiting", "待我接收"), ("sent", "我转出、对方未接收")], by="by_side"
    )
    state = Choice("状态", TransferState.choices)
    open = Choice("时限", [("overdue", f"超 {OPEN_DAYS} 天未接收")], by="by_open")
    border = Choice("范围", [("out", "转到系统外"), ("in", "从系统外转入")], by="by_border")
    member = Chosen("党员", Member)
    main = ("mine", "state", "open")

    class Meta:
        model = Transfer
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose member or one of whose sides bears `text`."""
        text = fold(text)
        found = Q(member__name__contains=text)
        for name in ("sender_name", "receiver_name", "sender__name", "receiver__name"):
            found |= Q(**{f"{name}__contains": text})
        return rows.filter(found | Q(letter_number=text))

    def by_side(self, rows, value):
        """Rows that wait for the user, or for the other side of what he has sent."""
        user = self.request.user
        if value == "waiting":
            return rows.waiting_for(user)
        return rows.pending().sent_by(user)

    def by_open(self, rows, value):
        """Rows open for more than 30 days."""
        return rows.overdue_on(timezone.localdate())

    def by_border(self, rows, value):
        """Rows over the border of the system."""
        return rows.filter(**{"receiver" if value == "out" else "sender": None})
