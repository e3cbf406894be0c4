"""Columns of the list of findings, and its conditions."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from assessments.consistency.base import Check, Look
from assessments.consistency.columns import Columns
from assessments.consistency.summary import reasons
from orgs.tables import state
from schools.columns import ListColumn, ListTable, with_note
from schools.conditions import Choice, ListFilterSet, Search
from schools.scoping import within


class FindingTable(ListTable):
    """Rows are `findings.Finding`."""

    name = ListColumn("记录", width=36)
    note = ListColumn("所在", sheet_only=True, width=30)
    body = ListColumn("管理主体", accessor="body__label", width=22, wide=True)
    words = ListColumn("问题", width=60, wide=True)
    reason = ListColumn("说明", accessor="explanation__text", empty_values=(), wide=True, width=40)
    author = ListColumn("说明人", accessor="explanation__author__name", sheet_only=True, width=10)
    act = ListColumn(
        "办理", accessor="edit_url", empty_values=(), wide=True, exclude_from_export=True
    )

    expressions = frozenset({"name", "body"})

    class Meta(ListTable.Meta):
        pass

    def render_name(self, value, record):
        link = format_html('<a href="{}">{}</a>', record.url, value)
        return with_note(link, record.note)

    def value_name(self, value):
        return value

    def render_reason(self, value, record):
        if value:
            told = state("st-pass", "chat-left-text", "已说明")
            day = timezone.localdate(record.explanation.written_at)
            return with_note(told, f"{value}（{record.explanation.author.name}，{day:%m-%d}）")
        return "—"

    def render_act(self, record):
        acts = []
        if record.edit_url:
            acts.append(format_html('<a class="b b-sm" href="{}">去改</a>', record.edit_url))
        if record.explain_url:
            label = "改说明" if record.explanation else "写说明"
            acts.append(
                format_html('<a class="b b-sm" href="{}">{}</a>', record.explain_url, label)
            )
        if not acts:
            return format_html('<a href="{}">看记录</a>', record.url)
        html = format_html("{}" * len(acts), *acts)
        return format_html('<span class="acts flex-nowrap">{}</span>', html)


class FindingFilter(ListFilterSet):
    """Conditions on the findings of one check."""

    q = Search("名称")
    told = Choice(
        "处理",
        [("told", "已说明"), ("all", "全部")],
        by="by_reason",
        default="open",
        any_label="待处理",
    )
    own = Choice("层级", [("1", "本级")], by="by_own")
    main = ("told",)

    def __init__(self, *args, check: Check, look: Look, columns: Columns | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.check, self.look, self.columns = check, look, columns
        self.filters["q"].extra["widget"].attrs["placeholder"] = f"{check.subject.noun}名称"
        self.filters["own"].extra["widget"] = forms.HiddenInput()
        if not check.takes_reason:
            del self.filters["told"]

    @property
    def more_fields(self):
        return []

    @property
    def hidden_fields(self):
        return [self.form["own"]] if self.values.get("own") else []

    def search(self, rows, text):
        """Rows whose name holds `text`."""
        found = self.check.subject.search.items()
        return rows.filter(
            reduce(or_, (Q(**{f"{lookup}__contains": form(text)}) for lookup, form in found))
        )

    def by_reason(self, rows, value):
        """Rows with a written reason, without one, or both."""
        if value == "all":
            return rows
        told = reasons(self.check, self.look)
        return rows.filter(told if value == "told" else ~told)

    def by_own(self, rows, value):
        """Rows that lie with the body itself, under none of the bodies below it."""
        paths = self.columns.paths if self.columns else ()
        return rows.exclude(within(sorted(paths), self.check.subject.path))
