"""Dues on the page of an organization: the ledgers of the last years."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html

from activities.dues.filters import KINDS
from activities.models import DuesLedger
from orgs.sections import Section

# Years shown; older ones are on the page of the dues.
SHOWN = 3


def dues(organization, user, day) -> Section | None:
    """Return how the dues of the last years were paid and published; one query."""
    if organization.kind not in KINDS:
        return None
    address = reverse("organization_dues", args=[organization.pk])
    rows = DuesLedger.objects.visible_to(user).filter(organization=organization)
    ledgers = list(rows.order_by("-year")[:SHOWN])
    return Section(
        "dues",
        "党费",
        ("年度", "交纳方式", "收款人", "向党员公布"),
        [
            (
                format_html('<a href="{}?year={}">{} 年</a>', address, ledger.year, ledger.year),
                "按季度" if ledger.pays_quarterly else "按月",
                ledger.collector,
                f"{ledger.published_on}" if ledger.published_on else "还没有公布",
            )
            for ledger in ledgers
        ],
        links=[(f"看 {day.year} 年台账", f"{address}?year={day.year}")],
        empty="还没有党费台账。",
    )
