"""The rectification ledger, and the page of one item."""

from __future__ import annotations

from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.facts import Fact
from schools.lists import ListPage, Shortcut
from supervision.models import ItemState, RectificationItem
from supervision.rectification.pages import ACTS, ItemPages
from supervision.rectification.tables import ItemFilter, ItemTable, state_of

# The way of an item, as its page draws it.
WAY = (ItemState.OPEN, ItemState.WORKING, ItemState.REVIEW, ItemState.CLOSED)


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


@needs(READ)
@limited(RECORDS)
def item(request, pk):
    """Show one item: what is wrong, how far it is, who did what."""
    rows = RectificationItem.objects.visible_to(request.user)
    record = get_object_or_404(rows.select_related("organization__jurisdiction", "asked_by"), pk=pk)
    set_bodies([record.organization])
    today = timezone.localdate()
    pages = ItemPages()
    place = WAY.index(ItemState(record.state))
    context = {
        "item": record,
        "state": state_of(record, today),
        "days_over": record.days_over(today),
        "days_left": (record.deadline - today).days,
        "steps": [
            (step.label, "done" if n < place or record.is_closed else "now" if n == place else "")
            for n, step in enumerate(WAY)
        ],
        "may_edit": pages.may_edit(request.user, record),
        "acts": [
            (act, act.address(record))
            for act in (one() for one in ACTS)
            if act.fits(record) and act.may(request.user, record)
        ],
        "notes": list(record.notes.all()),
        "problem": [
            Fact(
                "党组织",
                record.organization.short_name,
                url=reverse("organization", args=[record.organization_id]),
            ),
            Fact("来源", record.get_source_display()),
            Fact("发现时间", record.found_on),
            Fact("问题类型", record.get_category_display()),
            Fact("严重程度", record.get_severity_display()),
            Fact("依据", record.rule_reference),
            *(
                [Fact("考评指标", record.indicator, f"{record.year} 年度" if record.year else "")]
                if record.indicator
                else []
            ),
        ],
        "cure": [
            Fact("责任人", record.responsible),
            Fact("整改期限", record.deadline),
            Fact("整改措施", record.measures),
            Fact("佐证说明", record.evidence),
            Fact("申请销号", record.asked_on, record.asked_by.name if record.asked_by else ""),
            Fact("复核人", record.reviewer),
            Fact("复核结果", record.recheck),
            Fact("销号时间", record.closed_on),
        ],
    }
    return render(request, "supervision/rectification.html", context)
