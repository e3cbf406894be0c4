"""问题整改情况: problems of the year by unit and state."""

from __future__ import annotations

import datetime

from django.db.models import Q

from reports.base import register
from reports.counting import YES, Count, CountedReport, Share, listed
from supervision.models import RectificationItem
from supervision.models.rectification import Category, ItemState, Source


@register
class Rectification(CountedReport):
    """One row for each unit: items by state, those overdue, the share closed."""

    slug = "rectification"
    title = "问题整改情况"
    description = "各单元本年度的整改事项：待整改、整改中、待复核、已销号和逾期，逐项列出。"
    order = 90
    unit_text = "项、%"
    noun = "项"
    sheet_name = "问题整改"
    list_title = "整改事项明细"
    list_sheet = "整改事项"
    main = "items"

    def lines(self, asked):
        """Return the items found by the year's end and not closed before the year began."""
        first = datetime.date(asked.year, 1, 1)
        items = RectificationItem.objects.visible_to(asked.user).inside(asked.scope)
        items = items.filter(Q(closed_on=None) | Q(closed_on__gte=first), found_on__lte=asked.day)
        states, sources = dict(ItemState.choices), dict(Source.choices)
        categories = dict(Category.choices)
        at = "organization__"
        path, place = f"{at}jurisdiction__path", f"{at}school__place_id"
        own = ("source", "category", "description", "found_on", "deadline", "state", "closed_on")
        told = (path, place, f"{at}name", *own)
        for (
            body,
            at_place,
            name,
            source,
            category,
            text,
            found,
            deadline,
            state,
            closed,
        ) in items.order_by(path, "deadline", "pk").values_list(*told):
            overdue = state != ItemState.CLOSED and deadline < asked.day
            yield {
                "row": asked.row(body, at_place),
                "name": name,
                "source": sources[source],
                "category": categories[category],
                "description": text,
                "found_on": found,
                "deadline": deadline,
                "state": states[state],
                "closed_on": closed or "",
                "overdue": YES if overdue else "",
            }

    def counts(self, asked):
        """Return all items, those in each state, the overdue, and the share closed."""
        return [
            Count("items", "整改事项"),
            *(Count(state, state.label, "", {"state": state.label}) for state in ItemState),
            Count("overdue", "逾期未销号", "", {"overdue": YES}),
            Share("share", "销号率", ItemState.CLOSED, "items", lack="没有整改事项"),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        return [
            listed("name", "党组织", 40),
            listed("source", "问题来源", 12),
            listed("category", "问题类型", 18),
            listed("description", "问题描述", 44),
            listed("found_on", "发现时间", 13),
            listed("deadline", "整改期限", 13),
            listed("state", "状态", 10),
            listed("closed_on", "销号时间", 13),
            listed("overdue", "逾期", 8),
        ]

    def notes(self, asked):
        """Return which items belong to a year."""
        return [
            f"{asked.year} 年底以前发现、{asked.year} 年以前没有销号的事项；状态为现在的状态。"
            "销号率 = 已销号 ÷ 整改事项。"
        ]
