"""The rectification ledger."""

from __future__ import annotations

from django.db.models import F

from schools.lists import ListPage, Shortcut
from supervision.models import RectificationItem
from supervision.rectification.tables import ItemFilter, ItemTable


class ItemList(ListPage):
    title = "问题整改台账"
    lead = "发现一个、整改一个、复核一个、销号一个；过了期限没有销号的算逾期"
    counter, noun = "个", "问题"
    sheet_title = "问题整改台账"
    table_class = ItemTable
    filterset_class = ItemFilter
    # What is not closed comes first, the earliest deadline on top.
    default_order = (F("closed_on").desc(nulls_first=True), "deadline")
    shortcuts = (
        Shortcut("逾期", "state=overdue"),
        Shortcut("待复核", "state=review"),
        Shortcut("考评发现的", "source=assessment"),
    )
    import_kind = "rectification"
    new_page, new_label = "rectification_new", "列入整改"
    empty_title = "还没有问题整改记录"
    empty_text = "检查、自查、巡察、民主生活会、群众反映和考评发现的问题，列入台账后逐个整改销号。"

    def rows(self):
        return RectificationItem.objects.select_related("organization")
