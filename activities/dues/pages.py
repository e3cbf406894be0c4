"""The pages in which ledgers and the rows of members are kept."""

from __future__ import annotations

from django.urls import reverse

from activities.dues.forms import LedgerForm, MemberDuesForm
from activities.dues.services import touched
from activities.models import DuesLedger, MemberDues
from schools.records import RecordPages


def address(ledger: DuesLedger) -> str:
    """Return the address of the page of a ledger."""
    return f"{reverse('organization_dues', args=[ledger.organization_id])}?year={ledger.year}"


class LedgerPages(RecordPages):
    slug = "dues_ledger"
    model = DuesLedger
    form_class = LedgerForm
    title = "党费台账"
    list_url, list_label = "dues", "党费"
    related = ("organization__jurisdiction__place",)
    # Opened with the members of the register (services.fill).
    can_create = False

    def url(self, record):
        return address(record)

    def name(self, record):
        return f"{record.organization.short_name} {record.year} 年党费"

    def touched(self, record):
        return touched(record)


class MemberDuesPages(RecordPages):
    slug = "member_dues"
    model = MemberDues
    form_class = MemberDuesForm
    title = "党费记录"
    list_url, list_label = "dues", "党费"
    related = ("ledger__organization__jurisdiction__place", "member")
    can_create = False

    def url(self, record):
        return f"{address(record.ledger)}#m{record.pk}"

    def name(self, record):
        return f"{record.member.name} {record.ledger.year} 年党费"

    def touched(self, record):
        return touched(record.ledger)
