"""What supervision shows on the pages of organizations and schools."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from orgs.sections import Section
from schools.access import EDIT
from supervision.models import RectificationItem
from supervision.rectification.tables import state_of

# How many records of one type a page shows before it sends to the list.
SHOWN = 8


def _add(user, name: str, label: str, organization) -> list[tuple[str, str]]:
    """Return the link to a new record of `organization`, for those who may."""
    if not user.has_perm(EDIT) or organization.dissolved_on:
        return []
    return [(label, f"{reverse(name)}?organization={organization.pk}")]


def link(name: str, pk: int, text: str):
    """Return a link to a record."""
    return format_html('<a href="{}">{}</a>', reverse(name, args=[pk]), text)


def rectification(organization, user, day) -> Section:
    """Problems of the organization, those still open first."""
    rows = RectificationItem.objects.visible_to(user).filter(organization=organization)
    items = sorted(rows, key=lambda item: (item.is_closed, item.deadline))
    opened = sum(not item.is_closed for item in items)
    overdue = sum(not item.is_closed and item.days_over(day) > 0 for item in items)
    note = f"没有销号 {opened} 个，其中逾期 {overdue} 个；共 {len(items)} 个" if items else ""
    links = _add(user, "rectification_new", "列入整改", organization)
    if items:
        links.insert(0, ("看台账", f"{reverse('rectifications')}?organization={organization.pk}"))
    return Section(
        "rectification",
        "问题整改",
        ("问题", "来源", "整改期限", "责任人", "状态"),
        [
            (
                link("rectification", item.pk, item.description),
                item.get_source_display(),
                f"{item.deadline}",
                item.responsible,
                state_of(item, day),
            )
            for item in items[:SHOWN]
        ],
        note=note,
        links=links,
        empty="没有列入整改的问题。",
    )
